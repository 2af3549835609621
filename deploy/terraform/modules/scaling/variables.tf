variable "cluster_name" {
  description = "Name of the cluster."
  type        = string
}

variable "service_name" {
  description = "Name of the service."
  type        = string
}

variable "min" {
  description = "Fewest tasks."
  type        = number
}

variable "max" {
  description = "Most tasks."
  type        = number
  validation {
    condition     = var.max >= var.min
    error_message = "max is below min."
  }
}

variable "cpu_percent" {
  description = "CPU to keep to, where the room has no signal of its own."
  type        = number
  default     = 50
}

variable "signal" {
  description = "Metrics that say how many tasks are wanted and how many run; null = by CPU."
  type = object({
    namespace  = string
    wanted     = string
    running    = string
    dimensions = map(string)
  })
  default = null
}

variable "sales" {
  description = "Sales to be ready for: from when to when (yyyy-mm-ddThh:mm:ss in the time zone), and the fewest tasks meanwhile."
  type = map(object({
    ready_at = string
    over_at  = string
    timezone = string
    min      = number
  }))
}
