variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "region" {
  description = "AWS region, for the name of the endpoint."
  type        = string
}

variable "cidr" {
  description = "Addresses of the VPC; it is cut into 16 equal parts."
  type        = string
  validation {
    condition     = can(cidrhost(var.cidr, 0)) && tonumber(split("/", var.cidr)[1]) <= 20
    error_message = "Use an IPv4 network of /20 or larger, like 10.20.0.0/16."
  }
}

variable "zone_count" {
  description = "Availability zones to spread over, 2 to 3."
  type        = number
  validation {
    condition     = var.zone_count >= 2 && var.zone_count <= 3
    error_message = "Use 2 or 3 zones."
  }
}

variable "nat_per_zone" {
  description = "A NAT gateway in each zone, rather than one for all."
  type        = bool
}
