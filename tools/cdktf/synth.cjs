// What the "app" line of cdktf.json runs: app.ts, which is main.ts behind the guards of cdktf deploy, as one bundled file.
// CommonJS: Node takes 10 ms more to begin with a module.
"use strict";

const { refuseUnready } = require("../lib/start-problems.cjs");

refuseUnready();
synthesize();

async function synthesize() {
  require("./node-settings.cjs");
  const { bundleOf, runBundle } = require("../lib/bundle.cjs");
  const bundle = await bundleOf({
    entry: "tools/cdktf/app.ts",
    external: ["@aws-sdk/*", "@cdktf/hcl2json", "@cdktn/hcl2json"], // loaded only where AWS is asked something, or HCL is to be parsed
    alias: {
      archiver: "./tools/cdktf/archiver.cjs",
      "json-stable-stringify": "./tools/cdktf/json-stable-stringify.cjs",
    },
    folders: ["environments"], // a new file there is a new import
  });
  if (!process.sourceMapsEnabled) process.on("uncaughtException", traceInSources);
  runBundle(bundle);
}

/** A fault of the program's own: run it again so that the trace names our files and lines, not the bundle's. */
function traceInSources() {
  const { spawnSync } = require("node:child_process");
  spawnSync(process.execPath, ["--enable-source-maps", __filename], { stdio: "inherit" });
  process.exit(1);
}
