import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { money } from "@operation-app/cost";
import { InputError, UserError } from "@operation-app/preflight/input";
import { Argument, type Command, InvalidArgumentError } from "commander";
import {
  cidrProblem,
  derivedEnvironment,
  derivedFile,
  type Own,
  proposedApp,
  proposedCidr,
} from "../../environments/schema/derived.ts";
import type { Environment } from "../../environments/schema/index.ts";
import { readEnvironments, readInputs } from "../../environments/schema/read.ts";
import { versionsFile } from "../../environments/schema/versions.ts";
import { costOfPriced, pricedEnvironment } from "../cost/stacks.ts";
import { ask, askToApply } from "../lib/terminal/question.ts";
import { newCommand, verb } from "./command.ts";

interface Options {
  readonly from: string;
  readonly app?: string;
  readonly domain?: string;
  readonly cidr?: string;
  readonly hours?: string;
  readonly protection?: boolean;
  readonly yes?: boolean;
}

const command: Command = newCommand("new", [
  "new environment staging",
  "new environment staging --app rails-stg --domain none --hours 08:00-20:00 --yes",
])
  .description(
    "Writes a new environment that is another but for what differs: asks for that, says what it costs, and refuses what another environment has already.",
  )
  .addArgument(new Argument("<what>", "what is new").choices(["environment"]))
  .argument("<name>", "of the environment, such as staging", environmentName)
  .option("--from <environment>", "the environment that it is like", "production")
  .option("--app <name>", "name of the app in AWS; resources are named after it")
  .option("--domain <name>", 'its host name, in the zone of the other one\'s; or "none"')
  .option("--cidr <block>", "IPv4 block of its VPC")
  .option("--hours <from-to>", 'when its services run, Monday to Friday, such as 08:00-20:00; or "always"')
  .option("--protection", "guard it against deletion, as production is", false)
  .option("--yes", "take what is proposed, and write it without a question", false);

export default verb(command, async () => {
  const [, name] = command.processedArgs as [string, string];
  const options = command.opts<Options>();
  const environments = await readEnvironments();
  const base = environments.find((one) => one.name === options.from);
  if (base === undefined)
    throw new InputError(
      `There is no environment "${options.from}". There are: ${environments.map((one) => one.name).join(", ")}.`,
    );
  refuseFiles(name);
  const own = await ownOf(name, base, environments, options);
  const problem = cidrProblem(own.cidr, environments);
  if (problem) throw new InputError(`${problem} Write another --cidr.`);
  const environment = derivedEnvironment(name, base.name, own, await readInputs());
  const text = derivedFile(name, base.name, own, base);
  const [cost, before] = await Promise.all(
    [environment, base].map(async (one) => costOfPriced(await pricedEnvironment(one)).total),
  );
  console.log(`environments/${name}.ts:\n\n${text}`);
  if (cost && before)
    console.log(
      `${name} costs about ${money(cost)} USD a month, ${base.name} ${money(before)}: bin/infra cost --compare.`,
    );
  if (!options.yes && !(await askToApply(name, 'Write it? Only "yes" does it: ')))
    throw new UserError("Nothing was written.");
  write(name, text);
  console.log(`Written, with ${versionsFile(name)}. Next: bin/infra synth, then bin/infra bootstrap ${name}.`);
});

function environmentName(name: string): string {
  if (/^[a-z][a-z0-9-]{0,30}$/.test(name) && name !== "schema") return name;
  throw new InvalidArgumentError("Write lower-case letters, digits and hyphens, such as staging.");
}

/** @throws InputError where there is a file of that name, of an environment or of what belongs to one */
function refuseFiles(name: string): void {
  const taken = readdirSync("environments").filter((file) => file.startsWith(`${name}.`));
  if (taken.length > 0) throw new InputError(`There is environments/${taken[0]} already. Write another name.`);
}

async function ownOf(
  name: string,
  base: Environment,
  environments: readonly Environment[],
  options: Options,
): Promise<Own> {
  if (!options.yes && !process.stdin.isTTY)
    throw new InputError("There is no terminal to ask in. Write --yes to take what is proposed.");
  const zone = base.domain?.hostedZone.name;
  const answer = async (given: string | undefined, question: string, proposal: string | undefined) =>
    given ?? (options.yes && proposal !== undefined ? proposal : ask(question, proposal));
  const app = await answer(options.app, "Name of the app in AWS", proposedApp(name, base, environments));
  const domain = zone ? await answer(options.domain, `Host name in ${zone}, or none`, `${name}.${zone}`) : "none";
  const cidr = await answer(options.cidr, "IPv4 block of the VPC", proposedCidr(environments));
  const hours = await answer(
    options.hours,
    "Hours in which its services run, such as 08:00-20:00, or always",
    "always",
  );
  const [from, to, ...more] = hours.split("-");
  if (hours !== "always" && (from === undefined || to === undefined || more.length > 0))
    throw new InputError(`"${hours}" is neither always nor hours such as 08:00-20:00.`);
  return {
    app,
    cidr: cidr as Own["cidr"],
    protection: options.protection ?? false,
    ...(domain !== "none" && zone !== undefined && { domain: { name: domain, zone } }),
    ...(hours !== "always" && from !== undefined && to !== undefined && { hours: { from, to } }),
  };
}

/** Both files, or none: the environment comes last, since it imports the other. */
function write(name: string, text: string): void {
  writeFileSync(versionsFile(name), "{}\n", { flag: "wx" });
  try {
    writeFileSync(`environments/${name}.ts`, text, { flag: "wx" });
  } catch (error) {
    rmSync(versionsFile(name));
    throw error;
  }
}
