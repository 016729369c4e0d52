import { adoptionFile } from "../../environments/schema/adopted-cognito.ts";
import { oldStateBefore } from "../adopt/backups.ts";
import { rollback } from "../adopt/move.ts";
import { renamingText } from "../adopt/report.ts";
import { withMigration } from "../adopt/session.ts";
import { terminalProgress } from "../lib/terminal/progress.ts";
import { environmentNamed, fromCaller, namedEnvironment, newCommand, ofNamedEnvironment, verb } from "./command.ts";

const command = ofNamedEnvironment(newCommand("move-back", ["move-back production --state ../old-project"]))
  .description("Moves the objects back into the state that they came from.")
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
    if (wasDone) console.log("\nThere is nothing to move back: the objects are in the old state, and only there.");
    return;
  }
  progress.step("Rolled back");
  console.log(
    "\nPut their blocks back into the old project's .tf files before the next terraform apply there: without them, it would destroy the pool.\n" +
      `Keep ${adoptionFile(name)}: with it, ${name} is not deployed until the pool has moved again. Without it, a deployment would make a second pool.`,
  );
});
