import { describeRule, editContainers, type Json } from "../support/rules.ts";

const task = (stack: Json) => stack.resource.aws_ecs_task_definition.app;
const service = (stack: Json, name = "app") => stack.resource.aws_ecs_service[name];
const edit = (change: (container: Json) => void) => (stack: Json) =>
  editContainers(stack, "app", ([container]) => change(container));

describeRule("ECS-013", {
  "a number in environment": {
    bad: edit((app) => app.environment.push({ name: "WORKERS", value: 2 })),
    good: edit((app) => app.environment.push({ name: "WORKERS", value: "2" }, { name: "EMPTY", value: null })),
  },
  "a boolean in the options of a log driver": {
    bad: edit((app) => {
      app.logConfiguration.options["awslogs-create-group"] = true;
    }),
  },
  "a port in quotes": {
    bad: edit((app) => {
      app.portMappings[0].containerPort = "3000";
    }),
    good: edit((app) => {
      app.portMappings[0].containerPort = "${var.port}";
    }),
  },
  "a command in one text": {
    bad: edit((app) => {
      app.command = "bin/rails server";
    }),
    good: edit((app) => {
      app.command = ["bin/rails", "server"];
    }),
  },
  "one container instead of a list": {
    bad: (stack) => {
      task(stack).container_definitions = JSON.stringify({ name: "app", image: "public.ecr.aws/x/y:1" });
    },
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
  },
  "the id of a role, which is its name": {
    bad: (stack) => {
      task(stack).task_role_arn = "${aws_iam_role.app.id}";
    },
    good: (stack) => {
      task(stack).task_role_arn = "${var.role}";
    },
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
  },
  "no image": {
    bad: edit((app) => {
      delete app.image;
    }),
    good: edit((app) => {
      app.image = "${var.image}";
    }),
  },
  "a space in a name": {
    bad: edit((app) => {
      app.name = "my app";
    }),
    good: edit((app) => {
      app.name = "my_app-2";
    }),
  },
});

const platform = (runtime_platform: object) => (stack: Json) => {
  task(stack).runtime_platform = runtime_platform;
};

describeRule("ECS-062", {
  "a processor by another name": {
    at: "aws_ecs_task_definition.app",
    bad: platform({ cpu_architecture: "ARM" }),
    good: platform({ cpu_architecture: "ARM64", operating_system_family: "LINUX" }),
  },
  "a processor in lower case": {
    bad: platform({ cpu_architecture: "arm64" }),
    good: platform({ cpu_architecture: "${var.architecture}" }),
  },
  "a system without its edition": {
    bad: platform({ operating_system_family: "WINDOWS_SERVER_2022" }),
    good: platform({ operating_system_family: "WINDOWS_SERVER_2022_CORE" }),
  },
});

describeRule("ECS-040", {
  "the ARN of the load balancer": {
    at: "aws_ecs_service.nginx",
    bad: (stack) => {
      service(stack, "nginx").load_balancer.target_group_arn = "${aws_lb.main.arn}";
    },
    good: (stack) => {
      service(stack, "nginx").load_balancer.target_group_arn = "${aws_lb_target_group.nginx.id}";
    },
  },
  "the name of the target group": {
    bad: (stack) => {
      service(stack, "nginx").load_balancer.target_group_arn = "${aws_lb_target_group.nginx.name}";
    },
    good: (stack) => {
      service(stack, "nginx").load_balancer.target_group_arn =
        "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/shop/0123456789abcdef";
    },
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
  },
});
