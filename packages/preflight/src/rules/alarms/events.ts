import { closest, distance } from "fastest-levenshtein";
import type { Resource } from "../../graph/graph.ts";
import { text } from "../../graph/value.ts";
import { jsonOf } from "../../input/json.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";

/** What every event has, at its top. */
const ENVELOPE = [
  "version",
  "id",
  "detail-type",
  "source",
  "account",
  "time",
  "region",
  "resources",
  "detail",
  "replay-name",
];

interface EventType {
  /** Values that a field of `detail` can have. */
  readonly values: Readonly<Record<string, readonly string[]>>;
  /** Values that a field of `detail` never has, of all that it may have. @default none */
  readonly never?: Readonly<Record<string, readonly string[]>>;
}

/** Kinds of events by their source, as far as a rule is likely to be written for them. */
const EVENTS: Readonly<Record<string, Readonly<Record<string, EventType>>>> = {
  "aws.ecs": {
    "ECS Task State Change": {
      values: {
        lastStatus: [
          "PROVISIONING",
          "PENDING",
          "ACTIVATING",
          "RUNNING",
          "DEACTIVATING",
          "STOPPING",
          "DEPROVISIONING",
          "STOPPED",
          "DELETED",
        ],
        stopCode: [
          "TaskFailedToStart",
          "EssentialContainerExited",
          "UserInitiated",
          "ServiceSchedulerInitiated",
          "SpotInterruption",
          "TerminationNotice",
        ],
      },
    },
    "ECS Container Instance State Change": { values: {} },
    "ECS Service Action": { values: { eventType: ["INFO", "WARN", "ERROR"] } },
    "ECS Deployment State Change": {
      values: {
        eventType: ["INFO", "ERROR"],
        eventName: ["SERVICE_DEPLOYMENT_IN_PROGRESS", "SERVICE_DEPLOYMENT_COMPLETED", "SERVICE_DEPLOYMENT_FAILED"],
      },
    },
  },
  "aws.cloudwatch": { "CloudWatch Alarm State Change": { values: {} } },
  "aws.acm": {
    "ACM Certificate Approaching Expiration": { values: {} },
    "ACM Certificate Expired": { values: {} },
    "ACM Certificate Available": { values: {} },
    "ACM Certificate Renewal Action Required": { values: {} },
    "ACM Certificate Revoked": { values: {} },
  },
  "aws.rds": {
    "RDS DB Instance Event": { values: {} },
    "RDS DB Cluster Event": { values: {} },
    "RDS DB Snapshot Event": { values: {} },
    "RDS DB Cluster Snapshot Event": { values: {} },
    "RDS DB Parameter Group Event": { values: {} },
    "RDS DB Security Group Event": { values: {} },
  },
  "aws.secretsmanager": {
    "Secret Label Updated": { values: {}, never: { labelUpdated: ["AWSPENDING", "AWSPREVIOUS"] } },
    "AWS Service Event via CloudTrail": { values: {} },
  },
  "aws.states": {
    "Step Functions Execution Status Change": {
      values: { status: ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"] },
    },
  },
  "aws.ecr": {
    "ECR Image Action": { values: { "action-type": ["PUSH", "DELETE"], result: ["SUCCESS", "FAILURE"] } },
    "ECR Image Scan": { values: { "scan-status": ["COMPLETE", "FAILED"] } },
  },
  "aws.ec2": {
    "EC2 Instance State-change Notification": {
      values: { state: ["pending", "running", "stopping", "stopped", "shutting-down", "terminated"] },
    },
    "EC2 Spot Instance Interruption Warning": { values: {} },
  },
};

/** Whether something happens that an event pattern waits for. */
export const EVENT_RULES: readonly Rule[] = [
  defineRule({
    id: "ALM-011",
    severity: "error",
    title: "An event pattern matches events that there are",
    reference: "https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html",
    problems: {
      top: {
        when: "runtime",
        prevents: "no error: nothing ever matches. The metric MatchedEvents of the rule stays empty",
        cause: "A field that an event does not have matches nothing; what a service says is in detail.",
      },
      type: {
        when: "runtime",
        prevents: "no error: nothing ever matches. The metric MatchedEvents of the rule stays empty",
        cause: "A pattern compares the detail-type letter by letter, and this service sends no such event.",
      },
      value: {
        when: "runtime",
        prevents: "no error: nothing ever matches. The metric MatchedEvents of the rule stays empty",
        cause: "A pattern compares values letter by letter, and this field never has it.",
      },
    },
    *check(graph) {
      for (const rule of graph.ofType("aws_cloudwatch_event_rule")) {
        for (const problem of patternProblems(rule)) yield { ...problem, at: rule, attribute: "event_pattern" };
      }
    },
  }),
];

type Found = Pick<KindOfProblem<"top" | "type" | "value">, "kind" | "message" | "fix">;

function* patternProblems(rule: Resource): Generator<Found> {
  const pattern = parsed(text(rule.get("event_pattern")));
  if (pattern === undefined) return;
  for (const field of Object.keys(pattern).filter((name) => name !== "$or" && !ENVELOPE.includes(name))) {
    yield {
      kind: "top",
      message: `has an event_pattern with "${field}" at its top, where no event has it.`,
      fix: /^detail/i.test(field) ? 'Write "detail-type" or "detail".' : `Put "${field}" into "detail".`,
    };
  }
  const types = textsIn(pattern["detail-type"]);
  for (const source of textsIn(pattern.source) ?? []) {
    const known = EVENTS[source];
    if (!known || !types) continue;
    // Any service's calls come by CloudTrail as well.
    for (const type of types.filter((one) => !(one in known) && !/CloudTrail$/.test(one))) {
      const near = closest(type, Object.keys(known));
      if (distance(near.toLowerCase(), type.toLowerCase()) > FARTHEST) continue;
      yield {
        kind: "type",
        message: `waits for "${type}" of ${source}, which does not send it.`,
        fix: `Write "${near}".`,
      };
    }
  }
  yield* valueProblems(pattern, types ?? []);
}

/** Further apart than a slip of the pen, it may be a kind of event that is newer than this list. */
const FARTHEST = 6;

function* valueProblems(pattern: Readonly<Record<string, unknown>>, types: readonly string[]): Generator<Found> {
  const [type = "", ...others] = types;
  const [source = "", ...sources] = textsIn(pattern.source) ?? [];
  const fields = EVENTS[source]?.[type];
  const { detail } = pattern;
  if (!fields || others.length > 0 || sources.length > 0 || typeof detail !== "object" || detail === null) return;
  /** What is waited for in a field, where nothing of it ever comes. */
  const vain = (field: string, never: (value: string) => boolean): readonly string[] => {
    const written = textsIn((detail as Record<string, unknown>)[field]) ?? [];
    return written.every(never) ? written : [];
  };
  const problem = (field: string, odd: readonly string[], fix: string): Found => ({
    kind: "value",
    message: `waits for detail.${field} ${odd.map((one) => `"${one}"`).join(" or ")}, and "${type}" never has it.`,
    fix,
  });
  for (const [field, values] of Object.entries(fields.values)) {
    const odd = vain(field, (value) => !values.includes(value));
    if (odd.length > 0) yield problem(field, odd, `Write "${closest(odd[0] ?? "", [...values])}".`);
  }
  for (const [field, values] of Object.entries(fields.never ?? {})) {
    const odd = vain(field, (value) => values.includes(value));
    if (odd.length > 0) yield problem(field, odd, 'Write "AWSCURRENT", which a secret\'s value in use has.');
  }
}

/** Texts of a list, where it has nothing but texts. */
function textsIn(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((one) => typeof one === "string") ? value : undefined;
}

function parsed(json: string | undefined): Readonly<Record<string, unknown>> | undefined {
  const value = jsonOf(json ?? "");
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
