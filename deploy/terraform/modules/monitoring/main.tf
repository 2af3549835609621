# What wakes somebody up, and what they look at then.

resource "aws_sns_topic" "alarms" {
  name = "${var.name}-alarms"
}

resource "aws_sns_topic_subscription" "email" {
  for_each  = toset(var.alarm_emails)
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.key
}

resource "aws_cloudwatch_metric_alarm" "server_errors" {
  alarm_name          = "${var.name}-5xx"
  alarm_description   = "More than one answer in a hundred is an error of ours"
  evaluation_periods  = 3
  threshold           = 1
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
  metric_query {
    id          = "percent"
    expression  = "100 * errors / requests"
    label       = "Errors, percent"
    return_data = true
  }
  metric_query {
    id = "errors"
    metric {
      namespace   = "AWS/ApplicationELB"
      metric_name = "HTTPCode_Target_5XX_Count"
      stat        = "Sum"
      period      = 60
      dimensions  = { LoadBalancer = var.load_balancer_arn_suffix, TargetGroup = var.target_group_arn_suffix }
    }
  }
  metric_query {
    id = "requests"
    metric {
      namespace   = "AWS/ApplicationELB"
      metric_name = "RequestCount"
      stat        = "Sum"
      period      = 60
      dimensions  = { LoadBalancer = var.load_balancer_arn_suffix, TargetGroup = var.target_group_arn_suffix }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "unhealthy_gateways" {
  alarm_name          = "${var.name}-unhealthy-gateways"
  alarm_description   = "A gateway is not ready"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "UnHealthyHostCount"
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 3
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  dimensions          = { LoadBalancer = var.load_balancer_arn_suffix, TargetGroup = var.target_group_arn_suffix }
}

resource "aws_cloudwatch_metric_alarm" "cache_memory" {
  for_each            = toset(var.cache_member_ids)
  alarm_name          = "${each.key}-memory"
  alarm_description   = "Beyond 85 % visitors are told that the line is full"
  namespace           = "AWS/ElastiCache"
  metric_name         = "DatabaseMemoryUsagePercentage"
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 2
  threshold           = 75
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  dimensions          = { CacheClusterId = each.key }
}

resource "aws_cloudwatch_metric_alarm" "cache_cpu" {
  for_each            = toset(var.cache_member_ids)
  alarm_name          = "${each.key}-cpu"
  alarm_description   = "The one core that serves all scripts is nearly busy"
  namespace           = "AWS/ElastiCache"
  metric_name         = "EngineCPUUtilization"
  statistic           = "Average"
  period              = 60
  evaluation_periods  = 3
  threshold           = 80
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  dimensions          = { CacheClusterId = each.key }
}

resource "aws_cloudwatch_metric_alarm" "no_tasks" {
  for_each            = toset(var.service_names)
  alarm_name          = "${var.name}-no-${each.key}"
  alarm_description   = "No task of ${each.key} runs"
  namespace           = "ECS/ContainerInsights"
  metric_name         = "RunningTaskCount"
  statistic           = "Minimum"
  period              = 60
  evaluation_periods  = 2
  threshold           = 1
  comparison_operator = "LessThanThreshold"
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
  dimensions          = { ClusterName = var.cluster_name, ServiceName = each.key }
}

locals {
  balancer = ["LoadBalancer", var.load_balancer_arn_suffix]
  charts = [
    { title = "Requests", stat = "Sum", metrics = [concat(["AWS/ApplicationELB", "RequestCount"], local.balancer)] },
    { title = "Time of an answer, p99, s", stat = "p99", metrics = [concat(["AWS/ApplicationELB", "TargetResponseTime"], local.balancer)] },
    { title = "Errors", stat = "Sum", metrics = [
      concat(["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count"], local.balancer),
      concat(["AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count"], local.balancer),
    ] },
    { title = "Tasks", stat = "Average", metrics = [for service in var.service_names : ["ECS/ContainerInsights", "RunningTaskCount", "ClusterName", var.cluster_name, "ServiceName", service]] },
    { title = "CPU, %", stat = "Average", metrics = [for service in var.service_names : ["AWS/ECS", "CPUUtilization", "ClusterName", var.cluster_name, "ServiceName", service]] },
    { title = "Redis: CPU, %", stat = "Average", metrics = [for member in var.cache_member_ids : ["AWS/ElastiCache", "EngineCPUUtilization", "CacheClusterId", member]] },
    { title = "Redis: memory, %", stat = "Maximum", metrics = [for member in var.cache_member_ids : ["AWS/ElastiCache", "DatabaseMemoryUsagePercentage", "CacheClusterId", member]] },
  ]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({
    widgets = [for index, chart in local.charts : {
      type       = "metric"
      x          = index % 2 * 12
      y          = floor(index / 2) * 6
      width      = 12
      height     = 6
      properties = { region = var.region, title = chart.title, stat = chart.stat, period = 60, view = "timeSeries", metrics = chart.metrics }
    }]
  })
}
