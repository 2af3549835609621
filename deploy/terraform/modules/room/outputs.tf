output "service_name" {
  description = "Name of the service in the cluster."
  value       = aws_ecs_service.this.name
}

output "log_group_name" {
  description = "Where the room logs."
  value       = aws_cloudwatch_log_group.this.name
}

output "execution_role_arn" {
  description = "Role that starts the tasks."
  value       = aws_iam_role.execution.arn
}
