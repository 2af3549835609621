variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "region" {
  description = "AWS region, for the log."
  type        = string
}

variable "room" {
  description = "Which room, as the image takes it for its argument."
  type        = string
  validation {
    condition     = contains(["gateway", "booking", "waiting-room", "queue-processor", "admin"], var.room)
    error_message = "Use gateway, booking, waiting-room, queue-processor or admin."
  }
}

variable "image" {
  description = "Image and tag."
  type        = string
}

variable "repository_arn" {
  description = "Repository of the image."
  type        = string
}

variable "cpu" {
  description = "CPU units, 1024 = one. A room uses one core and a little."
  type        = number
}

variable "memory" {
  description = "MiB; what Fargate offers for the CPU."
  type        = number
}

variable "cpu_architecture" {
  description = "X86_64 or ARM64, as the image was built."
  type        = string
}

variable "replicas" {
  description = "Tasks to begin with; scaling changes it."
  type        = number
}

variable "has_listener" {
  description = "Whether the room answers requests, rather than working on its own."
  type        = bool
}

variable "port" {
  description = "Port of the room's listener."
  type        = number
}

variable "internal_port" {
  description = "Port of /livez, /readyz and /metrics."
  type        = number
}

variable "environment" {
  description = "What this room is told besides what all are."
  type        = map(string)
}

variable "secret_arns" {
  description = "Secrets by the name of the environment variable, those of this room only."
  type        = map(string)
}

variable "stop_timeout_seconds" {
  description = "Time to finish what is in hand, up to 120."
  type        = number
  validation {
    condition     = var.stop_timeout_seconds >= 10 && var.stop_timeout_seconds <= 120
    error_message = "Use 10 to 120 seconds; Fargate gives no more."
  }
}

variable "drain_delay_ms" {
  description = "How long a room that stops goes on taking requests, until all gateways have seen that it does."
  type        = number
}

variable "cluster_arn" {
  description = "The cluster."
  type        = string
}

variable "namespace_id" {
  description = "Namespace to register the tasks' addresses in."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets."
  type        = list(string)
}

variable "security_group_id" {
  description = "Lets the previous hop in, and nobody else."
  type        = string
}

variable "target_group_arn" {
  description = "Of the load balancer; null for rooms that it does not know."
  type        = string
  default     = null
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
}
