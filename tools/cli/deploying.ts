import { InputError, UserError } from "@operation-app/preflight/input";
import type { Command } from "commander";
import { commitProblem, otherChanges } from "../release/git.ts";
import { LOCK_TIMEOUT, ofEnvironment } from "./command.ts";

/** Options of what puts other versions into an environment: a release, and a rollback. */
export interface DeployingOptions {
  readonly environment: string;
  readonly allowDirty?: boolean;
  readonly yes?: boolean;
  readonly commit: boolean;
  readonly push?: boolean;
  readonly timeout: string;
  readonly lockTimeout: string;
}

/** @param timed what `--timeout` is for */
export function deploying(command: Command, timed: string): Command {
  return ofEnvironment(command)
    .option("--allow-dirty", "allow uncommitted changes")
    .option("--yes", "skip the confirmation")
    .option("--no-commit", "do not commit the versions file")
    .option("--push", "push that commit to the checked-out branch")
    .option("--timeout <duration>", timed, "20m")
    .addOption(LOCK_TIMEOUT);
}

/**
 * What is not in order in the repository that is deployed.
 *
 * @param file that the command itself writes and commits
 */
export async function repositoryProblems(
  file: string,
  { allowDirty = false, commit }: Pick<DeployingOptions, "allowDirty" | "commit">,
): Promise<string[]> {
  const changed = allowDirty ? [] : await otherChanges(file);
  const identity = commit ? await commitProblem() : undefined;
  return [
    ...(changed.length > 0
      ? [
          `These files have uncommitted changes, which would be deployed too: ${changed.join(", ")}. Commit them, or write --allow-dirty.`,
        ]
      : []),
    ...(identity ? [identity] : []),
  ];
}

/**
 * @param found by the checks; nothing where one of them has failed
 * @param unasked what `unaskedProblems` says of how the command was called
 * @param problems what else stands in the way
 * @param untouched what was not done, as a sentence
 * @returns what was found, where there is no problem
 * @throws UserError with every problem; InputError where the command was called wrongly
 */
export function refuseProblems<T>(
  found: T | undefined,
  { unasked, problems, untouched }: Record<"unasked" | "problems", readonly string[]> & { readonly untouched: string },
): T {
  if (found !== undefined && unasked.length + problems.length === 0) return found;
  const text = [...unasked, ...problems, untouched].join("\n");
  throw unasked.length > 0 ? new InputError(text) : new UserError(text);
}
