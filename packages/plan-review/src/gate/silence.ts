import { listOf, objectOf, type Plan } from "../plan.ts";
import { type ChangedObject, changedObjects, isGoing } from "./changed-objects.ts";
import type { Found } from "./stop.ts";

/** Types of alarms. */
export const ALARMS = /^aws_cloudwatch_(metric|composite)_alarm$/;
const SUBSCRIPTION = "aws_sns_topic_subscription";

/**
 * Alarms that nobody would hear of: whoever subscribes by mail has to confirm, which no Terraform can do, so a topic that is
 * replaced has lost them.
 */
export function silencedTopics(plan: Plan): Found[] {
  const objects = changedObjects(plan);
  return objects.flatMap((object) => [...lastSubscription(plan, object, objects), ...replacedTopic(plan, object)]);
}

function lastSubscription(plan: Plan, object: ChangedObject, objects: readonly ChangedObject[]): Found[] {
  const topic = object.before.topic_arn;
  if (object.type !== SUBSCRIPTION || !isGoing(object) || topic === undefined) return [];
  const goesWithTopic = objects.some((one) => one.type === "aws_sns_topic" && isGoing(one) && one.before.arn === topic);
  const isHeard = plan.resource_changes.some(
    ({ type, change }) => type === SUBSCRIPTION && change.after !== null && objectOf(change.after).topic_arn === topic,
  );
  if (goesWithTopic || isHeard) return [];
  const message = "would be deleted, the last subscription to its topic: nobody would receive its messages.";
  return [
    {
      address: object.address,
      action: "guard-off",
      message,
      fix: "Keep one, or delete the topic and what sends to it.",
    },
  ];
}

function replacedTopic(plan: Plan, { address, type, change, before }: ChangedObject): Found[] {
  const isReplaced = change.change.actions.includes("create") && change.change.actions.includes("delete");
  const byMail = plan.resource_changes.filter(
    (one) =>
      one.type === SUBSCRIPTION &&
      objectOf(one.change.before).topic_arn === before.arn &&
      /^email/.test(String(objectOf(one.change.before).protocol)),
  );
  if (type !== "aws_sns_topic" || !isReplaced || byMail.length === 0) return [];
  const message = `would be replaced: its ${byMail.length} e-mail subscriptions end, and receive nothing until they are confirmed again.`;
  return [
    {
      address,
      action: "guard-off",
      message,
      fix: "Keep the topic's name and settings that can't be changed in place.",
    },
  ];
}

/** Alarms that told somebody and are deleted, for whoever reads the review. */
export function deletedAlarms(plan: Plan): string[] {
  return changedObjects(plan)
    .filter((object) => ALARMS.test(object.type) && isGoing(object))
    .filter(({ before }) => listOf(before.alarm_actions).some((action) => String(action).includes(":sns:")))
    .map(({ address }) => `${address} would be deleted: nobody would be notified of what it monitors.`);
}

/** Budgets that told somebody and are deleted, for whoever reads the review. */
export function deletedBudgets(plan: Plan): string[] {
  return changedObjects(plan)
    .filter((object) => object.type === "aws_budgets_budget" && isGoing(object))
    .filter(({ before }) => listOf(before.notification).length > 0)
    .map(({ address }) => `${address} would be deleted: nobody would be notified of unexpected costs.`);
}

/** Rules of EventBridge that start something when something happens, and would not any more, for whoever reads the review. */
export function stoppedReactions(plan: Plan): string[] {
  const rules = changedObjects(plan).filter(({ type }) => type === "aws_cloudwatch_event_rule");
  return rules.flatMap((object) => {
    const { change, address, before } = object;
    const isOn = (state: unknown) => state !== "DISABLED";
    if (before.name === undefined || !isOn(before.state)) return [];
    const what = `what it starts would not start any more${about(before.description)}.`;
    if (isGoing(object)) return [`${address} would be deleted: ${what}`];
    const { state } = objectOf(change.change.after);
    return isOn(state) ? [] : [`${address} would be switched off: ${what}`];
  });
}

function about(description: unknown): string {
  return typeof description === "string" && description !== "" ? ` ("${description.slice(0, 120)}")` : "";
}

/** Schedules that would run nothing any more, for whoever reads the review. */
export function stoppedSchedules(plan: Plan): string[] {
  const schedules = changedObjects(plan).filter(({ type }) => type === "aws_scheduler_schedule");
  return schedules.flatMap((object) => {
    const wasOn = object.before.state !== "DISABLED";
    if (!wasOn || object.before.name === undefined) return [];
    if (isGoing(object)) return [`${object.address} would be deleted: what it starts would not run any more.`];
    const { state } = objectOf(object.change.change.after);
    return state === "DISABLED"
      ? [`${object.address} would be switched off: what it starts would not run any more.`]
      : [];
  });
}
