import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@operation-app/preflight/input";
import * as z from "zod";
import { LOCK_FILE } from "../../stacks/provider-lock.ts";
import { stackDirectory } from "../lib/terraform/synthesized.ts";

/** Where in the directory of a plan cdktf has put its stacks. */
export const OUTPUT = "cdktf.out";
/** The plan itself, as Terraform writes and applies it. */
export const PLAN_FILE = "plan";
/** What Terraform needs to apply it: the configuration with its backend, and the providers that planned. */
const STACK_FILES = ["cdk.tf.json", LOCK_FILE] as const;
/** Everything that has to be kept, except the file that lists it. */
export const KEPT_FILES = [...STACK_FILES, PLAN_FILE] as const;
/** What a kept plan is of; written last, so that a plan without it is not whole. */
export const ABOUT_FILE = "about.json";

const aboutSchema = z.strictObject({
  version: z.literal(1),
  environment: z.string(),
  /** Version of Terraform: no other one applies its plan. */
  terraform: z.string(),
  commit: z.string().optional(),
  /** SHA-256 of each file. */
  sha256: z.record(z.enum(KEPT_FILES), z.string()),
});

/** What a plan is of. */
export type About = z.infer<typeof aboutSchema>;

/** Says what the plan in a directory is of. */
export function aboutText(directory: string, of: Pick<About, "environment" | "commit" | "terraform">): string {
  const sha256 = Object.fromEntries(KEPT_FILES.map((file) => [file, sha256Of(readFileSync(join(directory, file)))]));
  return `${JSON.stringify({ version: 1, ...of, sha256 }, null, 2)}\n`;
}

/**
 * Finds a plan in the directory that `bin/infra plan` names, or in a copy of what is needed of it.
 *
 * @throws InputError where there is none
 */
export function findPlan(place: string, name = place): string {
  if (!existsSync(place)) {
    throw new InputError(
      `${name}: does not exist. Unapplied plans are deleted after a week. Plan again: bin/infra plan.`,
    );
  }
  const stacks = stackDirectory(join(place, OUTPUT), "");
  const candidates = existsSync(stacks) ? readdirSync(stacks).map((stack) => join(stacks, stack)) : [];
  return candidates.find((directory) => existsSync(join(directory, ABOUT_FILE))) ?? place;
}

/**
 * Reads what the plan in a directory is of.
 *
 * @throws InputError where it is not whole, or was changed
 */
export function readAbout(directory: string, name: string): About {
  let root: unknown;
  try {
    root = JSON.parse(readFileSync(join(directory, ABOUT_FILE), "utf8"));
  } catch {
    throw new InputError(`${name}: is not a complete plan made by bin/infra plan. Plan again.`);
  }
  const { data } = aboutSchema.safeParse(root);
  if (!data) throw new InputError(`${name}: was made by another version of this project. Plan again: bin/infra plan.`);
  for (const file of KEPT_FILES) {
    const path = join(directory, file);
    if (existsSync(path) && sha256Of(readFileSync(path)) === data.sha256[file]) continue;
    throw new InputError(`${name}: ${file} has changed since the plan was made. Plan again: bin/infra plan.`);
  }
  return data;
}

/** The digest of what a plan is of, and with it of every file of the plan. */
export function planDigest(directory: string): string {
  return sha256Of(readFileSync(join(directory, ABOUT_FILE)));
}

/** @returns 64 hexadecimal digits */
export function sha256Of(contents: Buffer): string {
  return createHash("sha256").update(contents).digest("hex");
}
