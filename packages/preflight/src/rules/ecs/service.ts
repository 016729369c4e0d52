import { containersOf, portMappingsOf } from "../../ecs/containers.ts";
import { grouped } from "../../graph/by-link.ts";
import type { Graph, Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { block, blocks, flag, isAbsent, isWritten, items, number, text } from "../../graph/value.ts";
import { defineRule, type Rule } from "../../rule.ts";
import { strayGroups } from "../shared/same-vpc.ts";
import { eachService } from "./each.ts";

const SERVICE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_definition_parameters.html";
const CREATE_SERVICE = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html";

export const ECS_SERVICE_RULES: readonly Rule[] = [
  {
    id: "ECS-041",
    severity: "error",
    title: "load_balancer names a container of the task",
    when: "apply",
    prevents: "InvalidParameterException: The container app does not exist in the task definition.",
    cause: "ECS registers that container's port with the target group.",
    reference: SERVICE,
    check: eachService(function* ({ resource, task }) {
      if (!task) return;
      const { containers, complete } = containersOf(task);
      for (const attached of blocks(resource.get("load_balancer")).blocks) {
        const wanted = text(attached.container_name);
        if (!wanted || !complete || containers.some(({ name }) => name === wanted)) continue;
        yield {
          message: `has the container_name ${wanted} in load_balancer, but ${task.resource.address} has only ${containers.map(({ name }) => name).join(", ")}.`,
          fix: "Write the name of the container that answers requests.",
          attribute: "load_balancer",
        };
      }
    }),
  },
  {
    id: "ECS-042",
    severity: "error",
    title: "load_balancer names a port that the container opens",
    when: "apply",
    prevents: "InvalidParameterException: The container app did not have a container port 80 defined.",
    cause: "Only ports in portMappings can be targets.",
    reference: SERVICE,
    check: eachService(function* ({ resource, task }) {
      if (!task) return;
      const { containers } = containersOf(task);
      for (const attached of blocks(resource.get("load_balancer")).blocks) {
        const container = containers.find(({ name }) => name === text(attached.container_name));
        const port = number(attached.container_port);
        if (!container || port === undefined) continue;
        const { mappings, complete } = portMappingsOf(container.block);
        if (!complete || mappings.some((mapping) => mapping.port === port)) continue;
        const ports = mappings.map((mapping) => mapping.port).join(", ");
        yield {
          message: `has the container_port ${port} in load_balancer, but ${container.name} opens ${ports === "" ? "no port" : `only ${ports}`}.`,
          fix: `Write a port of the portMappings of ${container.name}, or add ${port} there.`,
          attribute: "load_balancer",
        };
      }
    }),
  },
  defineRule({
    id: "ECS-043",
    severity: "error",
    title: "Services of awsvpc tasks have a network_configuration, and others have none",
    reference: SERVICE,
    problems: {
      missing: {
        when: "apply",
        prevents:
          "InvalidParameterException: Network Configuration must be provided when networkMode 'awsvpc' is specified.",
        cause: "A task with a network interface of its own needs to know its subnets and security groups.",
      },
      extra: {
        when: "apply",
        prevents:
          "InvalidParameterException: Network Configuration is not valid for the given networkMode of this task definition.",
        cause: "Only tasks with the network mode awsvpc have a network interface of their own.",
      },
    },
    check: eachService(function* ({ resource, task }) {
      const mode = text(task?.resource.get("network_mode"));
      const network = blocks(resource.get("network_configuration"));
      if (!task || mode === undefined || !network.complete || (mode === "awsvpc") === network.blocks.length > 0) return;
      yield {
        kind: mode === "awsvpc" ? "missing" : "extra",
        message: `has ${mode === "awsvpc" ? "no" : "a"} network_configuration, and ${task.resource.address} has the network_mode ${mode}.`,
        fix:
          mode === "awsvpc"
            ? "Add network_configuration with subnets and security_groups."
            : 'Drop network_configuration, or set network_mode to "awsvpc".',
        attribute: "network_configuration",
      };
    }),
  }),
  {
    id: "ECS-044",
    severity: "error",
    title: "A service has a launch_type or a capacity_provider_strategy",
    when: "apply",
    prevents:
      "InvalidParameterException: Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
    cause: "Both say where tasks run.",
    reference: CREATE_SERVICE,
    check: eachService(function* ({ resource }) {
      const type = text(resource.get("launch_type"));
      if (!type || !resource.isMade || blocks(resource.get("capacity_provider_strategy")).blocks.length === 0) return;
      yield {
        message: `has both the launch_type ${type} and a capacity_provider_strategy.`,
        fix: "Drop launch_type.",
        attribute: "launch_type",
      };
    }),
  },
  {
    id: "ECS-047",
    severity: "error",
    title: "Security groups and subnets of tasks are in one VPC",
    when: "apply",
    prevents:
      "InvalidParameterException: Security group sg-… does not appear to belong to the same VPC as the input subnets.",
    cause: "A network interface takes groups of its own VPC only.",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html",
    check: eachService(function* ({ resource, place }) {
      const network = block(resource.get("network_configuration"));
      yield* strayGroups(resource, "network_configuration", network?.security_groups, place.subnets);
    }),
  },
  defineRule({
    id: "ECS-050",
    severity: "error",
    title: "Fargate places tasks by itself",
    reference: CREATE_SERVICE,
    problems: {
      daemon: {
        when: "apply",
        prevents: "InvalidParameterException: The daemon scheduling strategy is not supported on Fargate",
        cause: "A daemon runs once on each instance, and Fargate has no instances.",
      },
      placement: {
        when: "apply",
        prevents:
          "InvalidParameterException: Placement constraints (or: strategies) are not supported with FARGATE launch type.",
        cause: "On Fargate there are no instances to choose from.",
      },
    },
    check: eachService(function* ({ resource, fargate }) {
      const type = text(resource.get("launch_type"));
      if (!fargate || (type !== undefined && type !== "FARGATE")) return;
      const used = [
        ...(text(resource.get("scheduling_strategy")) === "DAEMON" ? ['scheduling_strategy = "DAEMON"'] : []),
        ...["ordered_placement_strategy", "placement_constraints"].filter(
          (name) => blocks(resource.get(name)).blocks.length > 0,
        ),
      ];
      for (const parameter of used) {
        yield {
          kind: parameter.startsWith("scheduling_strategy") ? "daemon" : "placement",
          message: `has ${parameter} on Fargate.`,
          fix: `Drop ${parameter}.`,
          attribute: parameter.split(" ")[0] as string,
        };
      }
    }),
  }),
  {
    id: "ECS-051",
    severity: "error",
    title: "A grace period goes with a load balancer",
    when: "apply",
    prevents:
      "InvalidParameterException: Health check grace period is only valid for services configured to use load balancers",
    cause: "It is the time in which ECS ignores the load balancer's health checks.",
    reference: CREATE_SERVICE,
    check: eachService(function* ({ resource }) {
      const period = number(resource.get("health_check_grace_period_seconds"));
      const attached = blocks(resource.get("load_balancer"));
      const lattice = blocks(resource.get("vpc_lattice_configurations"));
      if (!period || !attached.complete || attached.blocks.length > 0 || !lattice.complete || lattice.blocks.length > 0)
        return;
      yield {
        message: `has a health_check_grace_period_seconds of ${period} and no load_balancer.`,
        fix: "Drop health_check_grace_period_seconds.",
        attribute: "health_check_grace_period_seconds",
      };
    }),
  },
  {
    id: "ECS-052",
    severity: "warning",
    title: "Tasks behind a load balancer have time to boot",
    when: "runtime",
    prevents:
      "(service …) (task …) failed ELB health checks in (target-group …), again and again, while the application is still booting",
    cause:
      "Without a grace period ECS stops a task as soon as the load balancer calls it unhealthy, which it is until the application has booted.",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-healthcheck.html",
    check: eachService(function* ({ resource }) {
      const period = resource.get("health_check_grace_period_seconds");
      if (blocks(resource.get("load_balancer")).blocks.length === 0 || !(isAbsent(period) || number(period) === 0))
        return;
      yield {
        message: "has a load_balancer and no health_check_grace_period_seconds.",
        fix: "Set health_check_grace_period_seconds to more than the application takes to boot, such as 120.",
        attribute: "health_check_grace_period_seconds",
      };
    }),
  },
  {
    id: "ECS-060",
    severity: "error",
    title: "The cluster knows the capacity providers of its services",
    when: "apply",
    prevents:
      "InvalidParameterException: The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.",
    cause: "FARGATE and FARGATE_SPOT too must be put on the cluster before a service can name them.",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html",
    check: eachService(function* ({ resource }, graph) {
      const cluster = linked(resource.get("cluster"), "aws_ecs_cluster");
      const [own] = cluster.resources;
      if (!cluster.certain || own === undefined || !own.isMade || items(own.get("capacity_providers")).items.length > 0)
        return;
      const known = providersOf(graph, own);
      if (!known) return;
      for (const { capacity_provider } of blocks(resource.get("capacity_provider_strategy")).blocks) {
        const name = text(capacity_provider);
        if (!name || known.has(name)) continue;
        yield {
          message: `takes the capacity provider ${name}, which is not on ${own.address}.`,
          fix: `Add ${name} to capacity_providers of an aws_ecs_cluster_capacity_providers of that cluster.`,
          attribute: "capacity_provider_strategy",
        };
      }
    }),
  },
  defineRule({
    id: "ECS-061",
    severity: "error",
    title: "Services have no settings that their kind does not take",
    reference: CREATE_SERVICE,
    problems: {
      publicIp: {
        when: "apply",
        prevents: "InvalidParameterException: Assign public IP is not supported for this launch type.",
        cause: "Only tasks on Fargate can have a public address of their own.",
      },
      role: {
        when: "apply",
        prevents:
          "InvalidParameterException: You cannot specify an IAM role for services that require a service linked role.",
        cause: "iam_role is for bridge and host networks; other services use the role that ECS has of its own.",
      },
      breaker: {
        when: "apply",
        prevents:
          "InvalidParameterException: Deployment circuit breaker is only supported with the ECS deployment controller.",
        cause: "CodeDeploy and external controllers deploy, and roll back, in their own way.",
      },
    },
    check: eachService(function* ({ resource }) {
      const network = block(resource.get("network_configuration"));
      const controller = text(block(resource.get("deployment_controller"))?.type) ?? "ECS";
      const breaker = block(resource.get("deployment_circuit_breaker"));
      if (text(resource.get("launch_type")) === "EC2" && flag(network?.assign_public_ip, false) === true) {
        yield {
          kind: "publicIp",
          message: 'has the launch_type "EC2" with assign_public_ip.',
          fix: "Drop assign_public_ip.",
          attribute: "network_configuration",
        };
      }
      if (network && resource.isMade && isWritten(resource.get("iam_role"))) {
        yield {
          kind: "role",
          message: "has an iam_role and a network_configuration.",
          fix: "Drop iam_role: ECS has a role of its own for such services.",
          attribute: "iam_role",
        };
      }
      if (controller !== "ECS" && flag(breaker?.enable, false) === true) {
        yield {
          kind: "breaker",
          message: `has a deployment_circuit_breaker with the deployment_controller ${controller}.`,
          fix: "Drop deployment_circuit_breaker.",
          attribute: "deployment_circuit_breaker",
        };
      }
    }),
  }),
];

/** What puts capacity providers on clusters: by the cluster where that is certain, and the others. */
function providerAssociations(graph: Graph) {
  const all = graph.ofType("aws_ecs_cluster_capacity_providers");
  const clustersOf = (association: Resource) => {
    const link = linked(association.get("cluster_name"), "aws_ecs_cluster");
    return link.certain ? link.resources : [];
  };
  return { byCluster: grouped(all, clustersOf), others: all.filter((one) => clustersOf(one).length === 0) };
}

/** Capacity providers on a cluster; undefined where that can't be known. */
function providersOf(graph: Graph, cluster: Resource): Set<string> | undefined {
  const { byCluster, others } = graph.once(providerAssociations);
  const name = text(cluster.get("name"));
  const mayBeOwn = others.filter((association) => {
    const { literal } = linked(association.get("cluster_name"), "aws_ecs_cluster");
    return literal === undefined || name === undefined || literal === name;
  });
  const known = new Set<string>();
  for (const association of [...(byCluster.get(cluster) ?? []), ...mayBeOwn]) {
    const providers = items(association.get("capacity_providers"));
    for (const provider of providers.items) {
      const one = text(provider);
      if (one === undefined || !providers.complete) return undefined;
      known.add(one);
    }
  }
  return known;
}
