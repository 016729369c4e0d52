import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseState, type State, stateText } from "./state-file.ts";

/** Git leaves it alone: a state holds secrets. */
export const MIGRATION_DIRECTORY = ".migration";

const OWNER_ONLY = { mode: 0o600 };

/** Two states as they were before a move or a rollback. */
export interface Backup {
  readonly directory: string;
  readonly old: State;
  readonly neu: State;
}

/** Writes both states down under the date, readable to nobody but their owner. */
export function backUp(environment: string, old: State, neu: State, now = new Date()): Backup {
  const name = now.toISOString().slice(0, 23).replaceAll(":", "-");
  const directory = join(backupsOf(environment), name);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, "old.tfstate"), stateText(old), OWNER_ONLY);
  writeFileSync(join(directory, "new.tfstate"), stateText(neu), OWNER_ONLY);
  return { directory, old, neu };
}

/** The backups of an environment that are whole, newest first. */
export function backups(environment: string): Backup[] {
  const directory = backupsOf(environment);
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .sort()
    .reverse()
    .map((name) => join(directory, name))
    .flatMap((one) => {
      const read = (file: string) => parseState(readFileSync(join(one, file), "utf8"), join(one, file));
      try {
        return [{ directory: one, old: read("old.tfstate"), neu: read("new.tfstate") }];
      } catch {
        return []; // Cut off while it was written.
      }
    });
}

function backupsOf(environment: string): string {
  return join(MIGRATION_DIRECTORY, "backups", environment);
}
