import { appendFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { LOCAL_ARCHITECTURE } from "../lib/local-architecture.ts";
import { runTool, withoutColors } from "../lib/process/run-tool.ts";
import type { Progress } from "../lib/terminal/progress.ts";
import { checkPrerequisites, type Terraform } from "../lib/terraform/prerequisites.ts";
import {
  findProviderHere,
  type ProviderSource,
  providerVariables,
  usesMirror,
} from "../lib/terraform/provider-mirror.ts";
import { type Needs, readNeeds, readWarnings, stackDirectory, synthesizeStack } from "../lib/terraform/synthesized.ts";
import { emulatorVariables } from "./aws-environment.ts";
import { conciseDeployOutput } from "./deploy-output.ts";
import { type Emulator, startEmulator, stopEmulator } from "./emulator/start.ts";
import { layFoundations } from "./foundations.ts";
import { notVerified, walkSignInJourney } from "./journey.ts";
import { endProcessesOf, markedEnvironment } from "./processes.ts";
import { copyProject, writeCommand } from "./project.ts";
import { createRunDirectory, projectRoot, removeRunDirectory, temporaryDirectoryOf } from "./runs.ts";
import { Engine } from "./service/engine.ts";

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
 * Deploys a stack of this checkout to an emulator on this machine, proves that it works, and leaves it running.
 * When anything fails, or the signal comes, nothing is left behind.
 */
export async function deployLocally(options: DeployOptions): Promise<void> {
  const { signal } = options;
  const directory = createRunDirectory();
  const endAtOnce = () => void endProcessesOf(directory, 0).catch(() => {});
  signal.addEventListener("abort", endAtOnce);
  try {
    await deploy({ ...options, directory, output: join(directory, "cdktf.out") });
  } catch (cause) {
    await stopEmulator(directory);
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
  const { progress, stack, directory } = run;

  progress.step("Check this machine");
  const terraform = await checkPrerequisites();
  const provider = findProviderHere(terraform, projectRoot);
  progress.fact(`${terraform.name} ${terraform.version}, Node ${process.versions.node}`);
  progress.fact(`the AWS provider: ${describeProvider(provider)}`);

  progress.step("Synthesize the Terraform JSON");
  const needs = await synthesize(run, terraform);
  progress.fact(`${relative(projectRoot, stackDirectory(run.output, stack))}/cdk.tf.json`);

  const engine = await Engine.find(directory);
  progress.step("Start the AWS emulator");
  const emulator = await startEmulator({
    directory,
    region: needs.region,
    runsContainers: engine !== undefined,
    signal: run.signal,
    onProgress: progress.fact,
  });
  progress.fact(`${emulator.endpoint}, ${emulator.source}`);

  progress.step("Make what an AWS account has before the first deployment");
  await layFoundations(emulator.endpoint, needs);
  for (const made of foundations(needs)) progress.fact(made);

  const env = {
    ...toolEnvironment(emulator.environment, terraform, directory),
    ...providerVariables(provider, process.env, directory),
  };
  progress.step(`cdktf deploy ${stack}`);
  await cdktfDeploy(run, env, usesMirror(provider));

  const inStack = { cwd: stackDirectory(run.output, stack), env, signal: run.signal };
  progress.step("Proof 1 of 3: a second plan is empty");
  await planAgain(inStack, terraform, progress);

  const outputs = await readOutputs(inStack, terraform);
  progress.step("Proof 2 of 3: a user signs up and logs in with password and code");
  await proveSignIn(emulator, needs, outputs, progress);

  progress.step("Proof 3 of 3: the outputs");
  for (const [name, output] of Object.entries(outputs)) progress.fact(`${name} = ${display(output)}`);

  const variables = writeVariables(directory, variablesOf(emulator, needs, engine, env));
  const command = await prepareCommand(directory, variables);
  if (engine) await release(run, command);
  tellWhatNext(run, emulator, command);
}

/** The verbs, for this run alone. */
async function prepareCommand(directory: string, variables: string): Promise<string> {
  await copyProject(directory);
  return writeCommand(directory, variables);
}

async function release({ stack, app, progress, signal, directory }: Run, command: string): Promise<void> {
  progress.step(`Release ${relative(projectRoot, app) || app} 0.1.0`);
  const args = ["release", "--environment", stack, "--version", "0.1.0", "--context", app, "--allow-dirty", "--yes"];
  const onLine = (line: string) => appendFileSync(join(directory, "release.log"), `${line}\n`);
  await runTool(command, args, { cwd: projectRoot, env: withoutColors(process.env), onLine, signal });
}

function variablesOf(
  { endpoint }: Emulator,
  { region }: Needs,
  engine: Engine | undefined,
  { TF_CLI_CONFIG_FILE }: NodeJS.ProcessEnv,
): Record<string, string> {
  return {
    ...emulatorVariables({ endpoint, region }),
    ...(TF_CLI_CONFIG_FILE && { TF_CLI_CONFIG_FILE }),
    ...(engine && { [LOCAL_ARCHITECTURE]: engine.architecture, PATH: `${PLUGIN}:${process.env.PATH}` }),
  };
}

function describeProvider(source: ProviderSource): string {
  if (source.kind === "mirror") return `${source.version}, from the mirror ${source.path}`;
  if (source.kind === "registry") return "from the registry, which takes a while at the first time";
  return `as ${source.file} says`;
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

function foundations({ stateBucket, hostedZones }: Needs): string[] {
  return [`the state bucket ${stateBucket}`, ...hostedZones.map((zone) => `the hosted zone ${zone}`)];
}

async function cdktfDeploy(
  { stack, output, progress, signal, directory }: Run,
  env: NodeJS.ProcessEnv,
  fromMirror: boolean,
): Promise<void> {
  const lock = fromMirror ? ["--skip-provider-lock"] : [];
  // cdktf puts the stack's name, or as much space, before every line.
  const margin = new RegExp(`^(${stack}| {${stack.length}})  `);
  const show = conciseDeployOutput((line) => progress.output(line.replace(margin, "")));
  const onLine = (line: string) => {
    appendFileSync(join(directory, "deploy.log"), `${line}\n`);
    if (line.trim() !== stack && line.trim() !== "") show(line);
  };
  const args = ["deploy", stack, "--app", APP, "--auto-approve", "--no-color", ...lock, "--output", output];
  await runTool(cdktf, args, { cwd: projectRoot, env, onLine, signal });
}

interface InStack {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

async function planAgain(inStack: InStack, { command }: Terraform, progress: Progress): Promise<void> {
  const lines: string[] = [];
  const args = ["plan", "-detailed-exitcode", "-input=false", "-no-color"];
  const onLine = (line: string) => void lines.push(line);
  const { exitCode } = await runTool(command, args, { ...inStack, onLine, goodExitCodes: [0, 1, 2] });
  if (exitCode === 0) {
    progress.fact("exit code 0 of -detailed-exitcode: no changes");
    return;
  }
  lines.forEach(progress.output);
  throw new Error(exitCode === 2 ? "The second plan is not empty (above)" : "The second plan failed (above)");
}

interface Output {
  readonly value: unknown;
  readonly sensitive: boolean;
}

async function readOutputs(inStack: InStack, { command }: Terraform): Promise<Record<string, Output>> {
  const { stdout } = await runTool(command, ["output", "-json"], inStack);
  return JSON.parse(stdout);
}

async function proveSignIn(
  { endpoint }: Emulator,
  { region }: Needs,
  outputs: Record<string, Output>,
  progress: Progress,
): Promise<void> {
  const idIn = (name: string) => {
    const value = outputs[name]?.value;
    if (typeof value !== "string") throw new Error(`The stack has no output ${name}`);
    return value;
  };
  await walkSignInJourney({
    endpoint,
    region,
    userPoolId: idIn("cognito_user_pool_id"),
    clientId: idIn("cognito_client_id"),
    onSeen: progress.fact,
  });
  progress.text("            The emulator does not verify:");
  for (const gap of notVerified) progress.text(`              - ${gap}`);
}

const display = ({ sensitive, value }: Output) =>
  sensitive ? "(sensitive)" : typeof value === "string" ? value : JSON.stringify(value);

function tellWhatNext({ output, stack, progress }: Run, { endpoint }: Emulator, command: string): void {
  const warnings = readWarnings(output, stack);
  progress.step(warnings.length === 0 ? "Deployed" : "Deployed, but the synth warned:");
  for (const warning of warnings) progress.text(`            ! ${warning}`);
  progress.text(
    [
      "",
      `The emulator stays at ${endpoint}; it ends by itself after two hours without a request.`,
      `Each verb of bin/infra works on it as ${relative(process.cwd(), command)}, such as: ${relative(process.cwd(), command)} status`,
      "",
      "To end it and remove all that it left: npm run destroy:local",
    ].join("\n"),
  );
}

/** Writes what leads a shell to the emulator, and nowhere else, into a file that it can source. */
function writeVariables(directory: string, variables: Readonly<Record<string, string>>): string {
  const file = join(directory, "environment.sh");
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`);
  writeFileSync(file, ["unset AWS_PROFILE AWS_SESSION_TOKEN", ...lines, ""].join("\n"));
  return file;
}

/** Where the program is that opens sessions into containers. */
const PLUGIN = join(projectRoot, "tools/local/service/plugin");

const cdktf = join(projectRoot, "node_modules", ".bin", "cdktf");

/**
 * The app without what stops `cdktf deploy` on AWS, see tools/cdktf/before-deploy.ts: an emulator has no user pool to take
 * over and no permissions boundary, and new ones are what is wanted.
 */
const APP = "node --import tsx main.ts";
