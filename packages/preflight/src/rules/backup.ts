import type { Graph } from "../graph/graph.ts";
import { linkedResource } from "../graph/links.ts";
import { type Block, flag, isEmpty, number, text, type Value } from "../graph/value.ts";
import { trustedServices } from "../iam/trust.ts";
import type { Problem, Rule } from "../rule.ts";
import { whyNoSchedule } from "../schedule-expression.ts";
import { attributeRule } from "./shared/attribute-rule.ts";

const API = "https://docs.aws.amazon.com/aws-backup/latest/devguide";
const PLAN = "aws_backup_plan";
const SELECTION = "aws_backup_selection";
const BACKUP = "backup.amazonaws.com";

/** A plan of one rule, with these settings. */
const plan = (settings: Block): Block => ({
  name: "daily",
  rule: [{ rule_name: "daily", target_vault_name: "shop", ...settings }],
});

export const BACKUP_RULES: readonly Rule[] = [
  attributeRule({
    id: "BAK-001",
    severity: "error",
    title: "AWS Backup accepts how long a backup is kept",
    when: "apply",
    prevents:
      "InvalidParameterValueException: Invalid lifecycle. DeleteAfterDays cannot be less than 90 days apart from MoveToColdStorageAfterDays",
    cause: "What is in cold storage stays there for 90 days at least.",
    reference: `${API}/API_Lifecycle.html`,
    checks: [
      ...["rule.lifecycle", "rule.copy_action.lifecycle"].map((path) => ({
        types: [PLAN],
        attribute: `${path}.delete_after`,
        takes: (_: string, value: Value | undefined, beside: Block) => {
          const [deleted = 0, cold = 0] = [number(value), number(beside.cold_storage_after)];
          if (deleted === 0 || cold === 0 || deleted >= cold + 90) return undefined;
          return {
            message: `moves backups to cold storage after ${cold} days, and deletes them after ${deleted}.`,
            fix: `Set delete_after to ${cold + 90} or more, or drop cold_storage_after.`,
          };
        },
        bad: plan(nestedIn(path, { cold_storage_after: 30, delete_after: 60 })),
        good: plan(nestedIn(path, { cold_storage_after: 30, delete_after: 120 })),
      })),
      {
        types: [PLAN],
        attribute: "rule.lifecycle",
        where: ({ enable_continuous_backup }) => flag(enable_continuous_backup, false) === true,
        takes: (_, value) => {
          const [cold, kept] = ["cold_storage_after", "delete_after"].map((name) => number(firstOf(value)[name]) ?? 0);
          if (cold)
            return {
              message: `backs up continuously, and moves backups to cold storage after ${cold} days.`,
              fix: "Drop cold_storage_after, or enable_continuous_backup.",
            };
          if (!kept || kept <= 35) return undefined;
          return {
            message: `backs up continuously, and keeps backups for ${kept} days.`,
            fix: "Set delete_after to 35 or less, or make the long-lived backups by a rule of their own.",
          };
        },
        prevents:
          "InvalidParameterValueException: Invalid lifecycle. MoveToColdStorageAfterDays is unavailable (or: continuous backups can be kept for 1 to 35 days)",
        cause: "Continuous backups are for restoring to a point in time of the last 35 days at most.",
        bad: plan({ enable_continuous_backup: true, lifecycle: [{ delete_after: 90 }] }),
        good: plan({ enable_continuous_backup: true, lifecycle: [{ delete_after: 35 }] }),
      },
    ],
  }),
  attributeRule({
    id: "BAK-002",
    severity: "error",
    title: "A backup starts at times, and ends within a time, that AWS Backup accepts",
    when: "apply",
    prevents: "InvalidParameterValueException: Error in rule … : Invalid ScheduleExpression …",
    cause: "AWS Backup reads cron with six fields, of which one of the two about days is ?.",
    reference: `${API}/API_BackupRuleInput.html`,
    checks: [
      {
        types: [PLAN],
        attribute: "rule.schedule",
        takes: (_, value) => {
          const written = text(value) ?? "";
          const wrong = written === "" ? undefined : whyNoSchedule(written, { once: false, grammar: true });
          return wrong && { message: `has schedule = "${written}": ${wrong.why}.`, fix: wrong.fix };
        },
        bad: plan({ schedule: "cron(0 5 * * *)" }),
        good: plan({ schedule: "cron(0 5 * * ? *)" }),
      },
      {
        types: [PLAN],
        attribute: "rule.completion_window",
        takes: (_, value, { start_window: start }) => {
          const [end, begin] = [number(value), number(start) ?? 480];
          if (end === undefined || end >= begin + 60) return undefined;
          return {
            message: `has completion_window = ${end}, and start_window = ${begin}.`,
            fix: `Set completion_window to ${begin + 60} or more.`,
          };
        },
        prevents:
          "InvalidParameterValueException: Error in rule … : Completion window must be at least 60 minutes greater than start window",
        cause: "Both windows are minutes from the time of the schedule; the start window is 480 where none is written.",
        bad: plan({ start_window: 120, completion_window: 100 }),
        good: plan({ start_window: 60, completion_window: 180 }),
      },
    ],
  }),
  {
    id: "BAK-003",
    severity: "error",
    title: "AWS Backup may assume the role that it works with",
    when: "runtime",
    prevents: "the backup job fails: IAM Role … does not have sufficient permissions to execute the backup",
    cause: "A selection names the role with which AWS Backup reads what is to be backed up.",
    reference: `${API}/iam-service-roles.html`,
    check: distrustfulRoles,
    examples: [
      {
        bad: selectionWith("ecs-tasks.amazonaws.com"),
        good: selectionWith(BACKUP),
        attribute: "iam_role_arn",
      },
    ],
  },
];

function nestedIn(path: string, inner: Block): Block {
  const steps = path.split(".").slice(1).reverse();
  return steps.reduce<Block>((within, step) => ({ [step]: [within] }), inner);
}

function firstOf(value: Value | undefined): Block {
  const [first] = Array.isArray(value) ? value : [value];
  return (first ?? {}) as Block;
}

function selectionWith(service: string) {
  const statement = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } };
  return {
    aws_iam_role: {
      name: "backup",
      assume_role_policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    },
    aws_backup_selection: { name: "all", plan_id: "p", iam_role_arn: "${aws_iam_role.main.arn}", resources: ["*"] },
  };
}

function* distrustfulRoles(graph: Graph): Generator<Problem> {
  for (const selection of graph.ofType(SELECTION).filter(({ isPlanned }) => isPlanned)) {
    const attribute = "iam_role_arn";
    const role = isEmpty(selection.get(attribute))
      ? undefined
      : linkedResource(selection.get(attribute), "aws_iam_role");
    if (!role) continue;
    const { services, complete } = trustedServices(graph, role);
    if (!complete || services.some((service) => service === BACKUP || service === "*")) continue;
    yield {
      at: selection,
      message: `has the role ${role.address}, which ${services.join(" and ") || "no service"} may assume.`,
      fix: `Write "${BACKUP}" as the service in assume_role_policy of ${role.address}.`,
      attribute,
    };
  }
}
