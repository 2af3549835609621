variable "region" {
  description = "AWS region."
  type        = string
  default     = "ap-northeast-2"
}

variable "certificate_arn" {
  description = "ACM certificate of the domain that visitors come to."
  type        = string
}

variable "image_tag" {
  description = "Tag of the image to run."
  type        = string
}

variable "operators" {
  description = "Who may log in at /system: <name>:<viewer|operator>:<password hash>, separated by commas."
  type        = string
  sensitive   = true
}

variable "alarm_emails" {
  description = "Who is told of alarms."
  type        = list(string)
  default     = []
}
