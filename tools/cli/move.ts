import { move } from "../adopt/move.ts";
import { removalText } from "../adopt/report.ts";
import { withMigration } from "../adopt/session.ts";
import { shellQuoted } from "../lib/process/shell.ts";
import { terminalProgress } from "../lib/terminal/progress.ts";
import { environmentNamed, fromCaller, namedEnvironment, newCommand, ofNamedEnvironment, verb } from "./command.ts";

interface Options {
  readonly state: string;
  readonly copy?: boolean;
}

const command = ofNamedEnvironment(newCommand("move", ["move production --state ../old-project"]))
  .description(
    "Moves the Cognito objects from another state into the environment's, after a plan has shown that none changes. " +
      "See docs/migration.md.",
  )
  .requiredOption(
    "--state <place>",
    "the old project's directory (after terraform init), its local terraform.tfstate, or a copy of its state",
  )
  .option(
    "--copy",
    "the file is a copy of the old state: don't change it, and print the commands that remove the objects from the original",
  );

export default verb(command, async () => {
  const { state: place, copy = false } = command.opts<Options>();
  const name = namedEnvironment(command);
  const environment = await environmentNamed(name);
  const progress = terminalProgress();
  const session = { environment, place: fromCaller(place), isCopy: copy, progress };
  const { stillInOld, isOneState } = await withMigration(session, move);
  if (isOneState) {
    console.log(
      `\nThe old state is the environment's own, so nothing has to be moved: the moved blocks do it on deployment. npx cdktf diff ${name} shows it.`,
    );
    return;
  }
  progress.step("Moved");
  if (stillInOld.length > 0) console.log(`\n${removalText(stillInOld)}`);
  else console.log("\nRemove their blocks from the old project's .tf files before the next terraform apply there.");
  const where = stillInOld.length > 0 ? "DIR, the old project's directory" : shellQuoted(place);
  console.log(`\nTo undo: bin/infra move-back --environment ${name} --state ${where}`);
});
