import { text } from "node:stream/consumers";
import password from "@inquirer/password";
import { UserError } from "@operation-app/preflight/input";
import Table from "cli-table3";
import type { Command } from "commander";
import { listSecrets, missingSecrets, setSecret, writableSecret } from "../operate/secrets.ts";
import { withDeployment } from "../operate/session.ts";
import { environmentNamed, helpEnd, newCommand, ofEnvironment, refuseUnnamed, verb } from "./command.ts";

interface Options {
  readonly environment: string;
  readonly force?: boolean;
}

const command = newCommand("secrets", ["secrets missing staging", "secrets set RAILS_MASTER_KEY staging"]).description(
  "The app's secrets in AWS Secrets Manager, by the variable that Rails gets them as. No value is ever shown.",
);

step(
  "set <name>",
  ["set RAILS_MASTER_KEY staging"],
  "Gives a secret a value, asked for without showing it, or read from standard input.",
)
  .option("--force", "a secret that the stack has made up, too")
  .action(async (variable: string, _: string | undefined, { environment: name, force }: Options, step: Command) => {
    refuseUnnamed(step);
    await withDeployment(await environmentNamed(name), async ({ deployment, clients }) => {
      const arn = writableSecret(deployment, variable, force);
      await setSecret(clients.secrets, arn, await readValue(variable, name));
      const { redeployOnNewSecrets } = deployment.environment.ecs;
      const then = redeployOnNewSecrets
        ? `ECS replaces the tasks that read it: bin/infra status ${name}`
        : "Tasks take it when they start; those that run keep what they have.";
      console.log(`${variable} of ${name} has a new value. ${then}`);
    });
  });

step(
  "list",
  ["list staging"],
  "Shows the names of all, who gives them their values, and when they were changed last.",
).action(async (_: string | undefined, { environment: name }: Options) => {
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
});

step(
  "missing",
  ["missing staging"],
  "Tells which secrets the containers want and that have no value. Exit code 1 where there are any.",
).action(async (_: string | undefined, { environment: name }: Options) => {
  const missing = await withDeployment(await environmentNamed(name), missingSecrets);
  for (const { variable, why, containers } of missing)
    console.log(`${variable} ${why} (wanted by ${containers.join(", ")})`);
  if (missing.length === 0) console.log(`Every secret that the containers of ${name} want has a value.`);
  else process.exitCode = 1;
});

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
