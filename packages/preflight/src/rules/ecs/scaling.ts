import { services } from "../../ecs/tasks.ts";
import type { Graph, Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { block, Expression, isAbsent, number, text } from "../../graph/value.ts";
import type { Rule } from "../../rule.ts";

const DEPLOYMENTS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html";

export const ECS_SCALING_RULES: readonly Rule[] = [
  {
    id: "ECS-048",
    severity: "error",
    title: "A deployment may start a new task or stop an old one",
    when: "apply",
    prevents:
      "InvalidParameterException: Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments",
    cause:
      "A rolling deployment either starts new tasks above the desired number first, or stops old ones below it first.",
    reference: DEPLOYMENTS,
    *check(graph) {
      for (const { resource } of services(graph)) {
        const limits = rollingLimits(resource);
        if (!resource.isPlanned || !limits || limits.minimum < 100 || limits.maximum > 100) continue;
        yield {
          at: resource,
          message: `has a deployment_minimum_healthy_percent of ${limits.minimum} and a deployment_maximum_percent of ${limits.maximum}.`,
          fix: "Set deployment_maximum_percent to 200.",
          attribute: "deployment_maximum_percent",
        };
      }
    },
  },
  {
    id: "ECS-049",
    severity: "error",
    title: "The percentages of a deployment leave room for a whole task",
    when: "runtime",
    prevents:
      "(service …) was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.",
    cause: "Of the desired number of tasks, the minimum is rounded up and the maximum is rounded down.",
    reference: DEPLOYMENTS,
    *check(graph) {
      for (const { resource } of services(graph)) {
        const limits = rollingLimits(resource);
        const desired = mostDesired(graph, resource);
        if (
          !limits ||
          !desired ||
          resource.leavesAlone("desired_count") ||
          (limits.minimum >= 100 && limits.maximum <= 100)
        )
          continue;
        const most = Math.floor((desired * limits.maximum) / 100);
        const least = Math.ceil((desired * limits.minimum) / 100);
        if (most > desired || least < desired) continue;
        yield {
          at: resource,
          message: `wants ${desired} ${desired === 1 ? "task" : "tasks"}, no fewer than ${limits.minimum} % and no more than ${limits.maximum} % of them during a deployment: that is ${least} and ${most}, so that none can be replaced.`,
          fix: "Set deployment_maximum_percent to 200.",
          attribute: "deployment_maximum_percent",
        };
      }
    },
  },
  {
    id: "ECS-053",
    severity: "warning",
    title: "Terraform leaves the number of tasks to autoscaling",
    when: "runtime",
    prevents: "no error: every apply sets the number of tasks back, in the middle of the load too",
    cause: "Autoscaling changes desired_count, which Terraform then takes for a change to undo.",
    reference:
      "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecs_service#ignoring-changes-to-desired-count",
    *check(graph) {
      // What lifecycle says is not in a plan.
      if (graph.kind === "plan") return;
      for (const target of graph.ofType("aws_appautoscaling_target")) {
        const service = scaledService(graph, target);
        if (!service || service.leavesAlone("desired_count")) continue;
        yield {
          at: service,
          message: `is scaled by ${target.address}, and does not ignore changes of desired_count.`,
          fix: 'Add lifecycle { ignore_changes = ["desired_count"] }.',
          attribute: "desired_count",
        };
      }
    },
  },
  {
    id: "ECS-054",
    severity: "error",
    title: "Autoscaling's maximum is no less than its minimum",
    when: "apply",
    prevents: "ValidationException: Maximum capacity cannot be less than minimum capacity",
    cause: "Autoscaling keeps the number of tasks between the two.",
    reference: "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html",
    *check(graph) {
      for (const target of graph.ofType("aws_appautoscaling_target")) {
        const [min, max] = [number(target.get("min_capacity")), number(target.get("max_capacity"))];
        if (min === undefined || max === undefined || max >= min || !target.isPlanned) continue;
        yield {
          at: target,
          message: `has a max_capacity of ${max}, less than its min_capacity of ${min}.`,
          fix: `Set max_capacity to ${min} or more.`,
          attribute: "max_capacity",
        };
      }
    },
  },
  {
    id: "ECS-058",
    severity: "error",
    title: "Autoscaling finds the service by its name",
    when: "apply",
    prevents: "ValidationException: Unsupported service namespace, resource type or scalable dimension",
    cause: "resource_id is service/, the name of the cluster, and the name of the service.",
    reference: "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html",
    *check(graph) {
      for (const target of graph.ofType("aws_appautoscaling_target")) {
        if (text(target.get("service_namespace")) !== "ecs" || !target.isPlanned) continue;
        const id = target.get("resource_id");
        const known = text(id);
        const parts = id instanceof Expression ? (id.parts ?? []) : [];
        const arn = parts.flatMap((part) =>
          typeof part === "object" && ARNS.test(`${part.resources[0]?.type}.${part.attribute}`) ? [part] : [],
        )[0];
        if (!(arn && known === undefined) && (known === undefined || /^service\/[^/:]+\/[^/:]+$/.test(known))) continue;
        yield {
          at: target,
          message: `has ${known ?? `the ${arn?.attribute} of ${arn?.resources[0]?.address}, an ARN,`} in its resource_id.`,
          fix: "Write service/<name of the cluster>/<name of the service>.",
          attribute: "resource_id",
        };
      }
    },
  },
];

/** Attributes that are ARNs and not names. */
const ARNS = /^aws_ecs_(?:cluster|service)\.(?:id|arn)$/;

/** Percentages between which a rolling deployment keeps the tasks; undefined for other deployments, or where not known. */
function rollingLimits(service: Resource): { minimum: number; maximum: number } | undefined {
  const controller = block(service.get("deployment_controller"))?.type;
  const strategy = block(service.get("deployment_configuration"))?.strategy;
  const isRolling =
    (isAbsent(controller) || text(controller) === "ECS") && (isAbsent(strategy) || text(strategy) === "ROLLING");
  const scheduling = service.get("scheduling_strategy");
  if (!isRolling || !(isAbsent(scheduling) || text(scheduling) === "REPLICA")) return undefined;
  const minimum = percentage(service, "deployment_minimum_healthy_percent", 100);
  const maximum = percentage(service, "deployment_maximum_percent", 200);
  return minimum === undefined || maximum === undefined ? undefined : { minimum, maximum };
}

/** Tasks that Terraform asks for, or autoscaling where that keeps more; undefined where it can't be known. */
function mostDesired(graph: Graph, service: Resource): number | undefined {
  const desired = number(service.get("desired_count"));
  const targets = graph
    .ofType("aws_appautoscaling_target")
    .filter((target) => scaledService(graph, target) === service);
  const least = targets.map((target) => number(target.get("min_capacity")));
  return desired === undefined || least.includes(undefined)
    ? undefined
    : Math.max(desired, ...least.filter((one) => one !== undefined));
}

function percentage(service: Resource, attribute: string, fallback: number): number | undefined {
  const written = service.get(attribute);
  return isAbsent(written) ? fallback : number(written);
}

/** The service that a scaling target is for, where it is made in the configuration. */
export function scaledService(graph: Graph, target: Resource): Resource | undefined {
  const link = linked(target.get("resource_id"), "aws_ecs_service");
  if (link.resources.length === 1) return link.resources[0];
  const name = /^service\/[^/]+\/([^/]+)$/.exec(text(target.get("resource_id")) ?? "")?.[1];
  if (name === undefined) return undefined;
  const [service, ...others] = graph.ofType("aws_ecs_service").filter((one) => text(one.get("name")) === name);
  return others.length === 0 ? service : undefined;
}
