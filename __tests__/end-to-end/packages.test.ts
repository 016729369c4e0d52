import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { execa } from "execa";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { VERSION_CONSTRAINT } from "../../stacks/aws-provider.ts";
import { withoutColors } from "../../tools/lib/process/run-tool.ts";
import { findTerraform } from "../../tools/lib/terraform/prerequisites.ts";
import { terraformEnvironment } from "../../tools/lib/terraform/terraform-environment.ts";
import { endToEnd } from "./requirement.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const PACKAGES = ["preflight", "cost", "plan-review", "map", "constructs"];
/** What the constructs are for: a project has one copy of each. */
const PEERS = ["cdktf", "constructs", "@cdktf/provider-aws"];
/** Those that say their version to a program. */
const MODULES = PACKAGES.filter((name) => name !== "constructs");
/** Those with a command of their name. */
const COMMANDS = ["preflight", "plan-review"];
/** Modules of what `bin/infra bootstrap` makes: no stack of an app has them. */
const OF_TOOLS = ["github-actions", "state-bucket"];
/** Each would fail, or lose something. */
const CONFIGURATION = readFileSync(join(ROOT, "packages/preflight/tests/foreign/cdk.tf.json"), "utf8");
const PLAN = readFileSync(join(ROOT, "packages/plan-review/tests/plans/small.json"), "utf8");

const canPlan = await endToEnd();
const directory = realpathSync(mkdtempSync(join(tmpdir(), "packages-")));
const consumer = join(directory, "consumer");
const tarballs: Record<string, string> = {};

/** Packs all packages from a copy of their sources, and installs them into an empty project that has the peers. */
beforeAll(async () => {
  const sources = join(directory, "sources");
  for (const path of ["packages", "modules", "tsconfig.json"]) {
    cpSync(join(ROOT, path), join(sources, path), {
      recursive: true,
      filter: (file) => !["tests", "dist", "node_modules"].includes(basename(file)),
    });
  }
  symlinkSync(join(ROOT, "node_modules"), join(sources, "node_modules"));
  for (const name of PACKAGES) {
    const packed = await run("npm", ["pack", "--json"], join(sources, "packages", name));
    const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
    tarballs[name] = join(sources, "packages", name, filename);
  }
  write("package.json", JSON.stringify({ name: "consumer", private: true, type: "module" }));
  const quietly = ["--prefer-offline", "--no-audit", "--no-fund", "--legacy-peer-deps"];
  await run("npm", ["install", ...quietly, ...Object.values(tarballs)], consumer);
  mkdirSync(join(consumer, "node_modules/@cdktf"), { recursive: true });
  for (const name of PEERS) symlinkSync(join(ROOT, "node_modules", name), join(consumer, "node_modules", name));
}, 10 * 60_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe("preflight, packed and installed elsewhere", () => {
  it("ends with 1 and the finding, of a configuration that would fail", async () => {
    write("cdk.tf.json", CONFIGURATION);
    const { exitCode, stdout } = await bin("preflight", "cdk.tf.json", "--format", "json");
    const { findings } = JSON.parse(stdout) as { findings: { id: string; address: string }[] };
    expect(findings).toContainEqual(expect.objectContaining({ id: "ECS-004", address: "aws_ecs_task_definition.app" }));
    expect(exitCode).toBe(1);
  });

  it("leaves out what is acknowledged", async () => {
    write("cdk.tf.json", CONFIGURATION);
    const found = JSON.parse((await bin("preflight", "cdk.tf.json", "--format", "json")).stdout) as {
      findings: { id: string; address: string }[];
    };
    write("known.json", JSON.stringify(found.findings.map(({ id, address }) => ({ id, address, reason: "Known." }))));
    const { exitCode, stdout } = await bin("preflight", "cdk.tf.json", "--acknowledge", "known.json");
    expect(stdout).toMatch(/cdk\.tf\.json: no findings/);
    expect(exitCode).toBe(0);
  });

  it.each([
    ["a file that is not JSON", ["main.tf"], "main.tf"],
    ["no file", [], "missing required argument"],
    ["acknowledgements that are none", ["cdk.tf.json", "--acknowledge", "main.tf"], "main.tf"],
  ])("ends with 2 and one line, of %s", async (_, args, said) => {
    write("cdk.tf.json", "{}");
    write("main.tf", 'resource "aws_vpc" "a" {}\n');
    const { exitCode, stdout, stderr } = await bin("preflight", ...args);
    expect(stderr).toContain(said);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect([exitCode, stdout]).toEqual([2, ""]);
  });
});

describe("plan-review, packed and installed elsewhere", () => {
  it("blocks a plan that loses what holds data, where the project has no policy", async () => {
    write("plan.json", PLAN);
    const { exitCode, stdout } = await bin("plan-review", "plan.json", "--format", "json");
    const { verdict, blocked } = JSON.parse(stdout) as { verdict: string; blocked: { action: string }[] };
    expect(verdict).toBe("blocked");
    expect(blocked.map(({ action }) => action)).toEqual(["delete", "public-ingress"]);
    expect(exitCode).toBe(1);
  });

  it("takes the policy of the project", async () => {
    write("plan.json", PLAN);
    write("review-policy.mjs", "export default { protected: [], leastBackupDays: 0 };");
    const { exitCode, stderr } = await bin("plan-review", "plan.json");
    rmSync(join(consumer, "review-policy.mjs"));
    expect(stderr).toMatch(/^review-policy\.mjs: leastBackupDays: /);
    expect(exitCode).toBe(2);
  });

  it("ends with 2 and one line, of a state", async () => {
    write("state.json", '{"format_version":"1.0","values":{}}');
    const { exitCode, stdout, stderr } = await bin("plan-review", "state.json");
    expect(stderr).toMatch(/^state\.json: is a state.*$/);
    expect([exitCode, stdout]).toEqual([2, ""]);
  });
});

describe("the constructs, packed and installed into a project of CommonJS", () => {
  const project = join(consumer, "project");
  const stack = join(project, "cdktf.out/stacks/shop");

  beforeAll(async () => {
    cpSync(join(ROOT, "examples/cdktf-project"), project, { recursive: true });
    write(
      "project/tsconfig.json",
      JSON.stringify({
        compilerOptions: { module: "nodenext", target: "es2022", strict: true, types: ["node"], typeRoots: [types()] },
        files: ["main.ts"],
      }),
    );
    const { all } = await run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc")], project, true);
    expect(all).toBe("");
    await run(process.execPath, ["main.js"], project);
  });

  it("make a stack in which preflight finds nothing", async () => {
    const { exitCode, stdout } = await bin("preflight", join(stack, "cdk.tf.json"));
    expect(stdout).toMatch(/no findings/);
    expect(exitCode).toBe(0);
    expect(readFileSync(join(stack, "cdk.tf.json"), "utf8")).toContain('"aws_nat_gateway"');
  });

  it.runIf(canPlan)("make a plan that the review lets pass", async () => {
    const terraform = await findTerraform();
    const env = {
      ...terraformEnvironment(terraform, directory),
      AWS_ACCESS_KEY_ID: "nobody",
      AWS_SECRET_ACCESS_KEY: "nothing",
    };
    const here = {
      terraform: { required_providers: { aws: { source: "hashicorp/aws", version: VERSION_CONSTRAINT } } },
      provider: { aws: [{ skip_credentials_validation: true, skip_requesting_account_id: true }] },
    };
    writeFileSync(join(stack, "here_override.tf.json"), JSON.stringify(here));
    const planned = async (...args: string[]) =>
      (await execa(terraform.command, args, { cwd: stack, env, extendEnv: false })).stdout;
    await planned("init", "-input=false");
    await planned("plan", "-input=false", "-out=plan");
    write("shop.json", await planned("show", "-json", "plan"));
    const { exitCode, stdout } = await bin("plan-review", "shop.json");
    expect(stdout).toMatch(/^Good: nothing blocks this plan\. Plan: \d\d to add, 0 to change, 0 to destroy\.$/m);
    expect(exitCode).toBe(0);
  });

  it("are all the modules that a stack of an app is made of, as CommonJS and as a module", async () => {
    const names = readdirSync(join(ROOT, "modules"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !OF_TOOLS.includes(entry.name))
      .map(({ name }) => name);
    const entries = Object.keys(manifestOf("constructs").exports).map((key) => key.slice(2));
    expect(entries).toEqual(expect.arrayContaining(names));
    const published = entries
      .filter((entry) => entry !== "package.json")
      .map((entry) => `@operation-app/constructs/${entry}`);
    write(
      "entries.cjs",
      `(async () => {
  for (const entry of ${JSON.stringify(published)})
    console.log(entry, Object.keys(require(entry)).length > 0, (await import(entry)).default === require(entry));
})();`,
    );
    const { stdout } = await run(process.execPath, ["entries.cjs"], consumer);
    expect(stdout.split("\n")).toEqual(published.map((entry) => `${entry} true true`));
  });
});

describe("all packages", () => {
  it("can be used from a program", async () => {
    write("cdk.tf.json", CONFIGURATION);
    write("plan.json", PLAN);
    write(
      "program.ts",
      `import { type Cost, costOf, version as ofCost } from "@operation-app/cost";
import { DEFAULT_USAGE } from "@operation-app/cost/usage";
import { htmlOf, mapOf, version as ofMap } from "@operation-app/map";
import { DEFAULT_POLICY, type Review, readPlanFile, review, version as ofReview } from "@operation-app/plan-review";
import { defineReviewPolicy } from "@operation-app/plan-review/policy";
import { type Finding, load, loadFile, preflight, type Rule, RULES, version } from "@operation-app/preflight";
import { InputError } from "@operation-app/preflight/input";

const rules: readonly Rule[] = RULES.filter(({ id }) => id.startsWith("ECS-"));
const findings: readonly Finding[] = preflight(await loadFile("cdk.tf.json"), rules);
const reviewed: Review = await review(await readPlanFile("plan.json"), "the plan", {
  policy: DEFAULT_POLICY,
  today: "2026-01-01",
});
const cost: Cost = costOf(await loadFile("plan.json"), { usage: { ...DEFAULT_USAGE, hours: 100 }, region: "us-east-1" });
const refused: unknown = await load({}, "nothing").catch((error: unknown) => error);
// @ts-expect-error A type of object that is protected says why.
defineReviewPolicy({ protected: [{ type: "aws_db_instance" }] });
const found: boolean = findings.length > 0;
const page: string = htmlOf(mapOf(await loadFile("cdk.tf.json"), { name: "cdk.tf.json" }));
const facts = [found && page.startsWith("<!doctype html>"), reviewed.verdict, refused instanceof InputError, cost.regions];
console.log(JSON.stringify([...facts, version, ofCost, ofReview, ofMap]));
`,
    );
    write(
      "tsconfig.json",
      JSON.stringify({
        compilerOptions: { module: "nodenext", target: "es2022", strict: true, types: ["node"], typeRoots: [types()] },
        files: ["program.ts"],
      }),
    );
    const { all } = await run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc")], consumer, true);
    expect(all).toBe("");
    const { stdout } = await run(process.execPath, ["program.js"], consumer);
    const versions = MODULES.map((name) => manifestOf(name).version);
    expect(JSON.parse(stdout)).toEqual([true, "blocked", true, [], ...versions]);
  });

  it.each(COMMANDS)("%s says its version, and which exit codes there are", async (name) => {
    expect((await bin(name, "--version")).stdout).toBe(manifestOf(name).version);
    expect(await bin(name, "--help")).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("2 unusable") });
  });

  it.each(PACKAGES)("%s is found without fault by publint", async (name) => {
    const pkgDir = join(consumer, "node_modules/@operation-app", name);
    const { messages, pkg } = await publint({ pkgDir, pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it.each(PACKAGES)("%s gives the types of what it runs, in every entry", async (name) => {
    const attw = join(ROOT, "node_modules/@arethetypeswrong/cli/dist/index.js");
    const { exitCode, all } = await run(
      process.execPath,
      [attw, tarballs[name] as string, "--profile", name === "constructs" ? "strict" : "esm-only", "--format", "ascii"],
      directory,
      true,
    );
    expect(exitCode, all).toBe(0);
  });

  it.each(MODULES)("%s has the same entries here and where it is published", (name) => {
    const { compilerOptions } = JSON.parse(readFileSync(join(ROOT, "tsconfig.json"), "utf8"));
    const entries = Object.entries(manifestOf(name).exports).filter(([key]) => key !== "./package.json");
    const published = entries.map(([key, { default: file }]) => [
      join("@operation-app", name, key),
      [file.replace(/^\.\/dist\/(.*)\.js$/, `./packages/${name}/src/$1.ts`)],
    ]);
    const own = Object.entries(compilerOptions.paths).filter(([key]) => /[^/]+\/([^/]+)/.exec(key)?.[1] === name);
    expect(own).toEqual(published);
  });
});

interface Manifest {
  readonly version: string;
  readonly exports: Readonly<Record<string, { readonly default: string }>>;
}

function manifestOf(name: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, "packages", name, "package.json"), "utf8"));
}

function types(): string {
  return join(ROOT, "node_modules/@types");
}

/** Writes a file of the project that the packages are installed in. */
function write(file: string, text: string): void {
  mkdirSync(consumer, { recursive: true });
  writeFileSync(join(consumer, file), text);
}

function bin(name: string, ...args: readonly string[]) {
  return run(join(consumer, "node_modules/.bin", name), args, consumer, true);
}

/** @param mayFail whether its exit code is an answer, and no failure. @default false */
function run(command: string, args: readonly string[], cwd: string, mayFail = false) {
  // What npm tells its scripts is about this project.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(?!config_registry)/i.test(name)),
  );
  return execa(command, args, { cwd, env: withoutColors(env), extendEnv: false, reject: !mayFail, all: true });
}
