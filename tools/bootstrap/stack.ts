import { join } from "node:path";
import { parsePlan, type ResourceChange } from "@operation-app/plan-review/plan";
import { UserError } from "@operation-app/preflight/input";
import { App } from "cdktf";
import { BOOTSTRAP_STATE_KEY, type BootstrapProps, BootstrapStack } from "../../stacks/bootstrap-stack.ts";
import { synthesizeChecked } from "../../stacks/synthesize.ts";
import { CommandError, runTool } from "../lib/process/run-tool.ts";
import type { Progress } from "../lib/terminal/progress.ts";
import { findTerraform, type Terraform } from "../lib/terraform/prerequisites.ts";
import { lockedError, lockInComplaint } from "../lib/terraform/state-lock.ts";
import { stackDirectory } from "../lib/terraform/synthesized.ts";
import { terraformEnvironment, withoutStraySettings } from "../lib/terraform/terraform-environment.ts";
import type { Run } from "./runs.ts";

export interface ApplyOptions {
  readonly props: BootstrapProps;
  readonly run: Run;
  readonly progress: Progress;
  /** Lets roles go that no environment wants any more. */
  readonly allowDelete: boolean;
  /** Ends Terraform in order: what it has begun is finished and written down. */
  readonly signal?: AbortSignal;
}

/** How many resources were made, changed and destroyed. */
export interface Applied {
  readonly added: number;
  readonly changed: number;
  readonly destroyed: number;
}

/**
 * Brings the account to what the stack says, by Terraform itself and with the state in the bucket.
 *
 * @throws UserError when it would destroy what it was not allowed to, when another run holds its lock, or Terraform fails
 */
export async function applyStack(options: ApplyOptions): Promise<Applied> {
  const { props, run, progress, allowDelete } = options;
  const found = await findTerraform();
  const stack = await synthesize(props, join(run.directory, "cdktf.out"));
  const terraform = terraformIn(stack, found, options);
  await run.untilOthersEnded(() => progress.fact("Waiting for an earlier run, which was killed, to end"));
  await terraform("init", "-input=false", "-no-color");
  await terraform("plan", "-input=false", "-no-color", "-out=plan");
  const plan = parsePlan(await terraform("show", "-json", "plan"), "the plan");
  const applied = countChanges(plan.resource_changes);
  const imports = plan.resource_changes.some(({ change }) => change.importing);
  if (!allowDelete) refuseDeletes(plan.resource_changes);
  progress.fact(`${applied.added} to add, ${applied.changed} to change, ${applied.destroyed} to destroy`);
  if (applied.added + applied.changed + applied.destroyed > 0 || imports || hasNewOutputs(plan))
    await terraform("apply", "-input=false", "-no-color", "plan");
  return applied;
}

async function synthesize(props: BootstrapProps, outdir: string): Promise<string> {
  const app = new App({ outdir, stackTraces: false });
  const build = (one: App) => new BootstrapStack(one, props);
  const { node } = build(app);
  await synthesizeChecked(app, build, []);
  return stackDirectory(outdir, node.id);
}

/** Runs Terraform in the stack's folder; a lock that a killed run has left is given back. */
function terraformIn(cwd: string, found: Terraform, options: ApplyOptions) {
  const start = starterIn(cwd, found, options);
  return async (...args: string[]): Promise<string> => {
    const [step = ""] = args;
    if (step === "show") return start(args);
    for (;;) {
      const lines: string[] = [];
      try {
        return await start(args, (line) => {
          lines.push(line);
          if (step === "apply" && line.trim() !== "") options.progress.output(line);
        });
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        const id = leftLock(step, lines, options);
        await start(["force-unlock", "-force", id], () => {});
      }
    }
  };
}

type Start = (args: readonly string[], onLine?: (line: string) => void) => Promise<string>;

function starterIn(cwd: string, found: Terraform, { run, signal }: ApplyOptions): Start {
  const env = withoutStraySettings(terraformEnvironment(found, run.directory));
  return async (args, onLine) => {
    let interrupt = () => {};
    const onStart = (pid: number) => {
      run.note(pid);
      interrupt = () => process.kill(pid, "SIGINT");
      signal?.addEventListener("abort", interrupt);
    };
    try {
      return (await runTool(found.command, args, { cwd, env, signal, onStart, onLine })).stdout;
    } finally {
      signal?.removeEventListener("abort", interrupt);
    }
  };
}

/**
 * The lock that Terraform failed on, left by a run of this computer that was killed.
 *
 * @throws UserError where it failed for another reason, or the lock belongs to another run
 */
function leftLock(step: string, lines: readonly string[], { props, run, progress }: ApplyOptions): string {
  const lock = lockInComplaint(lines.join("\n"));
  if (!lock) throw failure(step, lines);
  const state = `s3://${props.bucket}/${BOOTSTRAP_STATE_KEY}`;
  if (!run.hasLeft(lock)) throw lockedError(state, lock, `aws s3 rm ${state}.tflock`);
  progress.fact(`Releasing the lock (${lock.id}) of an earlier run, which was killed`);
  return lock.id;
}

/** What Terraform says went wrong, without the frame around it. */
function failure(step: string, lines: readonly string[]): UserError {
  const text = lines.map((line) => line.replace(/^[│╷╵]\s?/, "").trimEnd()).filter((line) => line !== "");
  const first = text.findIndex((line) => line.startsWith("Error"));
  const said = (first < 0 ? text.slice(-5) : text.slice(first)).map((line) => line.slice(0, 300)).join("\n");
  return new UserError(`terraform ${step} failed; fix it and run the command again.\n${said}`);
}

function countChanges(changes: readonly ResourceChange[]): Applied {
  const having = (action: string) => changes.filter(({ change }) => change.actions.includes(action)).length;
  return { added: having("create"), changed: having("update"), destroyed: having("delete") };
}

function refuseDeletes(changes: readonly ResourceChange[]): void {
  const gone = changes.filter(({ change }) => change.actions.includes("delete")).map(({ address }) => address);
  if (gone.length === 0) return;
  throw new UserError(
    `Nothing was changed: this would destroy ${gone.join(", ")}. If an environment or its section ci was removed on purpose, run again with --allow-delete.`,
  );
}

function hasNewOutputs(plan: unknown): boolean {
  const { output_changes: outputs = {} } = plan as { output_changes?: Record<string, { actions: string[] }> };
  return Object.values(outputs).some(({ actions }) => actions.some((action) => action !== "no-op"));
}
