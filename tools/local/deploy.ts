import { appendFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { UserError } from "@operation-app/preflight/input";
import { frameworkCommand, frameworkOf } from "../lib/framework.ts";
import { LOCAL_ARCHITECTURE, LOCAL_RUN } from "../lib/local-run.ts";
import { runTool, withoutColors } from "../lib/process/run-tool.ts";
import type { Progress } from "../lib/terminal/progress.ts";
import { checkPrerequisites, type Terraform } from "../lib/terraform/prerequisites.ts";
import { findProviderHere, providerVariables, usesMirror } from "../lib/terraform/provider-mirror.ts";
import { type Needs, readNeeds, readWarnings, stackDirectory, synthesizeStack } from "../lib/terraform/synthesized.ts";
import { emulatorVariables } from "./aws-environment.ts";
import { readRecord, readUrls } from "./emulator/record.ts";
import { type Emulator, startEmulator, stopEmulator } from "./emulator/start.ts";
import { layFoundations } from "./foundations.ts";
import { DISK_IS_FULL, isFullDisk } from "./full-disk.ts";
import { notVerified, walkSignInJourney } from "./journey.ts";
import { endProcessesOf, markedEnvironment } from "./processes.ts";
import { commandFile, copyProject, noteBrought, writeCommand } from "./project.ts";
import { releaseApp, runCommand } from "./release.ts";
import {
  createRunDirectory,
  noteStanding,
  projectRoot,
  removeRunDirectory,
  standingRun,
  takeOverRun,
  temporaryDirectoryOf,
} from "./runs.ts";
import { Engine } from "./service/engine.ts";
import { IMAGES } from "./service/images.ts";
import { followTerraform } from "./terraform-story.ts";

export interface DeployOptions {
  /** The environment, which is also the stack's name. */
  readonly stack: string;
  readonly progress: Progress;
  /** Directory of the app that is released, where containers can be run. */
  readonly app: string;
  /** Ends everything, at any time. */
  readonly signal: AbortSignal;
}

/**
 * Deploys a stack of this checkout to an emulator on this machine, proves that it works, releases the app into it where a
 * container engine answers, and leaves it running. Where it stands already, only what has changed is brought there. When
 * anything but the release fails, or the signal comes, nothing is left behind of what did not stand before.
 *
 * @throws StandingError where the deployment stands, and what was to be brought there is not there or not in whole
 * @throws UserError that says what is left, where something could not be removed
 */
export async function deployLocally(options: DeployOptions): Promise<void> {
  const { signal, stack } = options;
  const standing = standingRun(stack);
  if (standing && (await answers(standing))) {
    takeOverRun(standing, stack);
    const run = { ...options, directory: standing, output: join(standing, "cdktf.out") };
    await whileItStands(run, bringUpToDate(run));
    return;
  }
  const directory = createRunDirectory(stack);
  const endAtOnce = () => void endProcessesOf(directory).catch(() => {});
  signal.addEventListener("abort", endAtOnce);
  try {
    await deploy({ ...options, directory, output: join(directory, "cdktf.out") });
  } catch (cause) {
    if (cause instanceof StandingError && !signal.aborted) throw cause;
    await stopEmulator(directory).catch(({ message }: Error) => {
      throw new UserError(signal.aborted ? message : `${(cause as Error).message} ${message}`);
    });
    removeRunDirectory(directory);
    signal.throwIfAborted();
    throw cause;
  } finally {
    signal.removeEventListener("abort", endAtOnce);
  }
}

interface Run extends DeployOptions {
  readonly directory: string;
  /** Where cdktf puts the synthesized stacks. */
  readonly output: string;
}

async function deploy(run: Run): Promise<void> {
  const { progress, stack, directory, signal } = run;

  progress.step("Check this machine");
  const terraform = await checkPrerequisites();
  const provider = findProviderHere(terraform, projectRoot);
  const engine = await Engine.find(directory);
  const engineName = engine ? [engine.name] : [];
  progress.fact([`${terraform.name} ${terraform.version}`, `Node ${process.versions.node}`, ...engineName].join(", "));
  if (provider.kind === "registry")
    progress.fact("The AWS provider comes from the registry: a while, at the first time");
  if (!engine) progress.text(NO_ENGINE);

  progress.step(`Synthesize ${stack}`);
  const needs = await synthesize(run, terraform);

  progress.step("Start what stands in for AWS");
  if (engine) await pullImages(engine, progress, signal);
  const emulator = await startEmulator({
    directory,
    region: needs.region,
    runsContainers: engine !== undefined,
    signal,
    onProgress: progress.live,
  });
  await layFoundations(emulator.endpoint, needs);
  progress.fact(`${emulator.endpoint}, ${emulator.source}`);

  const env = {
    ...toolEnvironment(emulator.environment, terraform, directory),
    ...providerVariables(provider, process.env, directory),
  };
  progress.step(`${frameworkOf()} deploy ${stack}`);
  await cdktfDeploy(run, env, usesMirror(provider));

  const inStack = { cwd: stackDirectory(run.output, stack), env, signal };
  await planAgain(inStack, terraform, progress);
  const outputs = await readOutputs(inStack, terraform);
  await proveSignIn(emulator, needs, outputs, progress);

  await copyProject(directory);
  writeCommand(directory, writeVariables(directory, variablesOf(directory, emulator, needs, engine, env)));
  noteStanding(directory, stack);
  if (engine) await whileItStands(run, releaseApp({ ...run, ...commandOf(run) }));
  tellWhatNext(run);
}

/** What was deployed before stands. */
export class StandingError extends UserError {}

/** @throws StandingError where the work fails, or was interrupted */
async function whileItStands({ signal, directory }: Run, work: Promise<void>): Promise<void> {
  await work.catch((error) => {
    if (!(error instanceof UserError || signal.aborted)) throw error;
    const [what, then] = signal.aborted ? ["Interrupted.", "Run"] : [error.message, "Fix it and run"];
    throw new StandingError(
      `${what} What was deployed before stands. ${then} the same command again, which takes up from here, or remove all with npm run destroy:local. All that was written: ${shown(logFile(directory))}`,
    );
  });
}

/** Brings to a deployment that stands what has changed in the checkout and in the app. */
async function bringUpToDate(run: Run): Promise<void> {
  const { progress, stack, directory } = run;
  progress.step(`${stack} stands in ${shown(directory)}: bring what has changed`);
  const { changed } = await copyProject(directory);
  if (changed.some((file) => INFRASTRUCTURE.test(file))) {
    progress.step(changed.length === 1 ? "Apply one changed file" : `Apply ${changed.length} changed files`);
    await runCommand({ ...run, ...commandOf(run) }, ["apply", stack, "--yes"]);
  }
  const force = changed.some((file) => file.startsWith("images/"));
  if (await Engine.find(directory)) await releaseApp({ ...run, ...commandOf(run), force });
  else progress.text(NO_ENGINE);
  await noteBrought(directory);
  tellWhatNext(run);
}

/** Files that the JSON is made of. */
const INFRASTRUCTURE = /^(environments|modules|packages|stacks)\/|^main\.ts$/;

async function answers(directory: string): Promise<boolean> {
  const endpoint = readRecord(directory)?.endpoint;
  if (!endpoint) return false;
  return (await fetch(endpoint).catch(() => undefined)) !== undefined;
}

const commandOf = ({ directory }: Run) => ({ command: commandFile(directory), logFile: logFile(directory) });

const NO_ENGINE = [
  "",
  "NO CONTAINER WILL RUN: neither Docker nor Podman answers here, so no app is released, and there is no page to open.",
  "Install Docker (https://docs.docker.com/engine/install/), or Podman and its socket (systemctl enable --now podman.socket).",
  "",
].join("\n");

/** What the stand-ins run, where it is not here yet. */
async function pullImages(engine: Engine, progress: Progress, signal: AbortSignal): Promise<void> {
  for (const image of IMAGES) {
    if (await engine.hasImage(image)) continue;
    await engine.pull(image, { onProgress: (line) => progress.live(`${image}: ${line}`), signal });
    progress.fact(`Pulled ${image}`);
  }
}

/** What cdktf and Terraform get on top of the way to the emulator: no questions, no calls home, logs in the run directory. */
function toolEnvironment(base: NodeJS.ProcessEnv, terraform: Terraform, directory: string): NodeJS.ProcessEnv {
  return withoutColors({
    ...base,
    ...markedEnvironment(directory),
    TMPDIR: temporaryDirectoryOf(directory),
    TERRAFORM_BINARY_NAME: terraform.command,
    TF_IN_AUTOMATION: "1",
    TF_INPUT: "0",
    CHECKPOINT_DISABLE: "1",
    DISABLE_VERSION_CHECK: "1",
    CDKTF_LOG_FILE_DIRECTORY: directory,
    CI: "1",
  });
}

/** As `cdktf deploy` will do again. */
async function synthesize({ output, stack, progress, signal, directory }: Run, terraform: Terraform): Promise<Needs> {
  const env = toolEnvironment(process.env, terraform, directory);
  return readNeeds(await synthesizeStack(output, stack, { cwd: projectRoot, env, onLine: progress.output, signal }));
}

async function cdktfDeploy(
  { stack, output, progress, signal, directory }: Run,
  env: NodeJS.ProcessEnv,
  fromMirror: boolean,
): Promise<void> {
  const lock = fromMirror ? ["--skip-provider-lock"] : [];
  // cdktf puts the stack's name, or as much space, before every line.
  const margin = new RegExp(`^(${stack}| {${stack.length}})  `);
  const story = followTerraform(progress.live);
  const onLine = (line: string) => {
    appendFileSync(logFile(directory), `${line}\n`);
    story.line(line.replace(margin, ""));
  };
  const args = ["deploy", stack, "--app", APP, "--auto-approve", "--no-color", ...lock, "--output", output];
  await runTool(frameworkCommand(projectRoot), args, { cwd: projectRoot, env, onLine, signal }).catch((error) => {
    for (const line of story.end) progress.output(line);
    throw story.end.some(isFullDisk) ? new UserError(DISK_IS_FULL) : error;
  });
  progress.fact(`${story.made} objects made`);
}

interface InStack {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

async function planAgain(inStack: InStack, { command }: Terraform, progress: Progress): Promise<void> {
  const lines: string[] = [];
  const args = ["plan", "-detailed-exitcode", "-input=false", "-no-color"];
  const onLine = (line: string) => {
    lines.push(line);
    progress.live(line);
  };
  const { exitCode } = await runTool(command, args, { ...inStack, onLine, goodExitCodes: [0, 1, 2] });
  if (exitCode === 0) {
    progress.fact("A second plan is empty: exit code 0 of -detailed-exitcode");
    return;
  }
  lines.forEach(progress.output);
  throw new Error(exitCode === 2 ? "The second plan is not empty (above)" : "The second plan failed (above)");
}

async function readOutputs(
  inStack: InStack,
  { command }: Terraform,
): Promise<Record<string, { readonly value: unknown }>> {
  const { stdout } = await runTool(command, ["output", "-json"], inStack);
  return JSON.parse(stdout);
}

async function proveSignIn(
  { endpoint }: Emulator,
  { region }: Needs,
  outputs: Record<string, { readonly value: unknown }>,
  progress: Progress,
): Promise<void> {
  const idIn = (name: string) => {
    const value = outputs[name]?.value;
    if (typeof value !== "string") throw new Error(`The stack has no output ${name}`);
    return value;
  };
  let steps = 0;
  await walkSignInJourney({
    endpoint,
    region,
    userPoolId: idIn("cognito_user_pool_id"),
    clientId: idIn("cognito_client_id"),
    onSeen: () => {
      steps++;
    },
  });
  progress.fact(`A user signs up and logs in with password and code: ${steps} steps, with what has to be refused`);
}

function variablesOf(
  directory: string,
  { endpoint }: Emulator,
  { region }: Needs,
  engine: Engine | undefined,
  { TF_CLI_CONFIG_FILE }: NodeJS.ProcessEnv,
): Record<string, string> {
  return {
    ...emulatorVariables({ endpoint, region }),
    ...(TF_CLI_CONFIG_FILE && { TF_CLI_CONFIG_FILE }),
    ...(engine && {
      [LOCAL_ARCHITECTURE]: engine.architecture,
      [LOCAL_RUN]: directory,
      PATH: `${PLUGIN}:${process.env.PATH}`,
    }),
  };
}

function tellWhatNext(run: Run): void {
  const { output, stack, progress, directory } = run;
  const warnings = readWarnings(output, stack);
  const [url] = readUrls(directory).reverse();
  progress.step("Deployed");
  for (const warning of warnings) progress.text(`            ! The synth warned: ${warning}`);
  progress.text(
    [
      "",
      `Not as on AWS: ${notVerified.join("; ")}.`,
      `All that was written: ${shown(logFile(directory))}. Every verb works on it: ${shown(commandFile(directory))} status`,
      `The emulator stays at ${readRecord(directory)?.endpoint}; it ends by itself after two hours without a request.`,
      "To end it and remove all that it left: npm run destroy:local",
      ...(url ? ["", `Open ${url}. Its certificate is of this run alone: your browser asks whether to trust it.`] : []),
    ].join("\n"),
  );
}

const shown = (path: string) => relative(process.cwd(), path);

/** Writes what leads a shell to the emulator, and nowhere else, into a file that it can source. */
function writeVariables(directory: string, variables: Readonly<Record<string, string>>): string {
  const file = join(directory, "environment.sh");
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`);
  writeFileSync(file, ["unset AWS_PROFILE AWS_SESSION_TOKEN", ...lines, ""].join("\n"));
  return file;
}

/** What all tools have written. */
const logFile = (directory: string) => join(directory, "deploy.log");

/** Where the program is that opens sessions into containers. */
const PLUGIN = join(projectRoot, "tools/local/service/plugin");

/**
 * The app without what stops `cdktf deploy` on AWS, see tools/cdktf/before-deploy.ts: an emulator has no user pool to take
 * over and no permissions boundary, and new ones are what is wanted.
 */
const APP = "node --import tsx main.ts";
