import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withoutColors } from "../../../tools/lib/process/run-tool.ts";
import { ProjectCopy } from "../../support/project-copy.ts";

const PRODUCTION = "environments/production.ts";
const CDKTF_TIMEOUT = 120_000;

let project: ProjectCopy;
beforeEach(() => {
  project = new ProjectCopy();
});
afterEach(() => project.remove());

const synth = () => project.synth();

function cdktfSynth() {
  const cdktf = join(project.directory, "node_modules/.bin/cdktf");
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

  it("sees each change at once", () => {
    synth();
    project.edit(PRODUCTION, { 'cidr: "192.168.0.0/16"': 'cidr: "192.169.0.0/16"' });
    synth();
    expect(project.read(stackOf("production"))).toContain("192.169.0.0/16");
  });

  it("refuses a copied environment that runs another's versions", () => {
    project.write("environments/staging.ts", project.read(PRODUCTION));
    expect(synth().stderr).toContain(
      "environments/staging.ts: images: are those of production, from production.versions.json. Import ./staging.versions.json, and write {} into that file.",
    );
  });

  it("finds a new environment as soon as its file is there", () => {
    synth();
    project.copyProduction("staging");
    project.edit("environments/staging.ts", {
      'app: "operation-app"': 'app: "operation-app-stg"',
      'name: "operation-app.example.com"': 'name: "staging.example.com"',
      'domainPrefix: "operation-app"': 'domainPrefix: "operation-app-stg"',
    });
    expect(synth().status).toBe(0);
    expect(JSON.parse(project.read(stackOf("staging"))).terraform.backend.s3.key).toBe("staging/terraform.tfstate");
  });
});

/** The number of the line of a file that holds a text. */
function lineOf(file: string, text: string): number {
  const line = project
    .read(file)
    .split("\n")
    .findIndex((one) => one.includes(text));
  if (line < 0) throw new Error(`${file} has no ${text}`);
  return line + 1;
}

/** What `cdktf` will print beside the stack. */
function annotationsOf(environment: string): { level: string; message: string }[] {
  return JSON.parse(project.read("cdktf.out/manifest.json")).stacks[environment].annotations;
}

const LB = "modules/lb/index.ts";
const breakTargets = () => project.edit(LB, { 'targetType: "ip"': 'targetType: "instance"' });
const addToProduction = (settings: string) => project.edit(PRODUCTION, { "  images,\n": `  images,\n${settings}\n` });
const addToCognito = (settings: string) =>
  project.edit(PRODUCTION, { 'domainPrefix: "operation-app",\n': `domainPrefix: "operation-app",\n${settings}\n` });
const acknowledge = (id: string, address: string) =>
  addToProduction(`  acknowledgements: [{ id: "${id}", address: "${address}", reason: "known since May" }],`);
const SHORT_PASSWORDS = "    userPool: { passwordPolicy: { minimumLength: 3 } },";

describe("preflight at synth", () => {
  it("stops at a mistake in a module, and tells rule, address, reason, mending and line", () => {
    breakTargets();
    const { status, stdout, stderr } = synth();
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("error LB-002");
    expect(stderr).toContain("aws_lb_target_group.lb_nginx_targets has the target type instance");
    expect(stderr).toContain("Why: A task has a network interface of its own");
    expect(stderr).toContain('Fix: Set target_type to "ip".');
    expect(stderr).toContain(`(${LB}:${lineOf(LB, "new LbTargetGroup(")})`);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("tells how to look at the way of a connection", () => {
    breakTargets();
    expect(synth().stderr).toContain(`bin/infra check ${stackOf("production")} --path`);
  });

  it("finds the mistakes of every environment", () => {
    project.copyProduction("staging");
    project.edit("environments/staging.ts", {
      'app: "operation-app"': 'app: "operation-app-stg"',
      'name: "operation-app.example.com"': 'name: "staging.example.com"',
      'domainPrefix: "operation-app"': 'domainPrefix: "operation-app-stg"',
    });
    breakTargets();
    const { stderr } = synth();
    for (const environment of ["production", "staging"]) expect(stderr).toContain(`${stackOf(environment)}: 1 error`);
  });

  it("leads from an attribute of the user pool to its line in the environment file", () => {
    addToCognito(SHORT_PASSWORDS);
    const { status, stderr } = synth();
    expect(status).toBe(1);
    expect(stderr).toContain("error COG-009");
    expect(stderr).toContain(`(${PRODUCTION}:${lineOf(PRODUCTION, "passwordPolicy:")})`);
  });

  it("leads to the module where the attribute is not in the environment file", () => {
    project.edit("modules/cognito/defaults.ts", { 'mfaConfiguration: "ON",': 'mfaConfiguration: "OFF",' });
    const { status, stderr } = synth();
    expect(status).toBe(1);
    expect(stderr).toMatch(/error COG-\d+ .*aws_cognito_user_pool\..* \(modules\/cognito\/index\.ts:\d+\)/);
  });

  it("lets pass what the environment acknowledges", () => {
    breakTargets();
    acknowledge("LB-002", "aws_lb_target_group.lb_nginx_targets");
    expect(synth()).toMatchObject({ status: 0, stdout: "", stderr: "" });
    expect(annotationsOf("production")).toEqual([]);
  });

  it("warns of an acknowledgement that nothing needs", () => {
    acknowledge("LB-002", "aws_lb_target_group.lb_nginx_targets");
    expect(synth().status).toBe(0);
    expect(annotationsOf("production")).toEqual([
      expect.objectContaining({
        level: "@cdktf/warn",
        message: expect.stringContaining(
          'aws_lb_target_group.lb_nginx_targets is acknowledged for LB-002 ("known since May")',
        ),
      }),
    ]);
  });

  it.each<[string, string, RegExp]>([
    ["an id that is none", '{ id: "lb-2", address: "aws_lb.a", reason: "known" }', /acknowledgements\.0\.id/],
    ["no address", '{ id: "LB-002", address: "here", reason: "known" }', /acknowledgements\.0\.address/],
    ["no reason", '{ id: "LB-002", address: "aws_lb.a", reason: "" }', /acknowledgements\.0\.reason/],
  ])("takes no acknowledgement with %s", (_, acknowledgement, message) => {
    addToProduction(`  acknowledgements: [${acknowledgement}],`);
    const { status, stderr } = synth();
    expect(status).toBe(1);
    expect(stderr.trim().split("\n")).toEqual([expect.stringMatching(message)]);
  });

  it("does not stop at a warning, which is in the manifest for `cdktf` to print", () => {
    project.edit(PRODUCTION, { 'nat: "single"': 'nat: "none"' });
    expect(synth()).toMatchObject({ status: 0, stderr: "" });
    expect(annotationsOf("production")).toEqual([
      expect.objectContaining({ level: "@cdktf/warn", message: expect.stringMatching(/^NET-114 aws_ecs_service\./) }),
    ]);
  });
});

describe("`cdktf synth`", () => {
  it("stops at a mistake in a module", { timeout: CDKTF_TIMEOUT }, () => {
    breakTargets();
    const { status, stdout, stderr } = cdktfSynth();
    expect(status).toBe(1);
    expect(stdout + stderr).toContain("LB-002");
    expect(stdout + stderr).toContain(`${LB}:${lineOf(LB, "new LbTargetGroup(")}`);
  });

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
    expect(stdout + stderr).toContain("NET-114");
  });

  it("warns of a load balancer that speaks plain HTTP", { timeout: CDKTF_TIMEOUT }, () => {
    project.write(PRODUCTION, project.read(PRODUCTION).replace(/ {2}domain: \{.*?\n {2}\},\n/s, ""));
    const { stdout, stderr } = cdktfSynth();
    expect(stdout + stderr).toContain("speaks plain HTTP");
  });
});
