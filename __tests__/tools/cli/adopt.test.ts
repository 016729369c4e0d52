import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stateText } from "../../../tools/lib/terraform/state-file.ts";
import { CLIENT_SECRET, client, ofPool, pool, resource, state } from "../../support/cognito-state.ts";
import { type Ran, runInfra } from "../../support/infra.ts";
import { ProjectCopy } from "../../support/project-copy.ts";

const FILE = "environments/production.cognito.json";

let project: ProjectCopy;
beforeAll(() => {
  project = new ProjectCopy();
});
afterAll(() => project.remove());

const run = (args: readonly string[], input = "") => runInfra(args, { directory: project.directory, input });

/** The input can't be used: one line that says so, and nothing written. */
function expectRefusal({ status, stdout, stderr }: Ran, message: RegExp): void {
  expect(status).toBe(2);
  expect(stdout).toBe("");
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(stderr).toMatch(message);
  expect(existsSync(join(project.directory, FILE))).toBe(false);
  expect(existsSync(join(project.directory, ".migration"))).toBe(false);
}

const OLD = stateText(state(pool(), client(), ofPool("aws_cognito_user", "somebody")));

describe("inspect", () => {
  it("shows each object in a line, from a file or from standard input", async () => {
    project.write("old.json", OLD);
    const { status, stdout } = await run(["inspect", "--state", "old.json"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ADDRESS +ID +HERE$/m);
    expect(stdout).toMatch(
      /^aws_cognito_user_pool\.this +ap-northeast-1_Pool1 +aws_cognito_user_pool\.cognito_user_pool$/m,
    );
    expect(stdout).toMatch(/^aws_cognito_user\.this +somebody +\(stays in the old state: is a user/m);
    expect(stdout).toMatch(/2 of 3 objects can be moved\.$/m);
    expect((await run(["inspect", "--state", "-"], OLD)).stdout).toBe(stdout);
  });
});

describe("adopt", () => {
  it("writes the file, and tells what it takes over, leaves, and would have otherwise, and no secret", async () => {
    const { status, stdout, stderr } = await run(["adopt", "--state", "-", "--environment", "production"], OLD);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("aws_cognito_user_pool.this → aws_cognito_user_pool.cognito_user_pool");
    expect(stdout).toContain("Stays in the old project:\n  aws_cognito_user.this: is a user");
    expect(stdout).toContain('deletion_protection is not set, would be "ACTIVE"');
    expect(stdout).toContain('cognito.domainPrefix "operation-app" of the environment is ignored');
    expect(stdout, "what an app that did more would miss").toContain('write cognito: { appRights: "administer" }');
    const file = project.read(FILE);
    expect(JSON.parse(file).objects).toHaveProperty(["aws_cognito_user_pool.cognito_user_pool"]);
    expect(`${file}${stdout}`).not.toContain(CLIENT_SECRET);
    await run(["adopt", "--state", "-", "--environment", "production"], OLD);
    expect(project.read(FILE)).toBe(file);
    project.delete(FILE);
  });

  it("writes over a file that is broken", async () => {
    project.write(FILE, "{");
    expect((await run(["adopt", "--state", "-", "--environment", "production"], OLD)).status).toBe(0);
    expect(JSON.parse(project.read(FILE)).version).toBe(1);
    project.delete(FILE);
  });
});

describe("what can't be used", () => {
  const twoPools = stateText(state(pool({ name: "a" }), pool({ name: "b", attributes: { id: "ap-northeast-1_2" } })));
  const bad: Record<string, [string, RegExp]> = {
    "is cut off": [OLD.slice(0, 500), /is not JSON, or is cut off/],
    "is of version 3": ['{"version":3}', /version 3/],
    "is of a version that nobody knows": ['{"version":9}', /version 9/],
    "has no Cognito": [
      stateText(state(resource({ type: "aws_vpc", attributes: { id: "v" } }))),
      /no aws_cognito_user_pool/,
    ],
    "is another provider's": [
      stateText(state(pool({ provider: 'provider["x.com/y/aws"]' }))),
      /is managed by provider/,
    ],
    "has two pools of one name": [twoPools, /There are 2 user pools.*--pool/],
    "has tags that are sensitive": [
      stateText(state(pool({ instance: { sensitive_attributes: [[{ type: "get_attr", value: "tags" }]] } }))),
      /tags is marked as sensitive/,
    ],
  };

  it.each(Object.entries(bad))(
    "a state that %s is refused by adopt in one line, and nothing is written",
    async (_, [text, message]) => {
      expectRefusal(await run(["adopt", "--state", "-", "--environment", "production"], text), message);
    },
  );

  it("is an environment that is not there", async () => {
    expectRefusal(await run(["adopt", "--state", "-", "--environment", "prod"], OLD), /There is no environment "prod"/);
  });

  it("is an environment that takes nothing over, to move to", async () => {
    expectRefusal(
      await run(["move", "--state", "old.json", "--environment", "production"]),
      /environments\/production\.cognito\.json does not exist/,
    );
  });

  it("is a plan that is none", async () => {
    expectRefusal(await run(["verify", "--plan", "-"], "{"), /is not valid JSON, or is cut off/);
  });

  it("is a plan of which something was left out", async () => {
    const partial = JSON.stringify({
      format_version: "1.2",
      planned_values: {},
      complete: false,
      resource_changes: [],
    });
    expectRefusal(await run(["verify", "--plan", "-"], partial), /is not a complete plan/);
  });
});

describe("verify", () => {
  const plan = (actions: string[], after: object) =>
    JSON.stringify({
      format_version: "1.2",
      planned_values: {},
      resource_changes: [
        {
          address: "aws_cognito_user_pool.x",
          mode: "managed",
          type: "aws_cognito_user_pool",
          change: { actions, before: { id: "p", name: "a" }, after },
        },
      ],
    });

  it("ends with 0 for a plan that leaves everything as it is, and with 1 for another", async () => {
    expect((await run(["verify", "--plan", "-"], plan(["no-op"], { id: "p", name: "a" }))).status).toBe(0);
    const { status, stdout } = await run(["verify", "--plan", "-"], plan(["update"], { id: "p", name: "b" }));
    expect(status).toBe(1);
    expect(stdout).toContain('name: "a" → "b"');
  });
});

describe("migrate-cognito", () => {
  it("does what the verb does, and says its name", async () => {
    const { status, stdout, stderr } = await run(["migrate-cognito", "inspect", "--state", "-"], OLD);
    expect({ status, stdout }).toEqual({ status, stdout: (await run(["inspect", "--state", "-"], OLD)).stdout });
    expect(stderr).toBe("bin/infra migrate-cognito inspect is now: bin/infra inspect\n");
    expect((await run(["migrate-cognito", "rollback", "--help"])).stdout).toMatch(/^Usage: bin\/infra move-back /);
  });

  it("says which verbs there are where it has no such step", async () => {
    const { status, stderr } = await run(["migrate-cognito", "import"]);
    expect(status).toBe(2);
    expect(stderr).toBe(
      "bin/infra migrate-cognito is now: bin/infra inspect, adopt, move, move-back, verify. Each has --help.\n",
    );
  });
});
