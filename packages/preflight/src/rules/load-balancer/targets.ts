import { services } from "../../ecs/tasks.ts";
import type { Graph, Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { blocks, isAbsent, text } from "../../graph/value.ts";
import { kindOf, lbPlace, routesTo, TARGET_GROUP_TYPES } from "../../network/load-balancers.ts";
import { vpcOf } from "../../network/places.ts";
import { VPC_TYPES } from "../../network/routes.ts";
import { defineRule, type Rule } from "../../rule.ts";

const PROVIDER = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs";

const ELB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application";

/** Target groups of services whose tasks have network interfaces of their own. */
function awsvpcTargets(graph: Graph): { readonly service: Resource; readonly targets: Resource }[] {
  return services(graph)
    .filter(({ task, fargate }) => fargate || text(task?.resource.get("network_mode")) === "awsvpc")
    .flatMap(({ resource }) =>
      blocks(resource.get("load_balancer")).blocks.flatMap(({ target_group_arn }) => {
        const link = linked(target_group_arn, ...TARGET_GROUP_TYPES);
        const [targets] = link.resources;
        return targets && link.certain ? [{ service: resource, targets }] : [];
      }),
    );
}

const UNATTACHED =
  "InvalidParameterException: The target group with targetGroupArn … does not have an associated load balancer.";

const HTTP = new Set(["HTTP", "HTTPS"]);

export const TARGET_RULES: readonly Rule[] = [
  {
    id: "LB-002",
    severity: "error",
    title: "Targets of Fargate tasks are of the type ip",
    when: "apply",
    prevents:
      "InvalidParameterException: The provided target group … has target type instance, which is incompatible with the awsvpc network mode specified in the task definition.",
    cause: "A Fargate task has a network interface of its own and no instance; the default target_type is instance.",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb.html",
    *check(graph) {
      for (const { service, targets } of awsvpcTargets(graph)) {
        const type = isAbsent(targets.get("target_type")) ? "instance" : text(targets.get("target_type"));
        if (type === undefined || type === "ip") continue;
        yield {
          at: targets,
          message: `has target_type = "${type}", and ${service.address} registers its tasks there.`,
          fix: 'Set target_type to "ip".',
          attribute: "target_type",
        };
      }
    },
  },
  defineRule({
    id: "LB-003",
    severity: "error",
    title: "A target group belongs to a load balancer before a service uses it",
    reference: `${PROVIDER}/resources/ecs_service`,
    problems: {
      unattached: {
        when: "apply",
        prevents: UNATTACHED,
        cause: "ECS creates a service only if a listener, or one of its rules, forwards to the target group.",
      },
      order: {
        when: "apply",
        prevents: UNATTACHED,
        cause: "Terraform creates the service without waiting for the listener, and a load balancer takes minutes.",
      },
    },
    *check(graph) {
      for (const { service, targets } of awsvpcTargets(graph).filter((one) => one.service.isMade)) {
        const { routes, complete } = routesTo(graph, targets);
        if (routes.length === 0 && complete && !targets.many) {
          yield {
            kind: "unattached",
            at: service,
            message: `registers its tasks with ${targets.address}, to which no listener forwards.`,
            fix: "Add a listener or a listener rule that forwards to the target group.",
          };
        }
        const isUnordered = routes.every(({ resource }) => graph.isOrdered(service, resource) === false);
        if (!isUnordered || !routes.some(({ resource }) => resource.isMade)) continue;
        const names = routes.map(({ resource }) => `"${resource.address}"`).join(", ");
        yield {
          kind: "order",
          at: service,
          message: `registers its tasks with ${targets.address}, and does not wait for the listener that forwards to it.`,
          fix: `Add depends_on = [${names}] to the service.`,
        };
      }
    },
  }),
  {
    id: "LB-005",
    severity: "error",
    title: "A target group, its load balancer and its tasks are in one VPC",
    when: "apply",
    prevents: "InvalidConfigurationRequest: the target group and the load balancer are in different VPCs",
    cause: "A load balancer reaches only targets in its own VPC.",
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
            message: `is in ${vpc.address}, and ${lb.address}, which forwards to it, in ${other.address}.`,
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
    prevents: "ValidationError: the target group's protocol is not supported by an application load balancer",
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
            message: `has protocol = "${protocol}", and belongs to the application load balancer ${lb.address}.`,
            fix: 'Set the protocol to "HTTP".',
            attribute: "protocol",
          };
      }
    },
  },
];
