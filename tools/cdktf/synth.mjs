// What the "app" line of cdktf.json runs: app.ts, which is main.ts behind the guards of cdktf deploy, as one bundled file.
import { refuseUnready } from "../lib/start-problems.cjs";

refuseUnready();

// Not before: Node links all that is imported first, and one that is too old may lack what that takes of its own modules.
await import("./node-settings.mjs");
const { bundleOf, runBundle } = await import("../lib/bundle.mjs");

const bundle = await bundleOf({
  entry: "tools/cdktf/app.ts",
  external: ["@aws-sdk/*", "@cdktf/hcl2json", "@cdktn/hcl2json"], // loaded only where AWS is asked something, or HCL is to be parsed
  alias: { archiver: "./tools/cdktf/archiver.cjs" },
  folders: ["environments"], // a new file there is a new import
});

/** A fault of the program's own: run it again so that the trace names our files and lines, not the bundle's. */
function traceInSources() {
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  spawnSync(process.execPath, ["--enable-source-maps", bundle.file], { stdio: "inherit" });
  process.exit(1);
}

process.on("uncaughtException", traceInSources);
runBundle(bundle);
