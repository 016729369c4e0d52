resource "aws_cognito_user_pool" "user_pool" {
  name              = "operation-app"
  mfa_configuration = "ON"

  software_token_mfa_configuration {
    enabled = true
  }
}

resource "aws_cognito_user_pool_client" "user_pool_client" {
  name                = "rails"
  user_pool_id        = aws_cognito_user_pool.user_pool.id
  generate_secret     = true
  explicit_auth_flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
}

resource "aws_cognito_user_pool_domain" "user_pool_domain" {
  domain       = "operation-app-login"
  user_pool_id = aws_cognito_user_pool.user_pool.id
}

output "client_id" {
  value = aws_cognito_user_pool_client.user_pool_client.id
}

output "user_pool_id" {
  value = aws_cognito_user_pool.user_pool.id
}
