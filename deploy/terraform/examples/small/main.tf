# A sale of a few thousand visitors, at the least cost that still survives the loss of a zone: the sizes are the defaults.

module "fairline" {
  source          = "../../"
  region          = var.region
  certificate_arn = var.certificate_arn
  image_tag       = var.image_tag
  operators       = var.operators
  alarm_emails    = var.alarm_emails
  protect         = false
}
