import { existsSync, writeFileSync } from "node:fs";
import { adoptionFile, readAdoptions } from "../../environments/schema/adopted-cognito.ts";
import { statePlace } from "../../environments/schema/index.ts";
import { adopt, adoptionText, overwritten } from "../adopt/adoption.ts";
import { adoptionReport } from "../adopt/report.ts";
import { theirTerraform } from "../adopt/session.ts";
import { readOldState } from "../adopt/state-store.ts";
import { CLIENT, LEAVE, POOL, STATE } from "./adopting.ts";
import { environmentToAdopt, fromCaller, namedEnvironment, newCommand, ofNamedEnvironment, verb } from "./command.ts";

interface Options {
  readonly state: string;
  readonly pool?: string;
  readonly client?: string;
  readonly leave?: readonly string[];
}

const command = ofNamedEnvironment(newCommand("adopt", ["adopt production --state ../old-project"]))
  .description(
    "Writes the file next to the environment's that lists which Cognito objects it takes over, and from which state. " +
      "See docs/migration.md.",
  )
  .requiredOption("--state <place>", STATE)
  .addOption(POOL)
  .addOption(CLIENT)
  .addOption(LEAVE);

const LOGIN_ONLY =
  "Rails may confirm sign-ups, look up users and log them in. If the app lists, creates, changes or deletes users of this pool, write " +
  'cognito: { appRights: "administer" } before deploying; otherwise Cognito answers AccessDeniedException.';

export default verb(command, async () => {
  const { state: place, ...which } = command.opts<Options>();
  const name = namedEnvironment(command);
  const environment = await environmentToAdopt(name);
  const state = await readOldState(fromCaller(place), theirTerraform);
  const adoption = adopt(state, environment, which);
  const file = adoptionFile(name);
  const before = existsSync(file) ? readAdoptions([name], [name]).adopted[name] : undefined;
  writeFileSync(file, adoptionText(adoption.adopted));
  console.log(adoptionReport(adoption, file, before ? overwritten(before, adoption.adopted) : []));
  const key = statePlace(environment);
  console.log(
    `\nCheck ${file}, and commit it. Then, if the old state is ${key} itself: npx cdktf diff ${name}.\n` +
      `Otherwise: bin/infra move --environment ${name} --state DIR|FILE.` +
      (environment.cognito.appRights === "login" ? `\n${LOGIN_ONLY}` : "") +
      (environment.ci ? `\nBefore GitHub Actions plans it, and before deploying: bin/infra bootstrap ${name}.` : ""),
  );
});
