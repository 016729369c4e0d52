import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ProjectCopy } from "../support/project-copy.ts";

const FILE = "environments/production.cognito.json";
const POOL = "aws_cognito_user_pool.cognito_user_pool";

let project: ProjectCopy;
beforeEach(() => {
  project = new ProjectCopy();
});
afterEach(() => project.remove());

const synth = () => project.synth();

function refused(file: string, contents: string): string[] {
  project.write(file, contents);
  const { status, stderr } = synth();
  expect(status).toBe(1);
  expect(existsSync(join(project.directory, "cdktf.out"))).toBe(false);
  return stderr.trim().split("\n");
}

describe("the file beside an environment", () => {
  it("is read with it, and every change is seen at once", () => {
    const pool = (name: string) => ({
      from: "aws_cognito_user_pool.old",
      id: "ap-northeast-1_x",
      attributes: { name },
    });
    for (const name of ["first", "second"]) {
      project.write(FILE, JSON.stringify({ version: 1, objects: { [POOL]: pool(name) } }));
      expect(synth()).toMatchObject({ status: 0, stderr: "" });
      const stack = JSON.parse(project.read("cdktf.out/stacks/production/cdk.tf.json"));
      expect(stack.resource.aws_cognito_user_pool.cognito_user_pool.name).toBe(name);
    }
  });

  it("may say what preflight would refuse, because Cognito has taken it: that is a warning", () => {
    const attributes = { name: "old", password_policy: [{ minimum_length: 3 }] };
    const pool = { from: "aws_cognito_user_pool.old", id: "ap-northeast-1_x", attributes };
    project.write(FILE, JSON.stringify({ version: 1, objects: { [POOL]: pool } }));
    expect(project.synth()).toMatchObject({ status: 0, stderr: "" });
    const { annotations } = JSON.parse(project.read("cdktf.out/manifest.json")).stacks.production;
    expect(annotations).toContainEqual(
      expect.objectContaining({ level: "@cdktf/warn", message: expect.stringContaining(`COG-009 ${POOL}`) }),
    );
  });

  it.each([
    ["{", "is not JSON"],
    ["[]", "the file: "],
    ['{"version":2,"objects":{}}', "version: "],
    ['{"version":1,"objects":{"aws_vpc.x":null}}', "objects.aws_vpc.x: "],
    [`{"version":1,"objects":{"${POOL}":{"id":"x","attributes":{}}}}`, `objects.${POOL}.from: `],
    [`{"version":1,"objects":{"${POOL}":{"from":"x","id":"x","attributes":{},"more":1}}}`, `objects.${POOL}: `],
  ])("is refused in one line where it is not as it is written: %s", (contents, reason) => {
    const lines = refused(FILE, contents);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`${FILE}: ${reason}`);
    expect(lines[0]).toContain("Write it again: bin/infra adopt --environment production");
  });

  it("is refused where there is no such environment", () => {
    expect(refused("environments/prod.cognito.json", "{}")).toEqual([
      "environments/prod.cognito.json: belongs to no environment: there is no environments/prod.ts. Rename one of them.",
    ]);
  });

  it("does not hide the mistakes of the environment itself", () => {
    project.edit("environments/production.ts", { 'region: "ap-northeast-1"': 'region: "ap-north-1"' });
    expect(refused(FILE, "{").length).toBeGreaterThan(1);
  });
});
