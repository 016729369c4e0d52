# As the original: everything in module.cognito, with a local state.
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

module "cognito" {
  source = "./cognito"
}

output "client_id" {
  value = module.cognito.client_id
}

output "user_pool_id" {
  value = module.cognito.user_pool_id
}
