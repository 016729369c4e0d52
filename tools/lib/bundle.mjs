// Plain JavaScript, since it is what runs the TypeScript: a bundle starts several times faster than the same files
// through a loader (`npm run bench` shows it).
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const cache = join(root, ".cache");

/**
 * One file of all that an entry imports, under .cache; made anew as soon as a file that went into it has changed.
 * A mistake in one of them is said with file, line and reason, and ends the process with 1.
 *
 * @param entry TypeScript file, as seen from the project's directory
 * @param name of the bundle
 * @param external modules that stay what they are, because they are seldom loaded
 * @returns its path; `require` takes it
 */
export async function bundled({ entry, name, external }) {
  const bundle = join(cache, `${name}.cjs`);
  const record = join(cache, `${name}.inputs.json`);
  if (!isFresh(bundle, record)) await build({ entry, bundle, record, external });
  return bundle;
}

/**
 * Time and size of each of our own files in the bundle, of the list of environments (a new one is a new import),
 * and of the record npm keeps of what is installed.
 */
function fingerprint(files) {
  return JSON.stringify([
    readdirSync(join(root, "environments")).sort(),
    [...files, "node_modules/.package-lock.json", "tools/lib/bundle.mjs"].sort().map((file) => {
      const { mtimeMs, size } = statSync(join(root, file));
      return [file, mtimeMs, size];
    }),
  ]);
}

function isFresh(bundle, record) {
  try {
    const { files, seen } = JSON.parse(readFileSync(record, "utf8"));
    statSync(bundle);
    return seen === fingerprint(files);
  } catch {
    return false;
  }
}

/** Written beside and renamed, so that two processes at once never see half a bundle. */
function write(path, contents) {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

async function build({ entry, bundle, record, external }) {
  const { build } = await import("esbuild");
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    external,
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
  write(record, JSON.stringify({ files, seen }));
}
