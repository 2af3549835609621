# The night when a million people come: ready an hour ahead, over three zones.

module "fairline" {
  source                     = "../../"
  region                     = var.region
  certificate_arn            = var.certificate_arn
  image_tag                  = var.image_tag
  operators                  = var.operators
  alarm_emails               = var.alarm_emails
  cpu_architecture           = "ARM64"
  zone_count                 = 3
  nat_per_zone               = true
  waf_requests_per_5_minutes = 20000

  # Polls of a million waiting visitors are about 50 000 requests a second: three cores of gateways and two of
  # waiting-rooms, doubled for the rush at the start and for the loss of a zone.
  rooms = {
    gateway         = { cpu = 1024, memory = 2048, min = 3, max = 30 }
    waiting-room    = { cpu = 1024, memory = 2048, min = 3, max = 20 }
    booking         = { cpu = 1024, memory = 2048, min = 3, max = 60 }
    queue-processor = { cpu = 512, memory = 1024, min = 2, max = 2 }
    admin           = { cpu = 512, memory = 1024, min = 2, max = 2 }
  }

  # A million waiting visitors take about 720 MB; Redis does the rest on one core, so the fastest one.
  cache = {
    node_type               = "cache.r7g.large"
    replica_count           = 2
    snapshot_retention_days = 7
    maintenance_window      = "mon:18:30-mon:19:30"
  }

  sales = {
    december = {
      ready_at = "2026-12-04T19:00:00"
      over_at  = "2026-12-04T23:00:00"
      timezone = "Asia/Seoul"
      min      = { gateway = 12, waiting-room = 6, booking = 12 }
    }
  }
}
