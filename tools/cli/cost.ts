import { regionOfVariables, textComparison, textCost } from "@operation-app/cost";
import { InputError, printableJson } from "@operation-app/preflight/input";
import { wrapped } from "@operation-app/preflight/terminal";
import type { Command } from "commander";
import { priceAge, refreshPrices } from "../cost/refresh.ts";
import { costOfPriced, type Priced, pricedEnvironment, pricedEnvironmentFile, pricedFile } from "../cost/stacks.ts";
import { explainingAwsErrors } from "../lib/aws/errors.ts";
import { environmentNamed, environmentOption, fromCaller, newCommand, setEnvironment, verb } from "./command.ts";

interface Options {
  readonly environment: string;
  readonly compare?: readonly string[];
  readonly json?: boolean;
  readonly refresh?: boolean;
  readonly region?: string;
  readonly source?: string;
  readonly usage?: string;
}

const command: Command = newCommand("cost", [
  "cost production",
  "cost plan.json --usage requests=5000000,gbOut=100-200",
  "cost --compare production frugal.ts",
])
  .description(
    "Estimates the monthly cost of an environment, a cdk.tf.json or a plan, by module and resource, with its assumptions and " +
      "the resources without a known price. See docs/cost.md.",
  )
  .argument(
    "[what]",
    "an environment, an environment file (.ts), a cdk.tf.json, or the output of terraform show -json",
    named,
  )
  .addOption(environmentOption().default("production"))
  .option("--compare <what...>", "compare two of these, or the argument with one")
  .option("--refresh", "first update the region's price file from AWS, and list the changes")
  .option("--json", "print JSON, with every line item")
  .option("--usage <assumptions>", "assumptions such as requests=5000000,gbOut=100-200; docs/cost.md lists them")
  .option("--region <region>", "the region of a file that does not name one")
  .option("--source <dir>", "source directory of the plan, for references that the plan lacks");

export default verb(command, async () => {
  const { environment, compare = [], json, refresh, region, source, usage } = command.opts<Options>();
  if (compare.length > 2) throw new InputError("--compare takes two at most.");
  const what = (command.processedArgs[0] as string | undefined) ?? environment;
  const names = compare.length === 2 ? compare : [what, ...compare];
  if (refresh) return refreshed(region ?? (await environmentNamed(environment)).region);
  const all = await Promise.all(names.map((name) => pricedNamed(name, source)));
  const costs = all.map((one) => costOfPriced(one, usage, region ?? regionOfVariables()));
  const [a, b] = costs;
  const [first, second] = all;
  if (a === undefined || first === undefined) return;
  if (json) return console.log(printableJson(b ? { version: 1, compared: costs } : { version: 1, ...a }));
  console.log(wrapped(b && second ? textComparison(a, b, [first.name, second.name]) : textCost(a, first.name)));
  for (const note of new Set(all.flatMap(({ note }) => note ?? []))) console.log(wrapped(`\n${note}`));
});

/** @throws AwsError where AWS can't be asked, after it has said how old the prices are */
async function refreshed(region: string): Promise<void> {
  const today = new Date().toISOString().slice(0, 10);
  const { moved, unchanged, added, unanswered } = await explainingAwsErrors(
    () => refreshPrices(region, today),
    "call pricing:GetProducts",
  ).catch((error: unknown) => {
    console.error(`The prices of ${region} stay as they are: ${priceAge(region, today)}.`);
    throw error;
  });
  console.log(
    `Prices of ${region} of ${today}: ${moved.length} changed, ${unchanged} unchanged, ${added.length} new, ${unanswered.length} without an answer.`,
  );
  for (const { name, before, after } of moved) console.log(`  ${name}: ${before} → ${after}`);
  if (unanswered.length > 0) console.log(wrapped(`Without an answer, and so not updated: ${unanswered.join(", ")}.`));
}

/** @throws InputError where there is neither such an environment nor such a file */
async function pricedNamed(name: string, source: string | undefined): Promise<Priced> {
  if (!isFile(name)) return pricedEnvironment(await environmentNamed(name));
  const file = fromCaller(name);
  return file.endsWith(".ts") ? pricedEnvironmentFile(file) : pricedFile(file, source && fromCaller(source));
}

/** The environment may be named by the argument, by `--environment`, or by both. */
function named(name: string): string {
  return isFile(name) ? name : setEnvironment(command, name);
}

/** Environments are named without an ending. */
function isFile(name: string): boolean {
  return name === "-" || /[./\\]/.test(name);
}
