terraform {
  required_version = ">= 1.6"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
  # State holds secrets: keep it encrypted, in a bucket that few can read. Filled in by terraform init -backend-config=…
  backend "s3" {}
}

provider "aws" {
  region = var.region
  default_tags {
    tags = { Project = "fairline" }
  }
}
