import { describeRule, editContainers, type Json } from "../support/rules.ts";

const service = (stack: Json, name = "nginx") => stack.resource.aws_ecs_service[name];
const onSpot = (stack: Json) => {
  delete service(stack).launch_type;
  service(stack).capacity_provider_strategy = [{ capacity_provider: "FARGATE_SPOT", weight: 1 }];
};

describeRule("ECS-041", {
  "a container that is not in the task": {
    bad: (stack) => {
      service(stack).load_balancer.container_name = "web";
    },
    good: (stack) => {
      service(stack).load_balancer = [{ ...service(stack).load_balancer, container_name: "${var.container}" }];
    },
    says: "aws_ecs_service.nginx has the container_name web in load_balancer, but aws_ecs_task_definition.nginx has only nginx. Write the name of the container that answers requests.",
  },
  "a container of a task that is all known": {
    bad: (stack) => {
      service(stack).load_balancer.container_name = "web";
    },
    good: (stack) => {
      service(stack).load_balancer.container_name = "web";
      editContainers(stack, "nginx", (containers) => containers.push("${var.sidecar}"));
    },
    says: "aws_ecs_service.nginx has the container_name web in load_balancer, but aws_ecs_task_definition.nginx has only nginx. Write the name of the container that answers requests.",
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
    says: "aws_ecs_service.nginx has the container_port 80 in load_balancer, but nginx opens only 8080. Write a port of the portMappings of nginx, or add 80 there.",
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
    says: "aws_ecs_service.nginx has the container_port 8080 in load_balancer, but nginx opens no port. Write a port of the portMappings of nginx, or add 8080 there.",
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
    says: "aws_ecs_service.nginx has no network_configuration, and aws_ecs_task_definition.nginx has the network_mode awsvpc. Add network_configuration with subnets and security_groups.",
  },
  "a network configuration of a bridge": {
    bad: (stack) => {
      stack.resource.aws_ecs_task_definition.nginx.network_mode = "bridge";
    },
    says: 'aws_ecs_service.nginx has a network_configuration, and aws_ecs_task_definition.nginx has the network_mode bridge. Drop network_configuration, or set network_mode to "awsvpc".',
  },
});

describeRule("ECS-044", {
  "a launch type and a strategy": {
    bad: (stack) => {
      onSpot(stack);
      service(stack).launch_type = "FARGATE";
    },
    good: onSpot,
    says: "aws_ecs_service.nginx has both the launch_type FARGATE and a capacity_provider_strategy. Drop launch_type.",
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
    says: "aws_ecs_service.nginx has subnets of aws_vpc.main, and aws_security_group.nginx, which is in aws_vpc.other. Take a security group of aws_vpc.main.",
  },
  "a group of the default VPC": {
    bad: (stack) => {
      delete stack.resource.aws_security_group.nginx.vpc_id;
    },
    good: (stack) => {
      stack.resource.aws_security_group.nginx.vpc_id = "${var.vpc}";
    },
    says: "aws_ecs_service.nginx has subnets of aws_vpc.main, and aws_security_group.nginx, which is in the default VPC. Take a security group of aws_vpc.main.",
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
    says: 'aws_ecs_service.nginx has scheduling_strategy = "DAEMON" on Fargate. Drop scheduling_strategy = "DAEMON".',
  },
  "a placement strategy": {
    bad: (stack) => {
      service(stack).ordered_placement_strategy = { type: "spread", field: "attribute:ecs.availability-zone" };
    },
    good: (stack) => {
      service(stack).ordered_placement_strategy = [];
    },
    says: "aws_ecs_service.nginx has ordered_placement_strategy on Fargate. Drop ordered_placement_strategy.",
  },
});

describeRule("ECS-051", {
  "a grace period without a load balancer": {
    bad: (stack) => {
      service(stack, "app").health_check_grace_period_seconds = 60;
    },
    good: (stack) => {
      service(stack, "app").health_check_grace_period_seconds = 0;
    },
    says: "aws_ecs_service.app has a health_check_grace_period_seconds of 60 and no load_balancer. Drop health_check_grace_period_seconds.",
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
    says: "aws_ecs_service.nginx has a load_balancer and no health_check_grace_period_seconds. Set health_check_grace_period_seconds to more than the application takes to boot, such as 120.",
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
    says: "aws_ecs_service.app has enable_execute_command, and aws_ecs_task_definition.app has no task_role_arn. Set task_role_arn to a role with the four ssmmessages actions.",
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
    says: "aws_ecs_service.app has enable_execute_command, and readonlyRootFilesystem on the container app. Drop readonlyRootFilesystem, or mount volumes at /var/lib/amazon and /var/log/amazon, or drop enable_execute_command.",
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
    says: "aws_ecs_service.nginx takes the capacity provider FARGATE_SPOT, which is not on aws_ecs_cluster.main. Add FARGATE_SPOT to capacity_providers of an aws_ecs_cluster_capacity_providers of that cluster.",
  },
  "a capacity provider of a cluster that is known": {
    bad: onSpot,
    good: (stack) => {
      onSpot(stack);
      service(stack).cluster = "shop";
    },
    says: "aws_ecs_service.nginx takes the capacity provider FARGATE_SPOT, which is not on aws_ecs_cluster.main. Add FARGATE_SPOT to capacity_providers of an aws_ecs_cluster_capacity_providers of that cluster.",
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
    says: 'aws_ecs_service.nginx has the launch_type "EC2" with assign_public_ip. Drop assign_public_ip.',
  },
  "a role of the service": {
    bad: (stack) => {
      service(stack).iam_role = "${aws_iam_role.app.arn}";
    },
    good: (stack) => {
      service(stack).iam_role = "";
    },
    says: "aws_ecs_service.nginx has an iam_role and a network_configuration. Drop iam_role: ECS has a role of its own for such services.",
  },
  "a circuit breaker with CodeDeploy": {
    bad: (stack) => {
      service(stack).deployment_controller = { type: "CODE_DEPLOY" };
    },
    good: (stack) => {
      service(stack).deployment_controller = { type: "ECS" };
    },
    says: "aws_ecs_service.nginx has a deployment_circuit_breaker with the deployment_controller CODE_DEPLOY. Drop deployment_circuit_breaker.",
  },
});

describeRule("ECS-089", {
  "a server on Spot alone": {
    bad: onSpot,
    good: (stack) => {
      onSpot(stack);
      service(stack).capacity_provider_strategy.push({ capacity_provider: "FARGATE", base: 1, weight: 0 });
    },
    says: 'aws_ecs_service.nginx has a load_balancer, and all of its tasks on FARGATE_SPOT. Add a capacity_provider_strategy with capacity_provider = "FARGATE", base = 1 and weight = 0.',
  },
  "a server on Spot, and a worker": {
    bad: onSpot,
    good: (stack) => {
      onSpot(stack);
      delete service(stack).load_balancer;
      delete service(stack).health_check_grace_period_seconds;
    },
    says: 'aws_ecs_service.nginx has a load_balancer, and all of its tasks on FARGATE_SPOT. Add a capacity_provider_strategy with capacity_provider = "FARGATE", base = 1 and weight = 0.',
  },
});

describeRule("ECS-091", {
  "a revision that is no number": {
    bad: ({ resource }) => {
      resource.aws_ecs_service.app.task_definition = "shop-app:latest";
    },
    good: ({ resource }) => {
      resource.aws_ecs_service.app.task_definition = "shop-app";
    },
    says: 'aws_ecs_service.app has task_definition = "shop-app:latest". Write a family, or a family and a revision, such as shop-app:3.',
  },
});
