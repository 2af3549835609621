variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "region" {
  description = "AWS region of the dashboard's metrics."
  type        = string
}

variable "alarm_emails" {
  description = "Who is told of alarms; each address has to confirm once."
  type        = list(string)
}

variable "load_balancer_arn_suffix" {
  description = "The load balancer, as metrics name it."
  type        = string
}

variable "target_group_arn_suffix" {
  description = "The gateways, as metrics name them."
  type        = string
}

variable "cluster_name" {
  description = "Name of the cluster."
  type        = string
}

variable "service_names" {
  description = "Services to watch."
  type        = list(string)
}

variable "cache_member_ids" {
  description = "Nodes of the cache."
  type        = list(string)
}
