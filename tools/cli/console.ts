import { consoleCommand, findPlace, findPlugin, openSession, RAILS_CONSOLE } from "../operate/console.ts";
import { idIn } from "../operate/services.ts";
import { withDeployment } from "../operate/session.ts";
import {
  askUnnamed,
  environmentNamed,
  newCommand,
  ofEnvironmentAndWords,
  refuseUnnamed,
  verb,
  wordsAfterEnvironment,
} from "./command.ts";

interface Options {
  readonly environment: string;
  readonly service: string;
}

const command = ofEnvironmentAndWords(
  newCommand("console", ["console staging", "console staging bash --service sidekiq"]),
  `another command, such as bash (default: ${RAILS_CONSOLE})`,
)
  .description(
    "Opens a Rails console in a running container, by ECS Exec. Needs AWS's session-manager-plugin on the PATH, and " +
      "`exec: true` in the environment's ecs.",
  )
  .option("--service <name>", "the service to open it in", "app");

export default verb(command, async (...all) => {
  const words = wordsAfterEnvironment(command, all);
  const { environment: name, service } = command.opts<Options>();
  refuseUnnamed(command);
  const environment = await environmentNamed(name);
  const plugin = findPlugin(process.env);
  await askUnnamed(command, "Open a console");
  await withDeployment(environment, async (session) => {
    const place = await findPlace(session, service);
    console.error(`${name}: ${place.container} in task ${idIn(place.taskArn)}`);
    process.exitCode = await openSession(session, place, consoleCommand(words, process.stdin.isTTY), plugin);
  });
});
