// TypeScript as one bundled file, run with the code that V8 has compiled for it. Plain JavaScript, because it is what
// loads the TypeScript. `npm run bench` shows what it saves.
//
// All of it lies under .cache, in a folder of the entry's name:
//   inputs.json          the files that went into the bundle, and how they were
//   <key>.cjs, .cjs.map  the bundle; the key is a hash of everything that went into it
//   <key>-<node>.code    V8's code, of the Node that ran it
// The last few are kept: who goes back to what was written before, as to another branch, has its bundle.
// What is missing, of other contents, damaged or can't be written costs time, and nothing else.
"use strict";

const fs = require("node:fs");
const Module = require("node:module");
const { dirname, join, resolve } = require("node:path");
const { cachedDataVersionTag } = require("node:v8");
const { Script } = require("node:vm");
const { crc32 } = require("node:zlib");

const { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = fs;

const root = resolve(__dirname, "../..");

/** What shapes every bundle beside its sources: the packages that npm has installed, and how a bundle is made. */
const ALWAYS = ["node_modules/.package-lock.json", "tools/lib/bundle.cjs", "tsconfig.json"];

/** How many bundles of an entry are kept, and how long the others are: a process may have just begun with one. */
const KEPT_BUNDLES = 5;
const LEFTOVER_MILLISECONDS = 60_000;

/**
 * A bundle is a function, as Node makes one of a module. Written so: to put the text of megabytes together again takes 2 ms.
 * The room before it is for Node to take it as a module, with the map still right.
 */
const EXPORTS = "module.exports=";
const BEGIN = `${EXPORTS.replaceAll(/./g, " ")}(function(exports,require,module){`;
const END = "})";

/**
 * What stands in a bundle for `import`: Node can't tell whose an `import()` is in code that V8 has kept. As long, so that
 * the map stays right.
 */
const IMPORT = "$mport";
const DEFINE_IMPORT = `"use strict";var ${IMPORT}=module.importHere??((name)=>import(name));`;

/**
 * Loads the framework, each of its bindings, and what starts processes where something of it is used first, and not where it
 * is imported: many of an app's classes are for settings that an environment does not have. What esbuild makes of an import
 * inherits from this.
 */
const WHERE_USED = {
  name: "where-used",
  setup({ onResolve, onLoad, resolve }) {
    const filter = /^(?:cdkt[fn]|@cdkt[fn]\/provider-aws\/lib\/.*|child_process)$/;
    onResolve({ filter }, async ({ path, kind, namespace, resolveDir, pluginData }) => {
      const isLoadedAtOnce = kind === "import-statement" || (kind === "require-call" && path === "child_process");
      if (!isLoadedAtOnce || namespace !== "file" || pluginData === filter) return undefined;
      const found = await resolve(path, { kind, resolveDir, pluginData: filter });
      return found.errors.length > 0 ? undefined : { path: found.path, namespace: WHERE_USED.name };
    });
    onLoad({ filter: /^/, namespace: WHERE_USED.name }, ({ path }) => ({
      contents: `module.exports = Object.create(new Proxy({}, { get: (_, name) => require(${JSON.stringify(path)})[name] }))`,
      resolveDir: root,
    }));
  },
};

/** What stands in a bundle for `import.meta.url`, which a file in CommonJS does not have: packages are found from there. */
const URL_HERE = "$url";
const DEFINE_URL = `var ${URL_HERE}=require("node:url").pathToFileURL(module.filename).href;`;

/** Of a CRC-32. */
const CHECKSUM_BYTES = 4;

/**
 * The bundle of a TypeScript file, made anew where anything that went into it has changed. Where it can't be made, the
 * process ends, and esbuild has printed the reason.
 *
 * @param {object} of
 * @param {string} of.entry the file, such as `tools/cdktf/app.ts`
 * @param {string[]} [of.external] packages that stay out of the bundle: they are loaded only where they are needed
 * @param {Record<string, string>} [of.alias] packages, and the file that stands for each
 * @param {string[]} [of.folders] folders of which every file is imported, whatever its name
 * @returns {Promise<{ file: string, text: string }>}
 */
async function bundleOf({ entry, external = [], alias = {}, folders = [] }) {
  const cache = join(root, ".cache", entry.replace(/\.ts$/, "").replaceAll("/", "-"));
  return freshBundle(cache, folders) ?? (await build({ cache, entry, external, alias, folders }));
}

/**
 * Runs a bundle in this process. When the process succeeds, V8's code is kept: by then it has compiled all that ran.
 *
 * @returns what its entry exports
 */
function runBundle({ file, text }) {
  const module = Object.assign(new Module(file), { filename: file, importHere: (name) => import(name) });
  compiled({ file, text })(module.exports, Module.createRequire(file), module);
  return module.exports;
}

function compiled({ file, text }) {
  if (process.sourceMapsEnabled) return compiledWithMap({ file, text });
  const node = `${process.version}-${process.platform}-${process.arch}-${cachedDataVersionTag()}`;
  const codeFile = file.replace(/\.cjs$/, `-${node}.code`);
  const cachedData = readCode(codeFile);
  const script = new Script(text, { filename: file, cachedData });
  if (cachedData === undefined || script.cachedDataRejected)
    process.once("exit", (status) => status === 0 && keepCode(codeFile, script.createCachedData()));
  return script.runInThisContext();
}

/** Only of modules does Node read maps. */
function compiledWithMap({ file, text }) {
  const module = new Module(file);
  module._compile(EXPORTS + text.slice(EXPORTS.length), file);
  return module.exports;
}

function freshBundle(cache, folders) {
  try {
    const record = join(cache, "inputs.json");
    const { key: last, files, seen } = JSON.parse(readFileSync(record, "utf8"));
    const now = signature(files, folders);
    const key = seen === now ? last : keyOf(files, folders);
    const file = join(cache, `${key}.cjs`);
    const text = readFileSync(file, "latin1"); // esbuild writes ASCII
    if (!text.endsWith(ending(key))) return undefined;
    if (seen !== now) keep(record, JSON.stringify({ key, files, seen: now }));
    return { file, text };
  } catch {
    return undefined;
  }
}

async function build(of, attempts = 3) {
  const { cache, entry, external, alias, folders } = of;
  const esbuild = await import("esbuild");
  const began = Date.now();
  const result = await esbuild
    .build({
      absWorkingDir: root,
      entryPoints: [entry],
      bundle: true,
      platform: "node",
      external,
      alias,
      target: "node20",
      format: "cjs",
      minifyWhitespace: true,
      minifySyntax: true, // and not the names: stack traces have them
      legalComments: "none",
      banner: { js: BEGIN + DEFINE_IMPORT + DEFINE_URL },
      footer: { js: END },
      define: { "import.meta.url": URL_HERE },
      sourcemap: "external",
      sourcesContent: false,
      metafile: true,
      plugins: [WHERE_USED],
      write: false,
      outfile: join(cache, "bundle.cjs"),
      logLevel: "error",
    })
    .catch(() => process.exit(1));
  const files = Object.keys(result.metafile.inputs).filter(isOfProject);
  const seen = signature(files, folders);
  // A file that is written meanwhile may have gone into the bundle as it was before: the key would not be the bundle's.
  if (attempts > 1 && files.some((file) => statSync(join(root, file)).ctimeMs >= began)) return build(of, attempts - 1);
  const key = keyOf(files, folders);
  const [map, { text }] = result.outputFiles;
  const bundle = { file: join(cache, `${key}.cjs`), text: withoutImports(text) + ending(key) };
  keep(`${bundle.file}.map`, map.contents);
  keep(bundle.file, bundle.text);
  keep(join(cache, "inputs.json"), JSON.stringify({ key, files, seen }));
  removeLeftovers(cache);
  return bundle;
}

function isOfProject(input) {
  return !input.includes("node_modules/") && !input.startsWith(`${WHERE_USED.name}:`);
}

function withoutImports(text) {
  const begin = BEGIN + DEFINE_IMPORT;
  return begin + text.slice(begin.length).replaceAll(/(?<![.\w$])import\(/g, `${IMPORT}(`);
}

function ending(key) {
  return `//# sourceMappingURL=${key}.cjs.map\n`;
}

/** What changes with a file when its contents do, and costs less to look at. */
function signature(files, folders) {
  const looks = [...files, ...ALWAYS].map((file) => {
    const { mtimeMs, ctimeMs, size, ino } = statSync(join(root, file));
    return [mtimeMs, ctimeMs, size, ino];
  });
  return JSON.stringify([looks, namesIn(folders)]);
}

function keyOf(files, folders) {
  const { createHash } = require("node:crypto"); // takes 3 ms
  const hash = createHash("sha256").update(JSON.stringify([files, namesIn(folders)]));
  for (const file of [...files, ...ALWAYS]) {
    const contents = readFileSync(join(root, file));
    hash.update(`${contents.length}\n`).update(contents);
  }
  return hash.digest("hex").slice(0, 32);
}

function namesIn(folders) {
  return folders.map((folder) => readdirSync(join(root, folder)).sort());
}

/** V8 does not check that its code is whole: a checksum stands behind it. */
function keepCode(file, code) {
  keep(file, Buffer.concat([code, checksum(code)]));
}

function readCode(file) {
  try {
    const contents = readFileSync(file);
    const code = contents.subarray(0, -CHECKSUM_BYTES);
    return checksum(code).equals(contents.subarray(-CHECKSUM_BYTES)) ? code : undefined;
  } catch {
    return undefined;
  }
}

/** Against damage, not against someone: who writes here can write the bundle, too. */
function checksum(code) {
  const sum = Buffer.alloc(CHECKSUM_BYTES);
  sum.writeUInt32LE(crc32(code));
  return sum;
}

/** Written beside and renamed: whoever reads meanwhile sees all of the old or all of the new. */
function keep(file, contents) {
  const temporary = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(temporary, contents);
    renameSync(temporary, file);
  } catch {
    // A folder that is not ours, a full disk: the next run does the work once more.
  }
}

function removeLeftovers(cache) {
  const names = existsSync(cache) ? readdirSync(cache) : [];
  const made = new Map(
    names.map((name) => [name, statSync(join(cache, name), { throwIfNoEntry: false })?.mtimeMs ?? 0]),
  );
  const newest = names.filter((name) => name.endsWith(".cjs")).sort((a, b) => made.get(b) - made.get(a));
  const kept = newest.slice(0, KEPT_BUNDLES).map((name) => name.replace(".cjs", ""));
  for (const [name, at] of made) {
    if (name === "inputs.json" || kept.some((key) => name.startsWith(key))) continue;
    if (Date.now() - at > LEFTOVER_MILLISECONDS) rmSync(join(cache, name), { force: true });
  }
}

module.exports = { bundleOf, runBundle };
