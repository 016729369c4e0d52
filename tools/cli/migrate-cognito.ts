import { existsSync, writeFileSync } from "node:fs";
import { assertWhole, readPlanFile } from "@operation-app/plan-review/plan";
import { type Command, Option } from "commander";
import { adoptionFile, readAdoptions } from "../../environments/schema/adopted-cognito.ts";
import { statePlace } from "../../environments/schema/index.ts";
import { adopt, adoptionText, overwritten } from "../adopt/adoption.ts";
import { oldStateBefore } from "../adopt/backups.ts";
import { move, rollback } from "../adopt/move.ts";
import { destinations } from "../adopt/objects.ts";
import { adoptionReport, inspectionText, removalText, renamingText, verdictText } from "../adopt/report.ts";
import { theirTerraform, withMigration } from "../adopt/session.ts";
import { shellQuoted } from "../adopt/shell.ts";
import { readOldState } from "../adopt/state-store.ts";
import { verify } from "../adopt/verify.ts";
import { terminalProgress } from "../lib/terminal/progress.ts";
import { EXIT_CODES, environmentNamed, environmentToAdopt, fromCaller, newCommand, verb } from "./command.ts";

const STATE =
  "the old project's directory (after terraform init), its local terraform.tfstate, or a file with what `terraform state pull` prints; - for standard input";
const OLD_STATE =
  "the old project's directory (after terraform init), its local terraform.tfstate, or a copy of its state";
const POOL = new Option("--pool <pool>", "address or id of the user pool, where there are several");
const CLIENT = new Option(
  "--client <client>",
  "address or id of the app client that Rails uses, where there are several",
);

interface Options {
  readonly state: string;
  readonly environment: string;
  readonly plan: string;
  readonly pool?: string;
  readonly client?: string;
  readonly copy?: boolean;
}

const command = newCommand("migrate:cognito").description(
  "Moves an existing Cognito user pool, with its users, from another Terraform project's state into this one. " +
    "docs/migration.md goes through it.",
);

step("inspect", "Shows every Cognito object of a state, and where it would live here. Writes nothing.")
  .requiredOption("--state <place>", STATE)
  .addOption(POOL)
  .addOption(CLIENT)
  .action(async ({ state, pool, client }: Options) => {
    console.log(inspectionText(destinations(await readOldState(fromCaller(state), theirTerraform), { pool, client })));
  });

step("adopt", "Writes the file beside the environment that says what it takes over, and from where.")
  .requiredOption("--state <place>", STATE)
  .requiredOption("--environment <name>", "the environment that takes it over")
  .addOption(POOL)
  .addOption(CLIENT)
  .action(async ({ state: place, environment: name, pool, client }: Options) => {
    const state = await readOldState(fromCaller(place), theirTerraform);
    const environment = await environmentToAdopt(name);
    const adoption = adopt(state, environment, { pool, client });
    const file = adoptionFile(name);
    const before = existsSync(file) ? readAdoptions([name], [name]).adopted[name] : undefined;
    writeFileSync(file, adoptionText(adoption.adopted));
    console.log(adoptionReport(adoption, file, before ? overwritten(before, adoption.adopted) : []));
    const key = statePlace(environment);
    console.log(
      `\nRead ${file}, and commit it. Then, where the old state is ${key} itself: npx cdktf diff ${name}.\n` +
        `Where it is another: bin/infra move --environment ${name} --state DIR|FILE.`,
    );
  });

step("move", "Moves the objects from another state into the environment's, after a plan that proves that none changes.")
  .requiredOption("--state <place>", OLD_STATE)
  .requiredOption("--environment <name>", "the environment that takes them over")
  .option(
    "--copy",
    "the file is a copy of the old state: leave it, and print how to take the objects out of the original",
  )
  .action(async ({ state: place, environment: name, copy = false }: Options) => {
    const environment = await environmentNamed(name);
    const progress = terminalProgress();
    const session = { environment, place: fromCaller(place), isCopy: copy, progress };
    const { stillInOld, isOneState } = await withMigration(session, move);
    if (isOneState) {
      console.log(
        `\nThe old state is the environment's own, so there is nothing to move: its moved blocks do it. npx cdktf diff ${name} shows that, and a deployment does it.`,
      );
      return;
    }
    progress.step("Moved");
    if (stillInOld.length > 0) console.log(`\n${removalText(stillInOld)}`);
    else
      console.log("\nTake their blocks out of the old project's .tf files before anybody runs terraform apply there.");
    const where = stillInOld.length > 0 ? "DIR, the old project's directory" : shellQuoted(place);
    console.log(`\nTo go back: bin/infra move-back --environment ${name} --state ${where}`);
  });

step("rollback", "Moves the objects back into the state that they came from.")
  .requiredOption(
    "--state <place>",
    "the old project's directory (after terraform init), or its local terraform.tfstate",
  )
  .requiredOption("--environment <name>", "the environment that took them over")
  .action(async ({ state: place, environment: name }: Options) => {
    const environment = await environmentNamed(name);
    const progress = terminalProgress();
    const session = { environment, place: fromCaller(place), isCopy: false, progress };
    const before = oldStateBefore(name, environment.adoptedCognito);
    const { wasDone, renamings } = await withMigration(session, (options) => rollback({ ...options, before }));
    if (renamings) console.log(`\n${renamingText(renamings)}`);
    if (renamings || wasDone) {
      if (wasDone) console.log("\nNothing was to be rolled back: the objects are in the old state, and only there.");
      return;
    }
    progress.step("Rolled back");
    console.log(
      "\nPut their blocks back into the old project's .tf files before anybody runs terraform apply there: without them, it would destroy the pool.\n" +
        `Keep ${adoptionFile(name)}: with it, ${name} is not deployed until the pool has moved again. Without it, a deployment would make a second pool.`,
    );
  });

step("verify", "Exit code 0 only if a plan leaves every Cognito object as it is, or only moves it.")
  .requiredOption("--plan <file>", "the output of terraform show -json; - for standard input")
  .option("--environment <name>", "the environment that the plan is of, for the advice", "production")
  .action(async ({ plan, environment }: Options) => {
    const read = await readPlanFile(fromCaller(plan));
    assertWhole(read, plan === "-" ? "standard input" : plan);
    const verdict = verify(read, adoptionFile(environment));
    console.log(verdictText(verdict));
    process.exitCode = verdict.problems.length === 0 ? 0 : 1;
  });

function step(name: string, description: string): Command {
  return command.command(name).description(description).addHelpText("after", EXIT_CODES);
}

export default verb(command);
