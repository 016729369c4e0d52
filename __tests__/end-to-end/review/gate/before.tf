# A small project as it is, on an emulator.
resource "aws_vpc" "this" { cidr_block = "10.0.0.0/16" }

resource "aws_security_group" "web" {
  name   = "web"
  vpc_id = aws_vpc.this.id
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
}

resource "aws_s3_bucket" "files" { bucket = "review-files" }
resource "aws_s3_bucket_public_access_block" "files" {
  bucket                  = aws_s3_bucket.files.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
resource "aws_s3_bucket_versioning" "files" {
  bucket = aws_s3_bucket.files.id
  versioning_configuration { status = "Enabled" }
}

resource "aws_ecr_repository" "app" {
  name                 = "app"
  image_tag_mutability = "IMMUTABLE"
}
resource "aws_kms_key" "data" {
  deletion_window_in_days = 30
  enable_key_rotation     = true
}

resource "aws_cognito_user_pool" "users" {
  name              = "users"
  mfa_configuration = "ON"
  software_token_mfa_configuration { enabled = true }
  deletion_protection = "ACTIVE"
}
resource "aws_cognito_user_pool_client" "app" {
  name            = "app"
  user_pool_id    = aws_cognito_user_pool.users.id
  generate_secret = true
}

resource "aws_iam_role" "task" {
  name = "task"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "ecs-tasks.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}
resource "aws_iam_role_policy" "task" {
  name = "task"
  role = aws_iam_role.task.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "Read", Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::review-files/*" },
      { Sid = "List", Effect = "Allow", Action = "s3:ListBucket", Resource = "arn:aws:s3:::review-files" },
    ]
  })
}

resource "aws_secretsmanager_secret" "key" { name = "key" }
resource "aws_secretsmanager_secret_version" "key" {
  secret_id     = aws_secretsmanager_secret.key.id
  secret_string = "hidden-before"
}

resource "aws_ecs_task_definition" "app" {
  family                   = "app"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  container_definitions = jsonencode([{
    name         = "app"
    image        = "app:1.0.0"
    portMappings = [{ containerPort = 3000 }]
    environment  = [{ name = "RAILS_ENV", value = "production" }, { name = "API_TOKEN", value = "hidden-token-1" }]
    secrets      = [{ name = "KEY", valueFrom = aws_secretsmanager_secret.key.arn }]
  }])
}

output "pool" { value = aws_cognito_user_pool.users.id }
output "key" {
  value     = aws_secretsmanager_secret_version.key.secret_string
  sensitive = true
}
