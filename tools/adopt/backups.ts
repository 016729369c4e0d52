import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AdoptedCognito } from "../../modules/cognito/adopted.ts";
import { parseState, type State, stateText } from "../lib/terraform/state-file.ts";
import { allObjects } from "../lib/terraform/state-objects.ts";
import { adoptedObjects } from "./states.ts";

/** Git leaves it alone: a state holds secrets. */
export const MIGRATION_DIRECTORY = ".migration";

const OWNER_ONLY = { mode: 0o600 };

/** Writes both states down under the date, readable by their owner only. @returns the directory */
export function backUp(environment: string, old: State, target: State, now = new Date()): string {
  const directory = newBackup(environment, now);
  writeFileSync(join(directory, "old.tfstate"), stateText(old), OWNER_ONLY);
  writeFileSync(join(directory, "new.tfstate"), stateText(target), OWNER_ONLY);
  return directory;
}

/** Writes the environment's own state down, the same way. @returns the file */
export function backUpState(environment: string, state: State, now = new Date()): string {
  return backUpStateText(environment, stateText(state), now);
}

/** The same of a state as it is stored, which need not be one that can be read. */
export function backUpStateText(environment: string, text: string, now = new Date(), base?: string): string {
  const file = join(newBackup(environment, now, base), "environment.tfstate");
  writeFileSync(file, text, OWNER_ONLY);
  return file;
}

function newBackup(environment: string, now: Date, base?: string): string {
  const directory = join(backupsOf(environment, base), now.toISOString().slice(0, 23).replaceAll(":", "-"));
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return directory;
}

/** The newest backup of the old state that still has all the objects which the environment took over. */
export function oldStateBefore(environment: string, adopted: AdoptedCognito = {}): State | undefined {
  const wanted = adoptedObjects(adopted).map(([, { from, id }]) => `${from} ${id}`);
  return oldStates(environment).find((state) => {
    const there = new Set(allObjects(state).map(({ address, id }) => `${address} ${id}`));
    return wanted.every((object) => there.has(object));
  });
}

/** The old state in each backup, newest first. */
function oldStates(environment: string): State[] {
  const directory = backupsOf(environment);
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .sort()
    .reverse()
    .map((name) => join(directory, name, "old.tfstate"))
    .flatMap((file) => {
      try {
        return [parseState(readFileSync(file, "utf8"), file)];
      } catch {
        return []; // Cut off while it was written.
      }
    });
}

function backupsOf(environment: string, base = MIGRATION_DIRECTORY): string {
  return join(base, "backups", environment);
}
