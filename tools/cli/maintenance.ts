import { readInput } from "@operation-app/preflight/input";
import type { Command } from "commander";
import { checkPage, cidrBlocks, DEFAULT_PAGE, endMaintenance, startMaintenance } from "../operate/maintenance.ts";
import { withDeployment } from "../operate/session.ts";
import { environmentNamed, fromCaller, helpEnd, newCommand, ofEnvironment, refuseUnnamed, verb } from "./command.ts";

interface Options {
  readonly environment: string;
  readonly page?: string;
  readonly allow: readonly string[];
}

/** Far more than a page may have, so that its size is told. */
const MAX_BYTES = 1_000_000;

const EXAMPLES = [
  "maintenance on production",
  "maintenance on production --page sorry.html --allow 203.0.113.7",
  "maintenance off production",
];

const command = newCommand("maintenance", EXAMPLES).description(
  "Answers visitors with 503 and a page, by a listener rule outside Terraform: it takes effect in seconds, no plan " +
    "shows it, no apply ends it, and bin/infra status shows it.",
);

step(
  "on",
  EXAMPLES.slice(0, 2),
  "Switches it on; run again to change the page or addresses. Health checks, workers and schedules continue. ELB can't add Retry-After.",
)
  .option(
    "--page <file>",
    "an HTML file of at most 1,024 bytes, in UTF-8; - for standard input (default: a page in Japanese and English)",
  )
  .option(
    "--allow <address>",
    "an address or CIDR block, such as 203.0.113.0/24, that still reaches the app; up to five times",
    collect,
    [],
  )
  .action(async (_: string | undefined, { environment: name, page: file, allow }: Options, step: Command) => {
    refuseUnnamed(step);
    const allowed = cidrBlocks(allow);
    const page = file === undefined ? DEFAULT_PAGE : await readPage(file);
    checkPage(page);
    await withDeployment(await environmentNamed(name), (session) => startMaintenance(session, { page, allowed }));
    const pass = allowed.length > 0 ? `; ${allowed.join(", ")} still reach the app` : "";
    console.log(
      `${name}: visitors get 503 and the page within seconds${pass}. To end it: bin/infra maintenance off ${name}`,
    );
  });

step("off", EXAMPLES.slice(2), "Switches it off.").action(
  async (_: string | undefined, { environment: name }: Options, step: Command) => {
    refuseUnnamed(step);
    const wasOn = await withDeployment(await environmentNamed(name), endMaintenance);
    console.log(wasOn ? `${name}: visitors reach the app again within seconds.` : `${name}: maintenance was not on.`);
  },
);

export default verb(command);

function step(name: string, examples: readonly string[], description: string): Command {
  return ofEnvironment(command.command(name).description(description).addHelpText("after", helpEnd(examples)));
}

async function readPage(file: string): Promise<string> {
  const { contents } = await readInput(fromCaller(file), "an HTML page", MAX_BYTES);
  return contents;
}

function collect(address: string, earlier: readonly string[]): string[] {
  return [...earlier, address];
}
