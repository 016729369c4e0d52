import { resolve } from "node:path";
import { InputError, UserError } from "@operation-app/preflight/input";
import colors from "picocolors";
import { exitCodeAfter, onInterruption } from "../lib/process/interruptions.ts";
import { terminalProgress } from "../lib/terminal/progress.ts";
import { deployLocally, StandingError } from "../local/deploy.ts";
import { DISK_IS_FULL, isFullDisk } from "../local/full-disk.ts";
import { dockerfileIn } from "../release/contexts.ts";
import { environmentNamed, fromCaller, newCommand, ofEnvironment, verb } from "./command.ts";

const command = ofEnvironment(newCommand("deploy-local", ["deploy-local", "deploy-local staging"]))
  .description(
    "Deploys an environment to an AWS emulator on this machine, with the real Terraform, the real AWS provider and " +
      "the unchanged JSON, and tests it. Needs no AWS account, and never connects to one.",
  )
  .option("--app <dir>", "directory of your Rails app's Dockerfile, to release it as well (needs a container engine)")
  .addHelpText("after", "Also 130 if it was interrupted.");

async function deploy(stack: string, app: string): Promise<number> {
  const interruption = new AbortController();
  const stop = (signal: NodeJS.Signals) => {
    if (interruption.signal.aborted) return; // npm and the terminal both send it.
    console.error(`\n${signal}: stopping everything that was started …`);
    interruption.abort(signal);
  };
  onInterruption(stop);
  process.stdout.on("error", () => stop("SIGHUP")); // The reader of our output is gone.
  onParentGone(() => stop("SIGHUP"));

  try {
    await deployLocally({ stack, app, progress: terminalProgress(), signal: interruption.signal });
    return 0;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    if (interruption.signal.aborted) {
      // Below the line of what was going on, which has no end.
      console.error(`\n${cause instanceof UserError ? message : "Stopped; nothing is left."}`);
      return exitCodeAfter(interruption.signal.reason as NodeJS.Signals);
    }
    const what = cause instanceof StandingError ? "Not released." : "Not deployed.";
    const full = isFullDisk(message) && !message.includes(DISK_IS_FULL);
    console.error(`\n${colors.red(what)} ${full ? `${DISK_IS_FULL} (${message})` : message}`);
    return cause instanceof InputError ? 2 : 1;
  }
}

/** A signal that ends npm alone does not reach us: the shell between us takes it with it. */
function onParentGone(then: () => void): void {
  const parent = process.ppid;
  const isFromNpm = process.env.npm_lifecycle_event !== undefined;
  if (isFromNpm) setInterval(() => process.ppid !== parent && then(), 500).unref();
}

export default verb(command, async () => {
  const { environment, app } = command.opts<{ environment: string; app?: string }>();
  const { name } = await environmentNamed(environment);
  const directory = app === undefined ? resolve("examples/rails-app") : fromCaller(app);
  if (app !== undefined && !dockerfileIn(directory))
    throw new InputError(
      `--app ${app}: has no Dockerfile. Name the directory that your Rails app's image is built from.`,
    );
  process.exit(await deploy(name, directory));
});
