import { describe, expect, it } from "vitest";
import packageFile from "../../../package.json" with { type: "json" };
import { PACKAGES, replacements } from "../../../tools/framework/packages.ts";
import { renameImports, renamePackages } from "../../../tools/framework/rename.ts";
import { FRAMEWORKS, frameworkOf } from "../../../tools/lib/framework.ts";

describe("a source file that is turned to CDK Terrain", () => {
  // A name that no import has: this file is turned as well.
  it.each([
    'import { App } from "CDKTF";',
    "export * from 'CDKTF/lib/x';",
    'import "CDKTF";',
    'import { Lb } from "@CDKTF/provider-aws/lib/lb";',
    'await import("@CDKTF/hcl2json")',
    'const t = require("CDKTF/lib/t") as T;',
    'vi.mock("CDKTF", () => ({}));',
    'import {\n  App,\n} from "CDKTF";',
  ])("imports from it: %s", (text) => {
    const [before, after] = FRAMEWORKS.map((name) => text.replace("CDKTF", name)) as [string, string];
    expect(renameImports(before, "cdktf", "cdktn")).toBe(after);
    expect(renameImports(after, "cdktn", "cdktf")).toBe(before);
  });

  it.each([
    ["text", 'level: "@cdktf/warn",'],
    ["the name of a program", '["cdktf", "cdktn.js"]'],
    ["a comment", "// what `cdktf deploy` does"],
    ["a module of another name", 'import x from "cdktf-local-exec";'],
    ["a folder of our own", 'import { run } from "../cdktf/app.ts";'],
    ["a part of a package", 'import { preflight } from "@operation-app/preflight/cdktf";'],
  ])("keeps %s", (_, text) => {
    expect(renameImports(text, "cdktf", "cdktn")).toBe(text);
  });
});

describe("package.json that is turned to CDK Terrain", () => {
  const before = renamePackages(JSON.stringify(packageFile, undefined, 2), frameworkOf(), "cdktf");
  const after = renamePackages(before, "cdktf", "cdktn");
  const { dependencies, devDependencies, scripts } = JSON.parse(after) as Record<string, Record<string, string>>;

  it("depends on its packages, in the versions that were tried", () => {
    const { framework, command, bindings, constructs } = PACKAGES.cdktn;
    expect({ ...dependencies, ...devDependencies }).toMatchObject(
      Object.fromEntries([framework, command, bindings, constructs]),
    );
    for (const { old } of replacements("cdktf", "cdktn")) expect(dependencies?.[old[0]]).not.toBe(old[1]);
  });

  it("calls its command in scripts", () => {
    expect(scripts).toMatchObject({
      get: "cdktn get && node tools/cdktf/bindings.mjs",
      synth: "node tools/cdktf/synth.cjs && cdktn synth",
      upgrade: "npm install --save-exact cdktn@latest cdktn-cli@latest @cdktn/provider-aws@latest",
    });
  });

  it("is the same again when it is turned back", () => {
    expect(renamePackages(after, "cdktn", "cdktf")).toBe(before);
  });
});
