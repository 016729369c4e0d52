import { describeRule, type Json } from "../../support/rules.ts";
import { rule, schedule, withSchedules } from "./stack.ts";

const expression = (written: string, why: string, good: string, fix: string) => ({
  [written]: {
    bad: (stack: Json) => {
      rule(stack).schedule_expression = written;
    },
    good: (stack: Json) => {
      rule(stack).schedule_expression = good;
    },
    says: `aws_cloudwatch_event_rule.nightly has schedule_expression = "${written}": ${why}. ${fix}`,
  },
});

const FIVE = 'Write cron(minutes hours day month weekday year), such as "cron(0 18 * * ? *)".';
const unix = (form: string) =>
  `AWS has six fields, with the year at the end and ? for the days that the other field says. Write "${form}".`;

const RATE = 'Write a whole number and a unit, such as "rate(1 hour)" or "rate(5 minutes)".';
const DAYS = "Write ? in one of the two, and the days in the other.";

describeRule(
  "SCH-001",
  {
    ...expression(
      "cron(0 18 * * *)",
      "cron has 5 fields instead of 6",
      "cron(0/15 8-17 ? * MON-FRI *)",
      unix("cron(0 18 * * ? *)"),
    ),
    ...expression("0 9 * * 1-5", "it is cron as Unix writes it", "rate(7 days)", unix("cron(0 9 ? * MON-FRI *)")),
    ...expression("*/10 0 1 */2 *", "it is cron as Unix writes it", "rate(3 days)", unix("cron(*/10 0 1 */2 ? *)")),
    ...expression("cron(0 18 1 * 1)", "cron has 5 fields instead of 6", "cron(0 22-4/2 ? * FRI-MON *)", FIVE),
    ...expression(
      "cron(0 18 * * * *)",
      "neither of day of the month and day of the week is ?",
      "cron(15 10 L * ? *)",
      DAYS,
    ),
    ...expression(
      "cron(0 18 ? * ? *)",
      "both of day of the month and day of the week are ?",
      "cron(0 9 ? * 2#1 2030-2040)",
      DAYS,
    ),
    ...expression(
      "cron(0 9 ? * 0 *)",
      '"0" is no day of the week',
      "cron(*/5 * 1,15 JAN-MAR ? *)",
      "Write day of the week as 1 to 7 or SUN to SAT, a list, a range or *.",
    ),
    ...expression(
      "cron(0 24 * * ? *)",
      '"24" is no hours',
      "cron(0 0-23/2 * * ? *)",
      "Write hours as 0 to 23, a list, a range or *.",
    ),
    ...expression("rate(1 days)", "the unit of 1 is in the plural", "rate(1 day)", RATE),
    ...expression("rate(5 minute)", "the unit of 5 is in the singular", "rate(5 minutes)", RATE),
    ...expression("rate(30 seconds)", '"30 seconds" is no number of minutes, hours or days', "rate(2 hours)", RATE),
    ...expression(
      "at(2030-01-01T00:00:00)",
      "it is not cron(…) or rate(…)",
      "${var.expression}",
      'Write cron(…) or rate(…), such as "rate(1 hour)".',
    ),
    "a time with a zone": {
      bad: (stack) => {
        schedule(stack).schedule_expression = "at(2030-01-01T00:00:00Z)";
      },
      good: (stack) => {
        schedule(stack).schedule_expression = "at(2030-01-01T00:00:00)";
      },
      says: 'aws_scheduler_schedule.hourly has schedule_expression = "at(2030-01-01T00:00:00Z)": "2030-01-01T00:00:00Z" is no time. Write it without a zone, such as "at(2030-01-31T09:00:00)".',
    },
    "the schedule of a scaling action": {
      bad: (stack) => {
        stack.resource.aws_appautoscaling_scheduled_action = { night: { schedule: "0 20 * * ? *" } };
      },
      good: (stack) => {
        stack.resource.aws_appautoscaling_scheduled_action = { night: { schedule: "cron(0 20 * * ? *)" } };
      },
      says: 'aws_appautoscaling_scheduled_action.night has schedule = "0 20 * * ? *": it is not cron(…), rate(…) or at(…). Write cron(…), rate(…) or at(…), such as "rate(1 hour)".',
    },
  },
  withSchedules,
);

describeRule(
  "SCH-002",
  {
    "an abbreviation": {
      bad: (stack) => {
        schedule(stack).schedule_expression_timezone = "JST";
      },
      good: (stack) => {
        schedule(stack).schedule_expression_timezone = "UTC";
      },
      says: 'aws_scheduler_schedule.hourly has schedule_expression_timezone = "JST". Write a name of the IANA, such as "Asia/Tokyo" or "UTC".',
    },
    "an offset": {
      bad: (stack) => {
        schedule(stack).schedule_expression_timezone = "+09:00";
      },
      good: (stack) => {
        schedule(stack).schedule_expression_timezone = "${var.zone}";
      },
      says: 'aws_scheduler_schedule.hourly has schedule_expression_timezone = "+09:00". Write a name of the IANA, such as "Asia/Tokyo" or "UTC".',
    },
  },
  withSchedules,
);

describeRule(
  "SCH-003",
  {
    "a window without a length": {
      bad: (stack) => {
        schedule(stack).flexible_time_window = { mode: "FLEXIBLE" };
      },
      good: (stack) => {
        schedule(stack).flexible_time_window = { mode: "FLEXIBLE", maximum_window_in_minutes: 15 };
      },
      says: 'aws_scheduler_schedule.hourly has flexible_time_window with mode = "FLEXIBLE" and no maximum_window_in_minutes. Set maximum_window_in_minutes, from 1 to 1440.',
    },
    "a length without a window": {
      bad: (stack) => {
        schedule(stack).flexible_time_window.maximum_window_in_minutes = 15;
      },
      good: (stack) => {
        schedule(stack).flexible_time_window.maximum_window_in_minutes = null;
      },
      says: 'aws_scheduler_schedule.hourly has flexible_time_window with mode = "OFF" and a maximum_window_in_minutes. Write mode = "FLEXIBLE", or take maximum_window_in_minutes out.',
    },
  },
  withSchedules,
);

describeRule(
  "SCH-004",
  {
    "a rule that never fires": {
      bad: (stack) => delete rule(stack).schedule_expression,
      good: (stack) => {
        stack.resource.aws_cloudwatch_event_rule.nightly = { event_pattern: '{"source":["aws.ecs"]}' };
      },
      says: "aws_cloudwatch_event_rule.nightly has neither a schedule_expression nor an event_pattern. Set one of them.",
    },
    "a schedule on another bus": {
      bad: (stack) => {
        rule(stack).event_bus_name = "orders";
      },
      good: (stack) => {
        rule(stack).event_bus_name = "default";
      },
      says: "aws_cloudwatch_event_rule.nightly has a schedule_expression on the bus orders. Take event_bus_name out, or use an aws_scheduler_schedule.",
    },
  },
  withSchedules,
);
