import type { Graph, Resource } from "../../graph/graph.ts";
import { linkedResource } from "../../graph/links.ts";
import {
  type Block,
  block,
  blocks,
  Expression,
  isEmpty,
  isWritten,
  referencesIn,
  text,
  type Value,
} from "../../graph/value.ts";
import { kindOf, LB_TYPES, TARGET_GROUP_TYPES } from "../../network/load-balancers.ts";
import { defineRule, type KindOfProblem, type Problem, type Rule } from "../../rule.ts";
import { scaledService } from "../ecs/scaling.ts";
import { repeats } from "../shared/attributes.ts";

const API = "https://docs.aws.amazon.com/autoscaling/application/APIReference";
const TARGET = "aws_appautoscaling_target";
const POLICY = "aws_appautoscaling_policy";
const ACTION = "aws_appautoscaling_scheduled_action";

/**
 * What Application Auto Scaling scales: dimensions, the form of a resource's id, and metrics of its own.
 * Source: the API pages of RegisterScalableTarget and PredefinedMetricSpecification.
 */
const NAMESPACES: Readonly<
  Record<string, { readonly dimensions: RegExp; readonly id: RegExp; readonly metrics: RegExp }>
> = {
  ecs: {
    dimensions: /^ecs:service:DesiredCount$/,
    id: /^service\/[^/:]+\/[^/:]+$/,
    metrics: /^(?:ECSService.*|ALBRequestCountPerTarget)$/,
  },
  rds: { dimensions: /^rds:cluster:ReadReplicaCount$/, id: /^cluster:[^:/]+$/, metrics: /^RDSReader/ },
  dynamodb: {
    dimensions: /^dynamodb:(?:table|index):(?:Read|Write)CapacityUnits$/,
    id: /^table\/[^/]+(?:\/index\/[^/]+)?$/,
    metrics: /^DynamoDB/,
  },
  elasticache: {
    dimensions: /^elasticache:(?:replication-group:(?:NodeGroups|Replicas)|cache-cluster:Nodes)$/,
    id: /^(?:replication-group|cache-cluster)\/[^/]+$/,
    metrics: /^ElastiCache/,
  },
  lambda: {
    dimensions: /^lambda:function:ProvisionedConcurrency$/,
    id: /^function:[^:]+:[^:]+$/,
    metrics: /^LambdaProvisionedConcurrency/,
  },
};

/** Source: `ServiceNamespace` of the API page of RegisterScalableTarget. */
const ALL_NAMESPACES = new Set(
  (
    "ecs elasticmapreduce ec2 appstream dynamodb rds sagemaker custom-resource comprehend lambda cassandra kafka " +
    "elasticache neptune workspaces"
  ).split(" "),
);

const UNSUPPORTED = "ValidationException: Unsupported service namespace, resource type or scalable dimension";

export const SCALING_RULES: readonly Rule[] = [
  defineRule({
    id: "SCH-020",
    severity: "error",
    title: "Scaling by requests names the load balancer and the target group",
    reference: `${API}/API_PredefinedMetricSpecification.html`,
    problems: {
      missing: {
        when: "apply",
        prevents: "ValidationException: ResourceLabel is required for ALBRequestCountPerTarget",
        cause: "Requests are counted for one target group behind one load balancer.",
      },
      form: {
        when: "apply",
        prevents: "ValidationException: Invalid resource label for predefined metric ALBRequestCountPerTarget",
        cause: "A label is app/<name>/<id>/targetgroup/<name>/<id>: the arn_suffix of both, with a slash between them.",
      },
      needless: {
        when: "apply",
        prevents: "ValidationException: ResourceLabel must not be specified for …",
        cause: "Only ALBRequestCountPerTarget has a label.",
      },
    },
    *check(graph) {
      for (const { at, metric } of predefinedMetrics(graph)) {
        const type = text(metric.predefined_metric_type);
        const problem = type === undefined ? undefined : labelProblem(type, metric.resource_label);
        if (problem) yield { ...problem, at, attribute: "resource_label" };
      }
    },
  }),
  defineRule({
    id: "SCH-021",
    severity: "error",
    title: "What is scaled, its id and its dimension go together",
    reference: `${API}/API_RegisterScalableTarget.html`,
    problems: {
      namespace: { when: "apply", prevents: UNSUPPORTED, cause: "Application Auto Scaling scales certain services." },
      dimension: { when: "apply", prevents: UNSUPPORTED, cause: "Each service has dimensions of its own." },
      id: { when: "apply", prevents: UNSUPPORTED, cause: "Each service has ids of its own form." },
      metric: {
        when: "apply",
        prevents: "ValidationException: Predefined metric … is not supported for the service namespace …",
        cause: "Each service has predefined metrics of its own.",
      },
    },
    *check(graph) {
      for (const resource of graph.ofType(TARGET, POLICY, ACTION).filter(({ isPlanned }) => isPlanned)) {
        const problem = formProblem(resource);
        if (problem) yield problem;
      }
    },
  }),
  defineRule({
    id: "SCH-022",
    severity: "error",
    title: "Scaling begins after what it scales",
    reference: `${API}/API_PutScalingPolicy.html`,
    problems: {
      service: {
        when: "apply",
        prevents: "ValidationException: ECS service doesn't exist: service/…",
        cause: "Terraform registers a target whose id is a string at the same time as it creates the service.",
      },
      target: {
        when: "apply",
        prevents:
          "ObjectNotFoundException: No scalable target registered for service namespace: ecs, resource ID: service/…",
        cause: "A policy belongs to a target that is registered.",
      },
    },
    *check(graph) {
      const targets = graph.ofType(TARGET).map((target) => ({
        target,
        service: scaledService(graph, target),
        id: text(target.get("resource_id")),
      }));
      for (const { target, service, id } of targets) {
        if (!service?.isMade || !target.isMade || service.many || target.many) continue;
        if (graph.isOrdered(target, service) !== false) continue;
        if (id !== undefined && !isInCluster(service, id)) continue;
        yield {
          kind: "service",
          at: target,
          message: `scales ${service.address}, and does not wait for it.`,
          fix: `Write \${${service.address}.name} in resource_id, or add depends_on = ["${service.address}"].`,
          attribute: "resource_id",
        };
      }
      for (const policy of graph.ofType(POLICY, ACTION).filter(({ isMade, many }) => isMade && !many)) {
        const problem = orderProblem(graph, policy, targets);
        if (problem) yield problem;
      }
    },
  }),
  defineRule({
    id: "SCH-023",
    severity: "error",
    title: "A scaling policy is of the type of its configuration, one for each metric",
    reference: `${API}/API_PutScalingPolicy.html`,
    problems: {
      type: {
        when: "apply",
        prevents: "ValidationException: The policy type StepScaling requires StepScalingPolicyConfiguration",
        cause: "policy_type is StepScaling where nothing is written.",
      },
      twice: {
        when: "apply",
        prevents:
          "ValidationException: Only one TargetTrackingScaling policy for a given metric specification is allowed.",
        cause: "Two policies of one metric would work against each other.",
      },
    },
    *check(graph) {
      const policies = graph.ofType(POLICY);
      for (const policy of policies.filter(({ isPlanned }) => isPlanned)) {
        const type = isEmpty(policy.get("policy_type")) ? "StepScaling" : text(policy.get("policy_type"));
        const wanted = CONFIGURATIONS.find(([, attribute]) => isWritten(policy.get(attribute)));
        if (type === undefined || !wanted || wanted[0] === type) continue;
        yield {
          kind: "type",
          at: policy,
          message: `has ${wanted[1]}, and the policy_type ${isEmpty(policy.get("policy_type")) ? "StepScaling, the default" : `"${type}"`}.`,
          fix: `Set policy_type to "${wanted[0]}".`,
          attribute: "policy_type",
        };
      }
      for (const { one, earlier } of repeats(policies, metricOf)) {
        yield {
          kind: "twice",
          at: one,
          message: `follows the same metric as ${earlier.address}, of the same resource.`,
          fix: "Keep one of the two.",
          attribute: "target_tracking_scaling_policy_configuration",
        };
      }
    },
  }),
];

const CONFIGURATIONS = [
  ["TargetTrackingScaling", "target_tracking_scaling_policy_configuration"],
  ["StepScaling", "step_scaling_policy_configuration"],
] as const;

/** Metrics of target tracking, of services and of groups of instances. */
function* predefinedMetrics(graph: Graph): Generator<{ readonly at: Resource; readonly metric: Block }> {
  const places = [
    [POLICY, "target_tracking_scaling_policy_configuration"],
    ["aws_autoscaling_policy", "target_tracking_configuration"],
  ] as const;
  for (const [type, attribute] of places) {
    for (const at of graph.ofType(type).filter(({ isPlanned }) => isPlanned)) {
      for (const { predefined_metric_specification } of blocks(at.get(attribute)).blocks)
        for (const metric of blocks(predefined_metric_specification).blocks) yield { at, metric };
    }
  }
}

const LABEL = /^app\/[^/]+\/[^/]+\/targetgroup\/[^/]+\/[^/]+$/;
const LABEL_FIX = "Write ${aws_lb.<name>.arn_suffix}/${aws_lb_target_group.<name>.arn_suffix}.";

function labelProblem(
  type: string,
  label: Value | undefined,
): Pick<KindOfProblem<"missing" | "form" | "needless">, "kind" | "message" | "fix"> | undefined {
  if (type !== "ALBRequestCountPerTarget") {
    if (!isWritten(label)) return undefined;
    return { kind: "needless", message: `has a resource_label with ${type}.`, fix: "Take resource_label out." };
  }
  if (isEmpty(label)) {
    return {
      kind: "missing",
      message: "scales by ALBRequestCountPerTarget, and has no resource_label.",
      fix: LABEL_FIX,
    };
  }
  const why = whyNoLabel(label);
  return why === undefined ? undefined : { kind: "form", message: `has ${why} as resource_label.`, fix: LABEL_FIX };
}

function whyNoLabel(label: Value | undefined): string | undefined {
  const known = text(label);
  if (known !== undefined) return LABEL.test(known) ? undefined : `"${known}"`;
  const references = referencesIn(label).filter(({ certain, kind }) => certain && kind === undefined);
  const parts = references.map(({ resources: [resource], attribute }) => ({ resource, attribute }));
  const isBalancer = (one?: Resource) => LB_TYPES.some((type) => type === one?.type);
  const isGroup = (one?: Resource) => TARGET_GROUP_TYPES.some((type) => type === one?.type);
  const odd = parts.find(
    ({ resource, attribute }) => (isBalancer(resource) || isGroup(resource)) && NO_SUFFIX.has(attribute),
  );
  if (odd) return `the ${odd.attribute} of ${odd.resource?.address}`;
  const network = parts.find(({ resource }) => resource && isBalancer(resource) && kindOf(resource) === "network");
  if (network) return `the network load balancer ${network.resource?.address}`;
  if (!(label instanceof Expression) || label.parts === undefined) return undefined;
  const [first, ...others] = parts;
  if (isGroup(first?.resource) && others.some(({ resource }) => isBalancer(resource)))
    return "the target group before the load balancer";
  if (parts.length === 1 && label.only && (isGroup(first?.resource) || isBalancer(first?.resource)))
    return `only the ${first?.attribute} of ${first?.resource?.address}`;
  const texts = label.parts.filter((part) => typeof part === "string").join("");
  return parts.length === 2 && isGroup(others[0]?.resource) && texts !== "/" ? `"${texts}" between the two` : undefined;
}

const NO_SUFFIX = new Set(["arn", "id", "name", "dns_name"]);

function formProblem(resource: Resource): KindOfProblem<"namespace" | "dimension" | "id" | "metric"> | undefined {
  const namespace = text(resource.get("service_namespace"));
  if (namespace === undefined || namespace === "") return undefined;
  if (!ALL_NAMESPACES.has(namespace)) {
    return {
      kind: "namespace",
      at: resource,
      message: `has service_namespace = "${namespace}".`,
      fix: 'Write the namespace of a service, such as "ecs".',
      attribute: "service_namespace",
    };
  }
  const form = NAMESPACES[namespace];
  const dimension = text(resource.get("scalable_dimension"));
  const isOther = form ? !form.dimensions.test(dimension ?? "") : !dimension?.startsWith(`${namespace}:`);
  if (dimension !== undefined && isOther) {
    return {
      kind: "dimension",
      at: resource,
      message: `has scalable_dimension = "${dimension}" with service_namespace = "${namespace}".`,
      fix: namespace === "ecs" ? 'Write "ecs:service:DesiredCount".' : `Write a dimension of ${namespace}.`,
      attribute: "scalable_dimension",
    };
  }
  return form && (idProblem(resource, namespace, form.id) ?? metricProblem(resource, namespace, form.metrics));
}

function idProblem(resource: Resource, namespace: string, form: RegExp): KindOfProblem<"id"> | undefined {
  const id = text(resource.get("resource_id"));
  // The id of a target of ECS is ECS-058's.
  if (id === undefined || form.test(id) || id.includes("//") || (namespace === "ecs" && resource.type === TARGET))
    return undefined;
  return {
    kind: "id",
    at: resource,
    message: `has resource_id = "${id}" with service_namespace = "${namespace}".`,
    fix: "Take resource_id of the aws_appautoscaling_target, or write it as the namespace has it.",
    attribute: "resource_id",
  };
}

function metricProblem(resource: Resource, namespace: string, metrics: RegExp): KindOfProblem<"metric"> | undefined {
  const configuration = block(resource.get("target_tracking_scaling_policy_configuration"));
  const type = text(block(configuration?.predefined_metric_specification)?.predefined_metric_type);
  if (type === undefined || metrics.test(type)) return undefined;
  return {
    kind: "metric",
    at: resource,
    message: `has predefined_metric_type = "${type}" with service_namespace = "${namespace}".`,
    fix:
      namespace === "ecs"
        ? 'Write "ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization" or "ALBRequestCountPerTarget".'
        : `Write a metric of ${namespace}.`,
    attribute: "target_tracking_scaling_policy_configuration",
  };
}

/** A target, the service that it is for, and its id, as far as these are known. */
interface ScaledTarget {
  readonly target: Resource;
  readonly service: Resource | undefined;
  readonly id: string | undefined;
}

function orderProblem(
  graph: Graph,
  policy: Resource,
  targets: readonly ScaledTarget[],
): (Problem & { readonly kind: "target" }) | undefined {
  const id = text(policy.get("resource_id"));
  const service = scaledService(graph, policy);
  const own = targets.filter(
    (one) => (service !== undefined && one.service === service) || (id !== undefined && one.id === id),
  );
  const base = { kind: "target", at: policy, attribute: "resource_id" } as const;
  if (own.length > 0) {
    const [first] = own;
    if (!own.every(({ target }) => target.isMade && !target.many && graph.isOrdered(policy, target) === false))
      return undefined;
    return {
      ...base,
      message: `is for what ${first?.target.address} registers, and does not wait for it.`,
      fix: `Write \${${first?.target.address}.resource_id} as resource_id.`,
    };
  }
  if (id !== undefined && !isInCluster(service, id)) return undefined;
  const isOpen = targets.some((one) => !one.service && one.id === undefined);
  if (!service?.isMade || service.many || graph.isHandedOn(service) || isOpen || dependsOnTarget(policy))
    return undefined;
  return {
    ...base,
    message: `scales ${service.address}, which no aws_appautoscaling_target registers.`,
    fix: "Add an aws_appautoscaling_target for the service, and take its resource_id.",
  };
}

/** Whether the cluster in an id is that of the service, which has the same name. */
function isInCluster(service: Resource | undefined, id: string): boolean {
  const written = service?.get("cluster");
  const cluster = linkedResource(written, "aws_ecs_cluster");
  const name = text(cluster?.get("name")) ?? text(written)?.split("/").at(-1);
  return name !== undefined && id.startsWith(`service/${name}/`);
}

function dependsOnTarget(policy: Resource): boolean {
  return [...policy.dependencies].some(({ type }) => type === TARGET);
}

/** What a policy follows, and of which resource; undefined where it can't be known. */
function metricOf(policy: Resource): string | undefined {
  const configuration = block(policy.get("target_tracking_scaling_policy_configuration"));
  const type = text(block(configuration?.predefined_metric_specification)?.predefined_metric_type);
  const [id] = referencesIn(policy.get("resource_id")).flatMap(({ resources }) => resources);
  const of = text(policy.get("resource_id")) ?? id?.address;
  const dimension = text(policy.get("scalable_dimension"));
  const isSure = type !== undefined && of !== undefined && !policy.many && type !== "ALBRequestCountPerTarget";
  return isSure ? [type, of, dimension].join(" ") : undefined;
}
