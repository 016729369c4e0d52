# The same project with a change that nobody should apply.
resource "aws_vpc" "this" { cidr_block = "10.0.0.0/16" }

resource "aws_security_group" "web" {
  name   = "web"
  vpc_id = aws_vpc.this.id
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16", "0.0.0.0/0"]
  }
}

resource "aws_s3_bucket" "files" {
  bucket        = "review-files"
  force_destroy = true
}
resource "aws_s3_bucket_public_access_block" "files" {
  bucket              = aws_s3_bucket.files.id
  block_public_acls   = true
  block_public_policy = false
  ignore_public_acls  = true
}
resource "aws_s3_bucket_versioning" "files" {
  bucket = aws_s3_bucket.files.id
  versioning_configuration { status = "Suspended" }
}
resource "aws_s3_bucket_policy" "files" {
  bucket = aws_s3_bucket.files.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "arn:aws:s3:::review-files/*" }]
  })
}

# Renamed, without a moved block.
resource "aws_ecr_repository" "rails" {
  name                 = "app"
  image_tag_mutability = "IMMUTABLE"
}
resource "aws_kms_key" "data" {
  deletion_window_in_days = 7
  enable_key_rotation     = false
}

resource "aws_cognito_user_pool" "users" {
  name                     = "users"
  mfa_configuration        = "OPTIONAL"
  auto_verified_attributes = ["email"]
  software_token_mfa_configuration { enabled = true }
  deletion_protection = "INACTIVE"
}
resource "aws_cognito_user_pool_client" "app" {
  name            = "app"
  user_pool_id    = aws_cognito_user_pool.users.id
  generate_secret = false
}

resource "aws_iam_role" "task" {
  name = "task"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { AWS = "*" }, Action = "sts:AssumeRole" }]
  })
}
resource "aws_iam_role_policy" "task" {
  name = "task"
  role = aws_iam_role.task.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "List", Effect = "Allow", Action = "s3:ListBucket", Resource = "arn:aws:s3:::review-files" },
      { Sid = "Read", Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject"], Resource = "arn:aws:s3:::review-files/*" },
    ]
  })
}

removed {
  from = aws_secretsmanager_secret.key
  lifecycle { destroy = false }
}
removed {
  from = aws_secretsmanager_secret_version.key
  lifecycle { destroy = false }
}
variable "key" {
  default   = "hidden-after"
  sensitive = true
}

resource "aws_ecs_task_definition" "app" {
  family                   = "app"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 512
  memory                   = 1024
  container_definitions = jsonencode([{
    name         = "app"
    image        = "app:1.1.0"
    portMappings = [{ containerPort = 3000 }]
    environment  = [{ name = "API_TOKEN", value = "hidden-token-2" }, { name = "RAILS_ENV", value = "production" }]
  }])
}

output "pool" { value = aws_cognito_user_pool.users.id }
output "key" {
  value     = var.key
  sensitive = true
}
