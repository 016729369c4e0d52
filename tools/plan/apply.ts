import { closeSync, createWriteStream, existsSync, openSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { execa } from "execa";
import type { Environment } from "../../environments/schema/index.ts";
import { followLines } from "../lib/process/follow-lines.ts";
import { CommandError } from "../lib/process/run-tool.ts";
import { endedFromOutside, interruptedWithUs } from "../lib/terraform/terraform.ts";
import { PLAN_FILE, sha256Of } from "./about.ts";
import { ApplyLog } from "./apply-log.ts";
import { applyResult, readRemote } from "./apply-result.ts";
import { isOnRunner, type PlanPlace, preparation, terraformByHand } from "./by-hand.ts";
import { keepErroredState } from "./kept.ts";
import { lockNotice } from "./lock-notice.ts";
import type { MadePlan } from "./make.ts";
import { explainingTerraformErrors } from "./terraform-errors.ts";

export interface ApplyOptions extends MadePlan {
  readonly environment: Environment;
  /** How long to wait for the state's lock, as Terraform writes it. @default "30s" */
  readonly lockTimeout?: string;
  /** What to run after a failure, one command and its purpose a line. @default plan and apply of the environment */
  readonly next?: readonly string[];
  /** Shows what Terraform says. @default console.log */
  readonly show?: (text: string) => void;
}

/** File of a plan's directory that Terraform writes its log into, as JSON lines. */
const LOG_FILE = "apply.log";

/**
 * Applies exactly the plan file. What Terraform says is shown as it comes. An interruption is passed on to Terraform,
 * which finishes the operations that it has begun.
 *
 * @throws UserError where the state has moved on since, or is locked; CommandError where the apply fails, is interrupted
 * or is killed: with what was applied, where the state is, whether it is locked, and how to go on
 */
export async function applyPlan(options: ApplyOptions): Promise<void> {
  const { environment, directory, terraform, lockTimeout = "30s", show = console.log } = options;
  await lockNotice({ environment, lockTimeout, say: show })();
  const log = new ApplyLog();
  const startedAt = new Date();
  const args = ["apply", "-json", "-input=false", `-lock-timeout=${lockTimeout}`, PLAN_FILE];
  const file = openSync(join(directory, LOG_FILE), "a+", 0o600);
  const stopFollowing = followLines(file, (line) => {
    const shown = log.read(line);
    if (shown !== undefined) show(shown);
  });
  try {
    await explainingTerraformErrors(environment, async () => {
      const ended = await run().finally(stopFollowing);
      if (!ended.failed) return;
      const remote = await readRemote(environment);
      throw new CommandError(
        [
          `${headText(ended, log, directory)}${await rescued(options)}`,
          applyResult({ ...options, log, startedAt }, remote),
          ["Next:", ...(options.next ?? nextAfterFailure(environment)).map((line) => `  ${line}`)].join("\n"),
        ].join("\n\n"),
      );
    });
  } finally {
    closeSync(file);
  }

  async function run() {
    const { command, env } = terraform;
    const options = { cwd: directory, env, extendEnv: false, reject: false, detached: true, cleanup: false } as const;
    const output = createWriteStream("", { fd: file, autoClose: false }); // its descriptor goes to Terraform
    const start = () => execa(command, args, { ...options, stdin: "ignore", stdout: output, stderr: output });
    return (await interruptedWithUs(start)).ended;
  }
}

interface Ended {
  readonly signal?: string;
  readonly exitCode?: number;
  readonly shortMessage?: string;
}

function headText({ signal, shortMessage }: Ended, log: ApplyLog, directory: string): string {
  const { errors, wasInterrupted } = log;
  const head =
    endedFromOutside("apply", signal) ?? (wasInterrupted ? "Interrupted. Terraform stopped gracefully." : undefined);
  if (head !== undefined) return [head, errors].filter((text) => text !== "").join("\n\n");
  const file = isOnRunner() ? "" : ` Its log: ${relative("", join(directory, LOG_FILE))}`;
  return `terraform apply failed:\n${errors || `${shortMessage ?? "no reason given"}.${file}`}`;
}

function nextAfterFailure({ name }: Environment): string[] {
  return [
    `bin/infra plan --environment ${name}    reviews what is left to do, without applying it`,
    `bin/infra apply --environment ${name}   the same, then applies that plan after confirmation`,
  ];
}

/** How to go on after an apply: with the first release, where no version of the app was released yet. */
export function nextAfterApply({ name, images }: Environment): string {
  const status = `  bin/infra status --environment ${name}    running tasks, and problems`;
  if (images.app !== undefined) return ["Next:", status].join("\n");
  return [
    "Next: no version of the app is released yet, so its services have zero tasks.",
    `  bin/infra secrets missing --environment ${name}   secrets that still need a value`,
    `  bin/infra release --environment ${name} --version 0.1.0 --context DIR   builds, pushes, migrates and deploys the app in DIR`,
    status,
  ].join("\n");
}

/** What has become of a state that Terraform could not write to its bucket, and left in a file; a runner's files go away. */
async function rescued(place: PlanPlace): Promise<string> {
  const { environment, directory } = place;
  const file = join(directory, "errored.tfstate");
  if (!existsSync(file)) return "";
  const kept = await keepErroredState(environment, file).catch(() => undefined);
  const here = relative("", file);
  const where = kept ? (isOnRunner() ? kept : `${here}, and in ${kept}`) : `${here} only: keep it`;
  const terraform = terraformByHand(place);
  // Every role that may plan can write where plans are kept: the digest in this job's log tells whether one has.
  const isWhole = `echo "${sha256Of(readFileSync(file))}  errored.tfstate" | sha256sum --check`;
  const commands =
    isOnRunner() && kept
      ? [
          preparation(place),
          `aws s3 cp ${kept} errored.tfstate`,
          `${isWhole} && ${terraform} state push "$PWD/errored.tfstate"`,
          "If sha256sum says FAILED, the copy is not the state that this apply wrote: do not push it.",
        ]
      : [`${terraform} state push errored.tfstate`];
  return [
    `\nThe state after the apply could not be written to the bucket. It is in ${where}.`,
    "Before the next apply, upload it:",
    ...commands.map((command) => `  ${command}`),
  ].join("\n");
}
