output "url" {
  description = "Address of the load balancer; visitors come by the domain that points to it."
  value       = "https://${module.load_balancer.dns_name}"
}

output "load_balancer" {
  description = "For the DNS record of your domain: an alias to this name in this hosted zone."
  value       = { dns_name = module.load_balancer.dns_name, zone_id = module.load_balancer.zone_id }
}

output "repository_url" {
  description = "Push the image here."
  value       = module.cluster.repository_url
}

output "cluster_name" {
  description = "Name of the ECS cluster."
  value       = module.cluster.name
}

output "log_groups" {
  description = "Where each room logs."
  value       = { for name, room in module.room : name => room.log_group_name }
}

output "alarm_topic_arn" {
  description = "Alarms go here."
  value       = module.monitoring.alarm_topic_arn
}

output "dashboard_name" {
  description = "Dashboard in CloudWatch."
  value       = module.monitoring.dashboard_name
}
