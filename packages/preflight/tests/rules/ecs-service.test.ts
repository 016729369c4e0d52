import { describeRule, editContainers, type Json } from "../support/rules.ts";

const service = (stack: Json, name = "nginx") => stack.resource.aws_ecs_service[name];
const onSpot = (stack: Json) => {
  delete service(stack).launch_type;
  service(stack).capacity_provider_strategy = [{ capacity_provider: "FARGATE_SPOT", weight: 1 }];
};

describeRule("ECS-041", {
  "a container that is not in the task": {
    at: "aws_ecs_service.nginx",
    bad: (stack) => {
      service(stack).load_balancer.container_name = "web";
    },
    good: (stack) => {
      service(stack).load_balancer = [{ ...service(stack).load_balancer, container_name: "${var.container}" }];
    },
  },
  "a container of a task that is all known": {
    bad: (stack) => {
      service(stack).load_balancer.container_name = "web";
    },
    good: (stack) => {
      service(stack).load_balancer.container_name = "web";
      editContainers(stack, "nginx", (containers) => containers.push("${var.sidecar}"));
    },
  },
});

describeRule("ECS-042", {
  "a port that the container does not open": {
    bad: (stack) => {
      service(stack).load_balancer.container_port = 80;
    },
    good: (stack) => {
      service(stack).load_balancer.container_port = "8080";
    },
  },
  "a port of a container that opens none": {
    bad: (stack) =>
      editContainers(stack, "nginx", ([nginx]) => {
        delete nginx.portMappings;
      }),
    good: (stack) =>
      editContainers(stack, "nginx", ([nginx]) => {
        nginx.portMappings = [{ containerPortRange: "8000-8100" }];
      }),
  },
});

describeRule("ECS-043", {
  "no network configuration": {
    bad: (stack) => {
      service(stack).network_configuration = [];
    },
    good: (stack) => {
      service(stack).network_configuration = "${var.network}";
    },
  },
  "a network configuration of a bridge": {
    bad: (stack) => {
      stack.resource.aws_ecs_task_definition.nginx.network_mode = "bridge";
    },
  },
});

describeRule("ECS-044", {
  "a launch type and a strategy": {
    bad: (stack) => {
      onSpot(stack);
      service(stack).launch_type = "FARGATE";
    },
    good: onSpot,
  },
});

describeRule("ECS-047", {
  "a group of another VPC": {
    bad: (stack) => {
      stack.resource.aws_vpc.other = { cidr_block: "10.1.0.0/16" };
      stack.resource.aws_security_group.nginx.vpc_id = "${aws_vpc.other.id}";
    },
    good: (stack) => {
      stack.data.aws_vpc = { other: { id: "vpc-1" } };
      stack.resource.aws_security_group.nginx.vpc_id = "${data.aws_vpc.other.id}";
    },
  },
  "a group of the default VPC": {
    bad: (stack) => {
      delete stack.resource.aws_security_group.nginx.vpc_id;
    },
    good: (stack) => {
      stack.resource.aws_security_group.nginx.vpc_id = "${var.vpc}";
    },
  },
});

describeRule("ECS-050", {
  "a daemon": {
    bad: (stack) => {
      service(stack).scheduling_strategy = "DAEMON";
    },
    good: (stack) => {
      service(stack).scheduling_strategy = "REPLICA";
    },
  },
  "a placement strategy": {
    bad: (stack) => {
      service(stack).ordered_placement_strategy = { type: "spread", field: "attribute:ecs.availability-zone" };
    },
    good: (stack) => {
      service(stack).ordered_placement_strategy = [];
    },
  },
});

describeRule("ECS-051", {
  "a grace period without a load balancer": {
    at: "aws_ecs_service.app",
    bad: (stack) => {
      service(stack, "app").health_check_grace_period_seconds = 60;
    },
    good: (stack) => {
      service(stack, "app").health_check_grace_period_seconds = 0;
    },
  },
});

describeRule("ECS-052", {
  "no grace period": {
    bad: (stack) => {
      delete service(stack).health_check_grace_period_seconds;
    },
    good: (stack) => {
      service(stack).health_check_grace_period_seconds = "${var.grace}";
    },
  },
});

describeRule("ECS-055", {
  "ECS Exec without a task role": {
    bad: (stack) => {
      delete stack.resource.aws_ecs_task_definition.app.task_role_arn;
    },
    good: (stack) => {
      delete stack.resource.aws_ecs_task_definition.app.task_role_arn;
      service(stack, "app").enable_execute_command = false;
    },
  },
});

describeRule("ECS-056", {
  "a root file system that can't be written": {
    bad: (stack) =>
      editContainers(stack, "app", ([app]) => {
        app.readonlyRootFilesystem = true;
      }),
    good: (stack) => {
      stack.resource.aws_ecs_task_definition.app.volume = [{ name: "agent" }];
      editContainers(stack, "app", ([app]) => {
        app.readonlyRootFilesystem = true;
        app.mountPoints = [{ sourceVolume: "agent", containerPath: "/var/lib/amazon" }];
      });
    },
  },
});

describeRule("ECS-060", {
  "a capacity provider that the cluster does not have": {
    bad: onSpot,
    good: (stack) => {
      onSpot(stack);
      stack.resource.aws_ecs_cluster_capacity_providers = {
        main: { cluster_name: "${aws_ecs_cluster.main.name}", capacity_providers: ["FARGATE", "FARGATE_SPOT"] },
      };
    },
  },
  "a capacity provider of a cluster that is known": {
    bad: onSpot,
    good: (stack) => {
      onSpot(stack);
      service(stack).cluster = "shop";
    },
  },
});

describeRule("ECS-061", {
  "a public address on EC2": {
    bad: (stack) => {
      service(stack).launch_type = "EC2";
      service(stack).network_configuration.assign_public_ip = true;
    },
    good: (stack) => {
      service(stack).network_configuration.assign_public_ip = true;
    },
  },
  "a role of the service": {
    bad: (stack) => {
      service(stack).iam_role = "${aws_iam_role.app.arn}";
    },
    good: (stack) => {
      service(stack).iam_role = "";
    },
  },
  "a circuit breaker with CodeDeploy": {
    bad: (stack) => {
      service(stack).deployment_controller = { type: "CODE_DEPLOY" };
    },
    good: (stack) => {
      service(stack).deployment_controller = { type: "ECS" };
    },
  },
});
