import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { RULES, type Rule } from "@operation-app/preflight";
import { execa } from "execa";
import { afterAll, expect, it } from "vitest";
import type { Verb } from "../tools/cli/command.ts";
import { VERBS } from "../tools/cli/verbs.mjs";
import { renameImports } from "../tools/framework/rename.ts";
import { frameworkOf } from "../tools/lib/framework.ts";

const ROOT = resolve(import.meta.dirname, "..");
const PAGE = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8");

// Beside no source file, where another test would find it; in the project, where its packages are.
mkdirSync(join(ROOT, ".cache"), { recursive: true });
const scratch = mkdtempSync(join(ROOT, ".cache", "contributing-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Loads a file that the page shows whole, as if it were where the page says, in a clone that is turned to the other framework, too. */
async function shown<T>(path: string): Promise<T> {
  const code = PAGE.slice(PAGE.indexOf(`\`${path}\`:`)).match(/```ts\n(.*?)```/s)?.[1];
  if (code === undefined) throw new Error(`CONTRIBUTING.md does not show ${path}.`);
  const file = join(scratch, basename(path));
  const here = dirname(join(ROOT, path));
  writeFileSync(
    file,
    renameImports(code, "cdktf", frameworkOf(ROOT)).replace(
      /(from )"(\.[^"]+)"/g,
      (_, from, to) => `${from}${JSON.stringify(resolve(here, to))}`,
    ),
  );
  return (await import(file)) as T;
}

// Whoever types it in finds `npm run lint` as content as before.
it("shows every file as the formatter writes it", async () => {
  const files = [...PAGE.matchAll(/`([\w/.-]+\.ts)`:\n\n( *)```ts\n(.*?)^ *```$/gms)];
  expect(files.map(([, path]) => path)).toEqual([
    "packages/preflight/src/rules/network/tenancy.ts",
    "packages/preflight/tests/rules/network/tenancy.test.ts",
    "modules/audit/index.ts",
    "__tests__/modules/audit.test.ts",
    "tools/cli/environments.ts",
  ]);
  for (const [, path, margin = "", code = ""] of files) {
    const input = code.replaceAll(new RegExp(`^${margin}`, "gm"), "");
    const { stdout } = await execa("node_modules/.bin/biome", ["format", `--stdin-file-path=${path}`], {
      cwd: ROOT,
      input,
    });
    expect(`${stdout}\n`).toBe(input);
  }
});

it("shows a first rule that can be made, and an id that no rule has", async () => {
  const { TENANCY_RULE } = await shown<{ TENANCY_RULE: Rule }>("packages/preflight/src/rules/network/tenancy.ts");
  expect(PAGE).toContain(`describeRule("${TENANCY_RULE.id}"`);
  expect(RULES.map(({ id }) => id)).not.toContain(TENANCY_RULE.id);
});

it("shows a first module that can be loaded", async () => {
  const { Audit } = await shown<{ Audit: { name: string } }>("modules/audit/index.ts");
  expect(Audit.name).toBe("Audit");
});

it("shows a first verb that can be loaded, and its line in the list of verbs", async () => {
  const { default: verb } = await shown<{ default: Verb }>("tools/cli/environments.ts");
  const line = /^ *(\w+): "[^"]+",$/;
  expect(readFileSync(join(ROOT, "tools/cli/verbs.mjs"), "utf8")).toMatch(new RegExp(line, "m"));
  const [, name] = PAGE.match(/```js\n(.+)\n```/)?.[1]?.match(line) ?? [];
  expect(verb.command.name()).toBe(name);
  expect(VERBS).not.toContain(name);
});
