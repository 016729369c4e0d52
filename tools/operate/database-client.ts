import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import { InputError, printable, UserError } from "@operation-app/preflight/input";
import { findOnPath } from "../lib/process/executables.ts";
import { readPassword } from "./secrets.ts";
import type { Session } from "./session.ts";
import type { Remote } from "./tunnel.ts";

/** A database, and who logs in. */
export interface DatabasePlace extends Remote {
  readonly databaseName: string;
  readonly username: string;
  readonly password: string;
}

/**
 * Where the database of a deployment is, and its master user's password.
 *
 * @param instance another one, such as a restored one. @default the deployed one
 */
export async function findDatabase({ deployment, clients }: Session, instance?: string): Promise<DatabasePlace> {
  const name = instance ?? deployment.watched.database;
  if (name === undefined) throw new UserError(`${deployment.environment.name} has no database.`);
  const found = await clients.rds
    .send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }))
    .catch((error) => {
      if ((error as Error).name !== "DBInstanceNotFoundFault") throw error;
      throw new InputError(
        `There is no database instance ${name}. See: bin/infra restore ${deployment.environment.name} --list`,
      );
    });
  const { Endpoint, DBName, MasterUsername, MasterUserSecret } = found.DBInstances?.[0] ?? {};
  if (!Endpoint?.Address || !Endpoint.Port || !MasterUserSecret?.SecretArn)
    throw new UserError(`${name} has no address or no password yet. See: bin/infra restore --list`);
  return {
    host: Endpoint.Address,
    port: Endpoint.Port,
    databaseName: DBName ?? "",
    username: MasterUsername ?? "",
    password: await readPassword(clients.secrets, MasterUserSecret.SecretArn),
  };
}

/**
 * A program of MySQL's on the PATH.
 *
 * @throws UserError where it is missing, or MariaDB's, which takes other options and leaves things out
 */
export function findClient(name: "mysql" | "mysqldump", env: NodeJS.ProcessEnv): string {
  const found = findOnPath(name, env);
  const install = "Install MySQL's own client 8.4 or later: https://dev.mysql.com/doc/refman/8.4/en/installing.html";
  if (!found) throw new UserError(`This needs ${name}, which is not on the PATH. ${install}`);
  const version = execFileSync(found, ["--version"], { env, encoding: "utf8", timeout: 10_000 });
  if (/mariadb/i.test(version)) throw new UserError(`${found} is MariaDB's. ${install}`);
  return found;
}

/** Options that are no secret's place to be seen: they go through a pipe. Source: https://dev.mysql.com/doc/refman/8.4/en/option-files.html */
export function optionFile({ username, password }: Pick<DatabasePlace, "username" | "password">, port: number): string {
  const quoted = (text: string) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
  return [
    "[client]",
    `user=${quoted(username)}`,
    `password=${quoted(password)}`,
    "host=127.0.0.1",
    `port=${port}`,
    // By the tunnel the server has another name than its certificate; that it is the right one, Session Manager sees to.
    "ssl-mode=REQUIRED",
    "",
  ].join("\n");
}

/**
 * The options come through a pipe that the program reads as a file, and so stand in no list of processes, environment or file. `cat`
 * makes the pipe: what Node gives a process is a socket, which can't be opened by name.
 *
 * They are the only ones: `~/.my.cnf` and `~/.mylogin.cnf` are read after an extra file, and would lead to another database than
 * the one that was named. Source: https://dev.mysql.com/doc/refman/8.4/en/option-file-options.html
 */
const WITH_OPTIONS =
  'exec 4<&0; cat <&3 4<&- | MYSQL_TEST_LOGIN_FILE=/dev/null exec "$0" --defaults-file=/dev/fd/3 "$@" 3<&0 0<&4 4<&-';

export interface ClientRun {
  readonly program: string;
  readonly args: readonly string[];
  /** What `optionFile` gives. */
  readonly options: string;
  /** @default this process's own */
  readonly input?: Readable;
  /** @default this process's own */
  readonly output?: Writable;
}

/**
 * Runs a program of MySQL's to its end.
 *
 * @returns its exit code
 * @throws UserError where the input breaks off: the program takes what it got for all
 */
export async function runClient({ program, args, options, input, output }: ClientRun): Promise<number> {
  const stdio = [input ? "pipe" : "inherit", output ? "pipe" : "inherit", "inherit", "pipe"] as const;
  const running = spawn("sh", ["-c", WITH_OPTIONS, program, ...args], { stdio: [...stdio] });
  const ended = once(running, "close");
  const optionPipe = running.stdio[3] as Writable;
  optionPipe.on("error", () => {}); // It has ended already, and said why.
  optionPipe.end(options);
  // Ctrl-C is for the program.
  const ignore = () => {};
  process.on("SIGINT", ignore);
  try {
    const [broken] = await Promise.all([
      input && running.stdin ? pipeline(input, running.stdin).then(() => undefined, asIs) : undefined,
      output && running.stdout ? pipeline(running.stdout, output) : undefined,
    ]);
    const [exitCode] = (await ended) as [number | null];
    // A program that ends early, and not well, says why by itself.
    if (broken && (exitCode === 0 || !isItsEnd(broken)))
      throw new UserError(
        `The input ended early (${printable(broken.message)}): only the statements before that were run.`,
      );
    return exitCode ?? 1;
  } finally {
    process.off("SIGINT", ignore);
  }
}

const asIs = (error: NodeJS.ErrnoException) => error;

/** What a pipe into a program says once that has ended. */
function isItsEnd({ code }: NodeJS.ErrnoException): boolean {
  return code === "EPIPE" || code === "ERR_STREAM_PREMATURE_CLOSE";
}

export const dumpArguments = (databaseName: string): string[] => [
  "--single-transaction",
  "--quick",
  "--routines",
  "--triggers",
  "--events",
  "--no-tablespaces",
  "--set-gtid-purged=OFF",
  databaseName,
];
