# How many tasks of one room there are: between bounds, by the room's CPU or by Fairline's own signal, and more of them
# ahead of a sale.

resource "aws_appautoscaling_target" "this" {
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${var.cluster_name}/${var.service_name}"
  min_capacity       = var.min
  max_capacity       = var.max
}

resource "aws_appautoscaling_policy" "cpu" {
  count              = var.signal == null ? 1 : 0
  name               = "${var.service_name}-cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.this.service_namespace
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension
  resource_id        = aws_appautoscaling_target.this.resource_id
  target_tracking_scaling_policy_configuration {
    target_value       = var.cpu_percent
    scale_out_cooldown = 30
    scale_in_cooldown  = 300
    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}

# The signal says how many are wanted. Wanted by running, in percent, is what target tracking multiplies the present number
# by: with a target of 100 it comes to the wanted one.
resource "aws_appautoscaling_policy" "signal" {
  count              = var.signal == null ? 0 : 1
  name               = "${var.service_name}-wanted"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.this.service_namespace
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension
  resource_id        = aws_appautoscaling_target.this.resource_id
  target_tracking_scaling_policy_configuration {
    target_value       = 100
    scale_out_cooldown = 30
    scale_in_cooldown  = 120
    customized_metric_specification {
      metrics {
        id          = "percent"
        expression  = "100 * wanted / running"
        label       = "Wanted by running, percent"
        return_data = true
      }
      metrics {
        id          = "wanted"
        return_data = false
        metric_stat {
          stat = "Maximum"
          metric {
            namespace   = var.signal.namespace
            metric_name = var.signal.wanted
            dynamic "dimensions" {
              for_each = var.signal.dimensions
              content {
                name  = dimensions.key
                value = dimensions.value
              }
            }
          }
        }
      }
      metrics {
        id          = "running"
        return_data = false
        metric_stat {
          stat = "Maximum"
          metric {
            namespace   = var.signal.namespace
            metric_name = var.signal.running
            dynamic "dimensions" {
              for_each = var.signal.dimensions
              content {
                name  = dimensions.key
                value = dimensions.value
              }
            }
          }
        }
      }
    }
  }
}

resource "aws_appautoscaling_scheduled_action" "before" {
  for_each           = var.sales
  name               = "${var.service_name}-${each.key}-before"
  service_namespace  = aws_appautoscaling_target.this.service_namespace
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension
  resource_id        = aws_appautoscaling_target.this.resource_id
  schedule           = "at(${each.value.ready_at})"
  timezone           = each.value.timezone
  scalable_target_action {
    min_capacity = each.value.min
    max_capacity = max(each.value.min, var.max)
  }
}

resource "aws_appautoscaling_scheduled_action" "after" {
  for_each           = var.sales
  name               = "${var.service_name}-${each.key}-after"
  service_namespace  = aws_appautoscaling_target.this.service_namespace
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension
  resource_id        = aws_appautoscaling_target.this.resource_id
  schedule           = "at(${each.value.over_at})"
  timezone           = each.value.timezone
  scalable_target_action {
    min_capacity = var.min
    max_capacity = var.max
  }
}
