import { Readable } from "node:stream";
import { S3Client } from "@aws-sdk/client-s3";
import { InputError, UserError } from "@operation-app/preflight/input";
import type { Command } from "commander";
import type { Environment } from "../../environments/schema/index.ts";
import { abortOnInterruption } from "../lib/process/interruptions.ts";
import { freePort } from "../lib/process/ports.ts";
import { askToApply } from "../lib/terminal/question.ts";
import { findPlace, findPlugin } from "../operate/console.ts";
import {
  type DatabasePlace,
  dumpArguments,
  findClient,
  findDatabase,
  optionFile,
  runClient,
} from "../operate/database-client.ts";
import { openDestination, openSource } from "../operate/dump-place.ts";
import { idIn } from "../operate/services.ts";
import { withDeployment } from "../operate/session.ts";
import { openTunnel, type Tunnel } from "../operate/tunnel.ts";
import {
  askUnnamed,
  environmentNamed,
  environmentOption,
  fromCaller,
  helpEnd,
  newCommand,
  ofEnvironment,
  refuseUnnamed,
  setEnvironment,
  verb,
} from "./command.ts";
import { addUserSteps } from "./database-user.ts";

interface Options {
  readonly environment?: string;
  readonly service: string;
  readonly instance?: string;
  readonly port?: string;
  readonly confirm?: string;
}

const command = newCommand("db", [
  "db console production",
  "db dump production.sql.gz production",
  "db load production.sql.gz staging",
  "db rotate production",
]).description(
  "Connects to the database through a running container of the app, by Session Manager: no bastion host, no open port. Needs AWS's " +
    "session-manager-plugin on the PATH, and `exec: true` in the environment's ecs; console, dump and load also need MySQL's client. " +
    "user and rotate, for the MySQL user that Rails logs in as, need neither: they run a task.",
);

ofEnvironment(
  step("tunnel", ["tunnel production --port 13306"], "Forwards a local port to the database, until Ctrl-C."),
)
  .option("--port <number>", "local port (default: a free one)")
  .action(async (_: string | undefined, options: Options, step: Command) => {
    refuseUnnamed(step);
    await askUnnamed(step, "Open a tunnel");
    const signal = abortOnInterruption({ exitCode: 0 });
    await throughTunnel(options, async ({ databaseName, username }, tunnel) => {
      const client = `mysql --host=127.0.0.1 --port=${tunnel.port} --ssl-mode=REQUIRED --user=${username} --password ${databaseName}`;
      console.log(`127.0.0.1:${tunnel.port} is forwarded to the database until Ctrl-C:\n  ${client}`);
      const stopped = new Promise<undefined>((resolve) => signal.addEventListener("abort", () => resolve(undefined)));
      const said = await Promise.race([tunnel.ended, stopped]);
      if (said !== undefined) throw new UserError(`The tunnel has ended. The session-manager-plugin says:\n${said}`);
    });
  });

ofEnvironment(step("console", ["console staging"], "Opens MySQL's client, as the master user.")).action(
  async (_: string | undefined, options: Options, step: Command) => {
    refuseUnnamed(step);
    const program = findClient("mysql", process.env);
    await askUnnamed(step, "Open the database");
    await throughTunnel(options, async (database, { port }) => {
      const options = optionFile(database, port);
      process.exitCode = await runClient({ program, args: [database.databaseName], options });
    });
  },
);

ofEnvironment(
  step(
    "dump <destination>",
    ["dump production.sql.gz production", "dump s3://my-bucket/dumps/today.sql.gz production"],
    "Dumps the database as SQL into a new file or an S3 object; compressed if its name ends with .gz.",
  ),
).action(async (destination: string, _: string | undefined, options: Options, step: Command) => {
  refuseUnnamed(step);
  const program = findClient("mysqldump", process.env);
  await askUnnamed(step, "Dump the database");
  await throughTunnel(options, async (database, { port }, environment) => {
    const to = openDestination(placeOf(destination), () => new S3Client({ region: environment.region }));
    const args = dumpArguments(database.databaseName);
    const exitCode = await runClient({ program, args, options: optionFile(database, port), output: to.output }).catch(
      async (error) => {
        await to.discard();
        throw error;
      },
    );
    if (exitCode !== 0) {
      await to.discard();
      throw new UserError(`mysqldump failed with exit code ${exitCode}. The dump was deleted.`);
    }
    await to.done();
    console.error(`${database.databaseName} of ${environment.name} is in ${destination}.`);
  });
});

named(
  step(
    "load <source>",
    ["load production.sql.gz staging", "load s3://my-bucket/dumps/today.sql.gz staging --confirm staging"],
    "Runs the SQL of a file or an S3 object: a dump replaces the tables that it contains. Asks for the environment's name.",
  ),
)
  .option("--confirm <name>", "the environment's name, to skip the question")
  .action(async (source: string, _: string | undefined, options: Options) => {
    const { environment: name, confirm } = options;
    if (name === undefined) throw new InputError("Name the environment: one of the files in environments/.");
    if (confirm !== undefined && confirm !== name)
      throw new InputError(`--confirm says ${confirm}, and the environment is ${name}. Nothing was changed.`);
    if (confirm === undefined && !process.stdin.isTTY)
      throw new InputError(`There is no terminal to ask in. Write --confirm ${name} to load its database.`);
    const program = findClient("mysql", process.env);
    const signal = abortOnInterruption();
    await throughTunnel(options, async (database, { port }, environment) => {
      const input = await openSource(placeOf(source), () => new S3Client({ region: environment.region }));
      const question = `Load ${source} into ${database.databaseName} of ${name}, replacing its tables? Only ${name} is accepted: `;
      if (!(confirm ?? (await askToApply(name, question, signal, name)))) throw new UserError("Nothing was changed.");
      const args = ["--binary-mode", database.databaseName];
      const exitCode = await runClient({
        program,
        args,
        options: optionFile(database, port),
        input: Readable.from(input),
      });
      if (exitCode !== 0)
        throw new UserError(
          `mysql failed with exit code ${exitCode}: the statements of ${source} up to that point are loaded.`,
        );
      console.error(`${source} is loaded into ${database.databaseName} of ${name}.`);
    });
  });

addUserSteps(command);

function step(words: string, examples: readonly string[], description: string): Command {
  return command
    .command(words)
    .description(description)
    .option("--service <name>", "the service whose container to connect through", "app")
    .option("--instance <name>", "another instance than the deployed one, such as a restored one")
    .addHelpText("after", helpEnd(examples.map((example) => `db ${example}`)));
}

/** The environment after another argument, without a default. */
function named(one: Command): Command {
  return one
    .addOption(environmentOption())
    .argument("[environment]", "a file in environments/, without .ts", (name: string) => setEnvironment(one, name));
}

function placeOf(place: string): string {
  return place.startsWith("s3://") ? place : fromCaller(place);
}

async function throughTunnel(
  { environment: name, service, instance, port }: Options,
  work: (database: DatabasePlace, tunnel: Tunnel, environment: Environment) => Promise<void>,
): Promise<void> {
  const environment = await environmentNamed(name);
  const plugin = findPlugin(process.env);
  const localPort = port === undefined ? await freePort() : Number(port);
  if (!Number.isInteger(localPort) || localPort < 1 || localPort > 65_535)
    throw new InputError(`--port ${port}: is not a port. Write a number from 1 to 65535.`);
  await withDeployment(environment, async (session) => {
    const place = await findPlace(session, service);
    const database = await findDatabase(session, instance);
    console.error(`${environment.name}: ${database.host}, through ${place.container} in task ${idIn(place.taskArn)}`);
    const tunnel = await openTunnel(session, place, database, localPort, plugin);
    try {
      await work(database, tunnel, environment);
    } finally {
      await tunnel.close();
    }
  });
}

export default verb(command);
