import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { frameworkCommand } from "../../tools/lib/framework.ts";
import { withoutColors } from "../../tools/lib/process/run-tool.ts";
import { ProjectCopy } from "../support/project-copy.ts";

const PRODUCTION = "environments/production.ts";
const LB = "modules/lb/index.ts";
const ADOPTED = "environments/production.cognito.json";
const POOL = "aws_cognito_user_pool.cognito_user_pool";

let project: ProjectCopy;
beforeEach(() => {
  project = new ProjectCopy();
});
afterEach(() => project.remove());

const synth = () => project.synth();

function cdktfSynth() {
  const cdktf = frameworkCommand(project.directory);
  const env = withoutColors({ ...process.env, CI: "true", CHECKPOINT_DISABLE: "1" });
  return spawnSync(cdktf, ["synth"], { cwd: project.directory, encoding: "utf8", env });
}

const stackOf = (environment: string) => `cdktf.out/stacks/${environment}/cdk.tf.json`;

const MISTAKES = {
  'cidr: "192.168.0.0/16"': 'cidr: "192.168.0.0/8"',
  'region: "ap-northeast-1"': 'region: "ap-north-1"',
  'name: "operation-app.example.com"': 'name: ""',
  'natRouteDestination: "0.0.0.0/0"': 'natRouteDestination: "::/0"',
  'zones: ["ap-northeast-1a", "ap-northeast-1c"]': 'zones: ["ap-northeast-1a"]',
  "  images,": '  images: { app: "latest" },',
  "size: { cpu: 512, memory: 1024 }": "size: { cpu: 512, memory: 512 }",
};

const breakTargets = () => project.edit(LB, { 'targetType: "ip"': 'targetType: "instance"' });

/** The number of the line of a file that holds a text. */
function lineOf(file: string, text: string): number {
  const line = project
    .read(file)
    .split("\n")
    .findIndex((one) => one.includes(text));
  if (line < 0) throw new Error(`${file} has no ${text}`);
  return line + 1;
}

describe("the app's process", () => {
  it("writes the stack of each environment, and sees each change at once: of it, beside it, and a new one", () => {
    expect(synth()).toMatchObject({ status: 0, stderr: "" });
    expect(JSON.parse(project.read(stackOf("production"))).resource.aws_vpc).toHaveProperty("network_vpc");

    project.edit(PRODUCTION, { 'cidr: "192.168.0.0/16"': 'cidr: "192.169.0.0/16"' });
    const pool = (name: string) => ({
      from: "aws_cognito_user_pool.old",
      id: "ap-northeast-1_x",
      attributes: { name },
    });
    for (const name of ["first", "second"]) {
      project.write(ADOPTED, JSON.stringify({ version: 1, objects: { [POOL]: pool(name) } }));
      expect(synth()).toMatchObject({ status: 0, stderr: "" });
      expect(project.read(stackOf("production"))).toContain("192.169.0.0/16");
      const { resource } = JSON.parse(project.read(stackOf("production")));
      expect(resource.aws_cognito_user_pool.cognito_user_pool.name).toBe(name);
    }

    project.copyProduction("staging");
    project.edit("environments/staging.ts", {
      'app: "operation-app"': 'app: "operation-app-stg"',
      'name: "operation-app.example.com"': 'name: "staging.example.com"',
      'domainPrefix: "operation-app"': 'domainPrefix: "operation-app-stg"',
    });
    expect(synth().status).toBe(0);
    expect(JSON.parse(project.read(stackOf("staging"))).terraform.backend.s3.key).toBe("staging/terraform.tfstate");
  });

  it("tells every mistake in one line each, ends with 1, and writes nothing", () => {
    project.edit(PRODUCTION, MISTAKES);
    project.write(ADOPTED, "{");
    const { status, stderr, stdout } = synth();
    expect(status).toBe(1);
    const lines = stderr.trim().split("\n");
    expect(lines).toHaveLength(Object.keys(MISTAKES).length + 1);
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/^environments\/production\.ts: [a-zA-Z.]+: /);
    expect(lines.at(-1)).toContain(`${ADOPTED}: is not JSON`);
    expect(stdout).toBe("");
    expect(existsSync(join(project.directory, "cdktf.out"))).toBe(false);
  });

  it("points to the line of a typing mistake, without a stack trace", () => {
    project.edit(PRODUCTION, { "  images,": "  images: {{}," });
    const { status, stderr } = synth();
    expect(status).toBe(1);
    expect(stderr).toMatch(/environments\/production\.ts:\d+:\d+/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("shows a fault of the program's own by our files and lines, not by the bundle's", () => {
    project.edit("modules/network/index.ts", { "this.vpc = this.createVpc();": 'throw new Error("a fault");' });
    const { status, stderr } = synth();
    expect(status).toBe(1);
    expect(stderr).toMatch(/modules\/network\/index\.ts:\d+:\d+/);
    expect(Math.max(...stderr.split("\n").map((line) => line.length))).toBeLessThan(300);
  });

  it("refuses a copied environment that runs another's versions", () => {
    project.write("environments/staging.ts", project.read(PRODUCTION));
    expect(synth().stderr).toContain(
      "environments/staging.ts: images: come from production.versions.json, of production. Import ./staging.versions.json, and write {} to that file.",
    );
  });

  it("stops at what preflight finds, and tells the line by the sources", () => {
    breakTargets();
    const { status, stdout, stderr } = synth();
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("error LB-002");
    expect(stderr).toContain(`(${LB}:${lineOf(LB, "new LbTargetGroup(")})`);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe("`cdktf synth`", () => {
  it("stops at a mistake in a module", () => {
    breakTargets();
    const { status, stdout, stderr } = cdktfSynth();
    expect(status).toBe(1);
    expect(stdout + stderr).toContain("LB-002");
    expect(stdout + stderr).toContain(`${LB}:${lineOf(LB, "new LbTargetGroup(")}`);
  });

  it("shows the mistakes and ends with 1", () => {
    project.edit(PRODUCTION, { 'region: "ap-northeast-1"': 'region: "ap-north-1"' });
    const { status, stdout, stderr } = cdktfSynth();
    expect(status).toBe(1);
    expect(stdout + stderr).toContain('environments/production.ts: region: "ap-north-1" is not an AWS region.');
  });

  it("warns of a login that can't reach Cognito, and of a load balancer that speaks plain HTTP", () => {
    project.write(PRODUCTION, project.read(PRODUCTION).replace(/ {2}domain: \{.*?\n {2}\},\n/s, ""));
    project.edit(PRODUCTION, { 'nat: "single"': 'nat: "none"' });
    const { status, stdout, stderr } = cdktfSynth();
    expect(status).toBe(0);
    expect(stdout + stderr).toContain("NET-114");
    expect(stdout + stderr).toContain("uses plain HTTP");
  });
});
