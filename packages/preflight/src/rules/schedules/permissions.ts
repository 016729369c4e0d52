import type { Graph, Resource } from "../../graph/graph.ts";
import { decodeJsonText } from "../../graph/json-text.ts";
import { linked, linkedResource } from "../../graph/links.ts";
import { blocks, Expression, isBlock, isEmpty, isList, text, type Value } from "../../graph/value.ts";
import { anything, arnOf, pattern } from "../../iam/pattern.ts";
import {
  arn,
  namePattern,
  type Permissions,
  permissionsOf,
  roleMay,
  roleMaySomewhere,
  roleOf,
  type Target,
  targetOf,
} from "../../iam/permissions.ts";
import { trustedServices } from "../../iam/trust.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { callableBy } from "../shared/functions.ts";
import { admissionOf, RECEIVERS, type ReceiverType } from "../shared/receivers.ts";
import { type ScheduledTask, scheduledTasks } from "./targets.ts";

const ECS_ROLE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/CWE_IAM_role.html";
const NOTHING_STARTS =
  "no error: nothing ever starts. CloudTrail has AccessDenied, and the metric FailedInvocations counts";

export const PERMISSION_RULES: readonly Rule[] = [
  defineRule({
    id: "SCH-010",
    severity: "error",
    title: "The role of a scheduled task may start it",
    reference: ECS_ROLE,
    problems: {
      run: {
        when: "runtime",
        prevents: NOTHING_STARTS,
        cause: "The task is started with this role, whose policies do not allow ecs:RunTask on the task definition.",
      },
      pass: {
        when: "runtime",
        prevents: NOTHING_STARTS,
        cause: "Who starts a task passes its roles to ECS, which takes iam:PassRole on each of them.",
      },
    },
    *check(graph) {
      for (const task of scheduledTasks(graph)) {
        const role = roleOf(task.role);
        if (role && task.definition) yield* missingPermissions(graph, task, role, task.definition);
      }
    },
  }),
  defineRule({
    id: "SCH-011",
    severity: "error",
    title: "EventBridge is allowed to assume the role of a schedule",
    reference: "https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html#setting-up-execution-role",
    problems: {
      "events.amazonaws.com": {
        when: "runtime",
        prevents: NOTHING_STARTS,
        cause: "The trust policy of the role does not name events.amazonaws.com.",
      },
      "scheduler.amazonaws.com": {
        when: "apply",
        prevents:
          "ValidationException: The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
        cause: "The trust policy of the role does not name scheduler.amazonaws.com.",
      },
    },
    *check(graph) {
      const seen = new Set<Resource>();
      for (const { at, value, service } of assumedRoles(graph)) {
        const role = roleOf(value);
        if (!role || seen.has(role)) continue;
        seen.add(role);
        const { services, complete } = trustedServices(graph, role);
        if (!complete || services.some((who) => who === service || who === "*")) continue;
        yield {
          kind: service,
          at: role,
          message: `is the role of ${at.address}, and trusts ${services.join(", ") || "no service"}.`,
          fix: `Name the service "${service}" as Principal in assume_role_policy.`,
          attribute: "assume_role_policy",
        };
      }
    },
  }),
  {
    id: "SCH-012",
    severity: "error",
    title: "A rule of EventBridge may call its function",
    when: "runtime",
    prevents: "no error: the function is never called. The metric FailedInvocations of the rule counts",
    cause: "EventBridge calls a function by the function's own policy; Terraform does not add to it by itself.",
    reference: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html",
    *check(graph) {
      const isCallable = callableBy(graph, "events.amazonaws.com");
      for (const target of graph.ofType("aws_cloudwatch_event_target")) {
        const called = linkedResource(target.get("arn"), "aws_lambda_function");
        if (!called || !isEmpty(target.get("role_arn")) || isCallable(called)) continue;
        yield {
          at: target,
          message: `calls ${called.address}, which has no aws_lambda_permission for events.amazonaws.com.`,
          fix: 'Add an aws_lambda_permission with action "lambda:InvokeFunction", principal "events.amazonaws.com" and the rule\'s ARN as source_arn.',
          attribute: "arn",
        };
      }
    },
  },
  {
    id: "SCH-013",
    severity: "error",
    title: "A rule of EventBridge may write to its queue or topic",
    when: "runtime",
    prevents: "no error: nothing ever arrives. The metric FailedInvocations of the rule counts",
    cause: "EventBridge writes to a queue or topic by its policy, and a new one lets only its account in.",
    reference: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html",
    *check(graph) {
      for (const target of graph.ofType("aws_cloudwatch_event_target")) {
        const receiver = linkedResource(target.get("arn"), ...Object.keys(RECEIVERS));
        const admission =
          receiver && isEmpty(target.get("role_arn")) ? admissionOf(graph, receiver, EVENTS) : undefined;
        if (!receiver || !admission || admission.isIn) continue;
        yield {
          at: target,
          message: `writes to ${receiver.address}, ${admission.hasPolicy ? `whose policy does not name ${EVENTS}` : "which has no policy"}.`,
          fix: `Let the service ${EVENTS} call ${RECEIVERS[receiver.type as ReceiverType].call} in a policy of ${receiver.address}.`,
          attribute: "arn",
        };
      }
    },
  },
  {
    id: "SCH-014",
    severity: "error",
    title: "The role of a schedule may call its target",
    when: "runtime",
    prevents: NOTHING_STARTS,
    cause: "The target is called with this role, whose policies do not allow the call.",
    reference: "https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html",
    *check(graph) {
      for (const { at, value, arn: target } of assumedRoles(graph)) {
        const role = roleOf(value);
        const called = linkedResource(target, ...Object.keys(CALLS));
        const call = called && CALLS[called.type];
        if (!role || !call) continue;
        const { action } = call;
        const isUnqualified = target instanceof Expression && target.only?.attribute === "arn";
        if (roleMay(permissionsOf(graph, role), action, calledTarget(called, call, isUnqualified)) !== "no") continue;
        yield {
          at: role,
          message: `is not allowed to call ${action} on ${called.address}, which ${at.address} does with it.`,
          fix: `Allow ${action} on ${called.address} in a policy of this role.`,
        };
      }
    },
  },
  {
    id: "SCH-015",
    severity: "error",
    title: "A target that EventBridge calls with a role has one",
    when: "apply",
    prevents: "ValidationException: RoleArn is required for target arn:aws:states:….",
    cause:
      "A state machine or a stream has no resource policy that could allow EventBridge, unlike a function, a queue or a topic.",
    reference: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html",
    *check(graph) {
      for (const at of graph.ofType("aws_cloudwatch_event_target").filter(({ isMade }) => isMade)) {
        const called = linkedResource(at.get("arn"), ...WITH_ROLE_ONLY);
        if (!called || !isEmpty(at.get("role_arn"))) continue;
        yield {
          at,
          message: `calls ${called.address} and has no role_arn.`,
          fix: `Pass the ARN of a role that ${EVENTS} may take on, and that may call ${CALLS[called.type]?.action}.`,
          attribute: "arn",
        };
      }
    },
  },
  {
    id: "SCH-016",
    severity: "error",
    title: "The role of a state machine may do what its states do",
    when: "runtime",
    prevents:
      "no error when it is applied: the execution fails with … is not authorized to perform: ecs:UpdateService …",
    cause: "A state calls AWS with the state machine's role, whose policies do not allow the call.",
    reference: "https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html",
    *check(graph) {
      for (const machine of graph.ofType("aws_sfn_state_machine")) {
        const role = roleOf(machine.get("role_arn"));
        if (!role) continue;
        const permissions = permissionsOf(graph, role);
        for (const action of calledActions(decodeJsonText(machine.get("definition")))) {
          if (roleMaySomewhere(permissions, action) !== "no") continue;
          yield {
            at: role,
            message: `is not allowed to call ${action}, which ${machine.address} does with it.`,
            fix: `Allow ${action} in a policy of this role.`,
          };
        }
      }
    },
  },
];

const EVENTS = "events.amazonaws.com";

/** Services whose calls IAM knows by the name that the SDK has for them. */
const SAME_NAME = "athena|batch|codebuild|dynamodb|ec2|ecr|ecs|glue|kms|lambda|rds|secretsmanager|sns|sqs|ssm";
const SDK_CALL = new RegExp(`^arn:aws[^:]*:states:::aws-sdk:(${SAME_NAME}):([a-z])(\\w+)$`);

/** `ecs:UpdateService` of a state's `arn:aws:states:::aws-sdk:ecs:updateService`, in whatever is nested. */
function calledActions(definition: Value | undefined, found = new Set<string>()): ReadonlySet<string> {
  if (!isList(definition) && !isBlock(definition)) return found;
  const call = isBlock(definition) ? text(definition.Resource) : undefined;
  const [, service, first = "", rest] = (call !== undefined && SDK_CALL.exec(call)) || [];
  if (service !== undefined) found.add(`${service}:${first.toUpperCase()}${rest}`);
  for (const inner of isList(definition) ? definition : Object.values(definition)) {
    if (typeof inner === "object") calledActions(inner, found);
  }
  return found;
}

/** What EventBridge calls with a role: the action, and what stands before the name in the ARN. */
interface RoleCall {
  readonly action: string;
  readonly service: string;
  readonly before: string;
}

/** By the type of the target. Source: "Templated targets" in the guide of EventBridge Scheduler. */
const CALLS: Readonly<Record<string, RoleCall>> = {
  aws_lambda_function: { action: "lambda:InvokeFunction", service: "lambda", before: "function:" },
  aws_sqs_queue: { action: "sqs:SendMessage", service: "sqs", before: "" },
  aws_sns_topic: { action: "sns:Publish", service: "sns", before: "" },
  aws_sfn_state_machine: { action: "states:StartExecution", service: "states", before: "stateMachine:" },
  aws_kinesis_stream: { action: "kinesis:PutRecord", service: "kinesis", before: "stream/" },
  aws_kinesis_firehose_delivery_stream: {
    action: "firehose:PutRecord",
    service: "firehose",
    before: "deliverystream/",
  },
};

/** What has no policy of its own that lets a service in. */
const WITH_ROLE_ONLY = ["aws_sfn_state_machine", "aws_kinesis_stream", "aws_kinesis_firehose_delivery_stream"];

/** What is called; of a function it may be a version or an alias, which has an ARN of its own. */
function calledTarget(called: Resource, { service, before }: RoleCall, isUnqualified: boolean): Target {
  if (called.type !== "aws_lambda_function")
    return targetOf(called, arn(service, before, ...namePattern(called, "name")));
  const written = arn(service, before, ...namePattern(called, "function_name"));
  const qualified = [pattern(arnOf(called)), written].map((whole) => pattern(...whole, ":", anything()));
  return targetOf(called, written, ...(isUnqualified ? [] : qualified));
}

function* missingPermissions(
  graph: Graph,
  { at }: ScheduledTask,
  role: Resource,
  definition: Resource,
): Generator<KindOfProblem<"run" | "pass">> {
  const permissions = permissionsOf(graph, role);
  if (roleMay(permissions, "ecs:RunTask", definitionTarget(definition)) === "no") {
    yield {
      kind: "run",
      at: role,
      message: `is not allowed to call ecs:RunTask on ${definition.address}, which ${at.address} starts with it.`,
      fix: `Allow ecs:RunTask on ${definition.address} in a policy of this role.`,
    };
  }
  for (const attribute of ["execution_role_arn", "task_role_arn"]) {
    const passed = passedRole(definition.get(attribute));
    if (!passed || !isRefused(permissions, passed.target)) continue;
    yield {
      kind: "pass",
      at: role,
      message: `is not allowed to call iam:PassRole on ${passed.name}, the ${attribute.replace("_arn", "")} of ${definition.address}, which ${at.address} starts with it.`,
      fix: `Allow iam:PassRole on ${passed.name} in a policy of this role.`,
    };
  }
}

function isRefused(permissions: Permissions, target: Target): boolean {
  return roleMay(permissions, "iam:PassRole", target) === "no";
}

/** A task definition, with any revision. */
function definitionTarget(definition: Resource): Target {
  const family = namePattern(definition, "family");
  return targetOf(
    definition,
    arn("ecs", "task-definition/", ...family, ":", anything()),
    arn("ecs", "task-definition/", ...family),
  );
}

function passedRole(value: Value | undefined): { readonly name: string; readonly target: Target } | undefined {
  const link = linked(value, "aws_iam_role");
  const [role, ...others] = link.resources;
  if (role && others.length === 0 && link.certain) {
    const path = text(role.get("path")) ?? (isEmpty(role.get("path")) ? "/" : undefined);
    const pieces = path === undefined ? [anything()] : [path];
    return { name: role.address, target: targetOf(role, arn("iam", "role", ...pieces, ...namePattern(role))) };
  }
  const written = link.literal ?? text(value);
  if (!written?.startsWith("arn:")) return undefined;
  return { name: written, target: { resource: undefined, arns: [pattern(written)] } };
}

interface AssumedRole {
  readonly at: Resource;
  readonly value: Value | undefined;
  /** What is called with it. */
  readonly arn: Value | undefined;
  readonly service: ScheduledTask["service"];
}

function* assumedRoles(graph: Graph): Generator<AssumedRole> {
  for (const at of graph.ofType("aws_cloudwatch_event_target"))
    yield { at, value: at.get("role_arn"), arn: at.get("arn"), service: "events.amazonaws.com" };
  for (const at of graph.ofType("aws_scheduler_schedule")) {
    for (const { role_arn, arn } of blocks(at.get("target")).blocks)
      yield { at, value: role_arn, arn, service: "scheduler.amazonaws.com" };
  }
}
