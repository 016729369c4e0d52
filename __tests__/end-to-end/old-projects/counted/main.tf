# As public modules do it: nested modules, everything by count, and all that can stand beside a pool.
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region = "ap-northeast-1"
}

module "auth" {
  source = "./auth"
}

output "client_id" {
  value = module.auth.client_id
}

output "user_pool_id" {
  value = module.auth.user_pool_id
}
