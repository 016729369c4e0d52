import { grouped } from "../../graph/by-link.ts";
import type { Graph, Resource } from "../../graph/graph.ts";
import { linkedResource } from "../../graph/links.ts";
import { type Block, blocks, Expression, isBlock, isEmpty, items, text, type Value } from "../../graph/value.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { quoted, textsOf } from "../shared/attributes.ts";

const TARGET = "aws_cloudwatch_event_target";
const SCHEDULE = "aws_scheduler_schedule";

/** A task that a schedule or a rule of EventBridge starts. */
export interface ScheduledTask {
  /** What has the settings. */
  readonly at: Resource;
  /** `ecs_target` of a target, `ecs_parameters` of a schedule. */
  readonly settings: Block;
  readonly role: Value | undefined;
  readonly cluster: Value | undefined;
  /** Made in this configuration; undefined where it is not, or can't be known. */
  readonly definition: Resource | undefined;
  /** Service that starts it. */
  readonly service: "events.amazonaws.com" | "scheduler.amazonaws.com";
}

export function scheduledTasks(graph: Graph): readonly ScheduledTask[] {
  return graph.once(collectScheduledTasks);
}

function collectScheduledTasks(graph: Graph): ScheduledTask[] {
  const ofRules = graph.ofType(TARGET).flatMap((at) =>
    blocks(at.get("ecs_target")).blocks.map((settings) => ({
      at,
      settings,
      role: at.get("role_arn"),
      cluster: at.get("arn"),
      definition: definitionOf(settings),
      service: "events.amazonaws.com" as const,
    })),
  );
  const ofSchedules = graph.ofType(SCHEDULE).flatMap((at) =>
    blocks(at.get("target")).blocks.flatMap((target) =>
      blocks(target.ecs_parameters).blocks.map((settings) => ({
        at,
        settings,
        role: target.role_arn,
        cluster: target.arn,
        definition: definitionOf(settings),
        service: "scheduler.amazonaws.com" as const,
      })),
    ),
  );
  return [...ofRules, ...ofSchedules];
}

function definitionOf(settings: Block): Resource | undefined {
  return linkedResource(settings.task_definition_arn, "aws_ecs_task_definition");
}

export const TARGET_RULES: readonly Rule[] = [
  defineRule({
    id: "SCH-005",
    severity: "error",
    title: "A scheduled task names a cluster, a task definition and a role",
    reference: "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_EcsParameters.html",
    problems: {
      definition: {
        when: "apply",
        prevents: "ValidationException: Provided TaskDefinition Arn is not in correct format",
        cause: "task_definition_arn is the ARN of a task definition.",
      },
      cluster: {
        when: "apply",
        prevents: "ValidationException: Provided Arn is not in correct format, or parameters do not match the target",
        cause: "The target of a scheduled task is the cluster that it runs in.",
      },
      role: {
        when: "apply",
        prevents: "ValidationException: RoleArn is required for target …",
        cause: "EventBridge starts the task with a role that it is given.",
      },
    },
    *check(graph) {
      for (const task of scheduledTasks(graph).filter(({ at }) => at.isPlanned)) {
        const isRule = task.at.type === TARGET;
        const definition = whyNotArnOf(
          task.settings.task_definition_arn,
          "aws_ecs_task_definition",
          /:task-definition\//,
        );
        const cluster = whyNotArnOf(task.cluster, "aws_ecs_cluster", /:cluster\//);
        const attribute = isRule ? "ecs_target" : "target";
        if (definition !== undefined) {
          yield {
            kind: "definition",
            at: task.at,
            message: `has ${definition} as task_definition_arn.`,
            fix: "Pass the ARN of an aws_ecs_task_definition.",
            attribute,
          };
        }
        if (cluster !== undefined) {
          yield {
            kind: "cluster",
            at: task.at,
            message: `starts a task, and has ${cluster} as arn.`,
            fix: "Pass the ARN of the aws_ecs_cluster.",
            attribute: isRule ? "arn" : "target",
          };
        }
        if (isRule && task.at.isMade && isEmpty(task.role)) {
          yield {
            kind: "role",
            at: task.at,
            message: "starts a task, and has no role_arn.",
            fix: "Set role_arn to a role that trusts events.amazonaws.com, and is allowed to call ecs:RunTask and iam:PassRole.",
            attribute: "role_arn",
          };
        }
      }
    },
  }),
  defineRule({
    id: "SCH-006",
    severity: "error",
    title: "A scheduled task runs as its definition says",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html",
    problems: {
      network: {
        when: "runtime",
        prevents:
          "InvalidParameterException: Network Configuration must be provided when networkMode 'awsvpc' is specified; CloudTrail has it, and nothing starts",
        cause: "A task with a network interface of its own is told its subnets.",
      },
      launch: {
        when: "runtime",
        prevents:
          "InvalidParameterException: Task definition does not support launch_type EC2; CloudTrail has it, and nothing starts",
        cause: "Without a launch type or a capacity provider RunTask takes EC2.",
      },
    },
    *check(graph) {
      for (const task of scheduledTasks(graph).filter(({ at }) => at.isPlanned)) {
        const attribute = task.at.type === TARGET ? "ecs_target" : "target";
        if (!task.definition) continue;
        const networkMode = text(task.definition.get("network_mode"));
        const networks = blocks(task.settings.network_configuration);
        if (networkMode === "awsvpc" && networks.complete && networks.blocks.length === 0) {
          yield {
            kind: "network",
            at: task.at,
            message: `starts ${task.definition.address}, whose network_mode is awsvpc, without network_configuration.`,
            fix: "Add network_configuration with subnets and security_groups.",
            attribute,
          };
        }
        const launch = launchProblem(graph, task, task.definition);
        if (launch !== undefined) {
          yield {
            kind: "launch",
            at: task.at,
            message: `starts ${task.definition.address}, which is for Fargate only, ${launch}.`,
            fix: 'Set launch_type to "FARGATE".',
            attribute,
          };
        }
      }
    },
  }),
  defineRule({
    id: "SCH-007",
    severity: "error",
    title: "A target is of a rule by its name, and of five at most",
    reference: "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html",
    problems: {
      arn: {
        when: "plan",
        prevents: '"rule" doesn\'t comply with restrictions: "^[0-9A-Za-z_.-]+$"',
        cause: "A target names its rule by the name, not by the ARN.",
      },
      many: {
        when: "apply",
        prevents: "LimitExceededException: The requested resource exceeds the maximum number allowed.",
        cause: "A rule has up to five targets.",
      },
    },
    *check(graph) {
      const targets = graph.ofType(TARGET);
      for (const target of targets.filter(({ isMade }) => isMade)) {
        const rule = target.get("rule");
        const isArn = rule instanceof Expression ? rule.only?.attribute === "arn" : text(rule)?.startsWith("arn:");
        if (!isArn) continue;
        const found = linkedResource(rule, "aws_cloudwatch_event_rule");
        yield {
          kind: "arn",
          at: target,
          message: `names its rule by an ARN${found ? `, that of ${found.address}` : ""}.`,
          fix: `Write \${${found?.address ?? "aws_cloudwatch_event_rule.<name>"}.name}.`,
          attribute: "rule",
        };
      }
      const byRule = grouped(targets, (target) => {
        const rule = linkedResource(target.get("rule"), "aws_cloudwatch_event_rule");
        return rule ? [rule] : [];
      });
      for (const [rule, all] of byRule) {
        if (all.length <= MAX_TARGETS || !all.some(({ isMade }) => isMade)) continue;
        yield {
          kind: "many",
          at: rule,
          message: `has ${all.length} targets.`,
          fix: "Add another rule for what is above five.",
        };
      }
    },
  }),
  defineRule({
    id: "SCH-008",
    severity: "error",
    title: "An event pattern is JSON in which every value is a list",
    reference: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html",
    problems: {
      json: {
        when: "plan",
        prevents: '"event_pattern" contains an invalid JSON',
        cause: "A pattern is a JSON object.",
      },
      list: {
        when: "apply",
        prevents:
          'InvalidEventPatternException: Event pattern is not valid. Reason: "source" must be an object or an array',
        cause: "A pattern lists the values that fit, also where there is one.",
      },
    },
    *check(graph) {
      for (const rule of graph.ofType("aws_cloudwatch_event_rule").filter(({ isPlanned }) => isPlanned)) {
        const problem = patternProblem(rule);
        if (problem) yield { ...problem, at: rule, attribute: "event_pattern" };
      }
    },
  }),
  {
    id: "SCH-017",
    severity: "warning",
    title: "EventBridge may write to its log group",
    when: "runtime",
    prevents: "no error: nothing is ever logged. The metric FailedInvocations of the rule counts",
    cause:
      "EventBridge writes to a log group by a resource policy of CloudWatch Logs; Terraform does not add one by itself.",
    reference:
      "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-cloudwatchlogs-permissions",
    *check(graph) {
      if (graph.ofType("aws_cloudwatch_log_resource_policy").length > 0) return;
      for (const at of graph.ofType(TARGET).filter(({ isMade }) => isMade)) {
        const group = linkedResource(at.get("arn"), "aws_cloudwatch_log_group");
        if (!group?.isMade) continue;
        yield {
          at,
          message: `writes to ${group.address}, and there is no aws_cloudwatch_log_resource_policy.`,
          fix: "Let events.amazonaws.com and delivery.logs.amazonaws.com call logs:CreateLogStream and logs:PutLogEvents in one.",
          attribute: "arn",
        };
      }
    },
  },
  {
    id: "SCH-009",
    severity: "error",
    title: "A template of a target uses what its paths define",
    when: "apply",
    prevents: "ValidationException: InputTemplate for target … contains invalid placeholder taskArn.",
    cause: "A <placeholder> is a key of input_paths, or one that EventBridge defines.",
    reference: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html",
    *check(graph) {
      for (const at of graph.ofType(TARGET).filter(({ isPlanned }) => isPlanned)) {
        for (const { input_paths: paths, input_template: template } of blocks(at.get("input_transformer")).blocks) {
          const unknown =
            isEmpty(paths) || isBlock(paths) ? undefinedIn(text(template), isBlock(paths) ? paths : {}) : [];
          if (unknown.length === 0) continue;
          yield {
            at,
            message: `has an input_template with ${quoted(unknown.map((name) => `<${name}>`))}, which input_paths does not define.`,
            fix: `Add ${quoted(unknown)} to input_paths.`,
            attribute: "input_transformer",
          };
        }
      }
    },
  },
];

function undefinedIn(template: string | undefined, paths: Block): string[] {
  const used = [...(template ?? "").matchAll(/<([\w.-]+)>/g)].map(([, name]) => name ?? "");
  return [...new Set(used)].filter((name) => !name.startsWith("aws.events.") && !Object.hasOwn(paths, name));
}

const MAX_TARGETS = 5;

/** What stands in the place of an ARN of some type, in words; undefined where it may be one. */
function whyNotArnOf(value: Value | undefined, type: string, form: RegExp): string | undefined {
  const references = value instanceof Expression ? value.references : [];
  const [only, ...more] = references;
  if (!only) {
    const known = text(value);
    return known === undefined || known === "" || form.test(known) ? undefined : `"${known}"`;
  }
  const [target, ...others] = only.resources;
  const isSure = only.certain && only.attribute !== "" && more.length === 0 && others.length === 0;
  if (!isSure || !target || target.isData) return undefined;
  const isRight = target.type === type ? !NO_ARNS.has(only.attribute) : !/(?:^|_)arn$|^id$/.test(only.attribute);
  return isRight ? undefined : `the ${only.attribute} of ${target.address}`;
}

const NO_ARNS = new Set(["family", "name", "revision"]);

/** How a task that is for Fargate only would be started elsewhere; undefined where it is not. */
function launchProblem(graph: Graph, { settings, cluster }: ScheduledTask, definition: Resource): string | undefined {
  const compatible = textsOf(definition.get("requires_compatibilities"));
  if (!compatible.complete || compatible.texts.join() !== "FARGATE") return undefined;
  const type = text(settings.launch_type);
  if (type) return type === "FARGATE" ? undefined : `with launch_type = "${type}"`;
  const isOpen = !isEmpty(settings.launch_type) || items(settings.capacity_provider_strategy).items.length > 0;
  return isOpen || mayHaveDefault(graph, linkedResource(cluster, "aws_ecs_cluster"))
    ? undefined
    : "without a launch_type";
}

/** Whether a cluster may have a capacity provider of its own for what names none. */
function mayHaveDefault(graph: Graph, cluster: Resource | undefined): boolean {
  if (!cluster?.isMade || graph.isHandedOn(cluster)) return true;
  return [cluster, ...graph.ofType("aws_ecs_cluster_capacity_providers")].some(
    (one) => !isEmpty(one.get("default_capacity_provider_strategy")),
  );
}

function patternProblem(rule: Resource): Pick<KindOfProblem<"json" | "list">, "kind" | "message" | "fix"> | undefined {
  const written = text(rule.get("event_pattern"));
  if (written === undefined || written === "") return undefined;
  const pattern = parsed(written);
  if (typeof pattern !== "object" || pattern === null || Array.isArray(pattern)) {
    return {
      kind: "json",
      message: "has an event_pattern that is no JSON object.",
      fix: "Write jsonencode({ … }).",
    };
  }
  const bare = bareValues(pattern as Record<string, unknown>);
  if (bare.length === 0) return undefined;
  return {
    kind: "list",
    message: `has an event_pattern in which ${quoted(bare)} ${bare.length > 1 ? "are no lists" : "is no list"}.`,
    fix: `Write ${bare.map((name) => `"${name}": […]`).join(", ")}.`,
  };
}

/** Names whose value is neither a list nor an object, at any depth; what is in lists are tests of their own. */
function bareValues(pattern: Record<string, unknown>, depth = 0): string[] {
  return Object.entries(pattern).flatMap(([name, value]) => {
    if (Array.isArray(value) || depth > DEEPEST_PATTERN) return [];
    return typeof value === "object" && value !== null
      ? bareValues(value as Record<string, unknown>, depth + 1)
      : [name];
  });
}

const DEEPEST_PATTERN = 32;

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
