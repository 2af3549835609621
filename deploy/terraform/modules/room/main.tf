# One room: its task, what it may do (nothing but read its own secrets), its service and its log.

locals {
  environment = merge({
    HOST            = "0.0.0.0"
    PORT            = tostring(var.port)
    INTERNAL_HOST   = "0.0.0.0"
    INTERNAL_PORT   = tostring(var.internal_port)
    DRAIN_DELAY_MS  = tostring(var.drain_delay_ms)
    STOP_TIMEOUT_MS = tostring(var.stop_timeout_seconds * 1000 - 5000)
    NODE_OPTIONS    = "--max-old-space-size=${floor(var.memory * 0.75)}"
  }, var.environment)
  # A room without a public listener takes no settings of one.
  taken = { for name, value in local.environment : name => value if var.has_listener || !contains(["HOST", "PORT", "DRAIN_DELAY_MS"], name) }
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/ecs/${var.name}/${var.room}"
  retention_in_days = var.log_retention_days
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "execution" {
  name               = "${var.name}-${var.room}-execution"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

data "aws_iam_policy_document" "execution" {
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = values(var.secret_arns)
  }
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
  }
  statement {
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = [var.repository_arn]
  }
  statement {
    # It belongs to no resource.
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "execution" {
  name   = "start-${var.room}"
  role   = aws_iam_role.execution.id
  policy = data.aws_iam_policy_document.execution.json
}

# The room itself asks AWS for nothing.
resource "aws_iam_role" "task" {
  name               = "${var.name}-${var.room}-task"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_ecs_task_definition" "this" {
  family                   = "${var.name}-${var.room}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn
  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.cpu_architecture
  }
  container_definitions = jsonencode([{
    name                   = var.room
    image                  = var.image
    command                = [var.room]
    essential              = true
    readonlyRootFilesystem = true
    user                   = "1000"
    stopTimeout            = var.stop_timeout_seconds
    linuxParameters        = { initProcessEnabled = true }
    ulimits                = [{ name = "nofile", softLimit = 65536, hardLimit = 65536 }]
    portMappings = concat(
      var.has_listener ? [{ containerPort = var.port, protocol = "tcp" }] : [],
      [{ containerPort = var.internal_port, protocol = "tcp" }],
    )
    environment = [for name, value in local.taken : { name = name, value = value }]
    secrets     = [for name, arn in var.secret_arns : { name = name, valueFrom = arn }]
    # Whether it runs. That Redis is away is no reason to replace it: it serves from what it knows and comes back by itself.
    healthCheck = {
      command     = ["CMD", "node", "/app/deploy/docker/healthcheck.ts", "livez"]
      interval    = 10
      timeout     = 5
      retries     = 3
      startPeriod = 30
    }
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.this.name
        awslogs-region        = var.region
        awslogs-stream-prefix = var.room
        mode                  = "non-blocking"
        max-buffer-size       = "25m"
      }
    }
  }])
  depends_on = [aws_iam_role_policy.execution]
}

resource "aws_service_discovery_service" "this" {
  name = var.room
  dns_config {
    namespace_id   = var.namespace_id
    routing_policy = "MULTIVALUE"
    dns_records {
      type = "A"
      ttl  = 10
    }
  }
}

resource "aws_ecs_service" "this" {
  name            = var.room
  cluster         = var.cluster_arn
  task_definition = aws_ecs_task_definition.this.arn
  launch_type     = "FARGATE"
  desired_count   = var.replicas
  # New tasks are up before old ones go.
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  health_check_grace_period_seconds  = var.target_group_arn == null ? null : 30
  enable_ecs_managed_tags            = true
  propagate_tags                     = "SERVICE"
  network_configuration {
    subnets         = var.subnet_ids
    security_groups = [var.security_group_id]
  }
  service_registries {
    registry_arn = aws_service_discovery_service.this.arn
  }
  dynamic "load_balancer" {
    for_each = var.target_group_arn == null ? [] : [var.target_group_arn]
    content {
      target_group_arn = load_balancer.value
      container_name   = var.room
      container_port   = var.port
    }
  }
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
  lifecycle {
    # Scaling changes it while the sale runs.
    ignore_changes = [desired_count]
  }
}
