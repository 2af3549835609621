output "url_secret_arn" {
  description = "Secret that holds REDIS_URL."
  value       = aws_secretsmanager_secret.url.arn
}

output "replication_group_id" {
  description = "For alarms."
  value       = aws_elasticache_replication_group.this.id
}

output "member_ids" {
  description = "Ids of the nodes, for alarms."
  value       = [for index in range(var.replica_count + 1) : format("%s-cache-%03d", var.name, index + 1)]
}
