import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { UserError } from "@operation-app/preflight/input";
import { emulatorEnvironment } from "../aws-environment.ts";
import { endProcessesOf, markedEnvironment } from "../processes.ts";
import { localDirectory, projectRoot } from "../runs.ts";
import { Engine } from "../service/engine.ts";
import { findMoto, type MotoCommand, motoSettings } from "./moto.ts";
import { readRecord, recordFile, type ServerRecord, type ServerSettings } from "./record.ts";

export interface StartEmulatorOptions {
  /** Where the emulator writes its log and says where it is. One directory, one emulator. */
  readonly directory: string;
  /** @default "ap-northeast-1" */
  readonly region?: string;
  /** Minutes without a request after which the emulator ends itself. @default 120 */
  readonly idleMinutes?: number;
  /** The environment to find moto in and to build upon. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** Runs tasks, databases and caches as containers of the engine that answers. @default false */
  readonly runsContainers?: boolean;
  readonly onProgress?: (message: string) => void;
  readonly signal?: AbortSignal;
}

export interface Emulator {
  /** Such as `http://127.0.0.1:40321`: an address, not a name, so that S3 is asked by path. */
  readonly endpoint: string;
  /** Where the login pages and the OAuth 2.0 endpoints of all user pools are. */
  readonly hostedLogin: string;
  /** How moto was found, in words. */
  readonly source: string;
  /**
   * Environment variables for Terraform, cdktf or an AWS SDK: they talk to this emulator and to nothing else,
   * and what is started with them ends with it.
   */
  readonly environment: NodeJS.ProcessEnv;
  /** Ends the emulator and all that was started with its environment. */
  stop(): Promise<void>;
}

const startTimeoutMs = 180_000;

/** Starts an AWS emulator on free loopback ports, as a process that lives on when this one ends. */
export async function startEmulator(options: StartEmulatorOptions): Promise<Emulator> {
  const {
    directory,
    region = "ap-northeast-1",
    idleMinutes = 120,
    env = process.env,
    runsContainers = false,
    onProgress,
    signal,
  } = options;
  mkdirSync(directory, { recursive: true });
  const mark = markedEnvironment(directory);
  const moto = await findMoto({
    env: { ...env, ...mark },
    cacheDirectory: join(localDirectory, "cache"),
    containerName: `operation-app-moto-${process.pid}-${Date.now()}`,
    onProgress,
    signal,
  });
  noteContainer(directory, moto);
  if (runsContainers)
    writeFileSync(containersFile(directory), (await Engine.find(directory, env))?.address ?? env.DOCKER_HOST ?? "");
  const child = launch({ directory, moto, idleMinutes, region, runsContainers }, { ...env, ...motoSettings, ...mark });
  try {
    const { endpoint, hostedLogin } = await untilReady(directory, child, signal);
    return {
      endpoint,
      hostedLogin,
      source: moto.source,
      environment: { ...emulatorEnvironment({ endpoint, region }, env), ...mark },
      stop: () => stopEmulator(directory).then(() => undefined),
    };
  } catch (cause) {
    await stopEmulator(directory).catch(() => {}); // Whoever has the directory tries again.
    throw cause;
  }
}

/**
 * Ends the emulator of a directory, and all that was started with its environment.
 *
 * @returns how many processes that were.
 * @throws UserError where containers are left, with how to remove them
 */
export async function stopEmulator(directory: string): Promise<number> {
  const ended = await endProcessesOf(directory);
  removeContainer(directory);
  await removeContainers(directory);
  rmSync(recordFile(directory), { force: true });
  return ended;
}

async function removeContainers(directory: string): Promise<void> {
  const file = containersFile(directory);
  if (!existsSync(file)) return;
  const address = readFileSync(file, "utf8");
  const engine = await Engine.find(directory, address ? { DOCKER_HOST: address } : process.env);
  const problem = engine
    ? await engine.removeAll().then(
        () => undefined,
        ({ message }: Error) => message,
      )
    : `The container engine${address && ` at ${address}`} does not answer.`;
  if (problem)
    throw new UserError(
      `${problem} Containers, networks or images of ${relative(projectRoot, directory)} are left. Once it is fixed, remove them with: npm run destroy:local`,
    );
  rmSync(file);
}

/** A container is no process of ours, and stays when the command that started it is killed. So we note its name. */
function noteContainer(directory: string, { command, container }: MotoCommand): void {
  if (container) writeFileSync(containerFile(directory), JSON.stringify([command, container]));
}

function removeContainer(directory: string): void {
  const file = containerFile(directory);
  if (!existsSync(file)) return;
  const [docker, name] = JSON.parse(readFileSync(file, "utf8")) as [string, string];
  spawnSync(docker, ["rm", "--force", name], { stdio: "ignore" });
  rmSync(file, { force: true });
}

/** Is there where the run may have containers of an engine, and has its address. */
const containersFile = (directory: string) => join(directory, "containers");

const containerFile = (directory: string) => join(directory, "container.json");

interface Launched {
  /** Set when the process could not be started or has ended. */
  failure?: string;
}

function launch(settings: ServerSettings, env: NodeJS.ProcessEnv): Launched {
  const server = join(projectRoot, "tools/local/emulator/server.ts");
  const tsx = pathToFileURL(createRequire(server).resolve("tsx")).href;
  const log = openSync(logFile(settings.directory), "a");
  const child = spawn(process.execPath, ["--import", tsx, server, JSON.stringify(settings)], {
    cwd: settings.directory,
    // It leads to the packages, and is not found from a directory outside the project.
    env: { ...env, TSX_TSCONFIG_PATH: join(projectRoot, "tsconfig.json") },
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const launched: Launched = {};
  child.on("error", (cause) => {
    launched.failure = cause.message;
  });
  child.on("exit", (code) => {
    launched.failure ??= `exit code ${code}`;
  });
  child.unref();
  return launched;
}

async function untilReady(directory: string, launched: Launched, signal?: AbortSignal): Promise<ServerRecord> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    const record = readRecord(directory);
    if (record) return record;
    const late = Date.now() > deadline ? `no answer within ${startTimeoutMs / 1000} s` : undefined;
    const problem = launched.failure ?? late;
    if (problem)
      throw new Error(`The AWS emulator did not start (${problem}). Its last words:\n${lastWords(directory)}`);
    await sleep(100);
  }
}

const logFile = (directory: string) => join(directory, "emulator.log");

function lastWords(directory: string): string {
  return readFileSync(logFile(directory), "utf8").trimEnd().split("\n").slice(-15).join("\n");
}
