import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { InputError } from "@operation-app/preflight/input";
import { environmentSchema } from "../../environments/schema/environment.ts";
import type { Environment } from "../../environments/schema/index.ts";
import { importedVersions, versionsFile } from "../../environments/schema/versions.ts";

/** The images of the stack, and of a release. */
export const IMAGE_NAMES = ["nginx", "app"] as const;
export type ImageName = (typeof IMAGE_NAMES)[number];

/** Which version of each image an environment runs; none where its services stand at zero tasks. */
export type Versions = Readonly<Partial<Record<ImageName, string>>>;

/**
 * What is wrong where an environment does not get its versions from the file that a release writes; nothing where all is
 * well. Such a release would change nothing.
 */
export function unreadVersions({ name, images }: Pick<Environment, "name" | "images">): string | undefined {
  const source = readFileSync(`environments/${name}.ts`, "utf8");
  const file = versionsFile(name);
  const how = `Write import images from "./${file.split("/")[1]}" with { type: "json" }, and images in its settings.`;
  if (!importedVersions(source).includes(name))
    return `environments/${name}.ts: does not import ${file}, which a release writes. ${how}`;
  const written = readVersions(name);
  const isSame = IMAGE_NAMES.every((image) => written[image] === images[image]);
  return isSame ? undefined : `environments/${name}.ts: images: differ from ${file}. ${how}`;
}

/** @throws InputError where the file is not there, or not good */
export function readVersions(environment: string): Versions {
  const file = versionsFile(environment);
  let root: unknown;
  try {
    root = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new InputError(
      `${file}: can't be read as JSON (${(error as Error).message}). Write the running versions, or {}.`,
    );
  }
  return checked(root, file);
}

/**
 * Writes which versions an environment runs, whole or not at all. What is not named stays as it was.
 *
 * @returns the file
 * @throws InputError where one is no version
 */
export function writeVersions(environment: string, changes: Versions): string {
  const file = versionsFile(environment);
  const { nginx, app } = checked({ ...readVersions(environment), ...changes }, file);
  const written = `${file}.${process.pid}`;
  writeFileSync(written, `${JSON.stringify({ nginx, app }, null, 2)}\n`);
  renameSync(written, file);
  return file;
}

/** What an older text of the file says; nothing where it isn't one. */
export function versionsIn(text: string): Versions | undefined {
  try {
    return environmentSchema.shape.images.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Whether the same runs by both. */
export function sameVersions(one: Versions, other: Versions): boolean {
  return IMAGE_NAMES.every((name) => one[name] === other[name]);
}

/** For people: `nginx 0.1.0, app 0.2.0`. */
export function versionsText(versions: Versions): string {
  const parts = IMAGE_NAMES.filter((name) => versions[name] !== undefined).map((name) => `${name} ${versions[name]}`);
  return parts.join(", ") || "nothing";
}

function checked(value: unknown, file: string): Versions {
  const { data, error } = environmentSchema.shape.images.safeParse(value);
  if (data) return data;
  throw new InputError(
    error.issues.map(({ path, message }) => `${file}: ${path.join(".") || "the file"}: ${message}`).join("\n"),
  );
}
