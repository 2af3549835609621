output "target_group_arn" {
  description = "Gateways register here."
  value       = aws_lb_target_group.gateway.arn
  depends_on  = [aws_lb_listener.https]
}

output "arn_suffix" {
  description = "For alarms and dashboards."
  value       = aws_lb.this.arn_suffix
}

output "target_group_arn_suffix" {
  description = "For alarms and dashboards."
  value       = aws_lb_target_group.gateway.arn_suffix
}

output "dns_name" {
  description = "Point your domain here."
  value       = aws_lb.this.dns_name
}

output "zone_id" {
  description = "For an alias record in Route 53."
  value       = aws_lb.this.zone_id
}
