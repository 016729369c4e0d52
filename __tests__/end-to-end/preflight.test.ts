import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Aws, startAws } from "../support/aws.ts";
import { endToEnd } from "./requirement.ts";

const ROOT = join(import.meta.dirname, "../..");
const isWanted = await endToEnd();

/** A project in HCL, in a directory of its own, that Terraform plans with what breaks it. */
class Project {
  readonly directory = mkdtempSync(join(tmpdir(), "hcl-project-"));
  private readonly name: string;
  private aws: Aws | undefined;
  private terraform: (...args: string[]) => Promise<{ exitCode?: number; stdout: string; stderr: string }> = () =>
    Promise.reject(new Error("The project is not initialized."));

  constructor(name: string) {
    this.name = name;
  }

  async initialize(): Promise<void> {
    const { directory } = this;
    cpSync(join(import.meta.dirname, this.name), directory, { recursive: true });
    this.aws = await startAws({ directory: join(directory, ".aws") });
    const { terraform, env } = this.aws;
    this.terraform = (...args) =>
      execa(terraform.command, args, { cwd: directory, env, extendEnv: false, reject: false });
    const { exitCode, stderr } = await this.terraform("init", "-input=false");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  }

  async plan(...breakages: string[]): Promise<string> {
    const options = ["-input=false", "-refresh=false", "-out=plan", `-var=breakages=${JSON.stringify(breakages)}`];
    const planned = await this.terraform("plan", ...options);
    expect(planned.exitCode, planned.stderr).toBe(0);
    return (await this.terraform("show", "-json", "plan")).stdout;
  }

  async remove(): Promise<void> {
    await this.aws?.emulator.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** What preflight says of a plan: errors by rule and address, and what it could not judge. */
async function preflight(plan: string, ...options: string[]) {
  const args = ["bin/infra", "check", "-", "--format", "json", ...options];
  const { exitCode, stdout } = await execa(process.execPath, args, { cwd: ROOT, input: plan, reject: false });
  const { findings, unjudged = [] } = JSON.parse(stdout) as {
    findings: { id: string; severity: string; address: string }[];
    unjudged?: { message: string }[];
  };
  const errors = findings.filter(({ severity }) => severity === "error").map(({ id, address }) => `${id} ${address}`);
  return { exitCode, errors, unjudged: unjudged.map(({ message }) => message) };
}

describe.runIf(isWanted)("preflight on plans that the real Terraform makes of a foreign project", () => {
  const project = new Project("hcl-project");
  beforeAll(() => project.initialize());
  afterAll(() => project.remove());

  it("says nothing of one that works", async () => {
    expect(await preflight(await project.plan())).toMatchObject({ exitCode: 0, errors: [] });
  });

  it("finds all that breaks it, and nothing else", async () => {
    const findings = {
      "one zone": [
        "LB-001 aws_lb.this",
        'NET-012 module.network.aws_vpc_endpoint.interface["ecr.api"]',
        'NET-012 module.network.aws_vpc_endpoint.interface["logs"]',
      ],
      "no registry": "NET-101 module.service.aws_ecs_service.this",
      "closed task": "NET-110 aws_lb.this",
      instances: "LB-002 aws_lb_target_group.this",
      trust: "IAM-001 module.service.aws_iam_role.execution",
      policy: "IAM-002 module.service.aws_iam_role.execution",
    };
    const { exitCode, errors } = await preflight(await project.plan(...Object.keys(findings)));
    expect(errors.sort()).toEqual(Object.values(findings).flat().sort());
    expect(exitCode).toBe(1);
  });
});

describe.runIf(isWanted)("preflight on plans of modules with dynamic blocks over locals", () => {
  const project = new Project("hcl-modules");
  beforeAll(() => project.initialize());
  afterAll(() => project.remove());

  it("says what it can't judge without the source, and judges all with it", async () => {
    const plan = await project.plan();
    const { errors, unjudged } = await preflight(plan);
    expect(errors).toEqual([]);
    expect(unjudged).toEqual(
      expect.arrayContaining([
        "1 of 1 services could not be judged for reachability.",
        "1 of 1 services could not be judged for the target groups that they register with.",
        "1 of 1 roles of tasks could not be judged for rights.",
        "1 of 1 listeners and their rules could not be judged for the target groups that they forward to.",
      ]),
    );
    expect(await preflight(plan, "--strict")).toMatchObject({ exitCode: 1 });
    const all = { exitCode: 0, errors: [], unjudged: [] };
    expect(await preflight(plan, "--strict", "--source", project.directory)).toEqual(all);
  });

  it("judges the source alone", async () => {
    const args = ["bin/infra", "check", "--strict", "--source", project.directory];
    const { stdout } = await execa(process.execPath, args, { cwd: ROOT });
    expect(stdout).toBe(`${project.directory}: no findings.`);
  });

  it("finds all that breaks it with the source, and nothing of it without", async () => {
    const findings = {
      "no way out": ["NET-101 module.service.aws_ecs_service.this", "NET-103 module.service.aws_ecs_service.this"],
      "closed task": "NET-110 aws_lb.this",
      "wrong port": "ECS-042 module.service.aws_ecs_service.this",
      instances: 'LB-002 aws_lb_target_group.this["app"]',
      rights: "IAM-002 module.service.aws_iam_role.execution",
    };
    const plan = await project.plan(...Object.keys(findings));
    const { errors } = await preflight(plan, "--source", project.directory);
    expect(errors.sort()).toEqual(Object.values(findings).flat().sort());
    expect(await preflight(plan)).toMatchObject({ errors: [] });
  });
});
