import { findPlace, findPlugin, openSession } from "../operate/console.ts";
import { idIn } from "../operate/services.ts";
import { withDeployment } from "../operate/session.ts";
import { ENVIRONMENT, environmentNamed, newCommand, verb } from "./command.ts";

const RAILS_CONSOLE = "bundle exec rails console";

interface Options {
  readonly environment: string;
  readonly service: string;
}

const command = newCommand("console")
  .description(
    "Opens a Rails console in a running container, by ECS Exec. Takes AWS's session-manager-plugin on the PATH, and " +
      "`exec: true` in ecs of the environment.",
  )
  .argument("[command...]", `another command, such as bash (default: ${RAILS_CONSOLE})`)
  .addOption(ENVIRONMENT)
  .option("--service <name>", "in which service", "app");

export default verb(command, async (...words) => {
  const { environment: name, service } = command.opts<Options>();
  const environment = await environmentNamed(name);
  const plugin = findPlugin(process.env);
  await withDeployment(environment, async (session) => {
    const place = await findPlace(session, service);
    console.error(`${name}: ${place.container} in task ${idIn(place.taskArn)}`);
    process.exitCode = await openSession(session, place, words.join(" ") || RAILS_CONSOLE, plugin);
  });
});
