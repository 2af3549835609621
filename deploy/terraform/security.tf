# Who may speak to whom: each hop lets in the one before it, and nobody else.

locals {
  listeners = toset(["booking", "waiting-room", "admin"])
}

resource "aws_security_group" "load_balancer" {
  name        = "${var.name}-load-balancer"
  description = "Load balancer: visitors in, gateways out"
  vpc_id      = module.network.vpc_id
}

resource "aws_security_group" "room" {
  for_each    = local.rooms
  name        = "${var.name}-${each.key}"
  description = "Tasks of ${each.key}"
  vpc_id      = module.network.vpc_id
}

resource "aws_security_group" "cache" {
  name        = "${var.name}-cache"
  description = "Redis: the rooms in"
  vpc_id      = module.network.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "visitors" {
  for_each          = { for pair in setproduct(["80", "443"], var.visitor_cidrs) : join(" ", pair) => pair }
  security_group_id = aws_security_group.load_balancer.id
  description       = "Visitors"
  cidr_ipv4         = each.value[1]
  ip_protocol       = "tcp"
  from_port         = tonumber(each.value[0])
  to_port           = tonumber(each.value[0])
}

# The listener's port and that of the health check.
resource "aws_vpc_security_group_egress_rule" "load_balancer" {
  for_each                     = { listener = local.port, health = local.internal_port }
  security_group_id            = aws_security_group.load_balancer.id
  description                  = "Gateways: ${each.key}"
  referenced_security_group_id = aws_security_group.room["gateway"].id
  ip_protocol                  = "tcp"
  from_port                    = each.value
  to_port                      = each.value
}

resource "aws_vpc_security_group_ingress_rule" "gateway" {
  for_each                     = { listener = local.port, health = local.internal_port }
  security_group_id            = aws_security_group.room["gateway"].id
  description                  = "Load balancer: ${each.key}"
  referenced_security_group_id = aws_security_group.load_balancer.id
  ip_protocol                  = "tcp"
  from_port                    = each.value
  to_port                      = each.value
}

resource "aws_vpc_security_group_ingress_rule" "listener" {
  for_each                     = local.listeners
  security_group_id            = aws_security_group.room[each.key].id
  description                  = "Gateways"
  referenced_security_group_id = aws_security_group.room["gateway"].id
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
}

resource "aws_vpc_security_group_egress_rule" "gateway" {
  for_each                     = local.listeners
  security_group_id            = aws_security_group.room["gateway"].id
  description                  = "To ${each.key}"
  referenced_security_group_id = aws_security_group.room[each.key].id
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
}

# The image, secrets and logs: AWS itself, by https.
resource "aws_vpc_security_group_egress_rule" "https" {
  for_each          = local.rooms
  security_group_id = aws_security_group.room[each.key].id
  description       = "Image, secrets and logs"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "redis" {
  for_each                     = local.rooms
  security_group_id            = aws_security_group.room[each.key].id
  description                  = "Redis"
  referenced_security_group_id = aws_security_group.cache.id
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
}

resource "aws_vpc_security_group_ingress_rule" "redis" {
  for_each                     = local.rooms
  security_group_id            = aws_security_group.cache.id
  description                  = "From ${each.key}"
  referenced_security_group_id = aws_security_group.room[each.key].id
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
}
