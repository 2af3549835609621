output "url" {
  description = "Address of the load balancer."
  value       = module.fairline.url
}

output "repository_url" {
  description = "Push the image here."
  value       = module.fairline.repository_url
}

output "load_balancer" {
  description = "For the DNS record of your domain."
  value       = module.fairline.load_balancer
}
