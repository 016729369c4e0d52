import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ProjectCopy } from "../support/project-copy.ts";

const PRODUCTION = "environments/production.ts";
const CDKTF_TIMEOUT = 120_000;

let project: ProjectCopy;
beforeEach(() => {
  project = new ProjectCopy();
});
afterEach(() => project.remove());

function synth() {
  return spawnSync(process.execPath, ["commands/synth.mjs"], { cwd: project.directory, encoding: "utf8" });
}

function cdktfSynth() {
  const cdktf = join(project.directory, "node_modules/.bin/cdktf");
  const env = { ...process.env, CI: "true", CHECKPOINT_DISABLE: "1" };
  return spawnSync(cdktf, ["synth"], { cwd: project.directory, encoding: "utf8", env });
}

const stackOf = (environment: string) => `cdktf.out/stacks/${environment}/cdk.tf.json`;

const MISTAKES = {
  'cidr: "192.168.0.0/16"': 'cidr: "192.168.0.0/8"',
  'region: "ap-northeast-1"': 'region: "ap-north-1"',
  'name: "operation-app.example.com"': 'name: ""',
  'natRouteDestination: "0.0.0.0/0"': 'natRouteDestination: "::/0"',
  'zones: ["ap-northeast-1a", "ap-northeast-1c"]': 'zones: ["ap-northeast-1a"]',
  "images: {}": 'images: { app: "latest" }',
  "size: { cpu: 512, memory: 1024 }": "size: { cpu: 512, memory: 512 }",
};

describe("the app's process", () => {
  it("writes the stack of each environment", () => {
    expect(synth()).toMatchObject({ status: 0, stderr: "" });
    expect(JSON.parse(project.read(stackOf("production"))).resource.aws_vpc).toHaveProperty("network_vpc");
  });

  it("tells every mistake in one line each, ends with 1, and writes nothing", () => {
    project.edit(PRODUCTION, MISTAKES);
    const { status, stderr, stdout } = synth();
    expect(status).toBe(1);
    const lines = stderr.trim().split("\n");
    expect(lines).toHaveLength(Object.keys(MISTAKES).length);
    for (const line of lines) expect(line).toMatch(/^environments\/production\.ts: [a-zA-Z.]+: /);
    expect(stdout).toBe("");
    expect(existsSync(join(project.directory, "cdktf.out"))).toBe(false);
  });

  it("points to the line of a typing mistake, without a stack trace", () => {
    project.edit(PRODUCTION, { "images: {}": "images: {{}" });
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

  it("sees each change at once", () => {
    synth();
    project.edit(PRODUCTION, { 'cidr: "192.168.0.0/16"': 'cidr: "192.169.0.0/16"' });
    synth();
    expect(project.read(stackOf("production"))).toContain("192.169.0.0/16");
  });

  it("finds a new environment as soon as its file is there", () => {
    synth();
    project.write("environments/staging.ts", project.read(PRODUCTION));
    project.edit("environments/staging.ts", {
      'app: "operation-app"': 'app: "operation-app-stg"',
      'name: "operation-app.example.com"': 'name: "staging.example.com"',
      'domainPrefix: "operation-app"': 'domainPrefix: "operation-app-stg"',
    });
    expect(synth().status).toBe(0);
    expect(JSON.parse(project.read(stackOf("staging"))).terraform.backend.s3.key).toBe("staging/terraform.tfstate");
  });
});

describe("`cdktf synth`", () => {
  it("shows the mistakes and ends with 1", { timeout: CDKTF_TIMEOUT }, () => {
    project.edit(PRODUCTION, { 'region: "ap-northeast-1"': 'region: "ap-north-1"' });
    const { status, stdout, stderr } = cdktfSynth();
    expect(status).toBe(1);
    expect(stdout + stderr).toContain('environments/production.ts: region: "ap-north-1" is not an AWS region.');
  });

  it("warns of a log-in that can't reach Cognito", { timeout: CDKTF_TIMEOUT }, () => {
    project.edit(PRODUCTION, { 'nat: "single"': 'nat: "none"' });
    const { status, stdout, stderr } = cdktfSynth();
    expect(status).toBe(0);
    expect(stdout + stderr).toContain("Rails can't reach Cognito");
  });

  it("warns of a load balancer that speaks plain HTTP", { timeout: CDKTF_TIMEOUT }, () => {
    project.write(PRODUCTION, project.read(PRODUCTION).replace(/ {2}domain: \{.*?\n {2}\},\n/s, ""));
    const { stdout, stderr } = cdktfSynth();
    expect(stdout + stderr).toContain("speaks plain HTTP");
  });
});
