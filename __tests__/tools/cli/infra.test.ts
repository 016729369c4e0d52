import { spawnSync } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join, resolve } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { put, temporaryDirectory } from "../../../packages/preflight/tests/support/temporary.ts";
import { VERBS } from "../../../tools/cli/verbs.mjs";
import { runInfra } from "../../support/infra.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const INFRA = join(ROOT, "bin/infra");

function infra(args: readonly string[], cwd = ROOT) {
  return spawnSync(INFRA, args, { cwd, encoding: "utf8" });
}

/** A copy of what is run before the dependencies are looked for: it can only be plain JavaScript. */
function startersAlone(): string {
  const project = temporaryDirectory();
  const filter = (file: string) => extname(file) !== ".ts";
  for (const part of ["bin", "tools", "package.json"])
    cpSync(join(ROOT, part), join(project, part), { recursive: true, filter });
  return project;
}

describe("bin/infra", () => {
  it("lists every verb, and each has a file", () => {
    const { status, stdout } = infra([]);
    expect(status).toBe(0);
    for (const verb of VERBS) expect(stdout).toMatch(new RegExp(`^ {2}${verb} {2,}\\S`, "m"));
    expect(VERBS.filter((verb) => !existsSync(join(ROOT, `tools/cli/${verb}.ts`)))).toEqual([]);
  });

  it("refuses a verb that it does not have, in one line", () => {
    expect(infra(["deplyo"])).toMatchObject({
      status: 2,
      stderr: 'bin/infra has no verb "deplyo". Did you mean "deploy"? bin/infra --help lists them.\n',
    });
    expect(infra(["plna"]).stderr).toContain('Did you mean "plan"?');
    expect(infra(["frobnicate"]).stderr).toBe('bin/infra has no verb "frobnicate". bin/infra --help lists them.\n');
  });

  it("wraps its help at the terminal, and shows no default that says nothing", async () => {
    const pages = [];
    for (const verb of ["secrets", "new", "release"]) pages.push((await runInfra([verb, "--help"])).stdout);
    const help = pages.join("");
    expect(help).toContain("Usage: bin/infra release");
    expect(help.split("\n").filter((line) => line.length > 80 && !line.startsWith("  bin/infra"))).toEqual([]);
    expect(help).not.toMatch(/default: (false|\[\])/);
  });

  it("has the help of a verb under help, too", () => {
    expect(infra(["help", "plan"]).stdout).toMatch(/^Usage: bin\/infra plan /);
    expect(infra(["help", "nowhere"]).stdout).toMatch(/^Usage: bin\/infra <verb> /);
  });

  it("says which version this is", () => {
    const { version } = createRequire(import.meta.url)("../../../package.json") as { version: string };
    expect(infra(["--version"])).toMatchObject({ status: 0, stdout: `${version}\n` });
  });

  it("passes an option on, and the exit code back, from any folder", () => {
    const { status, stderr } = infra(["plan", "--environment=nowhere"], "/");
    expect(stderr).toContain('There is no environment "nowhere"');
    expect(status).toBe(2);
  });

  it("says the new name where npm starts it under an old one", () => {
    const env = { ...process.env, npm_lifecycle_event: "preflight" };
    const { stderr } = spawnSync(INFRA, ["check", "--help"], { cwd: ROOT, env, encoding: "utf8" });
    expect(stderr).toBe("npm run preflight is now: bin/infra check\n");
  });

  // npm run synth and npx cdktf synth begin with the second, npm test and npm run build with the third.
  it.each([
    ["bin/infra", 2],
    ["tools/cdktf/synth.cjs", 1],
    ["tools/cdktf/bindings.mjs", 1],
  ])("says that npm ci was forgotten, before anything is loaded: %s", (file, exitCode) => {
    const project = startersAlone();
    const { status, stderr } = spawnSync(process.execPath, [join(project, file), "plan"], { encoding: "utf8" });
    expect(stderr).toBe(`The dependencies are not installed. Run: npm ci (in ${project})\n`);
    expect(status).toBe(exitCode);
  });

  it.each(["bin/infra", "tools/cdktf/synth.mjs", "tools/cdktf/bindings.mjs"])(
    "says how to put a clone back of which a verb was killed that changes it: %s",
    (file) => {
      const project = temporaryDirectory();
      for (const part of ["bin", "tools", "package.json"])
        cpSync(join(ROOT, part), join(project, part), { recursive: true });
      put(join(project, "node_modules/esbuild/package.json"), "{}");
      const { pid } = spawnSync("true");
      const ask = () => spawnSync(process.execPath, [join(project, file), "plan"], { encoding: "utf8" }).stderr;
      put(join(project, "node_modules/.changing.json"), JSON.stringify({ verb: "framework cdktn", pid }));
      expect(ask()).toBe(
        `bin/infra framework cdktn was killed halfway. Restore the clone: git reset --hard && npm ci (in ${project})\n`,
      );
      put(join(project, "node_modules/.changing.json"), JSON.stringify({ verb: "upgrade 0.2.0", pid: process.pid }));
      expect(ask()).toBe(
        `bin/infra upgrade 0.2.0 is changing this clone (process ${process.pid}). Wait for its end. If that process is another program, restore the clone: git reset --hard && npm ci (in ${project})\n`,
      );
      put(join(project, "node_modules/.changing.json"), "");
      expect(ask()).toBe(
        `bin/infra framework or upgrade was killed halfway. Restore the clone: git reset --hard && npm ci (in ${project})\n`,
      );
    },
  );
});

describe("Node", () => {
  const { nodeProblem } = createRequire(import.meta.url)("../../../tools/lib/start-problems.cjs") as {
    nodeProblem(version?: string): string | undefined;
  };

  it.each(["20.19.0", "20.20.2", "22.12.0", "22.23.3", "24.11.0", "24.21.0"])("%s is a good one", (version) => {
    expect(nodeProblem(version)).toBeUndefined();
  });

  it.each(["16.20.2", "18.20.8", "20.18.3", "21.7.3", "22.11.0", "23.0.0", "24.10.0", "25.0.0", "26.1.0"])(
    "%s is not",
    (version) => {
      expect(nodeProblem(version)).toBe(
        `This is Node ${version}, and 20.19 or a later 20, or 22.12 or a later 22, or 24.11 or a later 24 is needed. Get Node 22 from https://nodejs.org/ or by a version manager: .nvmrc names it.`,
      );
    },
  );

  it("takes without a word what is asked of its engine", () => {
    const { stderr } = spawnSync(process.execPath, [join(ROOT, "tools/cdktf/node-settings.cjs")], { encoding: "utf8" });
    expect(stderr).toBe("");
  });

  it.each(["bin/infra", "tools/cdktf/synth.cjs", "tools/cdktf/bindings.mjs"])("is checked first: %s", (file) => {
    const project = startersAlone();
    put(join(project, "package.json"), '{ "type": "module", "engines": { "node": "^12.1.0" } }');
    // As where an older Node does not have a name that is imported from its own modules.
    put(join(project, "tools/lib/bundle.cjs"), 'require("node:zlib").nameOfLater();');
    const { status, stderr } = spawnSync(process.execPath, [join(project, file), "synth"], { encoding: "utf8" });
    expect(stderr).toMatch(/^This is Node \S+, and 12\.1 or a later 12 is needed\. .+\n$/);
    expect(status).not.toBe(0);
  });
});

describe("a command that npm runs", () => {
  it("refuses an option that npm has kept, instead of taking production", async () => {
    vi.stubEnv("npm_config_environment", "staging");
    const { status, stderr } = await runInfra(["secrets", "set", "NAME"], { input: "x", npmScript: "secrets" });
    expect(stderr).toContain("npm took --environment as its own. Nothing was done.");
    expect(status).toBe(2);
  });
});

describe("what changes an environment", () => {
  it.each([
    ["secrets", "set", "NAME"],
    ["run", "true"],
    ["console"],
    ["deploy", "--auto-approve"],
    ["bootstrap"],
    ["apply", "--yes"],
    ["release", "--version", "0.1.0", "--yes"],
    ["rollback", "--yes"],
  ])("takes none by default where nobody is asked: %s", async (...args: string[]) => {
    const { status, stderr } = await runInfra(args);
    expect(status).toBe(2);
    expect(stderr).toContain(
      "This changes an environment, and none is named. Write --environment production if you mean that one.\n",
    );
  });
});
