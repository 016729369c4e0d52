// `npm run test:nodes`: the unit tests under the newest of each major of Node that `engines` names, or of those that are
// named: `npm run test:nodes -- 24`. Each comes as the npm package `node`; dependencies are installed under it, without a compiler.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";

const { engines } = JSON.parse(readFileSync("package.json", "utf8")) as { engines: { node: string } };
const all = engines.node.split(" || ").map((range) => range.match(/\d+/)?.[0] ?? "");
const [...wanted] = process.argv.slice(2);

const directory = mkdtempSync(join(tmpdir(), "nodes-"));
const clone = join(directory, "clone");
try {
  await execa("git", ["clone", "--quiet", process.cwd(), clone], { stdio: "inherit" });
  for (const major of wanted.length > 0 ? wanted : all) {
    const home = join(directory, major);
    await execa("npm", ["install", "--no-audit", "--no-fund", "--prefix", home, `node@${major}`], { cwd: directory });
    const env = { PATH: [join(home, "node_modules/.bin"), process.env.PATH].join(delimiter), ...withoutCompiler(home) };
    const run = (command: string, ...args: string[]) => execa(command, args, { cwd: clone, env, stdio: "inherit" });
    await run("node", "--version");
    await run("npm", "ci", "--no-audit", "--no-fund");
    await run("npm", "run", "--silent", "build");
    await run("npm", "run", "--silent", "test:unit", "--", "--reporter=dot");
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}

/** node-gyp finds nothing that compiles: what has no prebuilt file fails here, as on a machine without it. */
function withoutCompiler(home: string): NodeJS.ProcessEnv {
  const nothing = join(home, "no-compiler");
  writeFileSync(nothing, "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  return { CC: nothing, CXX: nothing, PYTHON: nothing, npm_config_python: nothing, npm_config_nodedir: undefined };
}
