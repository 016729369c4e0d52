import { services } from "../../ecs/tasks.ts";
import type { Graph, Resource } from "../../graph/graph.ts";
import { blocks, isAbsent, linked, number, text } from "../../graph/value.ts";
import { kindOf, lbPlace, routesTo, TARGET_GROUP_TYPES } from "../../network/load-balancers.ts";
import { vpcOf } from "../../network/places.ts";
import { VPC_TYPES } from "../../network/routes.ts";
import type { Rule } from "../../rule.ts";

const PROVIDER = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs";

const ELB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application";

/** Target groups of services whose tasks have network interfaces of their own. */
function* awsvpcTargets(graph: Graph): Generator<{ service: Resource; targets: Resource; port: number | undefined }> {
  for (const { resource, task, fargate } of services(graph)) {
    if (!fargate && text(task?.resource.get("network_mode")) !== "awsvpc") continue;
    for (const attached of blocks(resource.get("load_balancer")).blocks) {
      const link = linked(attached.target_group_arn, ...TARGET_GROUP_TYPES);
      const [targets] = link.resources;
      if (targets && link.certain) yield { service: resource, targets, port: number(attached.container_port) };
    }
  }
}

const HTTP = new Set(["HTTP", "HTTPS"]);

export const TARGET_RULES: readonly Rule[] = [
  {
    id: "LB-002",
    severity: "error",
    title: "Targets of Fargate tasks are addresses",
    when: "apply",
    prevents:
      "InvalidParameterException: The provided target group … has target type instance, which is incompatible with the awsvpc network mode specified in the task definition.",
    cause:
      "A task has a network interface of its own and no instance, and target_type is instance where it is not written.",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb.html",
    *check(graph) {
      for (const { service, targets } of awsvpcTargets(graph)) {
        const type = isAbsent(targets.get("target_type")) ? "instance" : text(targets.get("target_type"));
        if (type === undefined || type === "ip") continue;
        yield {
          at: targets,
          message: `has the target type ${type}, and gets the tasks of ${service.address}.`,
          fix: 'Set target_type to "ip".',
          attribute: "target_type",
        };
      }
    },
  },
  {
    id: "LB-003",
    severity: "error",
    title: "A target group belongs to a load balancer before a service uses it",
    when: "apply",
    prevents:
      "InvalidParameterException: The target group with targetGroupArn … does not have an associated load balancer.",
    cause: "ECS makes a service only when a listener, or a rule of one, leads to its target group.",
    reference: `${PROVIDER}/resources/ecs_service`,
    *check(graph) {
      for (const { service, targets } of awsvpcTargets(graph)) {
        const { routes, complete } = routesTo(graph, targets);
        if (routes.length === 0) {
          if (complete && !targets.many && service.isMade) {
            yield {
              at: service,
              message: `gives its tasks to ${targets.address}, which no listener leads to.`,
              fix: "Add a listener or a listener rule that forwards to the target group.",
            };
          }
          continue;
        }
        const waits = routes.map(({ resource }) => graph.isOrdered(service, resource));
        if (
          !service.isMade ||
          routes.every(({ resource }) => !resource.isMade) ||
          waits.some((waiting) => waiting !== false)
        )
          continue;
        const names = routes.map(({ resource }) => `"${resource.address}"`).join(", ");
        yield {
          at: service,
          message: `gives its tasks to ${targets.address}, and may be made before the listener that leads there: a load balancer takes minutes.`,
          fix: `Add depends_on = [${names}] to the service.`,
        };
      }
    },
  },
  {
    id: "LB-005",
    severity: "error",
    title: "A target group, its load balancer and its tasks are in one VPC",
    when: "apply",
    prevents:
      "InvalidConfigurationRequest: The following targets are not in the target group VPC 'vpc-…'; the target group and the load balancer are in different VPCs",
    cause: "A load balancer reaches targets of its own network only.",
    reference: `${ELB}/load-balancer-target-groups.html`,
    *check(graph) {
      for (const targets of graph.ofType(...TARGET_GROUP_TYPES)) {
        const home = linked(targets.get("vpc_id"), ...VPC_TYPES);
        const [vpc] = home.resources;
        if (!vpc || !home.certain) continue;
        const balancers = new Set(routesTo(graph, targets).routes.flatMap(({ lb }) => lb ?? []));
        for (const lb of balancers) {
          const [subnet] = lbPlace(graph, lb).subnets.subnets;
          const other = subnet && vpcOf(subnet);
          if (!other || other === vpc || other.isData !== vpc.isData) continue;
          yield {
            at: targets,
            message: `is in ${vpc.address}, and ${lb.address}, which leads to it, in ${other.address}.`,
            fix: "Put both into one VPC.",
            attribute: "vpc_id",
          };
        }
      }
    },
  },
  {
    id: "LB-016",
    severity: "error",
    title: "An application load balancer forwards HTTP",
    when: "apply",
    prevents:
      "InvalidLoadBalancerAction / ValidationError: the target group's protocol is not supported by an application load balancer",
    cause: "TCP, TLS and UDP are for network load balancers.",
    reference: `${ELB}/load-balancer-target-groups.html#target-group-routing-configuration`,
    *check(graph) {
      for (const targets of graph.ofType(...TARGET_GROUP_TYPES)) {
        const protocol = text(targets.get("protocol"));
        if (protocol === undefined || HTTP.has(protocol) || text(targets.get("target_type")) === "lambda") continue;
        const lb = routesTo(graph, targets).routes.find((route) => route.lb && kindOf(route.lb) === "application")?.lb;
        if (lb)
          yield {
            at: targets,
            message: `speaks ${protocol}, and belongs to the application load balancer ${lb.address}.`,
            fix: 'Set the protocol to "HTTP".',
            attribute: "protocol",
          };
      }
    },
  },
];
