# A project as people write it with public modules: what a service stands in and registers with goes through locals,
# outputs and dynamic blocks, so that a plan has no reference of it. It would work on AWS; the test breaks it by a variable.
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region                      = "ap-northeast-1"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
}

variable "breakages" {
  type    = set(string)
  default = []
}

locals {
  name    = "shop"
  subnets = merge(module.network.subnets, {})
}

module "network" {
  source = "./network"
  zones = {
    "ap-northeast-1a" = { number = 0 }
    "ap-northeast-1c" = { number = 1 }
  }
  nat = !contains(var.breakages, "no way out")
}

resource "aws_ecr_repository" "app" {
  name = local.name
}

resource "aws_security_group" "balancer" {
  name   = "${local.name}-balancer"
  vpc_id = module.network.vpc_id

  dynamic "ingress" {
    for_each = { http = 80 }
    content {
      description = ingress.key
      protocol    = "tcp"
      from_port   = ingress.value
      to_port     = ingress.value
      cidr_blocks = ["0.0.0.0/0"]
    }
  }

  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_lb" "this" {
  name            = local.name
  subnets         = local.subnets.public
  security_groups = [aws_security_group.balancer.id]
  depends_on      = [module.network]
}

resource "aws_lb_target_group" "this" {
  for_each    = toset(["app"])
  name        = each.key
  vpc_id      = module.network.vpc_id
  target_type = contains(var.breakages, "instances") ? "instance" : "ip"
  port        = 3000
  protocol    = "HTTP"
}

resource "aws_lb_listener" "this" {
  for_each          = { http = { port = 80, forward = { target_group_key = "app" } } }
  load_balancer_arn = aws_lb.this.arn
  port              = each.value.port

  dynamic "default_action" {
    for_each = try([each.value.forward], [])
    content {
      type             = "forward"
      target_group_arn = try(aws_lb_target_group.this[default_action.value.target_group_key].arn, null)
    }
  }
}

module "service" {
  source   = "./service"
  name     = local.name
  image    = "${aws_ecr_repository.app.repository_url}:0.1.0"
  registry = contains(var.breakages, "rights") ? [] : [aws_ecr_repository.app.arn]
  vpc_id   = module.network.vpc_id
  subnets  = local.subnets.private
  clients  = contains(var.breakages, "closed task") ? {} : { balancer = { group = aws_security_group.balancer.id } }
  targets = {
    web = {
      arn  = one([for name, group in aws_lb_target_group.this : group.arn if name == "app"])
      port = contains(var.breakages, "wrong port") ? 8080 : 3000
    }
  }
  depends_on = [aws_lb_listener.this]
}
