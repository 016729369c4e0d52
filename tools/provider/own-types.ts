import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { frameworkOf } from "../lib/framework.ts";

const FOLDERS = ["modules", "stacks"];

/** Types of resources that this project's constructs can make or look up, as in an address, in order. */
export function ownTypes(project = process.cwd()): string[] {
  const { resolve } = createRequire(join(project, "package.json"));
  const bindings = `@${frameworkOf(project)}/provider-aws/lib/`;
  const names = FOLDERS.flatMap((folder) => filesIn(join(project, folder))).flatMap((file) =>
    Array.from(
      readFileSync(file, "utf8").matchAll(new RegExp(`"${bindings}([a-z0-9-]+)"`, "g")),
      ([, name = ""]) => name,
    ),
  );
  const types = [...new Set(names)].flatMap((name) => {
    const text = readFileSync(resolve(`${bindings}${name}/index.js`), "utf8");
    const [, type] = text.match(/\btfResourceType = "(aws_[^"]+)"/) ?? [];
    return type ? [name.startsWith("data-aws-") ? `data.${type}` : type] : [];
  });
  return types.sort();
}

function filesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  return names.map((name) => join(folder, name));
}
