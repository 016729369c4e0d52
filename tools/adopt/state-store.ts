import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { InputError } from "@operation-app/preflight/input";
import { parseState, readStateFile, type State, stateText } from "../lib/terraform/state-file.ts";
import { isAboutLock, whyNotLocked } from "../lib/terraform/state-lock.ts";
import { runTerraform, type TerraformCommand } from "../lib/terraform/terraform.ts";
import { holdLock, type Lock } from "./lock.ts";
import { emptyState } from "./states.ts";

/** A place where a Terraform state is kept. */
export interface StateStore {
  /** What it is called in what is said to the user. */
  readonly name: string;
  /** The state that is there; an empty one where there is none yet. */
  pull(): Promise<State>;
  /** Writes a state; not there where this is only a copy of one. @throws CommandError when it is refused */
  readonly push?: (state: State) => Promise<void>;
  /**
   * Keeps everybody else from writing until the lock is released, which happens by itself when this process dies.
   *
   * @returns nothing where it is a copy, or its project is one that Terraform can't start in
   * @throws UserError where another run has locked it, or it can't be locked though it should
   */
  lock(): Promise<Lock | undefined>;
}

/**
 * A state behind the backend of a directory in which `terraform init` was run.
 *
 * @param isTheirs the directory is the user's old project: it may have faults, and must have a state. @default false
 */
export function backendStore(
  name: string,
  directory: string,
  terraform: TerraformCommand,
  isTheirs = false,
): StateStore {
  let held: Lock | undefined;
  return {
    name,
    async pull() {
      const contents = await runTerraform(terraform, directory, ["state", "pull"]);
      if (contents.trim() !== "") return parseState(contents, name);
      if (!isTheirs) return emptyState();
      throw new InputError(
        `${name}: no state found. Is this the old project's directory, after terraform init, in the workspace that has the pool?`,
      );
    },
    async push(state) {
      // Our own lock is on it, and stays until this has ended, even if we have not.
      const options = { input: stateText(state), keepsOpen: held?.heldBy };
      await runTerraform(terraform, directory, ["state", "push", "-lock=false", "-"], options);
    },
    async lock() {
      const got = await holdLock(directory, terraform);
      if (typeof got !== "string") {
        held = got;
        return got;
      }
      if (isTheirs && !isAboutLock(got)) return undefined;
      throw whyNotLocked(name, got);
    },
  };
}

/** A copy of a state, that nothing is written to. */
function copyStore(state: State, name: string): StateStore {
  return { name, pull: async () => state, lock: async () => undefined };
}

/** Prepares a directory whose backend is that of a configuration in JSON, and nothing else is. */
export async function initBackend(directory: string, backend: object, terraform: TerraformCommand): Promise<string> {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "main.tf.json"), JSON.stringify({ terraform: { backend } }));
  await runTerraform(terraform, directory, ["init", "-input=false", "-no-color"]);
  return directory;
}

export interface OpenOptions {
  /** The file is a copy, whatever it looks like. */
  readonly isCopy: boolean;
  /** A directory to prepare things in. */
  readonly work: string;
  readonly terraform: TerraformCommand;
  /** Terraform as the old project's user has set it up: with a workspace, say. */
  readonly itsOwn: TerraformCommand;
}

/**
 * Opens the state that objects move out of: the directory of a Terraform project, its local state file, or a copy of a
 * state (`-` for standard input).
 *
 * @throws InputError where it can't be used
 */
export async function openState(place: string, { isCopy, work, terraform, itsOwn }: OpenOptions): Promise<StateStore> {
  if (isDirectory(place)) {
    return backendStore(`the state of ${place}`, resolve(place), itsOwn, true);
  }
  const state = await readStateFile(place);
  const name = place === "-" ? "standard input" : place;
  if (isCopy || place === "-" || !isLocalState(place)) return copyStore(state, name);
  const backend = { local: { path: resolve(place) } };
  return backendStore(name, await initBackend(join(work, "old"), backend, terraform), terraform);
}

/**
 * Reads the state that objects are to move out of, from the directory of its project or from a file.
 *
 * @throws InputError where it can't be used
 */
export async function readOldState(place: string, terraform: () => Promise<TerraformCommand>): Promise<State> {
  if (!isDirectory(place)) return readStateFile(place);
  return backendStore(`the state of ${place}`, resolve(place), await terraform(), true).pull();
}

function isDirectory(place: string): boolean {
  return place !== "-" && existsSync(place) && statSync(place).isDirectory();
}

/**
 * A file that Terraform's local backend writes, and not a copy that was pulled from elsewhere: it lies in its
 * project, no other backend is set up there, and none is written in the configuration. In doubt it is a copy.
 */
function isLocalState(file: string): boolean {
  if (basename(file) !== "terraform.tfstate") return false;
  const above = dirname(resolve(file));
  const project = basename(dirname(above)) === "terraform.tfstate.d" ? dirname(dirname(above)) : above;
  const configuration = readdirSync(project).filter((name) => /\.tf(\.json)?$/.test(name));
  const text = configuration.map((name) => readFileSync(join(project, name), "utf8")).join("\n");
  if (configuration.length === 0 || keepsStateElsewhere(text)) return false;
  const backendFile = join(project, ".terraform", "terraform.tfstate");
  if (!existsSync(backendFile)) return true;
  try {
    const { backend } = JSON.parse(readFileSync(backendFile, "utf8")) as {
      backend?: { type?: string; config?: { path?: string | null; workspace_dir?: string | null } };
    };
    return !backend || (backend.type === "local" && !backend.config?.path && !backend.config?.workspace_dir);
  } catch {
    return false;
  }
}

/** A configuration names another place than Terraform's usual one. */
function keepsStateElsewhere(text: string): boolean {
  return /"?\b(backend|cloud)\b"?\s*[:{"]/.test(text.replace(/backend\s+"local"\s*\{\s*\}/g, ""));
}
