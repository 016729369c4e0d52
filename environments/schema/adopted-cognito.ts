import { readFileSync } from "node:fs";
import * as z from "zod";
import type { AdoptedCognito, AdoptedObject } from "../../modules/cognito/adopted.ts";

/** Version of the file's layout. */
export const ADOPTION_VERSION = 1;

/** Addresses that adopted objects may have: the cognito module's. */
export const ADOPTED_ADDRESS = /^aws_cognito_\w+\.cognito_\w+$/;

const attributes = z.record(z.string(), z.unknown());
const object: z.ZodType<AdoptedObject> = z.strictObject({
  from: z.string().min(1),
  id: z.string().min(1),
  hasSecret: z.boolean().optional(),
  ignoreChanges: z.array(z.string()).optional(),
  attributes,
});
const adoption = z.strictObject({
  version: z.literal(ADOPTION_VERSION),
  objects: z.record(
    z.string().regex(ADOPTED_ADDRESS, "is not an address such as aws_cognito_user_pool.cognito_user_pool."),
    object.nullable(),
  ),
});

/** How the file ends that says what an environment takes over. */
export const ADOPTION_ENDING = ".cognito.json";

/** The file that says what an environment takes over; `bin/infra adopt` writes it. */
export function adoptionFile(environment: string): string {
  return `environments/${environment}${ADOPTION_ENDING}`;
}

/** What environments take over, and what is wrong with their files: one line a mistake. */
export function readAdoptions(names: readonly string[], environments: readonly string[]) {
  const adopted: Record<string, AdoptedCognito> = {};
  const problems: string[] = [];
  for (const name of names) {
    const file = adoptionFile(name);
    const again = `Create it again: bin/infra adopt --environment ${name} --state FILE.`;
    if (!environments.includes(name)) {
      problems.push(`${file}: there is no environments/${name}.ts that it belongs to. Rename one of them.`);
      continue;
    }
    try {
      const { data, error } = adoption.safeParse(JSON.parse(readFileSync(file, "utf8")));
      if (data) adopted[name] = data.objects;
      for (const { path, message } of error?.issues ?? []) {
        problems.push(`${file}: ${path.join(".") || "the file"}: ${message}. ${again}`);
      }
    } catch (error) {
      problems.push(`${file}: is not JSON (${(error as Error).message.replace(/\s+/g, " ")}). ${again}`);
    }
  }
  return { adopted, problems };
}
