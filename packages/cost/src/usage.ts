import { explainType, InputError, visible } from "@operation-app/preflight/input";
import * as z from "zod";
import type { Range } from "./range.ts";

const amount = z.number("is not an amount. Write a number, or two: [10, 50].").min(0, "is less than 0.");

/** A number, or the least and the most. */
const between = z
  .union([amount, z.tuple([amount, amount])], "is not an amount. Write a number, or two: [10, 50].")
  .refine((value) => typeof value === "number" || value[0] <= value[1], "has its least above its most.");

/** Of a month of 31 days. */
const HOURS = 744;

/** What a month is like: what can't be read from a configuration. All of a stack, not of one thing in it. */
export const usageSchema = z.strictObject({
  /** Hours that all of it is there; less for what is taken down at night. @default 730 */
  hours: between
    .refine((value) => rangeOf(value).high <= HOURS, `is more than ${HOURS}, the hours of a month.`)
    .default(730),
  /** Requests to the load balancers. @default 1,000,000 */
  requests: between.default(1_000_000),
  /** GB from the load balancers to the internet. @default 10 */
  gbOut: between.default(10),
  /** GB through NAT gateways. @default 10 */
  natGb: between.default(10),
  /** GB through interface endpoints: images, logs. @default 10 */
  endpointGb: between.default(10),
  /** GB of data in the databases: what a whole backup has. @default 5 */
  databaseGb: between.default(5),
  /** GB that change in the databases a day: what each further backup has. @default 0.5 */
  databaseChangeGb: between.default(0.5),
  /** GB in the caches: what a snapshot has. @default 0.1 */
  cacheGb: between.default(0.1),
  /** GB of logs written. @default 5 */
  logGb: between.default(5),
  /** GB of images in ECR. @default 2 */
  imageGb: between.default(2),
  /** GB in S3 buckets. @default 1 */
  s3Gb: between.default(1),
  /** Users of Cognito that log in. @default 1,000 */
  users: between.default(1_000),
  /** Minutes that a task of a schedule runs. @default 5 */
  taskMinutes: between.default(5),
  /** Notifications by mail, of alarms say. @default 100 */
  mails: between.default(100),
  /** Mails that the app sends by SES. @default 1,000 */
  appMails: between.default(1_000),
  /** GB from CloudFront to visitors. @default 10 */
  cdnGb: between.default(10),
  /** Requests to CloudFront. @default 100,000 */
  cdnRequests: between.default(100_000),
  /**
   * Metrics of Container Insights.
   * @default between 16 (each of its names once) and 16 for the cluster, each service and each task definition of one
   */
  insightsMetrics: between.optional(),
});

/** Assumptions as one writes them, each with a default. */
export type UsageInput = z.input<typeof usageSchema>;
/** Assumptions with the defaults filled in. */
export type Usage = z.output<typeof usageSchema>;

/** Where nothing is written. */
export const DEFAULT_USAGE: Usage = usageSchema.parse({});

export function rangeOf(value: number | readonly [number, number]): Range {
  return typeof value === "number" ? { low: value, high: value } : { low: value[0], high: value[1] };
}

/**
 * Reads `requests=5000000,logGb=10-20`.
 *
 * @param base what is not named in it
 * @throws InputError with every mistake, one a line
 */
export function parseUsage(written: string, base: Usage = DEFAULT_USAGE): Usage {
  const parts = written.split(",").filter((part) => part.trim() !== "");
  const nameless = parts.filter((part) => !/^\s*\w+\s*=[^=]*$/.test(part));
  if (nameless.length > 0)
    throw new InputError(
      nameless.map((part) => `usage: ${visible(part.trim())}: is not written as name=amount.`).join("\n"),
    );
  const entries = parts.map((part) => {
    const [name = "", value = ""] = part.split("=").map((one) => one.trim());
    const numbers = value.split(/(?<=\d)-/).map((one) => (one === "" ? Number.NaN : Number(one)));
    return [name, numbers.length === 1 ? numbers[0] : numbers] as const;
  });
  const { data, error } = usageSchema.safeParse({ ...base, ...Object.fromEntries(entries) }, { error: explainType });
  if (data) return data;
  const problems = error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => `${key}: is not one of ${Object.keys(usageSchema.shape).join(", ")}.`)
      : [`${issue.path.join(".")}: ${issue.message}`],
  );
  throw new InputError([...new Set(problems)].map((problem) => `usage: ${problem}`).join("\n"));
}

/** The assumptions in one line: `requests 1000000, gbOut 10, …`. */
export function usageText(usage: Usage): string {
  return Object.entries(usage)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${typeof value === "number" ? value : value.join("–")}`)
    .join(", ");
}
