resource "aws_cognito_user_pool" "this" {
  count = 1
  name  = "counted"
}

resource "aws_cognito_user_pool_client" "this" {
  count                        = 3
  name                         = "client-${count.index}"
  user_pool_id                 = aws_cognito_user_pool.this[0].id
  generate_secret              = count.index == 1
  explicit_auth_flows          = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
  supported_identity_providers = ["COGNITO", aws_cognito_identity_provider.this[0].provider_name]
}

resource "aws_cognito_user_pool_domain" "this" {
  count        = 1
  domain       = "counted-login"
  user_pool_id = aws_cognito_user_pool.this[0].id
}

resource "aws_cognito_resource_server" "this" {
  count        = 1
  identifier   = "https://api.example.com"
  name         = "api"
  user_pool_id = aws_cognito_user_pool.this[0].id

  scope {
    scope_name        = "read"
    scope_description = "Read"
  }

  scope {
    scope_name        = "write"
    scope_description = "Write"
  }
}

resource "aws_cognito_user_group" "this" {
  for_each     = toset(["admins", "customers"])
  name         = each.key
  description  = "All ${each.key}"
  precedence   = each.key == "admins" ? 0 : 10
  user_pool_id = aws_cognito_user_pool.this[0].id
}

resource "aws_cognito_identity_provider" "this" {
  count         = 1
  user_pool_id  = aws_cognito_user_pool.this[0].id
  provider_name = "Google"
  provider_type = "Google"

  provider_details = {
    client_id        = "google-client"
    client_secret    = "google-secret-value"
    authorize_scopes = "email"
  }

  attribute_mapping = {
    email    = "email"
    username = "sub"
  }
}

resource "aws_cognito_user" "first" {
  user_pool_id = aws_cognito_user_pool.this[0].id
  username     = "from-terraform"
}

output "client_id" {
  value = aws_cognito_user_pool_client.this[1].id
}

output "user_pool_id" {
  value = aws_cognito_user_pool.this[0].id
}
