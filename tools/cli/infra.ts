import { runVerb, type Verb } from "./command.ts";
import { runs } from "./verbs.mjs";

/** Does what a command line of `bin/infra` says; `process.exitCode` is how it went. */
export async function infra(name: string, args: readonly string[]): Promise<void> {
  const found = runs(name);
  if (!found) throw new Error(`There is no verb ${name}.`);
  const { default: verb } = (await import(`./${found.file}.ts`)) as { default: Verb };
  verb.command.name(found.first.length > 0 ? "bin/infra" : `bin/infra ${name}`);
  await runVerb(verb, [...found.first, ...args]);
}
