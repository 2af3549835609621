variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "vpc_id" {
  description = "The VPC."
  type        = string
}

variable "subnet_ids" {
  description = "Public subnets, in two zones at least."
  type        = list(string)
}

variable "security_group_id" {
  description = "Lets visitors in, and the load balancer out to gateways."
  type        = string
}

variable "certificate_arn" {
  description = "ACM certificate of the HTTPS listener."
  type        = string
}

variable "gateway_port" {
  description = "Port that gateways listen on for visitors."
  type        = number
}

variable "internal_port" {
  description = "Port of the gateways' health, which no listener leads to."
  type        = number
}

variable "deletion_protection" {
  description = "Keeps the load balancer and its logs from being deleted."
  type        = bool
}

variable "log_retention_days" {
  description = "Days that access logs are kept."
  type        = number
}

variable "waf_requests_per_5_minutes" {
  description = "Requests that one address may make in five minutes; 0 = no web ACL."
  type        = number
  validation {
    condition     = var.waf_requests_per_5_minutes == 0 || (var.waf_requests_per_5_minutes >= 10 && var.waf_requests_per_5_minutes <= 2000000000)
    error_message = "Use 0, or 10 to 2 000 000 000."
  }
}
