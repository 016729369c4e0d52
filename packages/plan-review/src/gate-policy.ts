import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { readInput } from "../../preflight/src/input/read-input.ts";
import { InputError } from "../../preflight/src/input/user-error.ts";
import { explainType, unknownSetting } from "../../preflight/src/input/wording.ts";

/** What the gate stops beside deletions of what is protected; each can be excepted by its name. */
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
] as const;
export type Stop = (typeof STOPS)[number];

const text = z.string().trim().min(1, "is empty. Write why, or what.");
const port = z.int("is not a port. Write a whole number.").min(0, "is not a port.").max(65535, "is not a port.");

const date = z.string().refine(isDate, "is not a date. Write one that there is, as YYYY-MM-DD.");

const protectedObjects = z.strictObject({
  /** Terraform type, such as `aws_db_instance`. */
  type: text,
  /** Only objects at these addresses; `*` stands for anything. @default all of the type */
  addresses: z.array(text).min(1, "is empty. Name an address, or leave it out.").optional(),
  /** Only objects with one of these values, by attribute, such as `{ bucket: ["state"] }`; `*` stands for anything. */
  where: z.record(z.string(), z.array(text).min(1, "is empty. Name a value.")).optional(),
  /** What would be lost. */
  why: text,
});

const intendedOpening = z.strictObject({
  /** Address of the security group or rule that is meant to let the internet in. */
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
  /** What it may do: one of the words that a stop begins with. */
  action: z.enum(STOPS, `is not something that is stopped. Write one of ${STOPS.join(", ")}.`),
  /** Why this is right, for whoever reads it later. */
  reason: text,
  /** The last day on which it holds, in UTC: YYYY-MM-DD. */
  until: date,
});

const policySchema = z.strictObject({
  /** What must not be deleted, replaced or forgotten. */
  protected: z.array(protectedObjects),
  /** Ports that are meant to be open to the internet. @default none */
  publicPorts: z.array(intendedOpening).default([]),
  /** Accounts beside the plan's own that policies may let in. @default none */
  trustedAccounts: z.array(trustedAccount).default([]),
  /** Days for which backups are kept at least: what gets shorter than that is stopped. @default 7 */
  leastBackupDays: z
    .int("is not a number of days. Write a whole number.")
    .min(1, "is no day. Write 1 or more.")
    .default(7),
  /** What may happen once, until a day. @default none */
  exceptions: z.array(exception).default([]),
});

export type PolicyInput = z.input<typeof policySchema>;
export type Policy = z.infer<typeof policySchema>;
export type ProtectedObjects = Policy["protected"][number];
export type Exception = Policy["exceptions"][number];

/** The policy of this project. */
export const POLICY_FILE = "review-policy.ts";

/** Gives a policy file its type; it is checked when it is read. */
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
    throw new InputError(`${file}: is not JSON. Mend it, or name a .ts file.`);
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

/** Whether a text is what a pattern says; `*` stands for anything. */
export function matches(pattern: string, value: string): boolean {
  const escaped = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${escaped.join("[\\s\\S]*")}$`).test(value);
}
