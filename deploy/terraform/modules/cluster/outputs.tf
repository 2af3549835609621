output "arn" {
  description = "The cluster."
  value       = aws_ecs_cluster.this.arn
}

output "name" {
  description = "Name of the cluster."
  value       = aws_ecs_cluster.this.name
}

output "repository_url" {
  description = "Push the image here."
  value       = aws_ecr_repository.this.repository_url
}

output "repository_arn" {
  description = "For the permission to pull."
  value       = aws_ecr_repository.this.arn
}

output "namespace_id" {
  description = "Namespace that rooms register their addresses in."
  value       = aws_service_discovery_private_dns_namespace.this.id
}
