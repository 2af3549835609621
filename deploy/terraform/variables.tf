variable "name" {
  description = "Prefix of every name."
  type        = string
  default     = "fairline"
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,19}$", var.name))
    error_message = "Use 2 to 20 lower-case letters, digits and hyphens, a letter first."
  }
}

variable "region" {
  description = "AWS region; that of the provider."
  type        = string
}

variable "certificate_arn" {
  description = "ACM certificate of the domain that visitors come to."
  type        = string
  validation {
    condition     = can(regex("^arn:aws[a-z-]*:acm:", var.certificate_arn))
    error_message = "Use the ARN of a certificate in ACM."
  }
}

variable "image_tag" {
  description = "Tag of the image in the repository that is made here."
  type        = string
}

variable "cpu_architecture" {
  description = "What the image was built for."
  type        = string
  default     = "X86_64"
  validation {
    condition     = contains(["X86_64", "ARM64"], var.cpu_architecture)
    error_message = "Use X86_64 or ARM64."
  }
}

variable "event" {
  description = "Id of the sale."
  type        = string
  default     = "default"
  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{0,62}$", var.event))
    error_message = "Use 1 to 63 lower-case letters, digits and hyphens, no hyphen first."
  }
}

variable "operators" {
  description = "Who may log in at /system: <name>:<viewer|operator>:<password hash>, separated by commas."
  type        = string
  sensitive   = true
  validation {
    condition     = can(regex("^[^:,]+:(viewer|operator):scrypt\\$", var.operators))
    error_message = "Use <name>:<viewer|operator>:<password hash>, as npm run operator:add writes it."
  }
}

variable "secrets_generation" {
  description = "Another value makes new keys; visitors then lose their cookies."
  type        = string
  default     = "1"
}

variable "vpc_cidr" {
  description = "Addresses of the VPC."
  type        = string
  default     = "10.20.0.0/16"
}

variable "zone_count" {
  description = "Availability zones to spread over, 2 to 3."
  type        = number
  default     = 2
}

variable "nat_per_zone" {
  description = "A NAT gateway in each zone, rather than one for all."
  type        = bool
  default     = false
}

variable "visitor_cidrs" {
  description = "Networks that visitors may come from."
  type        = list(string)
  default     = ["0.0.0.0/0"]
}

variable "rooms" {
  description = "Size of each room: CPU units and MiB of a task (what Fargate offers), fewest and most tasks."
  type = map(object({
    cpu    = number
    memory = number
    min    = number
    max    = number
  }))
  default = {
    gateway         = { cpu = 512, memory = 1024, min = 2, max = 4 }
    waiting-room    = { cpu = 512, memory = 1024, min = 2, max = 4 }
    booking         = { cpu = 512, memory = 1024, min = 2, max = 8 }
    queue-processor = { cpu = 256, memory = 512, min = 2, max = 2 }
    admin           = { cpu = 256, memory = 512, min = 1, max = 1 }
  }
  validation {
    condition     = length(setsubtract(["gateway", "booking", "waiting-room", "queue-processor", "admin"], keys(var.rooms))) == 0
    error_message = "Name gateway, booking, waiting-room, queue-processor and admin."
  }
  validation {
    condition     = alltrue([for room in values(var.rooms) : room.min >= 1 && room.max >= room.min])
    error_message = "Every room needs at least one task, and max not below min."
  }
  validation {
    condition     = try(var.rooms["queue-processor"].min >= 2, false)
    error_message = "Two queue-processors at least: one leads, the other stands by."
  }
}

variable "cache" {
  description = "Size of a node, replicas of the primary, days of snapshots, and when AWS may work on it (UTC)."
  type = object({
    node_type               = string
    replica_count           = number
    snapshot_retention_days = number
    maintenance_window      = string
  })
  default = {
    node_type               = "cache.t4g.small"
    replica_count           = 1
    snapshot_retention_days = 1
    maintenance_window      = "mon:18:30-mon:19:30"
  }
}

variable "sales" {
  description = "Sales to be ready for: from when to when (yyyy-mm-ddThh:mm:ss in the time zone), and the fewest tasks of each room meanwhile."
  type = map(object({
    ready_at = string
    over_at  = string
    timezone = string
    min      = map(number)
  }))
  default = {}
}

variable "waf_requests_per_5_minutes" {
  description = "Requests that one address may make in five minutes before the web ACL refuses it; 0 = no web ACL."
  type        = number
  default     = 0
}

variable "alarm_emails" {
  description = "Who is told of alarms."
  type        = list(string)
  default     = []
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 30
}

variable "protect" {
  description = "Keeps what holds data from being deleted. Turn it off before a destroy."
  type        = bool
  default     = true
}
