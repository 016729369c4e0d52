// What the "app" line of cdktf.json runs: app.ts, which is main.ts behind the guards of cdktf deploy, as one bundled file.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { bundled } from "../lib/bundle.mjs";
import { nodeProblem } from "../lib/node-problem.cjs";

const problem = nodeProblem();
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}

const bundle = await bundled({
  entry: "tools/cdktf/app.ts",
  name: "main",
  external: ["@aws-sdk/*", "@cdktf/hcl2json"], // loaded only where AWS is asked something, or an expression is to be parsed
});

/** A fault of the program's own: run it again so that the trace names our files and lines, not the bundle's. */
function traceInSources() {
  spawnSync(process.execPath, ["--enable-source-maps", bundle], { stdio: "inherit" });
  process.exit(1);
}

process.on("uncaughtException", traceInSources);
createRequire(import.meta.url)(bundle);
