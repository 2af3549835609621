# One room alone: what its task is told, and what it may do.

provider "aws" {
  region = "ap-northeast-2"
}

variables {
  name                 = "test"
  region               = "ap-northeast-2"
  room                 = "queue-processor"
  image                = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/test:0.1.0"
  repository_arn       = "arn:aws:ecr:ap-northeast-2:123456789012:repository/test"
  cpu                  = 256
  memory               = 512
  cpu_architecture     = "X86_64"
  replicas             = 2
  has_listener         = false
  port                 = 8080
  internal_port        = 9090
  environment          = { EVENT = "default" }
  secret_arns          = { REDIS_URL = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:test/redis-url-AbCdEf" }
  stop_timeout_seconds = 60
  drain_delay_ms       = 2000
  cluster_arn          = "arn:aws:ecs:ap-northeast-2:123456789012:cluster/test"
  namespace_id         = "ns-0123456789abcdef"
  subnet_ids           = ["subnet-0a1b2c3d"]
  security_group_id    = "sg-0a1b2c3d"
  log_retention_days   = 7
}

run "a_room_without_a_listener_has_none" {
  module {
    source = "./modules/room"
  }
  assert {
    condition     = [for port in jsondecode(aws_ecs_task_definition.this.container_definitions)[0].portMappings : port.containerPort] == [9090]
    error_message = "It has a port that nothing listens on."
  }
  assert {
    condition     = !contains([for entry in jsondecode(aws_ecs_task_definition.this.container_definitions)[0].environment : entry.name], "PORT")
    error_message = "It is told of a port that it does not have."
  }
}

run "a_task_is_locked_down" {
  module {
    source = "./modules/room"
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].readonlyRootFilesystem && jsondecode(aws_ecs_task_definition.this.container_definitions)[0].user == "1000"
    error_message = "The task could write its files, or is root."
  }
  assert {
    condition     = aws_ecs_service.this.deployment_circuit_breaker[0].enable && aws_ecs_service.this.deployment_circuit_breaker[0].rollback
    error_message = "A bad image would not be rolled back."
  }
}

run "an_unknown_room_is_refused" {
  command = plan
  module {
    source = "./modules/room"
  }
  variables {
    room = "database"
  }
  expect_failures = [var.room]
}

run "no_time_to_stop_is_refused" {
  command = plan
  module {
    source = "./modules/room"
  }
  variables {
    stop_timeout_seconds = 5
  }
  expect_failures = [var.stop_timeout_seconds]
}
