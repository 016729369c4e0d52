import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { type Plan, parsePlan } from "@operation-app/plan-review/plan";
import type { Environment } from "../../environments/schema/index.ts";
import { LOCK_FILE } from "../../stacks/provider-lock.ts";
import { refuseUnmovedObjects } from "../adopt/unmoved.ts";
import { refuseMissingBoundary } from "../bootstrap/boundary.ts";
import { checkStateBucket } from "../lib/aws/account.ts";
import { refuseUnfitCertificate } from "../lib/aws/certificate.ts";
import { refuseUnknownUser } from "../lib/aws/database-user.ts";
import { refuseLostState } from "../lib/aws/environment-state.ts";
import type { Progress } from "../lib/terminal/progress.ts";
import { findTerraform, type Terraform } from "../lib/terraform/prerequisites.ts";
import { lockArguments, recordProvider } from "../lib/terraform/provider-lock.ts";
import { keepStateBeside, synthesizeStack } from "../lib/terraform/synthesized.ts";
import { runTerraform, type TerraformCommand } from "../lib/terraform/terraform.ts";
import { terraformEnvironment, withoutStraySettings } from "../lib/terraform/terraform-environment.ts";
import { ABOUT_FILE, aboutText, OUTPUT, PLAN_FILE } from "./about.ts";
import { lockNotice } from "./lock-notice.ts";
import { explainingTerraformErrors } from "./terraform-errors.ts";

/** Where plans are kept on this machine; git leaves it alone, since a plan holds secrets. */
const PLANS_DIRECTORY = ".plans";

/** Days after which a plan that was not applied is deleted. */
const KEPT_DAYS = 7;

export interface PlanOptions {
  readonly environment: Environment;
  /** The commit that is planned, to be kept with the plan. @default none */
  readonly commit?: string;
  /** Only looks what has changed outside Terraform. @default false */
  readonly refreshOnly?: boolean;
  /** Plans to delete everything. @default false */
  readonly destroy?: boolean;
  /** Text of a state to plan on, in the place of the one in the bucket: what would follow from it. Can't be applied. @default none */
  readonly onState?: string;
  /** How long to wait for the lock of the state, as Terraform writes it. @default "30s" */
  readonly lockTimeout?: string;
  readonly progress: Progress;
}

/** A plan, in a directory from which Terraform can apply it. */
export interface MadePlan {
  readonly directory: string;
  readonly plan: Plan;
  readonly terraform: TerraformCommand;
}

/**
 * Synthesizes an environment, with preflight, and plans it into a file.
 *
 * @throws UserError where it can't be planned, such as for a lock that another run holds
 */
export async function makePlan({
  environment,
  commit,
  refreshOnly = false,
  destroy = false,
  onState,
  lockTimeout = "30s",
  progress,
}: PlanOptions): Promise<MadePlan> {
  const found = await findTerraform();
  const work = makeDirectory(environment.name);
  try {
    return await plan();
  } catch (error) {
    rmSync(work, { recursive: true, force: true });
    throw error;
  }

  async function plan(): Promise<MadePlan> {
    const terraform = terraformIn(found);
    const isCopy = onState !== undefined;
    const sayWhoLocks = isCopy ? async () => {} : lockNotice({ environment, lockTimeout, say: progress.text });
    progress.step(`Synthesize ${environment.name}`);
    await checkStateBucket(environment);
    await sayWhoLocks();
    if (!isCopy) await refuseLostState(environment);
    if (!refreshOnly && !destroy && !isCopy) await refuseUnprepared(environment, progress);
    const options = { cwd: process.cwd(), env: terraform.env };
    const directory = await synthesizeStack(join(work, OUTPUT), environment.name, options);
    if (isCopy) writeFileSync(keepStateBeside(directory), onState, { mode: 0o600 });
    const { step, mode } = kindOfPlan(refreshOnly, destroy);
    progress.step(step);
    await explainingTerraformErrors(environment, async () => {
      await runTerraform(terraform, directory, [
        "init",
        "-input=false",
        "-no-color",
        ...lockArguments(found, directory),
      ]);
      if (recordProvider(directory))
        progress.text(`Wrote ${LOCK_FILE}: commit it, so that every plan uses this provider.`);
      const options = ["-input=false", "-no-color", `-lock-timeout=${lockTimeout}`, `-out=${PLAN_FILE}`];
      await sayWhoLocks();
      await runTerraform(terraform, directory, ["plan", ...options, ...mode]);
    });
    chmodSync(join(directory, PLAN_FILE), 0o600);
    const plan = await readPlan(directory, terraform);
    const of = { environment: environment.name, commit, terraform: found.version };
    if (!isCopy) writeFileSync(join(directory, ABOUT_FILE), aboutText(directory, of));
    return { directory, plan, terraform };
  }
}

function kindOfPlan(refreshOnly: boolean, destroy: boolean): { readonly step: string; readonly mode: string[] } {
  if (refreshOnly) return { step: "Look for changes outside Terraform", mode: ["-refresh-only"] };
  return destroy ? { step: "Plan the deletion", mode: ["-destroy"] } : { step: "Plan", mode: [] };
}

/** @throws UserError where an apply would lose something, or end half-way, for what is not there yet */
async function refuseUnprepared(environment: Environment, progress: Progress): Promise<void> {
  await refuseUnmovedObjects(environment);
  const outdated = await refuseMissingBoundary(environment);
  if (outdated) progress.text(outdated);
  await refuseUnknownUser(environment);
  await refuseUnfitCertificate(environment);
}

/** What is in the plan file of a directory in which Terraform was initialized. */
export async function readPlan(directory: string, terraform: TerraformCommand): Promise<Plan> {
  return parsePlan(await runTerraform(terraform, directory, ["show", "-json", PLAN_FILE]), "the plan");
}

/** Terraform without the `TF_` variables set for another directory, and with one copy of the provider for all plans. */
export function terraformIn(found: Terraform): TerraformCommand {
  const cache = resolve(".cache");
  mkdirSync(cache, { recursive: true });
  return {
    command: found.command,
    env: withoutStraySettings(terraformEnvironment(found, cache)),
    passesInterruptions: true,
  };
}

/** Makes a directory that only its owner can read, and deletes old ones. */
export function makeDirectory(name: string): string {
  mkdirSync(PLANS_DIRECTORY, { recursive: true, mode: 0o700 });
  for (const entry of readdirSync(PLANS_DIRECTORY)) {
    const directory = join(PLANS_DIRECTORY, entry);
    const { mtimeMs = Date.now() } = statSync(directory, { throwIfNoEntry: false }) ?? {};
    const days = (Date.now() - mtimeMs) / 86_400_000;
    if (days > KEPT_DAYS) rmSync(directory, { recursive: true, force: true });
  }
  const directory = join(
    PLANS_DIRECTORY,
    `${name}-${new Date().toISOString().slice(0, 19).replace(/\D/g, "")}-${process.pid}`,
  );
  mkdirSync(directory, { mode: 0o700 });
  return resolve(directory);
}

/** Deletes the directory of a plan. */
export function removePlan(directory: string): void {
  const name = directoryToName(directory);
  if (name !== directory) rmSync(name, { recursive: true, force: true });
}

/** How a plan of ours is named to its user: the directory that `findPlan` looks in. */
export function directoryToName(directory: string): string {
  const [name] = relative(PLANS_DIRECTORY, directory).split(sep);
  return name && name !== ".." ? join(PLANS_DIRECTORY, name) : directory;
}
