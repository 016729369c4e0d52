import { describe, expect, it } from "vitest";
import { verbNamed } from "../../../tools/cli/infra.ts";
import { VERBS } from "../../../tools/cli/verbs.mjs";
import { runInfra } from "../../support/infra.ts";

/** The arguments without which a verb does nothing, beside an environment. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  check: ["-"],
  review: ["-"],
  release: ["--version", "0.2.0"],
  secrets: ["list"],
  inspect: ["--state", "-"],
  adopt: ["--state", "-"],
  move: ["--state", "-"],
  "move-back": ["--state", "-"],
  verify: ["--plan", "-"],
  completion: ["bash"],
  new: ["environment", "staging"],
};
const ASKS = { apply: ["--yes"], release: ["--yes"], rollback: ["--yes"], deploy: ["--auto-approve"] };
/** Their words are a file, or a command line. */
const BY_OPTION_ONLY = ["check", "review", "run", "console"];

const required = (verb: string) => REQUIRED[verb] ?? [];
/** One of the steps of a verb that has steps. */
const STEPS: Readonly<Record<string, readonly string[]>> = {
  secrets: ["list"],
  db: ["tunnel"],
  maintenance: ["off"],
  users: ["export", "users.jsonl"],
};
const stepOf = (verb: string) => STEPS[verb] ?? [];
const asks = (verb: string) => (ASKS as Record<string, string[]>)[verb] ?? [];
/** A verb that takes one, itself or in its steps. */
const takesEnvironment = async (verb: string) => {
  const { command } = await verbNamed(verb);
  return [command, ...command.commands].some(({ options }) => options.some(({ long }) => long === "--environment"));
};
const taking = await Promise.all(VERBS.map(takesEnvironment));
const withEnvironment = VERBS.filter((_, index) => taking[index]);

describe.each(VERBS)("%s", (verb) => {
  it("has help with an example, and ends with 0", async () => {
    const { status, stdout, stderr } = await runInfra([verb, "--help"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`^Usage: bin/infra ${verb} `));
    expect(stdout).toMatch(new RegExp(`^Examples?:\\n  bin/infra ${verb}`, "m"));
    expect(stdout).toContain("Exit codes: 0 success, 1 findings or failure, 2 unusable input.");
  });

  it("ends with 2 at an option that it does not have", async () => {
    const { status, stdout, stderr } = await runInfra([verb, "--no-such-option", ...required(verb)]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe.each(withEnvironment)("%s", (verb) => {
  const last = verb === "run" ? ["true"] : [];
  const refusal = { status: 2, stdout: "", stderr: 'There is no environment "nowhere". There are: production.\n' };

  const step = stepOf(verb);

  it("ends with 2 at an environment that is not there", async () => {
    const words = [...(step.length > 0 ? [] : required(verb)), ...asks(verb), ...last];
    expect(await runInfra([verb, ...step, "--environment", "nowhere", ...words], { input: PLAN })).toEqual(refusal);
    if (!BY_OPTION_ONLY.includes(verb))
      expect(await runInfra([verb, ...step, "nowhere", ...words], { input: PLAN })).toEqual(refusal);
  });
});

describe.each(withEnvironment.filter((verb) => !BY_OPTION_ONLY.includes(verb)))("%s", (verb) => {
  it("takes the environment only once", async () => {
    const step = stepOf(verb);
    const words = step.length > 0 ? [...step, ...TWICE] : [...TWICE, ...required(verb)];
    const { status, stderr } = await runInfra([verb, ...words]);
    expect(status).toBe(2);
    expect(stderr).toBe("--environment says production, the argument nowhere. Use one of them.\n");
  });
});

const TWICE = ["--environment", "production", "nowhere"];
const PLAN = JSON.stringify({ format_version: "1.2", planned_values: {}, configuration: {}, resource_changes: [] });

describe("a missing argument", () => {
  it.each([
    ["check"],
    ["review"],
    ["secrets"],
    ["secrets", "set"],
    ["release", "production"],
    ["inspect"],
    ["adopt", "production"],
    ["move", "production"],
    ["move-back", "production"],
    ["verify"],
    ["completion"],
    ["run", "--environment", "production"],
    ["adopt", "--state", "-"],
    ["move", "--state", "-"],
    ["move-back", "--state", "-"],
    ["destroy"],
  ])("ends with 2: %s %s %s", async (...args: string[]) => {
    const { status, stdout, stderr } = await runInfra(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).not.toBe("");
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

it.each([
  [["review"], "error: missing required argument 'file'", "bin/infra review plan.json "],
  [
    ["release", "production"],
    "error: required option '--version <version>' not specified",
    "bin/infra release staging ",
  ],
  [["logs", "production", "app"], "error: too many arguments", "bin/infra logs staging --service app "],
  [["secrets", "set"], "error: missing required argument 'name'", "bin/infra secrets set RAILS_MASTER_KEY staging"],
])("a word too few or too many is answered with what to type: %j", async (args, problem, example) => {
  const { status, stderr } = await runInfra(args);
  expect(status).toBe(2);
  expect(stderr.split("\n")[0]).toContain(problem);
  expect(stderr).toMatch(/^Such as: bin\/infra /m);
  expect(stderr).toContain(example);
});

it("deploy-local refuses an app without a Dockerfile before anything is started", async () => {
  const { status, stdout, stderr } = await runInfra(["deploy-local", "--app", "docs"]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toBe("--app docs: has no Dockerfile. Name the directory that your Rails app's image is built from.\n");
});

describe("what puts something in the place of a database's data", () => {
  const VERBS_THAT_DO = [
    ["db load", ["db", "load", "a.sql", "production"]],
    ["restore --take-over", ["restore", "production", "--take-over"]],
  ] as const;

  it.each(VERBS_THAT_DO)("takes no other environment's name for a yes: %s", async (_, words) => {
    const { status, stderr } = await runInfra([...words, "--confirm", "staging"]);
    expect(stderr).toBe("--confirm says staging, and the environment is production. Nothing was changed.\n");
    expect(status).toBe(2);
  });

  it.each(VERBS_THAT_DO)("does not go on where nobody can be asked: %s", async (_, words) => {
    const { status, stderr } = await runInfra(words);
    expect(stderr).toMatch(
      /^There is no terminal to ask in\. Write --confirm production to (load|replace) its database/,
    );
    expect(status).toBe(2);
  });
});
