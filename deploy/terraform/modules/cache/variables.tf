variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets, in two zones at least."
  type        = list(string)
}

variable "security_group_id" {
  description = "Lets the rooms in, and nobody else."
  type        = string
}

variable "node_type" {
  description = "Size of a node. A waiting visitor takes about 720 bytes with the visitor record."
  type        = string
}

variable "replica_count" {
  description = "Replicas of the primary, 1 to 5."
  type        = number
  validation {
    condition     = var.replica_count >= 1 && var.replica_count <= 5
    error_message = "Use 1 to 5 replicas: without one a failed node loses the line."
  }
}

variable "snapshot_retention_days" {
  description = "Days that daily snapshots are kept."
  type        = number
}

variable "maintenance_window" {
  description = "When AWS may work on the nodes, like mon:04:30-mon:05:30 (UTC). Keep sales out of it."
  type        = string
}

variable "secret_recovery_days" {
  description = "Days a deleted secret can be brought back; 0 deletes at once."
  type        = number
}
