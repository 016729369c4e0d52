export { printVisibly } from "@operation-app/preflight/command";

import { runVerb, type Verb } from "./command.ts";
import { isVerb } from "./verbs.mjs";

/** Steps of `migrate-cognito`, which are verbs by now. */
const STEPS: Readonly<Record<string, string>> = {
  inspect: "inspect",
  adopt: "adopt",
  move: "move",
  rollback: "move-back",
  verify: "verify",
};

/** Does what a command line of `bin/infra` says; `process.exitCode` is how it went. */
export async function infra(name: string, args: readonly string[]): Promise<void> {
  if (name === "migrate-cognito") return migrateCognito(args);
  await runVerb(await verbNamed(name), args);
}

/** @throws Error where there is none */
export async function verbNamed(name: string): Promise<Verb> {
  if (!isVerb(name)) throw new Error(`There is no verb ${name}.`);
  const { default: verb } = (await import(`./${name}.ts`)) as { default: Verb };
  verb.command.name(`bin/infra ${name}`);
  return verb;
}

async function migrateCognito([step = "", ...args]: readonly string[]): Promise<void> {
  const verb = Object.hasOwn(STEPS, step) ? STEPS[step] : undefined;
  if (verb !== undefined) {
    console.error(`bin/infra migrate-cognito ${step} is now: bin/infra ${verb}`);
    return infra(verb, args);
  }
  console.error(`bin/infra migrate-cognito is now: bin/infra ${Object.values(STEPS).join(", ")}. Each has --help.`);
  process.exitCode = step === "--help" ? 0 : 2;
}
