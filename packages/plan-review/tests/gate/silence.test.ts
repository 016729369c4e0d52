import { describe, expect, it } from "vitest";
import type { Json } from "../../../preflight/tests/support/rules.ts";
import { change, reviewOf, stopsOf } from "../support/review.ts";

const TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms";
const mail = (endpoint: string): Json => ({ topic_arn: TOPIC, protocol: "email", endpoint });
const ALARM = "aws_cloudwatch_metric_alarm.x";

describe("nobody would hear of alarms", () => {
  it.each<[what: string, plan: ReturnType<typeof change>[], stopped: string]>([
    [
      "when the last subscription goes",
      [change("aws_sns_topic_subscription.me", mail("me@example.com"), null)],
      "guard-off aws_sns_topic_subscription.me",
    ],
    [
      "when the topic is replaced, to which people have subscribed by mail",
      [
        change("aws_sns_topic.x", { arn: TOPIC, name: "alarms" }, { name: "other" }, { actions: ["delete", "create"] }),
        change("aws_sns_topic_subscription.me", mail("me@example.com"), mail("me@example.com"), {
          actions: ["delete", "create"],
        }),
      ],
      "guard-off aws_sns_topic.x",
    ],
    [
      "when an alarm's actions are switched off",
      [change(ALARM, { actions_enabled: true }, { actions_enabled: false })],
      `guard-off ${ALARM}`,
    ],
    [
      "when an alarm's actions are taken away",
      [change(ALARM, { alarm_actions: [TOPIC] }, { alarm_actions: [] })],
      `guard-off ${ALARM}`,
    ],
  ])("%s", async (_what, plan, stopped) => expect(await stopsOf(plan)).toEqual([stopped]));

  it.each<[what: string, plan: ReturnType<typeof change>[]]>([
    [
      "somebody else still subscribes",
      [
        change("aws_sns_topic_subscription.me", mail("me@example.com"), null),
        change("aws_sns_topic_subscription.you", mail("you@example.com"), mail("you@example.com")),
      ],
    ],
    [
      "the topic goes, too",
      [
        change("aws_sns_topic.x", { arn: TOPIC }, null),
        change("aws_sns_topic_subscription.me", mail("me@example.com"), null),
      ],
    ],
    ["another topic is told", [change(ALARM, { alarm_actions: [TOPIC] }, { alarm_actions: [`${TOPIC}-2`] })]],
    [
      "a topic of programs is replaced",
      [change("aws_sns_topic.x", { arn: TOPIC }, { name: "b" }, { actions: ["delete", "create"] })],
    ],
    ["an alarm goes", [change(ALARM, { alarm_actions: [TOPIC] }, null)]],
  ])("not where %s", async (_what, plan) => expect(await stopsOf(plan)).toEqual([]));

  it("is noted of a schedule that runs nothing any more", async () => {
    const on = { name: "nightly", state: "ENABLED" };
    const notes = async (before: Json, after: Json) =>
      (await reviewOf([change("aws_scheduler_schedule.x", before, after)])).notes;
    expect(await notes(on, null)).toEqual([
      "aws_scheduler_schedule.x would be deleted: what it starts would not run any more.",
    ]);
    expect(await notes(on, { ...on, state: "DISABLED" })).toEqual([
      "aws_scheduler_schedule.x would be switched off: what it starts would not run any more.",
    ]);
    expect(await notes(on, { ...on, schedule_expression: "rate(1 day)" })).toEqual([]);
    expect(await notes({ ...on, state: "DISABLED" }, null)).toEqual([]);
  });

  it("is noted of a deleted alarm that told somebody, and of no other", async () => {
    const notes = async (actions: string[]) =>
      (await reviewOf([change(ALARM, { alarm_actions: actions }, null)])).notes;
    expect(await notes([TOPIC])).toEqual([`${ALARM} would be deleted: nobody would be notified of what it monitors.`]);
    expect(await notes(["arn:aws:autoscaling:eu-west-1:123456789012:scalingPolicy:x"])).toEqual([]);
  });
});

describe("what would not happen any more is noted", () => {
  const notesOf = async (...plan: ReturnType<typeof change>[]) => (await reviewOf(plan)).notes;
  const BUDGET = "aws_budgets_budget.x";
  const RULE = "aws_cloudwatch_event_rule.x";

  it("a mail before a month costs too much", async () => {
    expect(await notesOf(change(BUDGET, { name: "a", notification: [{ threshold: 100 }] }, null))).toEqual([
      `${BUDGET} would be deleted: nobody would be notified of unexpected costs.`,
    ]);
    expect(await notesOf(change(BUDGET, { name: "a", notification: [] }, null))).toEqual([]);
  });

  it("what a rule of EventBridge starts", async () => {
    const rule = { name: "a", state: "ENABLED", description: "Replaces tasks" };
    expect(await notesOf(change(RULE, rule, null))).toEqual([
      `${RULE} would be deleted: what it starts would not start any more ("Replaces tasks").`,
    ]);
    expect(await notesOf(change(RULE, { name: "a" }, { name: "a", state: "DISABLED" }))).toEqual([
      `${RULE} would be switched off: what it starts would not start any more.`,
    ]);
    expect(await notesOf(change(RULE, rule, { ...rule, description: "b" }))).toEqual([]);
    expect(await notesOf(change(RULE, { ...rule, state: "DISABLED" }, null))).toEqual([]);
  });
});
