import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { explainType, InputError, readInput, unknownSetting } from "@operation-app/preflight/input";
import * as z from "zod";
import { objectOf } from "./plan.ts";
import { whatIsLost } from "./protected-types.ts";

/** What the gate stops. Exceptions name one of these as their action. */
export const STOPS = [
  "delete",
  "replace",
  "forget",
  "unprotect",
  "public-ingress",
  "public-bucket",
  "public-policy",
  "public-endpoint",
  "foreign-account",
  "admin-access",
  "deletion-protection-off",
  "backups-off",
  "encryption-off",
  "login-weakened",
  "guard-off",
  "privileged",
  "data-expires",
  "added-cost",
] as const;
export type Stop = (typeof STOPS)[number];

const text = z.string().trim().min(1, "is empty.");
const port = z.int("is not a port. Write a whole number.").min(0, "is not a port.").max(65535, "is not a port.");

const date = z.string().refine(isDate, "is not a date. Write it as YYYY-MM-DD.");

const chosenObjects = {
  /** Terraform type, such as `aws_db_instance`. */
  type: text,
  /** Only objects at these addresses; `*` stands for anything. @default all of the type */
  addresses: z.array(text).min(1, "is empty. Name an address, or leave it out.").optional(),
  /** Only objects with one of these values, by attribute, such as `{ bucket: ["state"] }`; `*` stands for anything. */
  where: z.record(z.string(), z.array(text).min(1, "is empty. Name a value.")).optional(),
};
const protectedObjects = z.strictObject({
  ...chosenObjects,
  /** What would be lost. */
  why: text,
});
const unprotectedObjects = z.strictObject({ ...chosenObjects, reason: text });

const intendedOpening = z.strictObject({
  /** Address of the security group or rule that is meant to be open to the internet. */
  address: text,
  /** The TCP or UDP ports that it may open, and no others. */
  ports: z.array(port).min(1, "is empty. Name a port."),
  reason: text,
});

const trustedAccount = z.strictObject({
  /** Account id: 12 digits, as a text. */
  account: z.string().regex(/^\d{12}$/, "is not an account. Write its 12 digits, in quotes."),
  reason: text,
});

const exception = z.strictObject({
  /** Address of the object in the plan. */
  address: text,
  /** What is allowed: one of `STOPS`. */
  action: z.enum(STOPS, `is not an action. Write one of ${STOPS.join(", ")}.`),
  /** Why it is right, for later readers. */
  reason: text,
  /** The last day on which it holds, in UTC: YYYY-MM-DD. */
  until: date,
});

const policySchema = z.strictObject({
  /** What must not be deleted, replaced or removed from the state, beside what keeps data: see `KEPT`. @default none */
  protected: z.array(protectedObjects).default([]),
  /** What may be lost, though it keeps data, such as a cache that fills again. @default none */
  unprotected: z.array(unprotectedObjects).default([]),
  /** Ports that are meant to be open to the internet. @default none */
  publicPorts: z.array(intendedOpening).default([]),
  /** Other accounts that policies may give access to. @default none */
  trustedAccounts: z.array(trustedAccount).default([]),
  /** Backups must be kept for at least this many days. @default 7 */
  leastBackupDays: z.int("is not a number of days. Write a whole number.").min(1, "is less than 1.").default(7),
  /**
   * A plan may add at most so many USD a month, those of its exceptions not counted: list prices, before tax, each thing
   * with the least that it will cost. @default any sum
   */
  mostAddedUsd: z.number("is not a sum in USD. Write a number.").min(0, "is less than 0.").optional(),
  /** What may happen for a while. @default none */
  exceptions: z.array(exception).default([]),
});

export type PolicyInput = z.input<typeof policySchema>;
export type Policy = z.infer<typeof policySchema>;
export type Exception = Policy["exceptions"][number];

/** The policy of this project. */
export const POLICY_FILE = "review-policy.ts";

/** Gives a policy file its type; the content is checked when it is read. */
export function defineReviewPolicy(policy: PolicyInput): PolicyInput {
  return policy;
}

/**
 * Reads a policy: a `.ts` file that exports one, or a `.json` file.
 *
 * @throws InputError with every mistake in it, one a line
 */
export async function readPolicy(file: string): Promise<Policy> {
  return parsePolicy(file.endsWith(".json") ? await readJson(file) : await importDefault(file), file);
}

/** @throws InputError with every mistake, one a line */
export function parsePolicy(input: unknown, file: string): Policy {
  const { data, error } = policySchema.safeParse(input, { error: explainType });
  if (data) return data;
  const problems = error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => unknownSetting(policySchema, issue.path, key))
      : [{ path: issue.path, message: issue.message }],
  );
  const lines = problems.map(
    ({ path, message }) => `${file}: ${path.map(String).join(".") || "the policy"}: ${message}`,
  );
  throw new InputError([...new Set(lines)].join("\n"));
}

async function readJson(file: string): Promise<unknown> {
  const { contents } = await readInput(file, "a policy, a .ts or .json file");
  try {
    return JSON.parse(contents);
  } catch {
    throw new InputError(`${file}: is not valid JSON.`);
  }
}

async function importDefault(file: string): Promise<unknown> {
  await readInput(file, "a policy, a .ts or .json file");
  try {
    const { default: policy } = await import(pathToFileURL(resolve(file)).href);
    return policy;
  } catch (error) {
    if (error instanceof InputError) throw error;
    const [line = ""] = String((error as Error)?.message ?? error).split("\n");
    throw new InputError(
      `${file}: can't be read as a policy (${line}). Write export default defineReviewPolicy({ … }).`,
    );
  }
}

function isDate(written: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(written)) return false;
  const day = new Date(`${written}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(written);
}

/** Whether a text matches a pattern, in which `*` stands for anything. */
function matches(pattern: string, value: string): boolean {
  const escaped = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${escaped.join("[\\s\\S]*")}$`).test(value);
}

/** What would be lost with an object that is protected: by the policy, or because it keeps data. */
export function whyProtected(policy: Policy, address: string, type: string, values: unknown): string | undefined {
  const isChosen = (one: Pick<Policy["protected"][number], "type" | "addresses" | "where">) =>
    one.type === type &&
    (one.addresses?.some((pattern) => matches(pattern, address)) ?? true) &&
    Object.entries(one.where ?? {}).every(([attribute, patterns]) => {
      const value = objectOf(values)[attribute];
      return typeof value === "string" && patterns.some((pattern) => matches(pattern, value));
    });
  const why = policy.protected.find(isChosen)?.why;
  return why ?? (policy.unprotected.some(isChosen) ? undefined : whatIsLost(type, values));
}
