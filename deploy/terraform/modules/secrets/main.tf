# The keys that sign cookies and headers, one secret each, so that a room can be given what it needs and no more. They are
# made here and stand in the state of Terraform: keep that encrypted and to yourself.

locals {
  made = toset(["COOKIE_SECRETS", "TICKET_SECRETS", "INVITE_SECRETS", "IDENTITY_SECRETS", "ADMIN_SECRETS"])
}

resource "random_password" "this" {
  for_each = local.made
  length   = 48
  special  = false
  keepers  = { generation = var.generation }
}

resource "aws_secretsmanager_secret" "this" {
  for_each                = setunion(local.made, ["OPERATORS"])
  name                    = "${var.name}/${lower(replace(each.key, "_", "-"))}"
  description             = "${each.key} of ${var.name}"
  recovery_window_in_days = var.recovery_days
}

resource "aws_secretsmanager_secret_version" "this" {
  for_each      = random_password.this
  secret_id     = aws_secretsmanager_secret.this[each.key].id
  secret_string = each.value.result
}

resource "aws_secretsmanager_secret_version" "operators" {
  secret_id     = aws_secretsmanager_secret.this["OPERATORS"].id
  secret_string = var.operators
}
