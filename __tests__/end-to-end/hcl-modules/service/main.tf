variable "name" {}
variable "image" {}
variable "vpc_id" {}
variable "subnets" {}
variable "registry" {
  default = []
}
variable "clients" {
  type    = map(object({ group = string, port = optional(number, 3000) }))
  default = {}
}
variable "targets" {
  default = {}
}

locals {
  network = {
    subnets         = var.subnets
    security_groups = flatten(concat([try(aws_security_group.this[0].id, [])], []))
  }
  container = {
    name         = "app"
    image        = var.image
    portMappings = [{ containerPort = 3000 }]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = try(aws_cloudwatch_log_group.this[0].name, "")
        awslogs-region        = "ap-northeast-1"
        awslogs-stream-prefix = "app"
      }
    }
    secrets = null
  }
  definition = { for name, value in local.container : name => value if value != null }
}

resource "aws_cloudwatch_log_group" "this" {
  count = 1
  name  = "/ecs/${var.name}"
}

resource "aws_security_group" "this" {
  count  = 1
  name   = "${var.name}-tasks"
  vpc_id = var.vpc_id
}

resource "aws_security_group_rule" "in" {
  for_each                 = var.clients
  type                     = "ingress"
  security_group_id        = aws_security_group.this[0].id
  protocol                 = "tcp"
  from_port                = each.value.port
  to_port                  = each.value.port
  source_security_group_id = each.value.group
}

resource "aws_security_group_rule" "out" {
  type              = "egress"
  security_group_id = aws_security_group.this[0].id
  protocol          = "-1"
  from_port         = 0
  to_port           = 0
  cidr_blocks       = ["0.0.0.0/0"]
}

resource "aws_iam_role" "execution" {
  name = "${var.name}-execution"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "execution" {
  role = aws_iam_role.execution.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        { Effect = "Allow", Action = ["ecr:GetAuthorizationToken"], Resource = ["*"] },
        { Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = ["${aws_cloudwatch_log_group.this[0].arn}:*"] },
      ],
      [for arn in var.registry : {
        Effect   = "Allow"
        Action   = ["ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage", "ecr:BatchCheckLayerAvailability"]
        Resource = [arn]
      }],
    )
  })
}

resource "aws_ecs_cluster" "this" {
  name = var.name
}

resource "aws_ecs_task_definition" "this" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.execution.arn
  container_definitions    = jsonencode([local.definition])
}

resource "aws_ecs_service" "this" {
  name                              = var.name
  cluster                           = aws_ecs_cluster.this.arn
  task_definition                   = "${aws_ecs_task_definition.this.family}:${aws_ecs_task_definition.this.revision}"
  launch_type                       = "FARGATE"
  desired_count                     = 1
  health_check_grace_period_seconds = 60

  dynamic "network_configuration" {
    for_each = [local.network]
    content {
      subnets         = network_configuration.value.subnets
      security_groups = network_configuration.value.security_groups
    }
  }

  dynamic "load_balancer" {
    for_each = { for name, target in var.targets : name => target }
    content {
      target_group_arn = try(load_balancer.value.arn, null)
      container_name   = coalesce(lookup(load_balancer.value, "container", null), "app")
      container_port   = load_balancer.value.port
    }
  }
}
