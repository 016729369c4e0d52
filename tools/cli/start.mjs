// What bin/infra runs once Node is a good one. Plain JavaScript: the dependencies may not be installed yet.
import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleOf, runBundle } from "../lib/bundle.cjs";
import { cloneProblem } from "../lib/start-problems.cjs";
import { GROUPS, isVerb, VERBS } from "./verbs.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const typed = process.argv.slice(2);
// As in `git help log`.
const [verb, ...args] = typed[0] === "help" && isVerb(typed[1]) ? [typed[1], "--help"] : typed;

if (verb === undefined || ["--help", "-h", "help"].includes(verb)) process.stdout.write(help());
else if (["--version", "-V"].includes(verb)) process.stdout.write(`${version()}\n`);
else if (!isVerb(verb)) refuse(await noVerb(verb));
else if (cloneProblem() !== undefined) refuse(cloneProblem());
else await start();

function help() {
  const width = Math.max(
    ...Object.values(GROUPS)
      .flatMap(Object.keys)
      .map((name) => name.length),
  );
  const group = ([title, own]) =>
    [title, ...Object.entries(own).map(([name, what]) => `  ${name.padEnd(width)}  ${what}`)].join("\n");
  return [
    "Usage: bin/infra <verb> [environment] [--options]",
    ...Object.entries(GROUPS).map(group),
    "bin/infra <verb> --help has the options of each.\nExit codes: 0 success, 1 findings or failure, 2 unusable input.\n",
  ].join("\n\n");
}

/** Of this project, as docs/upgrade.md counts it. */
function version() {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version;
}

async function noVerb(name) {
  // As every dependency, it may not be installed.
  const { closest, distance } = await import("fastest-levenshtein").catch(() => ({}));
  const near = closest?.(name, VERBS);
  const hint = near !== undefined && distance(name, near) <= name.length / 2 ? ` Did you mean "${near}"?` : "";
  return `bin/infra has no verb "${name.replace(/[^\x20-\x7e]/g, "?")}".${hint} bin/infra --help lists them.`;
}

function refuse(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
}

/** Does the work in this process, in the project's directory. Files are named as seen from where infra was called. */
async function start() {
  // npm starts its scripts in the project's directory, and says in INIT_CWD where it was called itself.
  const isFromNpm = process.env.npm_lifecycle_event !== undefined && process.cwd() === root;
  if (!isFromNpm) process.env.INIT_CWD = process.cwd();
  const script = process.env.npm_lifecycle_event;
  if (isFromNpm && (VERBS.includes(script) || script === "preflight"))
    process.stderr.write(`npm run ${script} is now: bin/infra ${verb}\n`);
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  process.chdir(root);
  // The reader of the output, such as `head`, may stop before its end.
  process.stdout.on("error", (error) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
  const bundle = await bundleOf({
    entry: "tools/cli/infra.ts",
    external: ["@cdktf/hcl2json", "@cdktn/hcl2json", "dockerode", "tsx"],
    folders: ["environments"],
  });
  traceInSources(bundle.file);
  const { infra, printVisibly } = runBundle(bundle);
  printVisibly();
  // Node would print the line of the bundle that it was thrown at, and one of them is a library as a whole.
  process.on("uncaughtException", (error) => {
    process.stderr.write(`${error?.stack ?? error}\n`);
    process.exit(1);
  });
  await infra(verb, args);
}

/**
 * A stack trace of an error names our files and lines, and not the bundle's. Its map, which takes half a second to read, is
 * read only if there is one to print: cdktf notes where each token was made, from its first line on, in what is no error.
 */
function traceInSources(bundle) {
  let map;
  const inSources = (call) => {
    if (call.getFileName() !== bundle) return String(call);
    map ??= new SourceMap(JSON.parse(readFileSync(`${bundle}.map`, "utf8")));
    const { originalSource, originalLine, originalColumn } = map.findEntry(
      call.getLineNumber() - 1,
      call.getColumnNumber() - 1,
    );
    if (originalSource === undefined) return String(call);
    const file = relative(root, resolve(dirname(bundle), originalSource));
    return `${call.getFunctionName() ?? "<anonymous>"} (${file}:${originalLine + 1}:${originalColumn + 1})`;
  };
  Error.prepareStackTrace = (error, calls) =>
    [error, ...calls.map((call) => `    at ${error instanceof Error ? inSources(call) : call}`)].join("\n");
}
