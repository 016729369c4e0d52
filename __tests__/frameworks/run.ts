// `npm run test:frameworks`: a clone of the last commit is turned to CDK Terrain, and back. In between, its stacks are
// compared, and its tests are run: the unit tests, and those that are named. It takes a Node that both frameworks take.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { PACKAGES } from "../../tools/framework/packages.ts";
import { isAtLeast } from "../../tools/lib/process/versions.ts";

const { node } = PACKAGES.cdktn;
if (!isAtLeast(process.versions.node, node)) {
  console.error(
    `CDK Terrain needs Node ${node} or later, and this is ${process.versions.node}. Install it: nvm install 22`,
  );
  process.exit(2);
}

const END_TO_END = ["lifecycle", "synth"].map((name) => `__tests__/end-to-end/${name}.test.ts`);
const STACKS = ["--import", "tsx", "__tests__/frameworks/stacks.ts"];

const directory = mkdtempSync(join(tmpdir(), "frameworks-"));
const clone = join(directory, "clone");
const stacks = (name: string) => join(directory, name);
const run = (command: string, ...args: string[]) => {
  console.log(`$ ${command} ${args.join(" ")}`);
  return execa(command, args, { cwd: clone, stdio: "inherit" });
};

try {
  await execa("git", ["clone", "--quiet", process.cwd(), clone], { stdio: "inherit" });
  await run("npm", "ci", "--no-audit", "--no-fund");
  await run("node", ...STACKS, "write", stacks("cdktf"));
  await run("node", "bin/infra", "framework", "cdktn");
  await run("node", ...STACKS, "write", stacks("cdktn"));
  await run("node", ...STACKS, "compare", stacks("cdktf"), stacks("cdktn"));
  await run("npm", "run", "--silent", "build");
  await run("npm", "run", "--silent", "lint");
  await run("npm", "run", "--silent", "test:unit");
  await run("npm", "run", "--silent", "test:end-to-end", "--", ...END_TO_END);
  const author = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.com"];
  await run("git", ...author, "commit", "--all", "--quiet", "--message", "Turn to CDK Terrain");
  await run("node", "bin/infra", "framework", "cdktf");
  // npm looks for the packages below the framework's anew, and may find newer ones.
  await run("git", "diff", "--exit-code", "--stat", "HEAD~", "--", ".", ":!package-lock.json");
} finally {
  rmSync(directory, { recursive: true, force: true });
}
