output "resource_id" {
  description = "The scaled service, as application auto scaling names it."
  value       = aws_appautoscaling_target.this.resource_id
}
