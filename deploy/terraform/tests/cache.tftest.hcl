# The cache alone: encrypted, with a password, over two zones, and nothing thrown out.

provider "aws" {
  region = "ap-northeast-2"
}

variables {
  name                    = "test"
  subnet_ids              = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"]
  security_group_id       = "sg-0a1b2c3d"
  node_type               = "cache.t4g.small"
  replica_count           = 1
  snapshot_retention_days = 1
  maintenance_window      = "mon:18:30-mon:19:30"
  secret_recovery_days    = 0
}

run "holds_what_it_is_given" {
  module {
    source = "./modules/cache"
  }
  assert {
    condition     = aws_elasticache_replication_group.this.transit_encryption_enabled && aws_elasticache_replication_group.this.at_rest_encryption_enabled
    error_message = "The cache is not encrypted."
  }
  assert {
    condition     = aws_elasticache_replication_group.this.multi_az_enabled && aws_elasticache_replication_group.this.automatic_failover_enabled
    error_message = "The cache does not survive a zone."
  }
  assert {
    condition     = one(aws_elasticache_parameter_group.this.parameter).value == "noeviction"
    error_message = "The cache throws out what visitors were promised."
  }
  assert {
    condition     = startswith(aws_secretsmanager_secret_version.url.secret_string, "rediss://:")
    error_message = "Rooms would reach the cache in clear."
  }
}

run "without_a_replica_is_refused" {
  command = plan
  module {
    source = "./modules/cache"
  }
  variables {
    replica_count = 0
  }
  expect_failures = [var.replica_count]
}
