import { possibleDestinations } from "../adopt/objects.ts";
import { inspectionText } from "../adopt/report.ts";
import { theirTerraform } from "../adopt/session.ts";
import { readOldState } from "../adopt/state-store.ts";
import { CLIENT, POOL, STATE } from "./adopting.ts";
import { fromCaller, newCommand, verb } from "./command.ts";

interface Options {
  readonly state: string;
  readonly pool?: string;
  readonly client?: string;
}

const command = newCommand("inspect", ["inspect --state ../old-project"])
  .description("Shows every Cognito object of a state, and the address it would get here. Changes nothing.")
  .requiredOption("--state <place>", STATE)
  .addOption(POOL)
  .addOption(CLIENT);

export default verb(command, async () => {
  const { state, ...which } = command.opts<Options>();
  console.log(inspectionText(possibleDestinations(await readOldState(fromCaller(state), theirTerraform), which)));
});
