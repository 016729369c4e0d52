import type { Graph, Resource } from "../../graph/graph.ts";
import { block, isEmpty, isWritten, number, text } from "../../graph/value.ts";
import { defineRule, type Rule } from "../../rule.ts";
import { isTimeZone, whyNoSchedule } from "../../schedule-expression.ts";

const RULE = "aws_cloudwatch_event_rule";
const SCHEDULE = "aws_scheduler_schedule";
const ACTION = "aws_appautoscaling_scheduled_action";

/** Where a schedule stands, and which forms are taken there. */
const PLACES = [
  { kind: "rule", type: RULE, attribute: "schedule_expression", once: false, grammar: true },
  { kind: "schedule", type: SCHEDULE, attribute: "schedule_expression", once: true, grammar: false },
  { kind: "action", type: ACTION, attribute: "schedule", once: true, grammar: false },
] as const;

export const EXPRESSION_RULES: readonly Rule[] = [
  defineRule({
    id: "SCH-001",
    severity: "error",
    title: "AWS accepts the expression of a schedule",
    reference: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html",
    problems: {
      rule: {
        when: "apply",
        prevents: "ValidationException: Parameter ScheduleExpression is not valid.",
        cause: "EventBridge reads cron with six fields, of which one of the two about days is ?, and rate with a unit.",
      },
      schedule: {
        when: "apply",
        prevents: "ValidationException: Invalid Schedule Expression …",
        cause:
          "EventBridge Scheduler reads cron with six fields, of which one of the two about days is ?, rate and at.",
      },
      action: {
        when: "apply",
        prevents: "ValidationException: … is not a valid schedule expression",
        cause:
          "Application Auto Scaling reads cron with six fields, of which one of the two about days is ?, rate and at.",
      },
    },
    *check(graph) {
      for (const { kind, type, attribute, once, grammar } of PLACES) {
        for (const resource of graph.ofType(type).filter(({ isPlanned }) => isPlanned)) {
          const written = text(resource.get(attribute));
          const wrong = written === undefined || written === "" ? undefined : whyNoSchedule(written, { once, grammar });
          if (wrong === undefined) continue;
          yield {
            kind,
            at: resource,
            message: `has ${attribute} = "${written}": ${wrong.why}.`,
            fix: wrong.fix,
            attribute,
          };
        }
      }
    },
  }),
  {
    id: "SCH-002",
    severity: "error",
    title: "The time zone of a schedule is one of the IANA's",
    when: "apply",
    prevents: "ValidationException: Invalid timezone …",
    cause: "Time zones are named by area and place, because an offset has no daylight saving time.",
    reference: "https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#time-zones",
    *check(graph) {
      const places = [
        [SCHEDULE, "schedule_expression_timezone"],
        [ACTION, "timezone"],
      ] as const;
      for (const [type, attribute] of places) {
        for (const resource of graph.ofType(type).filter(({ isPlanned }) => isPlanned)) {
          const zone = text(resource.get(attribute));
          if (zone === undefined || zone === "" || isTimeZone(zone)) continue;
          yield {
            at: resource,
            message: `has ${attribute} = "${zone}".`,
            fix: 'Write a name of the IANA, such as "Asia/Tokyo" or "UTC".',
            attribute,
          };
        }
      }
    },
  },
  defineRule({
    id: "SCH-003",
    severity: "error",
    title: "The flexible window of a schedule has a length where there is one",
    reference: "https://docs.aws.amazon.com/scheduler/latest/APIReference/API_FlexibleTimeWindow.html",
    problems: {
      missing: {
        when: "apply",
        prevents: "ValidationException: FlexibleTimeWindow requires MaximumWindowInMinutes when Mode is FLEXIBLE",
        cause: "With mode FLEXIBLE a schedule starts within a time that it says.",
      },
      needless: {
        when: "apply",
        prevents: "ValidationException: FlexibleTimeWindow must not have MaximumWindowInMinutes when Mode is OFF",
        cause: "With mode OFF a schedule starts at its time.",
      },
    },
    *check(graph) {
      for (const schedule of graph.ofType(SCHEDULE).filter(({ isPlanned }) => isPlanned)) {
        const window = block(schedule.get("flexible_time_window"));
        const [mode, length] = [text(window?.mode), window?.maximum_window_in_minutes];
        const minutes = number(length);
        if (mode === "FLEXIBLE" && (isEmpty(length) || minutes === 0)) {
          yield {
            kind: "missing",
            at: schedule,
            message: 'has flexible_time_window with mode = "FLEXIBLE" and no maximum_window_in_minutes.',
            fix: "Set maximum_window_in_minutes, from 1 to 1440.",
            attribute: "flexible_time_window",
          };
        }
        if (mode === "OFF" && isWritten(length) && minutes !== 0) {
          yield {
            kind: "needless",
            at: schedule,
            message: 'has flexible_time_window with mode = "OFF" and a maximum_window_in_minutes.',
            fix: 'Write mode = "FLEXIBLE", or take maximum_window_in_minutes out.',
            attribute: "flexible_time_window",
          };
        }
      }
    },
  }),
  defineRule({
    id: "SCH-004",
    severity: "error",
    title: "A rule of EventBridge has a schedule or a pattern, on a bus that takes it",
    reference: "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html",
    problems: {
      neither: {
        when: "plan",
        prevents: '"event_pattern": one of `event_pattern,schedule_expression` must be specified',
        cause: "A rule fires at times, or at events.",
      },
      bus: {
        when: "apply",
        prevents: "ValidationException: ScheduleExpression is supported only on the default event bus.",
        cause: "Schedules run on the default bus.",
      },
    },
    *check(graph) {
      for (const rule of graph.ofType(RULE).filter(({ isMade }) => isMade)) {
        const schedule = rule.get("schedule_expression");
        if (isEmpty(schedule) && isEmpty(rule.get("event_pattern"))) {
          yield {
            kind: "neither",
            at: rule,
            message: "has neither a schedule_expression nor an event_pattern.",
            fix: "Set one of them.",
            attribute: "schedule_expression",
          };
        }
        const bus = busOf(graph, rule);
        if (isEmpty(schedule) || bus === undefined || bus === "default") continue;
        yield {
          kind: "bus",
          at: rule,
          message: `has a schedule_expression on the bus ${bus}.`,
          fix: "Take event_bus_name out, or use an aws_scheduler_schedule.",
          attribute: "event_bus_name",
        };
      }
    },
  }),
];

/** The bus of a rule by its name, or by what makes it; undefined where it can't be known. */
function busOf(graph: Graph, rule: Resource): string | undefined {
  const written = rule.get("event_bus_name");
  if (isEmpty(written)) return "default";
  const name = text(written);
  if (name !== undefined) return name.replace(/^arn:.*:event-bus\//, "");
  return graph.ofType("aws_cloudwatch_event_bus").find((bus) => rule.dependencies.has(bus))?.address;
}
