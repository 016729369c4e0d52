import {
  type Block,
  block,
  blocks,
  type Graph,
  isAbsent,
  items,
  linked,
  number,
  type Resource,
  sizeOf,
  text,
} from "@operation-app/preflight/graph";
import { difference, exactly, type Range, times } from "../range.ts";
import { overTheWeek } from "./hours.ts";
import { byUse, hourly, type Line, type Meters, numberOr, shareOf, textOr, unknown } from "./meter.ts";

/** GB of disk that a Fargate task has for nothing. */
const FREE_DISK = 20;

/**
 * Names that Container Insights has for Fargate. Source:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/appinsights-metrics-ecs.html
 */
const INSIGHTS_NAMES = 16;

/**
 * What a task on Spot costs of its price: "up to 70% off", as AWS moves it; there is no list of it.
 * Source: https://aws.amazon.com/fargate/pricing/
 */
const SPOT_SHARE: Range = { low: 0.3, high: 1 };

/**
 * The newest 1.x whose standard support has ended, in July 2026.
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html
 */
const LAST_EKS_EXTENDED = 33;

/** Fargate, clusters, images. Task definitions and services on EC2 cost nothing by themselves. */
export const CONTAINERS: Meters = {
  aws_ecs_service: (service, { graph }) => {
    const strategy = strategyOf(service, graph);
    const launch = launchOf(service, strategy);
    if (launch === "EC2") return [];
    if (launch !== "FARGATE") return [unknown("tasks", `of launch type ${launch}`)];
    const tasks = tasksOf(service, graph);
    const [definition] = linked(service.get("task_definition"), "aws_ecs_task_definition").resources;
    if (tasks === undefined) return [unknown("tasks", "desired_count is not known")];
    if (definition === undefined) return [unknown("tasks", "task_definition is not in this configuration")];
    const spot = tasksOnSpot(strategy, tasks);
    if (spot === undefined) return [unknown("tasks", "capacity_provider_strategy is not known")];
    return [
      ...(spot.high > 0 ? onSpot(taskLines(definition, times(spot, SPOT_SHARE))) : []),
      ...(spot.high < tasks.high || tasks.high === 0 ? taskLines(definition, difference(tasks, spot)) : []),
      ...taskAddresses(service, tasks),
    ];
  },

  aws_ecs_cluster: (cluster, stack) => {
    const insights = blocks(cluster.get("setting")).blocks.find(({ name }) => text(name) === "containerInsights");
    const value = insights && text(insights.value);
    if (insights === undefined || value === "disabled") return [];
    if (value !== "enabled")
      return [unknown("Container Insights", `${value ?? "a value that is not known"}: its metrics can't be counted`)];
    const clusters = stack.count("aws_ecs_cluster");
    const services = stack.count("aws_ecs_service") / clusters;
    const metrics = { low: INSIGHTS_NAMES, high: INSIGHTS_NAMES * (1 + 2 * services) };
    const { insightsMetrics: assumed } = stack.usage;
    const share = assumed === undefined ? metrics : shareOf(assumed, clusters);
    return [byUse("metrics of Container Insights", "metric", share)];
  },

  aws_ecr_repository: (_, stack) => [
    byUse("images", "ecr-gb", shareOf(stack.usage.imageGb, stack.count("aws_ecr_repository"))),
  ],

  aws_eks_cluster: (cluster) => {
    const minor = Number(/^1\.(\d+)$/.exec(text(cluster.get("version")) ?? "")?.[1]);
    const isExtended =
      minor <= LAST_EKS_EXTENDED && text(block(cluster.get("upgrade_policy"))?.support_type) !== "STANDARD";
    return isExtended
      ? [unknown("cluster", `in extended support, as Kubernetes 1.${minor} is`)]
      : [hourly("cluster", "eks-cluster-hour")];
  },
};

/** What a service says of capacity providers; where it says nothing, what its cluster says. */
function strategyOf(service: Resource, graph: Graph): readonly Block[] {
  const own = blocks(service.get("capacity_provider_strategy")).blocks;
  if (own.length > 0 || !isAbsent(service.get("launch_type"))) return own;
  const [cluster] = linked(service.get("cluster"), "aws_ecs_cluster").resources;
  return (cluster && graph.once(defaultStrategies).get(cluster)) ?? [];
}

function defaultStrategies(graph: Graph): ReadonlyMap<Resource, readonly Block[]> {
  return new Map(
    graph
      .ofType("aws_ecs_cluster_capacity_providers")
      .flatMap((providers) =>
        linked(providers.get("cluster_name"), "aws_ecs_cluster").resources.map(
          (cluster) => [cluster, blocks(providers.get("default_capacity_provider_strategy")).blocks] as const,
        ),
      ),
  );
}

/** `FARGATE`, `EC2`, or what else is written. Where nothing is, the task definition says what it runs on. */
function launchOf(service: Resource, strategy: readonly Block[]): string {
  const providers = strategy.map(({ capacity_provider }) => text(capacity_provider) ?? "that is not known");
  const other = providers.find((provider) => provider !== "FARGATE" && provider !== "FARGATE_SPOT");
  if (other !== undefined) return "EC2";
  if (providers.length > 0) return "FARGATE";
  const [definition] = linked(service.get("task_definition"), "aws_ecs_task_definition").resources;
  const needs = items(definition?.get("requires_compatibilities")).items.map(text);
  const implied = needs.includes("FARGATE") && !needs.includes("EC2") ? "FARGATE" : "EC2";
  return textOr(service.get("launch_type"), implied) ?? "that is not known";
}

/** Tasks that run: between the least and the most that autoscaling makes of them, where it does. */
function tasksOf(service: Resource, graph: Graph): Range | undefined {
  const target = graph.once(scalingTargets)(service);
  if (target === undefined) {
    const count = numberOr(service.get("desired_count"), 0);
    return count === undefined ? undefined : exactly(count);
  }
  const [low, high] = [number(target.get("min_capacity")), number(target.get("max_capacity"))];
  if (low === undefined || high === undefined) return undefined;
  return overTheWeek(graph, target, { low, high });
}

/** How many of a service's tasks are on Spot: what is its `base`, and its `weight` in what all bases leave. */
function tasksOnSpot(providers: readonly Block[], tasks: Range): Range | undefined {
  const strategy = providers.map((one) => ({
    isSpot: text(one.capacity_provider) === "FARGATE_SPOT",
    base: numberOr(one.base, 0),
    weight: numberOr(one.weight, 0),
  }));
  if (strategy.some(({ base, weight }) => base === undefined || weight === undefined)) return undefined;
  const total = (of: "base" | "weight", spotOnly: boolean) =>
    strategy.reduce((sum, one) => sum + (one.isSpot || !spotOnly ? (one[of] ?? 0) : 0), 0);
  const share = total("weight", true) / (total("weight", false) || 1);
  const onSpotOf = (count: number) =>
    Math.min(count, total("base", true)) + Math.max(0, count - total("base", false)) * share;
  return { low: onSpotOf(tasks.low), high: onSpotOf(tasks.high) };
}

function onSpot(lines: readonly Line[]): Line[] {
  return lines.map((line) => ({ ...line, what: `${line.what}, on Spot at 30 to 100 %` }));
}

/** What finds the scaling target of a service: by what it refers to, or by the name that it has in AWS. */
function scalingTargets(graph: Graph): (service: Resource) => Resource | undefined {
  const targets = graph.ofType("aws_appautoscaling_target");
  const found = new Map<Resource | string, Resource>();
  for (const target of targets) {
    const { resources, literal } = linked(target.get("resource_id"), "aws_ecs_service");
    for (const key of [...resources, ...(literal === undefined ? [] : [literal])]) found.set(key, target);
    const name = text(target.get("resource_id"));
    if (name !== undefined) found.set(name.split("/").at(-1) ?? "", target);
  }
  return (service) => found.get(service) ?? found.get(text(service.get("name")) ?? "\0");
}

/** What tasks of a definition cost while they run. */
export function taskLines(definition: Resource, tasks: Range): Line[] {
  const platform = block(definition.get("runtime_platform"));
  const system = textOr(platform?.operating_system_family, "LINUX");
  if (system !== "LINUX") return [unknown("tasks", `of ${system ?? "an operating system that is not known"}`)];
  const [cpu, memory] = [sizeOf(definition.get("cpu"), 1024), sizeOf(definition.get("memory"), 1024)];
  const architecture = textOr(platform?.cpu_architecture, "X86_64");
  if (cpu === undefined || memory === undefined || architecture === undefined)
    return [unknown("tasks", "cpu, memory or cpu_architecture is not known")];
  const name = architecture === "ARM64" ? "fargate-arm" : "fargate";
  const disk = numberOr(block(definition.get("ephemeral_storage"))?.size_in_gib, FREE_DISK) ?? FREE_DISK;
  return [
    hourly("vCPU", `${name}-vcpu-hour`, times(tasks, exactly(cpu / 1024))),
    hourly("GB of memory", `${name}-gb-hour`, times(tasks, exactly(memory / 1024))),
    ...(disk > FREE_DISK
      ? [hourly("GB of disk", "fargate-storage-gb-hour", times(tasks, exactly(disk - FREE_DISK)))]
      : []),
  ];
}

function taskAddresses(service: Resource, tasks: Range): Line[] {
  const isPublic = block(service.get("network_configuration"))?.assign_public_ip;
  return text(isPublic) === "true" ? [hourly("public IPv4 addresses", "public-ipv4-hour", tasks)] : [];
}
