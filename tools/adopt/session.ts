import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { InputError } from "@operation-app/preflight/input";
import { adoptionFile } from "../../environments/schema/adopted-cognito.ts";
import type { Environment } from "../../environments/schema/index.ts";
import { statePlace } from "../../environments/schema/index.ts";
import { checkStateBucket } from "../lib/aws/account.ts";
import { exitCodeAfter, onInterruption } from "../lib/process/interruptions.ts";
import { isRunning } from "../lib/process/is-running.ts";
import { withoutColors } from "../lib/process/run-tool.ts";
import type { Progress } from "../lib/terminal/progress.ts";
import { findTerraform, type Terraform } from "../lib/terraform/prerequisites.ts";
import { providerAddress } from "../lib/terraform/provider-lock.ts";
import { synthesizeStack } from "../lib/terraform/synthesized.ts";
import type { TerraformCommand } from "../lib/terraform/terraform.ts";
import { terraformEnvironment, withoutStraySettings } from "../lib/terraform/terraform-environment.ts";
import { backUp, MIGRATION_DIRECTORY } from "./backups.ts";
import type { MoveOptions } from "./move.ts";
import { proof } from "./proof.ts";
import { backendStore, initBackend, openState, type StateStore } from "./state-store.ts";

export interface SessionOptions {
  readonly environment: Environment;
  /** Directory of the old project, its local state file, or a copy of its state. */
  readonly place: string;
  readonly isCopy: boolean;
  readonly progress: Progress;
}

/**
 * Prepares all that a move or a rollback needs, in a directory that goes away afterwards.
 *
 * @throws InputError where the environment takes nothing over, or the old state can't be used
 */
export async function withMigration<T>(
  { environment, place, isCopy, progress }: SessionOptions,
  work: (options: MoveOptions) => Promise<T>,
): Promise<T> {
  const { name, adoptedCognito: adopted } = environment;
  const file = adoptionFile(name);
  if (!adopted) {
    throw new InputError(
      `${file} does not exist. Create it: bin/infra adopt --environment ${name} --state DIR|FILE. If it was deleted, restore it: git checkout.`,
    );
  }
  return withStack(environment, progress, async ({ stack, directory, terraform, itsOwn, found, target }) => {
    const old = await openState(place, { isCopy, work: directory, terraform, itsOwn });
    progress.fact(`${found.name} ${found.version}; ${old.name}, and ${target.name}`);
    return work({
      adopted,
      old,
      target,
      progress,
      provider: `provider["${providerAddress(found.name)}"]`,
      backUp: (oldState, newState) => backUp(name, oldState, newState),
      proveUnchanged: proof(stack, join(directory, "plan"), file, terraform),
    });
  });
}

/** A synthesized stack, its state, and a directory that goes away afterwards. */
export interface OpenStack {
  /** Folder of the stack. */
  readonly stack: string;
  readonly directory: string;
  readonly terraform: TerraformCommand;
  /** Terraform with the settings of whoever has called, such as a workspace. */
  readonly itsOwn: TerraformCommand;
  readonly found: Terraform;
  /** The environment's state. */
  readonly target: StateStore;
}

/**
 * Synthesizes an environment, and opens its state, for work on that.
 *
 * @throws AwsError without the state's bucket; CommandError where it can't be synthesized
 */
export async function withStack<T>(
  environment: Environment,
  progress: Progress,
  work: (open: OpenStack) => Promise<T>,
): Promise<T> {
  const directory = makeWorkDirectory();
  const stopTidily = leavingNothingAtInterruption(() => rmSync(directory, { recursive: true, force: true }));
  try {
    progress.step("Prepare");
    const found = await findTerraform();
    const env = terraformEnvironment(found, directory);
    const terraform = { command: found.command, env: withoutStraySettings(env) };
    await checkStateBucket(environment);
    const output = join(directory, "cdktf.out");
    const stack = await synthesizeStack(output, environment.name, { cwd: process.cwd(), env: terraform.env });
    const { backend } = JSON.parse(readFileSync(join(stack, "cdk.tf.json"), "utf8")).terraform;
    const newDirectory = await initBackend(join(directory, "new"), backend, terraform);
    const target = backendStore(statePlace(environment), newDirectory, terraform);
    return await work({ stack, directory, terraform, itsOwn: { ...terraform, env }, found, target });
  } finally {
    stopTidily();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Leaves no state behind when it is stopped. @returns what takes the watch off */
function leavingNothingAtInterruption(tidyUp: () => void): () => void {
  return onInterruption((signal) => {
    tidyUp();
    console.error("\nInterrupted. Run the same command again to continue.");
    process.exit(exitCodeAfter(signal));
  });
}

/** Terraform as the old project's user has set it up, only to look at its state. */
export async function theirTerraform(): Promise<TerraformCommand> {
  const { command } = await findTerraform();
  return { command, env: withoutColors({ ...process.env, TF_INPUT: "0", CHECKPOINT_DISABLE: "1" }) };
}

/** States lie in here while they are planned on; what a run that was killed has left goes away. */
function makeWorkDirectory(): string {
  mkdirSync(MIGRATION_DIRECTORY, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(MIGRATION_DIRECTORY)) {
    const [, pid] = name.match(/^work-(\d+)-/) ?? [];
    if (pid && !isRunning(Number(pid))) rmSync(join(MIGRATION_DIRECTORY, name), { recursive: true, force: true });
  }
  return resolve(mkdtempSync(join(MIGRATION_DIRECTORY, `work-${process.pid}-`)));
}
