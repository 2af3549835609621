# Fairline on AWS: visitors -> load balancer -> gateways -> rooms, all of them on Fargate in private subnets, with what
# they agree on in ElastiCache.

locals {
  port          = 8080
  internal_port = 9090
  # How the rooms are told about each other and stop in time; see docker-compose.yml for the same on one machine.
  drain_delay_ms       = 2000
  stop_timeout_seconds = 60
  redis_url            = { REDIS_URL = module.cache.url_secret_arn }
  common               = { EVENT = var.event, LOG_LEVEL = "info" }
  # A room gets the keys that it signs or verifies with, and no other.
  rooms = {
    gateway = {
      has_listener = true
      secrets      = ["COOKIE_SECRETS", "IDENTITY_SECRETS"]
      environment  = { TRUSTED_PROXIES = module.network.cidr, UPSTREAM_NETWORKS = module.network.cidr }
    }
    booking = {
      has_listener = true
      secrets      = ["IDENTITY_SECRETS"]
      environment  = {}
    }
    waiting-room = {
      has_listener = true
      secrets      = ["TICKET_SECRETS", "IDENTITY_SECRETS", "INVITE_SECRETS"]
      environment  = {}
    }
    queue-processor = {
      has_listener = false
      secrets      = []
      environment  = { EMF_LOG = "1", SCALING_BOOKING = "${var.rooms["booking"].min}-${var.rooms["booking"].max}" }
    }
    admin = {
      has_listener = true
      secrets      = ["ADMIN_SECRETS", "OPERATORS"]
      environment  = { GATEWAY_NETWORKS = module.network.cidr }
    }
  }
  # Booking grows by what Fairline itself sees: requests in hand, latency, people waiting.
  signals = {
    booking = {
      namespace  = "Fairline"
      wanted     = "DesiredReplicas"
      running    = "RunningReplicas"
      dimensions = { Event = var.event, Room = "booking" }
    }
  }
  scaled = toset(["gateway", "waiting-room", "booking"])
}

module "network" {
  source       = "./modules/network"
  name         = var.name
  region       = var.region
  cidr         = var.vpc_cidr
  zone_count   = var.zone_count
  nat_per_zone = var.nat_per_zone
}

module "secrets" {
  source        = "./modules/secrets"
  name          = var.name
  operators     = var.operators
  generation    = var.secrets_generation
  recovery_days = var.protect ? 7 : 0
}

module "cache" {
  source                  = "./modules/cache"
  name                    = var.name
  subnet_ids              = module.network.private_subnet_ids
  security_group_id       = aws_security_group.cache.id
  node_type               = var.cache.node_type
  replica_count           = var.cache.replica_count
  snapshot_retention_days = var.cache.snapshot_retention_days
  maintenance_window      = var.cache.maintenance_window
  secret_recovery_days    = var.protect ? 7 : 0
}

module "load_balancer" {
  source                     = "./modules/load-balancer"
  name                       = var.name
  vpc_id                     = module.network.vpc_id
  subnet_ids                 = module.network.public_subnet_ids
  security_group_id          = aws_security_group.load_balancer.id
  certificate_arn            = var.certificate_arn
  gateway_port               = local.port
  internal_port              = local.internal_port
  deletion_protection        = var.protect
  log_retention_days         = var.log_retention_days
  waf_requests_per_5_minutes = var.waf_requests_per_5_minutes
}

module "cluster" {
  source       = "./modules/cluster"
  name         = var.name
  vpc_id       = module.network.vpc_id
  force_delete = !var.protect
}

module "room" {
  source               = "./modules/room"
  for_each             = local.rooms
  name                 = var.name
  region               = var.region
  room                 = each.key
  image                = "${module.cluster.repository_url}:${var.image_tag}"
  repository_arn       = module.cluster.repository_arn
  cpu                  = var.rooms[each.key].cpu
  memory               = var.rooms[each.key].memory
  cpu_architecture     = var.cpu_architecture
  replicas             = var.rooms[each.key].min
  has_listener         = each.value.has_listener
  port                 = local.port
  internal_port        = local.internal_port
  environment          = merge(local.common, each.value.environment)
  secret_arns          = merge(local.redis_url, { for name in each.value.secrets : name => module.secrets.arns[name] })
  stop_timeout_seconds = local.stop_timeout_seconds
  drain_delay_ms       = local.drain_delay_ms
  cluster_arn          = module.cluster.arn
  namespace_id         = module.cluster.namespace_id
  subnet_ids           = module.network.private_subnet_ids
  security_group_id    = aws_security_group.room[each.key].id
  target_group_arn     = each.key == "gateway" ? module.load_balancer.target_group_arn : null
  log_retention_days   = var.log_retention_days
}

module "scaling" {
  source       = "./modules/scaling"
  for_each     = local.scaled
  cluster_name = module.cluster.name
  service_name = module.room[each.key].service_name
  min          = var.rooms[each.key].min
  max          = var.rooms[each.key].max
  signal       = lookup(local.signals, each.key, null)
  sales = {
    for name, sale in var.sales : name => {
      ready_at = sale.ready_at
      over_at  = sale.over_at
      timezone = sale.timezone
      min      = lookup(sale.min, each.key, var.rooms[each.key].min)
    }
  }
}

module "monitoring" {
  source                   = "./modules/monitoring"
  name                     = var.name
  region                   = var.region
  alarm_emails             = var.alarm_emails
  load_balancer_arn_suffix = module.load_balancer.arn_suffix
  target_group_arn_suffix  = module.load_balancer.target_group_arn_suffix
  cluster_name             = module.cluster.name
  service_names            = [for room in module.room : room.service_name]
  cache_member_ids         = module.cache.member_ids
}
