import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { S3Client } from "@aws-sdk/client-s3";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeStateBucket } from "../../tools/lib/aws/state-bucket.ts";
import { findTerraform } from "../../tools/lib/terraform/prerequisites.ts";
import { terraformEnvironment, withoutStraySettings } from "../../tools/lib/terraform/terraform-environment.ts";
import { emulatorClient, emulatorVariables } from "../../tools/local/aws-environment.ts";
import { type Emulator, startEmulator } from "../../tools/local/emulator/start.ts";
import { ProjectCopy } from "../support/project-copy.ts";
import { endToEnd } from "./requirement.ts";

const REGION = "ap-northeast-1";
const ROLES = ["aws_iam_role.ecs_nginx_role", "aws_iam_role_policy.ecs_nginx_role_policy"];

describe.runIf(await endToEnd())("the permissions boundary", () => {
  let directory: string;
  let emulator: Emulator;
  let project: ProjectCopy;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "boundary-"));
    project = new ProjectCopy();
    emulator = await startEmulator({ directory });
  });
  afterAll(async () => {
    await emulator?.stop();
    project?.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  it("comes to roles that were deployed without it, in place, and goes with them", async () => {
    const address = { endpoint: emulator.endpoint, region: REGION };
    const client = emulatorClient(address);
    const iam = new IAMClient(client);
    const bucket = "operation-app-terraform-state";
    await makeStateBucket(new S3Client(client), { bucket, region: REGION });
    const found = await findTerraform();
    const env = { ...withoutStraySettings(terraformEnvironment(found, directory)), ...emulatorVariables(address) };
    const cwd = join(project.directory, "cdktf.out/stacks/production");
    const terraform = async (...args: string[]) =>
      (await execa(found.command, args, { cwd, env, extendEnv: false, all: true })).all;
    const targets = ROLES.map((address) => `-target=${address}`);
    const boundary = async () => {
      const { Role } = await iam.send(new GetRoleCommand({ RoleName: "operation-app-nginx" }));
      return Role?.PermissionsBoundary?.PermissionsBoundaryArn;
    };

    expect(project.synth().status).toBe(0);
    await terraform("init", "-input=false");
    expect(await terraform("apply", "-auto-approve", ...targets)).toContain("2 added, 0 changed, 0 destroyed");
    expect(await boundary()).toBeUndefined();

    project.edit("environments/production.ts", {
      "  images,\n": '  images,\n  ci: { repository: "octo-org/rails" },\n',
    });
    expect(project.synth().status).toBe(0);
    expect(await terraform("apply", "-auto-approve", ...targets)).toContain("0 added, 1 changed, 0 destroyed");
    expect(await boundary()).toBe("arn:aws:iam::123456789012:policy/ci/operation-app-production-boundary");
    expect(await terraform("plan", ...targets)).toContain("No changes");
    expect(await terraform("destroy", "-auto-approve", ...targets)).toContain("2 destroyed");
  });
});
