import { UserError } from "@operation-app/preflight/input";
import type { Recorded } from "./git.ts";
import { sameVersions, type Versions, versionsText } from "./versions.ts";

/** What a rollback goes back to. */
export interface Target {
  readonly versions: Versions;
  /** When it was recorded; migrations after that belong to later releases. Nothing where no commit has it. */
  readonly at?: Date;
}

/**
 * The versions to go back to: those before, by the commits of the versions file, or those that ran with a named one.
 *
 * @param history newest first
 * @throws UserError where there are none
 */
export function rollbackTarget(current: Versions, history: readonly Recorded[], to?: string): Target {
  const others = history.filter(
    ({ versions }) => !sameVersions(versions, current) && versionsText(versions) !== "nothing",
  );
  const goneOn = to === undefined ? unfinished(current, history) : undefined;
  if (goneOn) return goneOn;
  if (to === undefined) {
    const [before] = others;
    if (before) return before;
    if (versionsText(current) === "nothing")
      throw new UserError(
        "Nothing has been released yet, so there is nothing to roll back to. First: bin/infra release.",
      );
    throw new UserError(
      `No commit of the versions file has other versions than the running ones (${versionsText(current)}). Name a version: --to VERSION. In a shallow clone: git fetch --unshallow.`,
    );
  }
  const named =
    history.find(({ versions }) => versions.app === to) ?? history.find(({ versions }) => versions.nginx === to);
  const target = named ?? { versions: { nginx: to, app: to } };
  const isCommitted = history[0] === undefined || sameVersions(history[0].versions, current);
  if (!isCommitted || !sameVersions(target.versions, current)) return target;
  throw new UserError(`${versionsText(current)} is already running.`);
}

/** A rollback that was killed after it wrote the file: run again, it must not go forward. */
function unfinished(current: Versions, [head, ...older]: readonly Recorded[]): Target | undefined {
  if (!head || sameVersions(head.versions, current)) return undefined;
  const before = older.find(({ versions }) => !sameVersions(versions, head.versions));
  return before && sameVersions(before.versions, current) ? before : undefined;
}
