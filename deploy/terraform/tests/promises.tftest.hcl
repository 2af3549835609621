# What the modules promise, on what would be made.

provider "aws" {
  region = "ap-northeast-2"
}

variables {
  region          = "ap-northeast-2"
  certificate_arn = "arn:aws:acm:ap-northeast-2:123456789012:certificate/00000000-0000-0000-0000-000000000000"
  image_tag       = "0.1.0"
  operators       = "admin:operator:scrypt$16384$8$1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
}

run "only_gateways_are_reached_from_outside" {
  assert {
    condition     = [for rule in aws_vpc_security_group_ingress_rule.visitors : rule.security_group_id if rule.security_group_id != aws_security_group.load_balancer.id] == []
    error_message = "A rule for visitors is not on the load balancer."
  }
  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.listener : rule.referenced_security_group_id == aws_security_group.room["gateway"].id && rule.from_port == 8080 && rule.to_port == 8080])
    error_message = "A room lets in somebody else than gateways, or on another port."
  }
  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.redis : rule.cidr_ipv4 == null && rule.from_port == 6379 && rule.to_port == 6379])
    error_message = "Redis is open to a network, or on another port."
  }
}

run "rooms_get_their_own_secrets_only" {
  assert {
    condition     = local.rooms["queue-processor"].secrets == [] && local.rooms["booking"].secrets == ["IDENTITY_SECRETS"]
    error_message = "A room is given secrets that it does not use."
  }
  assert {
    condition     = length([for name, room in local.rooms : name if contains(room.secrets, "ADMIN_SECRETS") || contains(room.secrets, "OPERATORS")]) == 1
    error_message = "Another room than admin knows the operators."
  }
}

run "rooms_have_time_to_stop" {
  assert {
    condition     = local.stop_timeout_seconds * 1000 - 5000 > local.drain_delay_ms && local.stop_timeout_seconds <= 120
    error_message = "A room is ended before it has drained."
  }
}

run "one_queue_processor_is_refused" {
  command = plan
  variables {
    rooms = {
      gateway         = { cpu = 512, memory = 1024, min = 2, max = 4 }
      waiting-room    = { cpu = 512, memory = 1024, min = 2, max = 4 }
      booking         = { cpu = 512, memory = 1024, min = 2, max = 8 }
      queue-processor = { cpu = 256, memory = 512, min = 1, max = 1 }
      admin           = { cpu = 256, memory = 512, min = 1, max = 1 }
    }
  }
  expect_failures = [var.rooms]
}

run "a_missing_room_is_refused" {
  command = plan
  variables {
    rooms = {
      gateway         = { cpu = 512, memory = 1024, min = 2, max = 4 }
      queue-processor = { cpu = 256, memory = 512, min = 2, max = 2 }
    }
  }
  expect_failures = [var.rooms]
}

run "a_password_in_clear_is_refused" {
  command = plan
  variables {
    operators = "admin:operator:secret"
  }
  expect_failures = [var.operators]
}
