# Everything at the root, in S3, with settings that this project would not choose, and two clients by for_each.
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
  backend "s3" {}
}

provider "aws" {
  region = "ap-northeast-1"
  default_tags {
    tags = {
      Team = "shop"
    }
  }
}

locals {
  clients = {
    "web app" = { secret = true, callback = "https://shop.example.com/callback" }
    mobile    = { secret = false, callback = "shop://callback" }
  }
}

resource "aws_cognito_user_pool" "shop" {
  name                     = "shop-users"
  mfa_configuration        = "OPTIONAL"
  username_attributes      = ["email"]
  auto_verified_attributes = ["email"]
  deletion_protection      = "INACTIVE"

  tags = {
    Owner = "shop"
  }

  username_configuration {
    case_sensitive = true
  }

  software_token_mfa_configuration {
    enabled = true
  }

  password_policy {
    minimum_length                   = 6
    require_lowercase                = false
    require_numbers                  = false
    require_symbols                  = false
    require_uppercase                = false
    temporary_password_validity_days = 30
  }

  schema {
    name                = "email"
    attribute_data_type = "String"
    required            = true
    mutable             = true
    string_attribute_constraints {
      min_length = 3
      max_length = 70
    }
  }

  schema {
    name                     = "points"
    attribute_data_type      = "Number"
    developer_only_attribute = false
    mutable                  = true
    number_attribute_constraints {
      min_value = 0
      max_value = 100000
    }
  }

  schema {
    name                = "newsletter"
    attribute_data_type = "Boolean"
    mutable             = true
  }

  admin_create_user_config {
    allow_admin_create_user_only = true
    invite_message_template {
      email_subject = "Welcome to 50 %%{off}"
      email_message = "Hello {username}, your password is {####}, and $${this} stays as it is."
      sms_message   = "{username}: {####}"
    }
  }

  email_configuration {
    email_sending_account  = "COGNITO_DEFAULT"
    reply_to_email_address = "help@example.com"
  }

  verification_message_template {
    default_email_option = "CONFIRM_WITH_CODE"
    email_subject        = "Your code"
    email_message        = "It is {####}."
  }

  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
  }

  device_configuration {
    challenge_required_on_new_device      = true
    device_only_remembered_on_user_prompt = false
  }

  lambda_config {
    pre_sign_up = "arn:aws:lambda:ap-northeast-1:123456789012:function:pre-sign-up"
  }

  user_attribute_update_settings {
    attributes_require_verification_before_update = ["email"]
  }
}

resource "aws_cognito_user_pool_client" "this" {
  for_each = local.clients

  name                                 = each.key
  user_pool_id                         = aws_cognito_user_pool.shop.id
  generate_secret                      = each.value.secret
  explicit_auth_flows                  = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["code"]
  allowed_oauth_scopes                 = ["openid", "email"]
  callback_urls                        = [each.value.callback]
  logout_urls                          = ["https://shop.example.com/"]
  supported_identity_providers         = ["COGNITO"]
  prevent_user_existence_errors        = "LEGACY"
  access_token_validity                = 30
  id_token_validity                    = 30
  refresh_token_validity               = 7

  token_validity_units {
    access_token  = "minutes"
    id_token      = "minutes"
    refresh_token = "days"
  }
}

resource "aws_lambda_permission" "pre_sign_up" {
  count         = 0
  action        = "lambda:InvokeFunction"
  function_name = "pre-sign-up"
  principal     = "cognito-idp.amazonaws.com"
  source_arn    = aws_cognito_user_pool.shop.arn
}

output "client_id" {
  value = aws_cognito_user_pool_client.this["web app"].id
}

output "user_pool_id" {
  value = aws_cognito_user_pool.shop.id
}
