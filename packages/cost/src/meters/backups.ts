import { blocks, isAbsent, linked, number, type Resource, text } from "@operation-app/preflight/graph";
import type { Range } from "../range.ts";
import { byUse, type Line, type Meters, numberOr, type Stack, shareOf, unknown } from "./meter.ts";

const DATABASE = "aws_db_instance";
const BUCKET = "aws_s3_bucket";
const DAYS_OF_MONTH = 365 / 12;

const isPrimary = (instance: Resource) => isAbsent(instance.get("replicate_source_db"));

/** GB of one database's data, and of what changes in it a day. */
function databaseData(stack: Stack): { data: Range; change: Range } {
  const { usage } = stack;
  const count = stack.count(DATABASE, isPrimary);
  return { data: shareOf(usage.databaseGb, count), change: shareOf(usage.databaseChangeGb, count) };
}

/** The first backup is all of the data, each other what has changed: GB of those of so many days. */
function keptGb(stack: Stack, days: number): Range {
  const { data, change } = databaseData(stack);
  if (days === 0) return { low: 0, high: 0 };
  return { low: data.low + days * change.low, high: data.high + days * change.high };
}

/**
 * RDS's own backups of an instance and its snapshots in vaults of AWS Backup, beyond the storage of the instance, up to which
 * they are free.
 * Sources: https://aws.amazon.com/rds/mysql/pricing/ and https://aws.amazon.com/blogs/database/demystifying-amazon-rds-backup-storage-costs/
 *
 * @param storage of the instance, in GB
 */
export function databaseBackups(instance: Resource, stack: Stack, storage: number | undefined): Line[] {
  // Of an instance whose storage is not known, that is said already.
  if (!isPrimary(instance) || storage === undefined) return [];
  const own = numberOr(instance.get("backup_retention_period"), 0);
  const inVaults = rulesFor(instance, stack).map(({ days }) => days);
  if (own === undefined || inVaults.includes(undefined))
    return [unknown("backups", "for how long they are kept is not known, or for ever")];
  const all = [own, ...inVaults.map((days) => days ?? 0)].map((days) => keptGb(stack, days));
  const beyond = (end: keyof Range) => Math.max(all.reduce((sum, gb) => sum + gb[end], 0) - storage, 0);
  return [byUse("backups beyond its storage", "rds-backup-gb", { low: beyond("low"), high: beyond("high") })];
}

/** Snapshots of a cache. The newest of each is free. Source: https://aws.amazon.com/elasticache/pricing/ */
export function cacheSnapshots(cache: Resource, stack: Stack): Line[] {
  const days = numberOr(cache.get("snapshot_retention_limit"), 0);
  if (days === undefined) return [unknown("snapshots", "snapshot_retention_limit is not known")];
  const { low, high } = shareOf(stack.usage.cacheGb, stack.count(cache.type));
  const paid = Math.max(days - 1, 0);
  return [byUse("snapshots after the first", "cache-backup-gb", { low: paid * low, high: paid * high })];
}

interface Rule {
  /** For which a backup is kept; undefined where that is not known, or for ever. */
  readonly days: number | undefined;
  readonly copies: readonly { readonly days: number | undefined; readonly region: string | undefined }[];
}

function rulesOf(plan: Resource): Rule[] {
  return blocks(plan.get("rule")).blocks.map((rule) => ({
    days: daysOf(rule.lifecycle),
    copies: blocks(rule.copy_action).blocks.map((copy) => ({
      days: daysOf(copy.lifecycle),
      region: text(copy.destination_vault_arn)?.split(":")[3],
    })),
  }));
}

function daysOf(lifecycle: Parameters<typeof blocks>[0]): number | undefined {
  return number(blocks(lifecycle).blocks[0]?.delete_after);
}

/** The rules by which an instance is backed up into vaults. */
function rulesFor(instance: Resource, { graph }: Stack): Rule[] {
  return graph
    .ofType("aws_backup_selection")
    .filter((selection) => linked(selection.get("resources"), DATABASE).resources.includes(instance))
    .flatMap((selection) => linked(selection.get("plan_id"), "aws_backup_plan").resources)
    .flatMap(rulesOf);
}

/** AWS Backup: snapshots of databases are RDS's business, but for the copies; buckets are its own. */
export const BACKUPS: Meters = {
  aws_backup_plan: (plan, stack) => {
    const selected = stack.graph
      .ofType("aws_backup_selection")
      .filter((selection) => linked(selection.get("plan_id"), "aws_backup_plan").resources.includes(plan))
      .map((selection) => linked(selection.get("resources"), DATABASE, BUCKET));
    const resources = selected.flatMap((link) => link.resources);
    const rules = rulesOf(plan);
    const isKnown = selected.length > 0 && selected.every((link) => link.resources.length > 0);
    const isForEver = rules.some(({ days, copies }) => days === undefined || copies.some((copy) => !copy.days));
    if (!isKnown) return [unknown("backups", "what the plan selects is not known, or of another service")];
    if (isForEver) return [unknown("backups", "for how long they are kept is not known, or for ever")];
    return rules.flatMap((rule) => resources.flatMap((one) => linesFor(one, rule, plan, stack)));
  },
};

function linesFor({ type }: Resource, { copies }: Rule, plan: Resource, stack: Stack): Line[] {
  const isBucket = type === BUCKET;
  const { data, change } = isBucket ? bucketData(stack) : databaseData(stack);
  const [price, what] = isBucket ? ["backup-s3-gb", "of the bucket"] : ["rds-backup-gb", "of the database"];
  return [
    ...(isBucket ? [byUse(`backup ${what}`, price, data)] : []),
    ...copies.flatMap(({ days = 0, region }) => [
      // A region has prices of its own, and no database whose storage would make it free.
      byUse(`copy ${what}, at this region's price`, price, isBucket ? data : keptGb(stack, days)),
      ...(region !== undefined && region === plan.region
        ? []
        : [
            byUse(`copy ${what}, on its way`, "other-region-gb", {
              low: change.low * DAYS_OF_MONTH,
              high: change.high * DAYS_OF_MONTH,
            }),
          ]),
    ]),
  ];
}

/** What is in one bucket; at most all of it is another one a month later. */
function bucketData(stack: Stack): { data: Range; change: Range } {
  const data = shareOf(stack.usage.s3Gb, stack.count(BUCKET));
  return { data, change: { low: 0, high: data.high / DAYS_OF_MONTH } };
}
