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

const LONGEST_NAME = 31;

const command: Command = newCommand("new", [
  "new environment staging",
  "new environment staging --app rails-stg --domain none --hours 08:00-20:00 --yes",
])
  .description(
    "Creates an environment as a copy of another: asks for what differs, shows its cost, and refuses values that another environment uses.",
  )
  .addArgument(new Argument("<what>", "what to create").choices(["environment"]))
  .argument("<name>", "name of the environment, such as staging", environmentName)
  .option("--from <environment>", "the environment to copy", "production")
  .option("--app <name>", "name of the app in AWS, the prefix of resource names")
  .option("--domain <name>", 'host name, in the zone of the copied environment; or "none"')
  .option("--cidr <block>", "IPv4 CIDR block of its VPC")
  .option("--hours <from-to>", 'when its services run, Monday to Friday: 08:00-20:00, or "always"')
  .option("--protection", "protect it against deletion, like production", false)
  .option("--yes", "accept all proposed values, and skip the confirmation", false);

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
  const inputs = await readInputs();
  const derive = (texts: Texts) => {
    const own = ownOf(texts, base, options.protection ?? false);
    const problem = cidrProblem(own.cidr, environments);
    if (problem) throw new InputError(`${problem} Choose another.`);
    return { own, environment: derivedEnvironment(name, base.name, own, inputs) };
  };
  const { own, environment } = derive(await textsOf(name, base, environments, options, derive));
  const text = derivedFile(name, base.name, own, base);
  const [cost, before] = await Promise.all(
    [environment, base].map(async (one) => costOfPriced(await pricedEnvironment(one)).total),
  );
  console.log(`environments/${name}.ts:\n\n${text}`);
  if (cost && before) console.log(`${name} costs about ${money(cost)} USD a month, ${base.name} ${money(before)}.`);
  if (!options.yes && !(await askToApply(name, 'Write it? Only "yes" is accepted: '))) throw nothingWrittenError();
  write(name, text);
  console.log(`Written, with ${versionsFile(name)}. Next: bin/infra synth, then bin/infra bootstrap ${name}.`);
  console.log(`What costs how much: bin/infra cost --compare ${base.name} ${name}`);
});

const nothingWrittenError = () => new UserError("Nothing was written.");

/** @throws InvalidArgumentError where files and Terraform stacks can't be called so */
function environmentName(name: string): string {
  if (name === "schema")
    throw new InvalidArgumentError("environments/schema is a folder of the project. Choose another name.");
  if (name.length > LONGEST_NAME)
    throw new InvalidArgumentError(`It has ${name.length} characters; at most ${LONGEST_NAME} are allowed.`);
  if (/^[a-z][a-z0-9-]*$/.test(name)) return name;
  throw new InvalidArgumentError(
    "Use lower-case letters, digits and hyphens, starting with a letter, such as staging.",
  );
}

/** @throws InputError where there is a file of that name, of an environment or of what belongs to one */
function refuseFiles(name: string): void {
  const taken = readdirSync("environments").filter((file) => file.startsWith(`${name}.`));
  if (taken.length > 0) throw new InputError(`environments/${taken[0]} already exists. Choose another name.`);
}

/** What differs, as it is typed. */
interface Texts {
  readonly app: string;
  /** A host name, or none. */
  readonly domain: string;
  readonly cidr: string;
  /** From and to, or always. */
  readonly hours: string;
}

/**
 * What options and answers say. An answer that can't be used is asked for again.
 *
 * @param derive throws InputError where the texts are none of an environment
 * @throws InputError where options are wrong, or there is no terminal to ask in
 * @throws UserError at an interruption
 */
async function textsOf(
  name: string,
  base: Environment,
  environments: readonly Environment[],
  options: Options,
  derive: (texts: Texts) => unknown,
): Promise<Texts> {
  if (!options.yes && !process.stdin.isTTY)
    throw new InputError("There is no terminal to ask in. Write --yes to accept the proposed values.");
  const zone = base.domain?.hostedZone.name;
  const proposals = {
    app: proposedApp(name, base, environments),
    domain: zone ? `${name}.${zone}` : "none",
    cidr: proposedCidr(environments),
    hours: "always",
  };
  const questions: readonly (readonly [keyof Texts, string])[] = [
    ["app", "Name of the app in AWS"],
    ...(zone ? [["domain", `Host name in ${zone}, or none`] as const] : []),
    ["cidr", "IPv4 block of the VPC"],
    ["hours", "Hours in which its services run, such as 08:00-20:00, or always"],
  ];
  const { app, domain, cidr, hours } = options;
  const given = Object.fromEntries(
    Object.entries({ app, domain, cidr, hours }).filter(([, text]) => text !== undefined),
  );
  let texts = { ...proposals, ...given };
  if (isComplete(texts)) derive(texts);
  else if (options.yes) throw new InputError("No free name or CIDR block was found. Write --app and --cidr.");
  for (const [key, question] of options.yes ? [] : questions.filter(([key]) => !(key in given))) {
    const answer = await ask(question, proposals[key], (text) => {
      const tried = { ...texts, [key]: text };
      return isComplete(tried) ? inputProblem(() => derive(tried)) : undefined;
    });
    if (answer === undefined) throw nothingWrittenError();
    texts = { ...texts, [key]: answer };
  }
  return texts as Texts;
}

function isComplete(texts: Readonly<Record<keyof Texts, string | undefined>>): texts is Texts {
  return Object.values(texts).every((text) => text !== undefined);
}

/** The first one: others follow from it, or come when it is asked again. */
function inputProblem(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof InputError) return error.message.split("\n")[0];
    throw error;
  }
}

/** @throws InputError where hours are no hours, or there is no zone for a host name */
function ownOf({ app, domain, cidr, hours }: Texts, base: Environment, protection: boolean): Own {
  const zone = base.domain?.hostedZone.name;
  if (domain !== "none" && zone === undefined)
    throw new InputError(`${base.name} has no domain, so there is no hosted zone for ${domain}. Leave out --domain.`);
  const [from, to, ...more] = hours.split("-");
  if (hours !== "always" && (from === undefined || to === undefined || more.length > 0))
    throw new InputError(`"${hours}" is neither always nor hours such as 08:00-20:00.`);
  return {
    app,
    cidr: cidr as Own["cidr"],
    protection,
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
