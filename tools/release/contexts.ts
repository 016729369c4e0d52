import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@operation-app/preflight/input";
import { execa } from "execa";
import { changedFiles } from "../lib/git/changed-files.ts";
import { IMAGE_NAMES, type ImageName } from "./versions.ts";

/** Directory that each image is built from. */
export type Contexts = Readonly<Partial<Record<ImageName, string>>>;

/** The file that an image is built by; nothing where a directory has none. */
export function dockerfileIn(directory: string): string | undefined {
  return ["Dockerfile", "Containerfile"].map((name) => join(directory, name)).find(existsSync);
}

/** Default build contexts. */
const DEFAULTS: Contexts = { nginx: "images/nginx" };

/**
 * Reads `DIR`, which is the app's, `app=DIR` or `nginx=DIR`.
 *
 * @throws InputError where an image has two
 */
export function parseContexts(values: readonly string[], resolve: (directory: string) => string): Contexts {
  const contexts: Partial<Record<ImageName, string>> = {};
  for (const value of values) {
    const named = IMAGE_NAMES.find((name) => value.startsWith(`${name}=`));
    const name = named ?? "app";
    if (contexts[name] !== undefined) throw new InputError(`--context ${value}: ${name} has two contexts. Name one.`);
    contexts[name] = resolve(named ? value.slice(named.length + 1) : value);
  }
  return contexts;
}

/** Where an image is built from, and the commit that has last changed it. */
export interface Context {
  readonly directory: string;
  /** `<commit>-dirty` where files differ from it; nothing outside of git. */
  readonly revision: string | undefined;
}

/** @returns a text that says what is wrong, or what there is */
export async function readContext(
  image: ImageName,
  contexts: Contexts,
  allowDirty: boolean,
): Promise<Context | string> {
  const directory = contexts[image] ?? DEFAULTS[image];
  if (directory === undefined) return `--context is missing. Name the directory that the ${image} image is built from.`;
  if (!existsSync(directory)) return `--context ${directory}: does not exist.`;
  if (!dockerfileIn(directory))
    return `--context ${directory}: has no Dockerfile. Name the directory that the ${image} image is built from.`;
  const commit = await git(directory, ["log", "-1", "--format=%H", "--", "."]);
  if (!commit)
    return allowDirty
      ? { directory, revision: undefined }
      : `${directory}: is not committed, so the source of the ${image} image could not be traced. Commit it, or write --allow-dirty.`;
  const files = changedFiles((await git(directory, ["status", "--porcelain", "--", "."])) ?? "");
  if (files.length === 0) return { directory, revision: commit };
  if (allowDirty) return { directory, revision: `${commit}-dirty` };
  return `${directory}: ${files.join(", ")} have uncommitted changes, so the source of the ${image} image could not be traced. Commit them, or write --allow-dirty.`;
}

/** What git prints; nothing where it fails. */
async function git(cwd: string, args: readonly string[]): Promise<string | undefined> {
  const { failed, stdout } = await execa("git", args, { cwd, reject: false });
  return failed ? undefined : stdout.trimEnd();
}
