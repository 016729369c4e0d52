import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { bundled } from "../../packages/preflight/tests/support/bundled.ts";
import { put, temporaryDirectory } from "../../packages/preflight/tests/support/temporary.ts";

const ASKS = bundled(`
  import { cdktfArguments } from "./tools/cdktf/cdktf-arguments.ts";
  console.log(JSON.stringify(cdktfArguments() ?? null));`);

/** What an app learns that a command of this name runs by way of a shell, as cdktf does. */
function asked(name: string, env: NodeJS.ProcessEnv = { CDKTF_CONTEXT_JSON: "{}" }) {
  const directory = temporaryDirectory();
  put(join(directory, "app.cjs"), ASKS);
  const line = `node ${join(directory, "app.cjs")}; true`;
  put(
    join(directory, name),
    `require("node:child_process").spawnSync("sh", ["-c", ${JSON.stringify(line)}], { stdio: "inherit" });`,
  );
  const args = [join(directory, name), "deploy", "production"];
  return JSON.parse(
    spawnSync(process.execPath, args, {
      encoding: "utf8",
      env: { ...process.env, CDKTF_CONTEXT_JSON: undefined, ...env },
    }).stdout,
  );
}

it.each(["cdktf", "cdktn.js"])("an app knows what %s runs it for", (name) => {
  expect(asked(name)).toEqual(["deploy", "production"]);
});

it("an app that no such command runs knows that", () => {
  expect(asked("terraform-cdk")).toBeNull();
  expect(asked("cdktf", {})).toBeNull();
});
