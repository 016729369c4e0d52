import { createRequire } from "node:module";
import { type App, TerraformStack } from "cdktf";
import { expect, it } from "vitest";
import { traceSources } from "../src/source.ts";
import { temporaryDirectory } from "./support/temporary.ts";

/** The framework once more, as bindings have it that were installed with a copy of their own. */
function anotherFramework(): typeof import("cdktf") {
  const require = createRequire(import.meta.url);
  const known = Object.keys(require.cache).filter((file) => /[/\\]node_modules[/\\]cdktf[/\\]/.test(file));
  for (const file of known) delete require.cache[file];
  return require("cdktf");
}

it("finds the line that made a resource also where its class is from another copy of the framework", () => {
  const other = anotherFramework();
  expect(other.TerraformResource).not.toBe(TerraformStack);
  const build = (app: App) => {
    const stack = new TerraformStack(app, "stack");
    new other.TerraformResource(stack, "made", { terraformResourceType: "aws_vpc" });
    new other.TerraformDataSource(stack, "found", { terraformResourceType: "aws_vpc" });
  };
  const sources = traceSources(build, temporaryDirectory(), ["packages"]);
  expect([...sources]).toEqual([
    ["aws_vpc.made", expect.stringMatching(/^packages\/preflight\/tests\/source\.test\.ts:\d+$/)],
    ["data.aws_vpc.found", expect.stringMatching(/^packages\/preflight\/tests\/source\.test\.ts:\d+$/)],
  ]);
});
