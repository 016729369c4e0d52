import { text } from "node:stream/consumers";
import password from "@inquirer/password";
import { readInput, UserError } from "@operation-app/preflight/input";
import { counted } from "@operation-app/preflight/terminal";
import Table from "cli-table3";
import type { Command } from "commander";
import { askToApply } from "../lib/terminal/question.ts";
import type { Deployment } from "../operate/deployment.ts";
import { secretsIn } from "../operate/env-file.ts";
import { listSecrets, missingSecrets, setSecret, writableSecret } from "../operate/secrets.ts";
import { withDeployment } from "../operate/session.ts";
import {
  environmentNamed,
  fromCaller,
  helpEnd,
  newCommand,
  ofEnvironment,
  refuseUnasked,
  refuseUnnamed,
  verb,
} from "./command.ts";

interface Options {
  readonly environment: string;
  readonly force?: boolean;
  readonly yes?: boolean;
}

/** A secret has 64 KB at most; a file with a hundred times that is something else. */
const MAX_BYTES = 6_400_000;

const command = newCommand("secrets", ["secrets missing staging", "secrets set RAILS_MASTER_KEY staging"]).description(
  "The app's secrets in AWS Secrets Manager, by the name of their environment variable. Values are never shown.",
);

step(
  "set <name>",
  ["set RAILS_MASTER_KEY staging"],
  "Sets the value of a secret, prompted for without echo, or read from standard input.",
)
  .option("--force", "also set a secret that the stack generated")
  .action(async (variable: string, _: string | undefined, { environment: name, force }: Options, step: Command) => {
    refuseUnnamed(step);
    await withDeployment(await environmentNamed(name), async ({ deployment, clients }) => {
      const arn = writableSecret(deployment, variable, force);
      await setSecret(clients.secrets, arn, await readValue(variable, name));
      console.log(`${variable} of ${name} has a new value. ${whatFollows(deployment)}`);
    });
  });

step(
  "import <file>",
  ["import .env staging"],
  "Sets all secrets in a file such as .env that the environment uses: shows their names, and asks once. - for standard input.",
)
  .option("--force", "also set secrets that the stack generated")
  .option("--yes", "skip the confirmation")
  .action(async (file: string, _: string | undefined, options: Options, step: Command) => {
    const { environment: name, force, yes = false } = options;
    refuseUnasked(step, yes);
    const { contents, name: source } = await readInput(fromCaller(file), "a file such as .env", MAX_BYTES);
    await withDeployment(await environmentNamed(name), async ({ deployment, clients }) => {
      const { secrets, leftOut } = secretsIn(contents, source, deployment, force);
      console.log(`From ${source}, for ${name}: ${secrets.map(({ variable }) => variable).join(", ")}`);
      for (const { variable, why } of leftOut) console.log(`Skipped: ${variable}: ${why}`);
      const question = `Give ${counted(secrets.length, "secret")} of ${name} ${secrets.length === 1 ? "this value" : "these values"}? Only "yes" is accepted: `;
      if (!yes && !(await askToApply(name, question))) throw new UserError("Nothing was written.");
      for (const { variable, arn, value } of secrets) {
        await setSecret(clients.secrets, arn, value);
        console.log(`${variable} has a new value.`);
      }
      console.log(whatFollows(deployment));
    });
  });

step("list", ["list staging"], "Lists all secrets, where their values come from, and when they last changed.").action(
  async (_: string | undefined, { environment: name }: Options) => {
    const secrets = await withDeployment(await environmentNamed(name), listSecrets);
    const table = new Table({
      head: ["variable", "secret", "value from", "has a value", "changed"],
      style: { head: [], border: [] },
    });
    for (const secret of secrets) {
      const changed = secret.changed?.toISOString() ?? "-";
      table.push([secret.variable, secret.name, secret.origin, secret.hasValue ? "yes" : "no", changed]);
    }
    console.log(table.toString());
  },
);

step(
  "missing",
  ["missing staging"],
  "Lists secrets that containers need and that have no value. Exit code 1 if there are any.",
).action(async (_: string | undefined, { environment: name }: Options) => {
  const missing = await withDeployment(await environmentNamed(name), missingSecrets);
  for (const { variable, why, containers } of missing)
    console.log(`${variable} ${why} (needed by ${containers.join(", ")})`);
  if (missing.length === 0) console.log(`Every secret that the containers of ${name} need has a value.`);
  else process.exitCode = 1;
});

function whatFollows({ environment }: Deployment): string {
  return environment.ecs.redeployOnNewSecrets
    ? `ECS replaces the tasks that read it: bin/infra status ${environment.name}`
    : "Tasks read it when they start; running tasks keep the old value.";
}

function step(words: string, examples: readonly string[], description: string) {
  const end = helpEnd(examples.map((example) => `secrets ${example}`));
  return ofEnvironment(command.command(words).description(description)).addHelpText("after", end);
}

/** One line end after the value is not part of it: `echo` writes one. */
async function readValue(variable: string, environment: string): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).replace(/\r?\n$/, "");
  try {
    return await password({ message: `Value of ${variable} of ${environment} (not shown):` });
  } catch (error) {
    if (error instanceof Error && error.name === "ExitPromptError")
      throw new UserError("Interrupted. Nothing was written.");
    throw error;
  }
}

export default verb(command);
