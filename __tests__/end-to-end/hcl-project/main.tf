# A project that is not this one's: plain HCL, two modules, count, for_each and dynamic blocks. It would work on AWS;
# the test breaks it by its variables.
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
  name  = "shop"
  zones = ["ap-northeast-1a", "ap-northeast-1c"]
}

module "network" {
  source    = "./modules/network"
  name      = local.name
  zones     = contains(var.breakages, "one zone") ? ["ap-northeast-1a", "ap-northeast-1a"] : local.zones
  endpoints = contains(var.breakages, "no registry") ? ["ecr.api", "logs"] : ["ecr.api", "ecr.dkr", "logs"]
}

resource "aws_security_group" "group" {
  for_each = toset(["balancer", "task"])
  name     = "${local.name}-${each.key}"
  vpc_id   = module.network.vpc_id
}

resource "aws_security_group_rule" "balancer_in" {
  type              = "ingress"
  security_group_id = aws_security_group.group["balancer"].id
  protocol          = "tcp"
  from_port         = 80
  to_port           = 80
  cidr_blocks       = ["0.0.0.0/0"]
}

resource "aws_security_group_rule" "balancer_out" {
  type                     = "egress"
  security_group_id        = aws_security_group.group["balancer"].id
  protocol                 = "tcp"
  from_port                = 3000
  to_port                  = 3000
  source_security_group_id = aws_security_group.group["task"].id
}

resource "aws_security_group_rule" "task_in" {
  count                    = contains(var.breakages, "closed task") ? 0 : 1
  type                     = "ingress"
  security_group_id        = aws_security_group.group["task"].id
  protocol                 = "tcp"
  from_port                = 3000
  to_port                  = 3000
  source_security_group_id = aws_security_group.group["balancer"].id
}

resource "aws_security_group_rule" "task_out" {
  type              = "egress"
  security_group_id = aws_security_group.group["task"].id
  protocol          = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_blocks       = ["0.0.0.0/0"]
}

resource "aws_lb" "this" {
  name            = local.name
  subnets         = module.network.public_subnet_ids
  security_groups = [aws_security_group.group["balancer"].id]
  depends_on      = [module.network]
}

resource "aws_lb_target_group" "this" {
  name        = local.name
  vpc_id      = module.network.vpc_id
  target_type = contains(var.breakages, "instances") ? "instance" : "ip"
  port        = 3000
  protocol    = "HTTP"
}

resource "aws_lb_listener" "this" {
  load_balancer_arn = aws_lb.this.arn
  port              = 80
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this.arn
  }
}

module "service" {
  source           = "./modules/service"
  name             = local.name
  subnet_ids       = module.network.private_subnet_ids
  group_id         = aws_security_group.group["task"].id
  target_group_arn = aws_lb_target_group.this.arn
  trusted          = contains(var.breakages, "trust") ? "ec2.amazonaws.com" : "ecs-tasks.amazonaws.com"
  pulls            = contains(var.breakages, "policy") ? ["ecr:GetDownloadUrlForLayer"] : ["ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage", "ecr:BatchCheckLayerAvailability"]
  depends_on       = [aws_lb_listener.this]
}
