import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Arguments } from "@operation-app/preflight";
import { InputError } from "@operation-app/preflight/input";

/** Version of the provider that bindings were generated from. @throws InputError where the directory has none */
export function versionOfBindings(directory: string): string {
  const file = join(directory, "package.json");
  const { cdktf, cdktn } = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const version = (cdktn ?? cdktf)?.provider?.version;
  if (typeof version === "string") return version;
  throw new InputError(`${directory}: has no bindings. Name an unpacked @cdktf/provider-aws or @cdktn/provider-aws.`);
}

/**
 * What a provider takes, by the bindings that were generated from its schema: each class and struct of theirs says how it
 * becomes JSON. What only the provider sets is not in them.
 *
 * @param directory an unpacked `@cdktf/provider-aws` or `@cdktn/provider-aws`
 * @returns arguments by type as in an address
 */
export function argumentsInBindings(directory: string): Map<string, Arguments> {
  const library = join(directory, "lib");
  const found = new Map<string, Arguments>();
  for (const folder of readdirSync(library, { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    const text = readModule(join(library, folder.name));
    const [, type] = text.match(/terraformResourceType: '([^']+)'/) ?? [];
    const [, written] = text.match(/\n {4}synthesizeAttributes\(\) \{\n {8}return \{\n?([\s\S]*?)\n? {0,8}\};/) ?? [];
    if (!type || written === undefined) continue;
    const isData = folder.name.startsWith("data-aws-");
    found.set(isData ? `data.${type}` : type, argumentsIn(written, structsIn(text)));
  }
  return found;
}

/** The largest resources are in several files. */
function readModule(directory: string): string {
  const files = readdirSync(directory).filter((name) => name.endsWith(".js"));
  return files.map((name) => readFileSync(join(directory, name), "utf8")).join("\n");
}

/** What each struct writes, by the name of the function that does so. */
function structsIn(text: string): ReadonlyMap<string, string> {
  const functions = text.matchAll(
    /\nfunction (\w+ToTerraform)\(struct\) \{[\s\S]*?\n {4}return \{\n?([\s\S]*?)\n? {0,4}\};\n\}/g,
  );
  return new Map(Array.from(functions, ([, name = "", body = ""]) => [name, body]));
}

function argumentsIn(written: string, structs: ReadonlyMap<string, string>): Arguments {
  const lines = written.matchAll(/^ +'?([a-z0-9_]+)'?: (.+),$/gm);
  return Object.fromEntries(
    Array.from(lines, ([, name = "", how = ""]) => {
      const [, struct] = how.match(/(?<!cdkt[fn]\.)\b(\w+ToTerraform)\b/) ?? [];
      const inner = struct === undefined ? undefined : structs.get(struct);
      return [name, inner === undefined ? 1 : argumentsIn(inner, structs)];
    }),
  );
}
