import { jsonIn } from "../masking.ts";
import { listOf, objectOf, type Plan } from "../plan.ts";
import type { ChangedObject } from "./changed-objects.ts";
import { isUnknownAt, valueAt } from "./changed-objects.ts";
import { leavesOf } from "./leaves.ts";
import type { Found } from "./stop.ts";

/** How long something is kept, in AWS's own names, whatever the unit. Backups are judged in backups.ts. */
const RETENTION =
  /(^|\.)((message_|data_|magnetic_store_|memory_store_)?retention_(in_)?(days|hours|minutes|seconds|period|period_in_days|period_in_hours)|data_retention_in_hours)$/;

/** Where nothing, or 0, is for ever. Sources: the provider's pages of these types. */
const FOREVER = /^aws_(cloudwatch_log_group|cloudwatch_event_archive)$/;

/** Data that would begin to expire, or expire sooner. What is in a bucket or a repository that is new has nothing to lose. */
export function expiringData(object: ChangedObject, plan: Plan): Found[] {
  const { address, change } = object;
  if (change.change.after === null || change.change.after === undefined) return [];
  const found = [...shorterRetention(object), ...newTtl(object), ...newExpiration(object, plan)];
  return found.map(({ what, name }) => ({
    address,
    action: "data-expires",
    message: `would ${what}.`,
    fix: `Keep ${name} as it is.`,
  }));
}

interface Expiry {
  readonly what: string;
  readonly name: string;
}

function shorterRetention({ type, change, before, after, unknown }: ChangedObject): Expiry[] {
  if (change.change.before === null) return [];
  const planned = leavesOf(after);
  return [...leavesOf(before)].flatMap(([path, old]) => {
    if (!RETENTION.test(path) || isUnknownAt(unknown, path)) return [];
    const value = planned.get(path);
    const isForever = FOREVER.test(type);
    const [was, is] = [old, value].map((one) => {
      const number = Number(one ?? 0);
      return number === 0 && isForever ? Number.POSITIVE_INFINITY : number;
    }) as [number, number];
    // Without a value, AWS's default holds, which is not known here.
    if (!(is < was) || (value === null && !isForever) || is === 0) return [];
    const shown = (one: number) => (Number.isFinite(one) ? String(one) : "for ever");
    return [{ name: path, what: `keep its data for less long (${path}: ${shown(was)} → ${shown(is)})` }];
  });
}

function newTtl({ type, before, after }: ChangedObject): Expiry[] {
  if (type === "aws_dynamodb_table") {
    const [old, planned] = [before, after].map((values) =>
      valueAt(values, "ttl.0.enabled") === true ? valueAt(values, "ttl.0.attribute_name") : undefined,
    );
    const isNew = Object.keys(before).length > 0 && planned !== undefined && planned !== old;
    return isNew ? [{ name: "ttl", what: `begin to delete items (ttl on ${String(planned)})` }] : [];
  }
  if (type !== "aws_keyspaces_table" || Object.keys(before).length === 0) return [];
  const [old, planned] = [before, after].map((values) => Number(values.default_time_to_live ?? 0)) as [number, number];
  return planned > 0 && (old === 0 || planned < old)
    ? [{ name: "default_time_to_live", what: "begin to delete rows (default_time_to_live)" }]
    : [];
}

/** Rules that expire objects or images, by what they are about, with after how many days or beyond how many. */
type Rules = ReadonlyMap<string, number>;

function newExpiration({ type, change, before, after }: ChangedObject, plan: Plan): Expiry[] {
  const read = EXPIRING[type];
  if (read === undefined || isOfNewObject(type, after, change.change.after_unknown, plan)) return [];
  const [old, planned] = [read.rules(before), read.rules(after)];
  const isNew = type === "aws_s3_bucket" && change.change.before === null;
  const sooner = [...planned].filter(([about, limit]) => limit < (old.get(about) ?? Number.POSITIVE_INFINITY));
  return sooner.length === 0 || isNew ? [] : [{ name: read.name, what: `begin to delete ${read.what} (${read.name})` }];
}

const EXPIRING: Readonly<
  Record<
    string,
    {
      readonly name: string;
      readonly what: string;
      readonly rules: (values: Readonly<Record<string, unknown>>) => Rules;
    }
  >
> = {
  aws_s3_bucket_lifecycle_configuration: {
    name: "rule",
    what: "objects",
    rules: ({ rule }) => bucketRules(listOf(rule).filter((one) => objectOf(one).status === "Enabled")),
  },
  aws_s3_bucket: {
    name: "lifecycle_rule",
    what: "objects",
    rules: ({ lifecycle_rule: rule }) => bucketRules(listOf(rule).filter((one) => objectOf(one).enabled === true)),
  },
  aws_ecr_lifecycle_policy: { name: "policy", what: "images", rules: ({ policy }) => imageRules(policy) },
};

function bucketRules(rules: readonly unknown[]): Rules {
  return new Map(
    rules.flatMap((rule) => {
      const { filter, prefix, tags } = objectOf(rule);
      const about = JSON.stringify([filter ?? prefix ?? null, tags ?? null]);
      return ["expiration", "noncurrent_version_expiration"].flatMap((name): [string, number][] => {
        const { days, date, noncurrent_days: noncurrent } = objectOf(valueAt(rule, `${name}.0`));
        if (typeof date === "string" && date !== "") return [[`${name} ${about}`, 0]];
        const limit = Number(days || noncurrent || 0);
        return limit > 0 ? [[`${name} ${about}`, limit]] : [];
      });
    }),
  );
}

function imageRules(policy: unknown): Rules {
  const { rules } = objectOf(typeof policy === "string" ? jsonIn(policy) : undefined);
  return new Map(
    listOf(rules).flatMap((rule): [string, number][] => {
      const { countNumber, ...about } = objectOf(objectOf(rule).selection);
      if (about.tagStatus === "untagged") return []; // What newer images took the tags of.
      return [[JSON.stringify(about), Number(countNumber)]];
    }),
  );
}

/** The rules are of a bucket or repository that the plan makes. */
function isOfNewObject(type: string, after: Readonly<Record<string, unknown>>, unknown: unknown, plan: Plan): boolean {
  const [owner, attribute, key] =
    type === "aws_ecr_lifecycle_policy"
      ? ["aws_ecr_repository", "repository", "name"]
      : ["aws_s3_bucket", "bucket", "bucket"];
  if (isUnknownAt(unknown, attribute as string)) return true;
  return plan.resource_changes.some(
    (one) =>
      one.type === owner &&
      one.change.actions.join() === "create" &&
      objectOf(one.change.after)[key as string] === after[attribute as string],
  );
}
