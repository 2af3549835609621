variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "operators" {
  description = "Who may log in at /system: <name>:<viewer|operator>:<password hash>, separated by commas."
  type        = string
  sensitive   = true
}

variable "generation" {
  description = "Another value makes new keys; visitors then lose their cookies."
  type        = string
}

variable "recovery_days" {
  description = "Days a deleted secret can be brought back; 0 deletes at once."
  type        = number
}
