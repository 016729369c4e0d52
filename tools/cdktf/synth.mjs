// What the "app" line of cdktf.json runs: app.ts, which is main.ts behind the guards of cdktf deploy, as one bundled file.
//
// A bundle starts several times faster than the same files through a TypeScript loader (`npm run bench` shows it).
// It lies under .cache and is made anew as soon as a file that went into it has changed.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const cache = join(root, ".cache");
const bundle = join(cache, "main.cjs");
const fingerprintFile = join(cache, "main.inputs.json");

/**
 * Time and size of each of our own files in the bundle, of the list of environments (a new one is a new import),
 * and of the record npm keeps of what is installed.
 */
function fingerprint(files) {
  return JSON.stringify([
    readdirSync(join(root, "environments")).sort(),
    [...files, "node_modules/.package-lock.json", "tools/cdktf/synth.mjs"].sort().map((file) => {
      const { mtimeMs, size } = statSync(join(root, file));
      return [file, mtimeMs, size];
    }),
  ]);
}

function isFresh() {
  try {
    const { files, seen } = JSON.parse(readFileSync(fingerprintFile, "utf8"));
    statSync(bundle);
    return seen === fingerprint(files);
  } catch {
    return false;
  }
}

/** Written beside and renamed, so that two synths at once never see half a bundle. */
function write(path, contents) {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

async function build() {
  const { build } = await import("esbuild");
  const result = await build({
    absWorkingDir: root,
    entryPoints: ["tools/cdktf/app.ts"],
    bundle: true,
    platform: "node",
    external: ["@aws-sdk/*", "@cdktf/hcl2json"], // loaded only where AWS is asked something, or an expression is to be parsed
    target: "node20",
    format: "cjs",
    minifyWhitespace: true,
    legalComments: "none",
    sourcemap: "linked",
    metafile: true,
    write: false,
    outfile: bundle,
    logLevel: "error",
  }).catch(() => process.exit(1)); // esbuild has printed file, line and reason
  mkdirSync(cache, { recursive: true });
  const files = Object.keys(result.metafile.inputs).filter((file) => !file.includes("node_modules/"));
  const seen = fingerprint(files);
  for (const output of result.outputFiles) write(output.path, output.contents);
  write(fingerprintFile, JSON.stringify({ files, seen }));
}

/** A fault of the program's own: run it again so that the trace names our files and lines, not the bundle's. */
function traceInSources() {
  spawnSync(process.execPath, ["--enable-source-maps", bundle], { stdio: "inherit" });
  process.exit(1);
}

if (!isFresh()) await build();
process.on("uncaughtException", traceInSources);
createRequire(import.meta.url)(bundle);
