import { describeRule, editContainers, type Json } from "../support/rules.ts";

const task = (stack: Json) => stack.resource.aws_ecs_task_definition.app;
const service = (stack: Json, name = "app") => stack.resource.aws_ecs_service[name];
const edit = (change: (container: Json) => void) => (stack: Json) =>
  editContainers(stack, "app", ([container]) => change(container));

describeRule("ECS-013", {
  "a number in environment": {
    bad: edit((app) => app.environment.push({ name: "WORKERS", value: 2 })),
    good: edit((app) => app.environment.push({ name: "WORKERS", value: "2" }, { name: "EMPTY", value: null })),
    says: "aws_ecs_task_definition.app has WORKERS = 2 in environment on the container app, which must be a text. Put it into quotes.",
  },
  "a boolean in the options of a log driver": {
    bad: edit((app) => {
      app.logConfiguration.options["awslogs-create-group"] = true;
    }),
    says: "aws_ecs_task_definition.app has awslogs-create-group = true in the options of logConfiguration on the container app, which must be a text. Put it into quotes.",
  },
  "a port in quotes": {
    bad: edit((app) => {
      app.portMappings[0].containerPort = "3000";
    }),
    good: edit((app) => {
      app.portMappings[0].containerPort = "${var.port}";
    }),
    says: 'aws_ecs_task_definition.app has containerPort = "3000" on the container app, which must be a number. Write it without quotes.',
  },
  "a command in one text": {
    bad: edit((app) => {
      app.command = "bin/rails server";
    }),
    good: edit((app) => {
      app.command = ["bin/rails", "server"];
    }),
    says: 'aws_ecs_task_definition.app has command = "bin/rails server" on the container app, which must be a list. Write a list of texts.',
  },
  "one container instead of a list": {
    bad: (stack) => {
      task(stack).container_definitions = JSON.stringify({ name: "app", image: "public.ecr.aws/x/y:1" });
    },
    says: "aws_ecs_task_definition.app has one container as its container_definitions, and not a list. Put the container into a list.",
  },
});

describeRule("ECS-014", {
  "the name of a role": {
    bad: (stack) => {
      task(stack).execution_role_arn = "${aws_iam_role.app_execution.name}";
    },
    good: (stack) => {
      task(stack).execution_role_arn = "arn:aws:iam::123456789012:role/app";
    },
    says: "aws_ecs_task_definition.app has the name of aws_iam_role.app_execution as execution_role_arn. Write ${aws_iam_role.app_execution.arn}.",
  },
  "the id of a role, which is its name": {
    bad: (stack) => {
      task(stack).task_role_arn = "${aws_iam_role.app.id}";
    },
    good: (stack) => {
      task(stack).task_role_arn = "${var.role}";
    },
    says: "aws_ecs_task_definition.app has the id of aws_iam_role.app as task_role_arn. Write ${aws_iam_role.app.arn}.",
  },
});

describeRule("ECS-015", {
  "no container": {
    bad: (stack) => {
      task(stack).container_definitions = "[]";
    },
    good: (stack) => {
      task(stack).container_definitions = "${var.containers}";
    },
    says: "aws_ecs_task_definition.app has no container. Add a container to container_definitions.",
  },
  "no image": {
    bad: edit((app) => {
      delete app.image;
    }),
    good: edit((app) => {
      app.image = "${var.image}";
    }),
    says: "aws_ecs_task_definition.app has no image on the container app. Add image.",
  },
  "a space in a name": {
    bad: edit((app) => {
      app.name = "my app";
    }),
    good: edit((app) => {
      app.name = "my_app-2";
    }),
    says: 'aws_ecs_task_definition.app has a container with the name "my app". Write letters, digits, hyphens and underscores.',
  },
});

const platform = (runtime_platform: object) => (stack: Json) => {
  task(stack).runtime_platform = runtime_platform;
};

describeRule("ECS-062", {
  "a processor by another name": {
    bad: platform({ cpu_architecture: "ARM" }),
    good: platform({ cpu_architecture: "ARM64", operating_system_family: "LINUX" }),
    says: 'aws_ecs_task_definition.app has runtime_platform.cpu_architecture = "ARM". Write "X86_64" or "ARM64".',
  },
  "a processor in lower case": {
    bad: platform({ cpu_architecture: "arm64" }),
    good: platform({ cpu_architecture: "${var.architecture}" }),
    says: 'aws_ecs_task_definition.app has runtime_platform.cpu_architecture = "arm64". Write "X86_64" or "ARM64".',
  },
  "a system without its edition": {
    bad: platform({ operating_system_family: "WINDOWS_SERVER_2022" }),
    good: platform({ operating_system_family: "WINDOWS_SERVER_2022_CORE" }),
    says: 'aws_ecs_task_definition.app has runtime_platform.operating_system_family = "WINDOWS_SERVER_2022". Write "LINUX", "WINDOWS_SERVER_2004_CORE", "WINDOWS_SERVER_2016_FULL", "WINDOWS_SERVER_2019_CORE", "WINDOWS_SERVER_2019_FULL", "WINDOWS_SERVER_2022_CORE", "WINDOWS_SERVER_2022_FULL", "WINDOWS_SERVER_2025_CORE", "WINDOWS_SERVER_2025_FULL" or "WINDOWS_SERVER_20H2_CORE".',
  },
});

describeRule("ECS-040", {
  "the ARN of the load balancer": {
    bad: (stack) => {
      service(stack, "nginx").load_balancer.target_group_arn = "${aws_lb.main.arn}";
    },
    good: (stack) => {
      service(stack, "nginx").load_balancer.target_group_arn = "${aws_lb_target_group.nginx.id}";
    },
    says: "aws_ecs_service.nginx has the arn of aws_lb.main as target_group_arn. Write the arn of an aws_lb_target_group.",
  },
  "the name of the target group": {
    bad: (stack) => {
      service(stack, "nginx").load_balancer.target_group_arn = "${aws_lb_target_group.nginx.name}";
    },
    good: (stack) => {
      service(stack, "nginx").load_balancer.target_group_arn =
        "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/shop/0123456789abcdef";
    },
    says: "aws_ecs_service.nginx has the name of aws_lb_target_group.nginx as target_group_arn. Write the arn of an aws_lb_target_group.",
  },
});

describeRule("ECS-057", {
  "six security groups": {
    bad: (stack) => {
      service(stack).network_configuration.security_groups = [
        "alb",
        "nginx",
        "app",
        "endpoints",
        "database",
        "cache",
      ].map((name) => `\${aws_security_group.${name}.id}`);
    },
    good: (stack) => {
      service(stack).network_configuration.security_groups = ["alb", "nginx", "app", "endpoints", "database"].map(
        (name) => `\${aws_security_group.${name}.id}`,
      );
    },
    says: "aws_ecs_service.app has 6 network_configuration.security_groups. Write up to 5.",
  },
});

describeRule("ECS-059", {
  "ECS Exec on an old platform": {
    bad: (stack) => {
      service(stack).platform_version = "1.3.0";
    },
    good: (stack) => {
      service(stack).platform_version = "1.4.0";
    },
    says: 'aws_ecs_service.app has the platform_version 1.3.0 and enable_execute_command. Set platform_version to "LATEST".',
  },
});
