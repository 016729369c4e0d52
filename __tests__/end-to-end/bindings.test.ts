import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { withoutColors } from "../../tools/lib/process/run-tool.ts";
import { ProjectCopy } from "../support/project-copy.ts";

let project: ProjectCopy;
beforeAll(() => {
  project = new ProjectCopy();
  cpSync(join(import.meta.dirname, "hcl-project/modules/service"), join(project.directory, "service"), {
    recursive: true,
  });
  project.edit("cdktf.json", {
    '"terraformModules": []': '"terraformModules": [{ "name": "service", "source": "./service" }]',
  });
});
afterAll(() => project.remove());

function npmRun(script: string) {
  const env = withoutColors({ ...process.env, CI: "true", CHECKPOINT_DISABLE: "1" });
  return spawnSync("npm", ["run", "-s", script], { cwd: project.directory, encoding: "utf8", env });
}

const STACK = "stacks/operation-stack.ts";
const INPUTS = '{ groupId: "sg-1", name: "x", pulls: [], subnetIds: [], targetGroupArn: "arn", trusted: "t" }';

it("what cdktf get generates can be imported in a stack, with the project's strict options", () => {
  expect(npmRun("get")).toMatchObject({ status: 0 });
  project.edit(STACK, {
    "import { createOutputs }": 'import { Service } from "../.gen/modules/service.ts";\nimport { createOutputs }',
    "    boundRoles(this, environment);": `    boundRoles(this, environment);\n    new Service(this, "other", ${INPUTS});`,
  });
  expect(npmRun("build")).toMatchObject({ status: 0, stdout: "" });
  expect(project.synth()).toMatchObject({ status: 0 });
  const stack = JSON.parse(project.read("cdktf.out/stacks/production/cdk.tf.json"));
  expect(Object.values(stack.module)).toEqual([expect.objectContaining({ group_id: "sg-1", name: "x" })]);
  project.edit(STACK, { 'groupId: "sg-1", ': "" });
  expect(npmRun("build").stdout).toContain("'groupId' is missing");
});
