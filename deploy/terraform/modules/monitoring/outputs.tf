output "alarm_topic_arn" {
  description = "Alarms go here; subscribe what pages you."
  value       = aws_sns_topic.alarms.arn
}

output "dashboard_name" {
  description = "Dashboard in CloudWatch."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}
