variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "vpc_id" {
  description = "The VPC."
  type        = string
}

variable "force_delete" {
  description = "Lets destroy delete the repository with its images."
  type        = bool
}
