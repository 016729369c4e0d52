import { adoptionFile } from "../../environments/schema/adopted-cognito.ts";
import { oldStateBefore } from "../adopt/backups.ts";
import { rollback } from "../adopt/move.ts";
import { renamingText } from "../adopt/report.ts";
import { withMigration } from "../adopt/session.ts";
import { terminalProgress } from "../lib/terminal/progress.ts";
import { environmentNamed, fromCaller, namedEnvironment, newCommand, ofNamedEnvironment, verb } from "./command.ts";

const command = ofNamedEnvironment(newCommand("move-back", ["move-back production --state ../old-project"]))
  .description("Moves the objects back into their former state.")
  .requiredOption(
    "--state <place>",
    "the old project's directory (after terraform init), or its local terraform.tfstate",
  );

export default verb(command, async () => {
  const { state: place } = command.opts<{ state: string }>();
  const name = namedEnvironment(command);
  const environment = await environmentNamed(name);
  const progress = terminalProgress();
  const session = { environment, place: fromCaller(place), isCopy: false, progress };
  const before = oldStateBefore(name, environment.adoptedCognito);
  const { wasDone, renamings } = await withMigration(session, (options) => rollback({ ...options, before }));
  if (renamings) console.log(`\n${renamingText(renamings)}`);
  if (renamings || wasDone) {
    if (wasDone) console.log("\nNothing to move back: the objects are in the old state only.");
    return;
  }
  progress.step("Rolled back");
  console.log(
    "\nPut their blocks back into the old project's .tf files before the next terraform apply there: otherwise it destroys the pool.\n" +
      `Keep ${adoptionFile(name)}: while it exists, ${name} can't be deployed until the pool is moved again. Without it, a deployment creates a second pool.`,
  );
});
