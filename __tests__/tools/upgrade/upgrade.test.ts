import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type UpgradeOptions, upgrade } from "../../../tools/upgrade/upgrade.ts";

/** A synth that writes the addresses of `modules/addresses.json`, and fails where that says so. */
const SYNTH = `const { mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const stack = JSON.parse(readFileSync("modules/addresses.json", "utf8"));
if (stack.fails) { console.error("the stack has a fault"); process.exit(1); }
mkdirSync("cdktf.out/stacks/production", { recursive: true });
writeFileSync("cdktf.out/stacks/production/cdk.tf.json", JSON.stringify(stack));
`;
/** An npm that says what it was asked, fails at NPM_FAILS, and waits for its end at NPM_WAITS. */
const NPM = `#!/bin/sh
echo "$*" >> "$NPM_LOG"
case "$1 $2 $3" in *"$NPM_FAILS"*) [ -n "$NPM_FAILS" ] && { echo "npm says no" >&2; exit 1; };; esac
case "$1" in "$NPM_WAITS") echo waits > "$NPM_LOG.waits"; exec sleep 300;; esac
exit 0
`;
const FIRST = {
  "package.json": manifest("0.1.0"),
  "package-lock.json": lock("0.1.0"),
  "CHANGELOG.md": changelog("0.1.0"),
  ".gitignore": "cdktf.out/\n",
  "tools/cdktf/synth.cjs": SYNTH,
  "modules/addresses.json": stack({ aws_vpc: ["network"], aws_eip: ["nat"] }),
  "modules/lb.ts": "one\ntwo\nthree\nfour\nfive\n",
  "modules/old.ts": "old\n",
  "environments/schema/lb.ts": "schema of 0.1.0\n",
  "environments/production.ts": "production as it is shipped\n",
  "examples/app.rb": "example of 0.1.0\n",
  "review-policy.ts": "policy of 0.1.0\n",
};
const SECOND = {
  ...FIRST,
  "package.json": manifest("0.2.0"),
  "package-lock.json": lock("0.2.0"),
  "CHANGELOG.md": changelog("0.2.0", "0.1.0"),
  "modules/addresses.json": stack({ aws_vpc: ["main"] }, [{ from: "aws_vpc.network", to: "aws_vpc.main" }]),
  "modules/lb.ts": "one\ntwo\nthree\nfour\nfive of 0.2.0\n",
  "modules/new.ts": "new\n",
  "environments/schema/lb.ts": "schema of 0.2.0\n",
  "environments/production.ts": "production as 0.2.0 ships it\n",
  "environments/staging.ts": "nobody asked for it\n",
  "examples/app.rb": "example of 0.2.0\n",
  "review-policy.ts": "policy of 0.2.0\n",
};

/** Made once, and copied for each test. */
const template = mkdtempSync(join(tmpdir(), "upgrade-test-"));
let root: string;
let upstream: string;
let project: string;
const log = () => join(root, "npm.log");

beforeAll(async () => {
  mkdirSync(join(template, "bin"));
  writeFileSync(join(template, "bin/npm"), NPM);
  chmodSync(join(template, "bin/npm"), 0o755);
  const first = join(template, "upstream");
  mkdirSync(first);
  await git(first, "init", "--quiet", "--template=", "--initial-branch", "main");
  await commit(first, FIRST, "v0.1.0");
  await git(template, "clone", "--quiet", "--template=", first, join(template, "project"));
  await commit(first, SECOND, "v0.2.0");
  // Otherwise each fetch and each commit starts processes that tidy up.
  for (const repository of [first, join(template, "project")])
    await git(repository, "config", "maintenance.auto", "false");
});
afterAll(() => rmSync(template, { recursive: true, force: true }));

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "upgrade-test-"));
  upstream = join(root, "upstream");
  project = join(root, "project");
  cpSync(template, root, { recursive: true });
  vi.stubEnv("PATH", `${join(root, "bin")}${delimiter}${process.env.PATH}`);
  vi.stubEnv("NPM_LOG", log());
  vi.stubEnv("NPM_FAILS", "");
  vi.stubEnv("NPM_WAITS", "never");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("an upgrade", () => {
  it("merges what has changed, and leaves alone what is the user's", async () => {
    await commit(project, {
      "modules/lb.ts": "one of mine\ntwo\nthree\nfour\nfive\n",
      "environments/production.ts": "my production\n",
      "review-policy.ts": "my policy\n",
    });
    expect(await take()).toMatchObject({ from: "0.1.0", to: "0.2.0" });
    expect(read("modules/lb.ts")).toBe("one of mine\ntwo\nthree\nfour\nfive of 0.2.0\n");
    expect(read("modules/new.ts")).toBe("new\n");
    expect(read("environments/schema/lb.ts")).toBe("schema of 0.2.0\n");
    expect(["environments/production.ts", "examples/app.rb", "review-policy.ts"].map(read)).toEqual([
      "my production\n",
      "example of 0.1.0\n",
      "my policy\n",
    ]);
    expect(existsSync(join(project, "environments/staging.ts"))).toBe(false);
    expect(npm()).toEqual(["install --no-audit --no-fund", "run --silent build"]);
  });

  it("is staged and not committed, so that it can be read and taken back", async () => {
    const before = await git(project, "rev-parse", "HEAD");
    const { files } = (await take()) ?? {};
    expect(await git(project, "rev-parse", "HEAD")).toBe(before);
    expect(files).toContain("modules/new.ts");
    expect(await status()).toMatch(/^A {2}modules\/new\.ts$/m);
    await git(project, "reset", "--hard", "--quiet");
    expect(await status()).toBe("");
  });

  it("says what the changelog has of the versions in between, and which addresses have changed or gone", async () => {
    expect(await take()).toMatchObject({
      changes: "## [0.2.0] - 2026-12-01\n\n- What 0.2.0 brings.",
      moved: ["production: aws_vpc.network is now aws_vpc.main"],
      gone: ["production: aws_eip.nat"],
    });
  });

  it("takes the version that is named, and without a name the newest, once", async () => {
    await commit(upstream, { ...SECOND, "package.json": manifest("0.10.0"), "modules/new.ts": "newer\n" }, "v0.10.0");
    expect(await take({ version: "v0.2.0" })).toMatchObject({ to: "0.2.0" });
    await git(project, ...AUTHOR, "commit", "--quiet", "--message", "Upgrade");
    expect(await take()).toMatchObject({ from: "0.2.0", to: "0.10.0" });
    await git(project, ...AUTHOR, "commit", "--quiet", "--message", "Upgrade");
    expect(read("modules/new.ts")).toBe("newer\n");
    expect(await take()).toBeUndefined();
  });

  it("does not see again what an earlier one has brought and the user has changed since", async () => {
    await take();
    await commit(project, { "modules/new.ts": "mine\n" });
    await commit(upstream, { ...SECOND, "package.json": manifest("0.3.0") }, "v0.3.0");
    expect(await take()).toMatchObject({ to: "0.3.0", files: ["package.json"] });
    expect(read("modules/new.ts")).toBe("mine\n");
  });

  it("reaches a copy that has no history in common", async () => {
    rmSync(join(project, ".git"), { recursive: true });
    await git(project, "init", "--quiet");
    await commit(project, { "modules/lb.ts": "mine\ntwo\nthree\nfour\nfive\n" });
    await take();
    expect(read("modules/lb.ts")).toBe("mine\ntwo\nthree\nfour\nfive of 0.2.0\n");
  });

  it("has npm make the lock file anew where both have changed it", async () => {
    await commit(project, { "package-lock.json": lock("mine") });
    await take();
    expect(read("package-lock.json")).toBe(lock("0.2.0"));
  });
});

describe("an upgrade that does not go through leaves the clone as it was", () => {
  it.each([
    [
      "conflicts",
      async () => commit(project, { "modules/lb.ts": "one\ntwo\nthree\nfour\nfive of mine\n" }),
      /modules\/lb\.ts: changed on both sides.*five of mine.*five of 0\.2\.0/s,
    ],
    [
      "a file that only one side has deleted",
      async () => commit(project, { "modules/lb.ts": undefined }),
      /modules\/lb\.ts: you have deleted it, and the new version changes it/,
    ],
    ["npm install fails", async () => vi.stubEnv("NPM_FAILS", "install"), /npm install/],
    ["the types do not fit", async () => vi.stubEnv("NPM_FAILS", "build"), /run --silent build/],
    [
      "the new version can't be synthesized",
      async () => commit(upstream, { ...SECOND, "modules/addresses.json": '{"fails":true}\n' }, "v0.2.1"),
      /synth\.cjs/,
    ],
  ])("where there are, or where %s", async (_, prepare, said) => {
    vi.spyOn(process.stderr, "write").mockReturnValue(true);
    await prepare();
    const before = await files();
    const { message } = await take().then(
      () => new Error("It went through."),
      (error: Error) => error,
    );
    expect(message).toMatch(said);
    expect(message).toContain("The clone is unchanged.");
    expect(await files()).toEqual(before);
    expect(await status()).toBe("");
  });

  it("where it is interrupted", async () => {
    vi.stubEnv("NPM_WAITS", "install");
    const before = await files();
    const controller = new AbortController();
    const taken = take({ signal: controller.signal });
    await Promise.all([
      expect(taken).rejects.toThrow("Not upgraded to 0.2.0: it was interrupted.\nThe clone is unchanged."),
      vi
        .waitFor(() => expect(existsSync(`${log()}.waits`)).toBe(true), { timeout: 60_000 })
        .then(() => controller.abort()),
    ]);
    expect(await files()).toEqual(before);
    expect(npm()).toEqual(["install --no-audit --no-fund", "ci --no-audit --no-fund"]);
  });
});

describe("an upgrade is refused, and nothing is done,", () => {
  it.each<[string, () => Promise<unknown>, Partial<UpgradeOptions>, string]>([
    [
      "where files differ",
      async () => writeFileSync(join(project, "mine.ts"), ""),
      {},
      "These files have uncommitted changes: mine.ts. Commit or remove them.",
    ],
    [
      "where there is no such remote",
      async () => undefined,
      { remote: "nowhere" },
      "No versions could be fetched from nowhere",
    ],
    [
      "to a version that is not there",
      async () => undefined,
      { version: "0.9.0" },
      'There is no version "0.9.0". There are: 0.1.0, 0.2.0.',
    ],
    [
      "to an older one",
      async () => commit(project, { "package.json": manifest("0.3.0") }),
      { version: "0.2.0" },
      "This is 0.3.0, and 0.2.0 is older. To downgrade, revert the commit of the upgrade.",
    ],
    [
      "of a clone that is turned to cdktn",
      async () => commit(project, { "package.json": manifest("0.1.0", "cdktn") }),
      {},
      "First switch this clone to cdktf",
    ],
  ])("%s", async (_, prepare, options, said) => {
    await prepare();
    const before = await status();
    await expect(take(options)).rejects.toThrow(said);
    expect(await status()).toBe(before);
    expect(npm()).toEqual([]);
  });
});

it("leaves conflicts to the user who asks for them, and says what is left to do", async () => {
  await commit(project, { "modules/lb.ts": "one\ntwo\nthree\nfour\nfive of mine\n" });
  await expect(take({ keepsConflicts: true })).rejects.toThrow(/Resolve them, then: npm install && npm run build/);
  expect(read("modules/lb.ts")).toContain("<<<<<<<");
  expect(read("modules/new.ts")).toBe("new\n");
});

const AUTHOR = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.com"];

function take(options: Partial<UpgradeOptions> = {}) {
  return upgrade({ project, remote: upstream, onStep: () => undefined, ...options });
}

/** Writes files, or takes them away, and commits all. @param tag of the commit @default none */
async function commit(directory: string, changes: Readonly<Record<string, string | undefined>>, tag?: string) {
  for (const [file, text] of Object.entries(changes)) {
    const path = join(directory, file);
    mkdirSync(dirname(path), { recursive: true });
    if (text === undefined) rmSync(path);
    else writeFileSync(path, text);
  }
  await git(directory, "add", "--all");
  await git(directory, ...AUTHOR, "commit", "--quiet", "--message", tag ?? "Changes");
  if (tag) await git(directory, ...AUTHOR, "tag", "--annotate", "--message", tag, tag);
}

async function git(cwd: string, ...args: string[]): Promise<string> {
  return (await execa("git", args, { cwd })).stdout;
}

const status = () => git(project, "status", "--porcelain");
const read = (file: string) => readFileSync(join(project, file), "utf8");
const npm = () => (existsSync(log()) ? readFileSync(log(), "utf8").trim().split("\n") : []);

/** Every file of the clone, with what is in it. */
async function files(): Promise<Record<string, string>> {
  const names = (await git(project, "ls-files", "--cached", "--others", "--exclude-standard")).split("\n");
  return Object.fromEntries(names.map((name) => [name, read(name)]));
}

function manifest(version: string, framework = "cdktf"): string {
  return `${JSON.stringify({ name: "operation-app-infrastructure", version, dependencies: { [framework]: "0.21.0" } }, null, 2)}\n`;
}

function lock(version: string): string {
  return `${JSON.stringify({ version, lockfileVersion: 3 }, null, 2)}\n`;
}

function changelog(...versions: string[]): string {
  const sections = versions.map((version) => `## [${version}] - 2026-12-01\n\n- What ${version} brings.\n`);
  return ["# Changelog\n", "## [Unreleased]\n", ...sections].join("\n");
}

function stack(types: Record<string, string[]>, moved: { from: string; to: string }[] = []): string {
  const resource = Object.fromEntries(
    Object.entries(types).map(([type, ids]) => [type, Object.fromEntries(ids.map((id) => [id, {}]))]),
  );
  return `${JSON.stringify({ resource, moved }, null, 2)}\n`;
}
