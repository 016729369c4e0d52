import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetRoleCommand,
  IAMClient,
} from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  type LifecycleRule,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bucketPolicy } from "../../modules/state-bucket/index.ts";
import { foreignSettings } from "../../tools/bootstrap/bucket-settings.ts";
import { frameworkCommand } from "../../tools/lib/framework.ts";
import { emulatorClient, emulatorEnvironment } from "../../tools/local/aws-environment.ts";
import type { Emulator } from "../../tools/local/emulator/start.ts";
import { startAws } from "../support/aws.ts";
import { ProjectCopy } from "../support/project-copy.ts";
import { endToEnd } from "./requirement.ts";

const EMPTY_STATE = JSON.stringify({ version: 4, serial: 1, lineage: "0", outputs: {}, resources: [] });
const ROOT = resolve(import.meta.dirname, "../..");
const REGION = "ap-northeast-1";
const BUCKET = "operation-app-terraform-state";

/** Runs a command of the project, as `npm run` does, against something that speaks for AWS. */
function command(name: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  return execa("bin/infra", [name, ...args], { cwd: ROOT, env, extendEnv: false, reject: false, all: true });
}

/** Runs cdktf itself, with its output in a directory of its own. */
function cdktf(args: readonly string[], env: NodeJS.ProcessEnv, output: string) {
  const options = { cwd: ROOT, env: { ...env, CI: "1", CDKTF_LOG_FILE_DIRECTORY: output }, extendEnv: false } as const;
  const bin = frameworkCommand(ROOT);
  return execa(bin, [...args, "--output", join(output, "cdktf.out")], { ...options, reject: false, all: true });
}

const CI = '  ci: { repository: "octo-org/rails" },\n';
const PRODUCTION = "environments/production.ts";

/** A project whose production has roles, and runs of its `bin/infra bootstrap`. */
function projectWithRoles(env: NodeJS.ProcessEnv) {
  const project = new ProjectCopy();
  project.edit(PRODUCTION, { "  images,\n": `  images,\n${CI}` });
  const run = (name: string, ...args: string[]) => {
    const options = { cwd: project.directory, env, extendEnv: false, reject: false, all: true } as const;
    return execa(process.execPath, ["bin/infra", name, ...args], options);
  };
  const start = (...args: string[]) => run("bootstrap", "production", ...args);
  /** Runs until a line of the output has a text, and then signals. */
  const interrupted = async (text: string, signal: NodeJS.Signals) => {
    const running = start();
    running.stdout.on("data", (chunk) => String(chunk).includes(text) && running.kill(signal));
    return running;
  };
  return { project, run, start, interrupted };
}

/** What the bootstrap of the first versions made, with a few calls and without Terraform. */
async function makeOldBucket(s3: S3Client): Promise<void> {
  const Bucket = BUCKET;
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
  await s3.send(
    new PutPublicAccessBlockCommand({
      Bucket,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    }),
  );
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  await s3.send(new PutObjectCommand({ Bucket, Key: "production/terraform.tfstate", Body: EMPTY_STATE }));
}

describe.runIf(await endToEnd())("the state bucket and the roles of GitHub Actions", () => {
  let directory: string;
  let emulator: Emulator;
  let env: NodeJS.ProcessEnv;
  let s3: S3Client;
  let iam: IAMClient;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "bootstrap-"));
    const aws = await startAws({ directory });
    emulator = aws.emulator;
    env = { ...aws.env, TF_CLI_CONFIG_FILE: undefined }; // the commands find the provider themselves
    const client = emulatorClient({ endpoint: emulator.endpoint, region: REGION });
    [s3, iam] = [new S3Client(client), new IAMClient(client)];
  });
  afterEach(async () => {
    await emulator?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it("are asked for where they are missing, taken up from the old bootstrap, finished after kills, and made once", async () => {
    const { project, run, start, interrupted } = projectWithRoles(env);
    try {
      const refused = await command("deploy", ["production", "--auto-approve"], env);
      expect(refused.exitCode).toBe(1);
      expect(refused.all).toContain(`"${BUCKET}" does not exist yet. Run: bin/infra bootstrap production`);
      const byCdktf = await cdktf(["deploy", "production", "--auto-approve"], env, directory);
      expect(byCdktf.exitCode).toBe(1);
      expect(byCdktf.all).toContain(`"${BUCKET}" does not exist yet. Run: bin/infra bootstrap production`);

      await makeOldBucket(s3);
      const early = await run("plan");
      expect(early.exitCode).toBe(1);
      expect(early.all).toMatch(
        /permissions boundary of the roles of production.*does not exist.*bin\/infra bootstrap production/,
      );
      const killed = await interrupted("aws_iam_role.ci_production_plan: Creation complete", "SIGKILL");
      expect(killed.signal).toBe("SIGKILL");

      const finished = await start();
      expect(finished.all).toContain(`State bucket ${BUCKET} in ${REGION}: already exists.`);
      expect(finished.all).toMatch(/Releasing the lock \(.+\) of an earlier run, which was killed/);
      expect(finished.exitCode).toBe(0);
      expect(finished.all).toMatch(
        /AWS_PLAN_ROLE_ARN +arn:aws:iam::123456789012:role\/ci\/operation-app-production-plan\n/,
      );
      expect(finished.all).toMatch(
        /AWS_APPLY_ROLE_ARN +arn:aws:iam::123456789012:role\/ci\/operation-app-production-apply\n/,
      );

      expect(finished.all).toContain("Next: set up GitHub as below");
      expect(finished.all).toContain("bin/infra apply --environment production");
      const again = await start();
      expect(again.all).toContain("0 to add, 0 to change, 0 to destroy");
      expect(again.exitCode).toBe(0);
      const { Contents: objects = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
      expect(objects.map(({ Key }) => Key)).toEqual(["bootstrap/terraform.tfstate", "production/terraform.tfstate"]);
      expect(await s3.send(new GetBucketVersioningCommand({ Bucket: BUCKET }))).toMatchObject({ Status: "Enabled" });
      const { Role: role } = await iam.send(new GetRoleCommand({ RoleName: "operation-app-production-apply" }));
      expect(decodeURIComponent(role?.AssumeRolePolicyDocument ?? "")).toContain(
        '"token.actions.githubusercontent.com:sub":["repo:octo-org/rails:environment:production"]',
      );

      project.edit(PRODUCTION, { [CI]: "" });
      const withoutSection = await start();
      expect(withoutSection.exitCode).toBe(1);
      expect(withoutSection.all).toMatch(/Nothing was changed: this would destroy .*aws_iam_role\.ci_production_apply/);
      const removed = await start("--allow-delete");
      expect(removed.exitCode).toBe(0);
      expect(removed.all).toContain("environments/production.ts has no section ci");
      await expect(iam.send(new GetRoleCommand({ RoleName: "operation-app-production-plan" }))).rejects.toThrow();
    } finally {
      project.remove();
    }
  });

  it("keep the bucket's settings that were made elsewhere, until they may go", async () => {
    const { project, start } = projectWithRoles(env);
    const Bucket = BUCKET;
    const lifecycle = () => s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    const archive: LifecycleRule = {
      ID: "archive-audits",
      Status: "Enabled",
      Filter: { Prefix: "audits/" },
      Transitions: [{ Days: 30, StorageClass: "GLACIER" }],
    };
    try {
      project.edit(PRODUCTION, { [CI]: "" });
      await makeOldBucket(s3);
      await s3.send(
        new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [archive] } }),
      );
      const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "alias/audits" } as const;
      const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault }] };
      await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
      const Policy = JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "Auditors",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:DeleteObject",
            Resource: `arn:aws:s3:::${BUCKET}/audits/*`,
          },
        ],
      });
      await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } }));
      expect(await foreignSettings(s3, { bucket: BUCKET, tlsOnly: true })).toHaveLength(4);

      const refused = await start();
      expect(refused.exitCode).toBe(1);
      expect(refused.all).toMatch(/Nothing was changed: the bucket .* has other settings/);
      expect(refused.all).toMatch(/lifecycle rule: .*"ID":"archive-audits".*GLACIER/);
      expect(refused.all).toMatch(/encryption: .*alias\/audits.*would become AES256/);
      expect(refused.all).toContain("versioning: Suspended");
      expect(refused.all).toContain("--replace-bucket-settings");
      expect((await lifecycle()).Rules).toMatchObject([archive]);
      expect(await s3.send(new GetBucketVersioningCommand({ Bucket }))).toMatchObject({ Status: "Suspended" });

      const replaced = await start("--replace-bucket-settings");
      expect(replaced.all).toMatch(/Replaced: lifecycle rule: .*"ID":"archive-audits"/);
      expect(replaced.exitCode).toBe(0);
      expect((await lifecycle()).Rules?.map(({ ID }) => ID)).toEqual(["expire-old-versions", "expire-plans"]);
      expect((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toContain("Auditors"); // without TLS, none of ours

      await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: bucketPolicy(BUCKET) }));
      expect(await foreignSettings(s3, { bucket: BUCKET, tlsOnly: true })).toEqual([]);
      expect(replaced.all).toMatch(/Next:\n +bin\/infra plan --environment production/);
    } finally {
      project.remove();
    }
  });

  it("use an OIDC provider that is there, go on after a kill before the state, and end in order at Ctrl-C", async () => {
    const { project, start, interrupted } = projectWithRoles(env);
    try {
      const issuer = "https://token.actions.githubusercontent.com";
      const provider = { Url: issuer, ClientIDList: ["somebody"], ThumbprintList: ["0".repeat(40)] };
      const { OpenIDConnectProviderArn } = await iam.send(new CreateOpenIDConnectProviderCommand(provider));

      const killed = await interrupted(": created.", "SIGKILL");
      expect(killed.signal).toBe("SIGKILL");
      await s3.send(new HeadBucketCommand({ Bucket: BUCKET }));

      const withoutAudience = await start();
      expect(withoutAudience.exitCode).toBe(1);
      expect(withoutAudience.all).toContain("aws iam add-client-id-to-open-id-connect-provider");
      await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn })); // moto can't add to it
      await iam.send(new CreateOpenIDConnectProviderCommand({ ...provider, ClientIDList: ["sts.amazonaws.com"] }));

      const ended = await interrupted("ci_production_plan_policy: Creation complete", "SIGINT");
      expect(ended.exitCode).toBe(130);
      expect(ended.all).toContain("OIDC provider for token.actions.githubusercontent.com is used, and not changed");
      const { Contents: objects = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
      expect(objects.map(({ Key }) => Key)).toEqual(["bootstrap/terraform.tfstate"]);

      const Key = "bootstrap/terraform.tfstate.tflock";
      const lock = {
        ID: "b5c4",
        Operation: "OperationTypeApply",
        Who: "maria@laptop",
        Created: "2026-01-02T03:04:05Z",
      };
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: JSON.stringify(lock) }));
      const locked = await start();
      expect(locked.exitCode).toBe(1);
      expect(locked.all).toMatch(
        /is locked by maria@laptop since 2026-01-02 .*aws s3 rm s3:.*bootstrap\/terraform\.tfstate\.tflock/,
      );
    } finally {
      project.remove();
    }
  });
});

const CALLER_IDENTITY = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
  <Arn>arn:aws:iam::123456789012:user/me</Arn><UserId>AIDA</UserId><Account>123456789012</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>`;

describe("a command that needs AWS", () => {
  let server: Server;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    // STS is asked by POST and knows who we are; S3 is asked by HEAD and refuses.
    server = createServer(({ method }, response) =>
      method === "POST" ? response.end(CALLER_IDENTITY) : response.writeHead(403).end(),
    );
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    env = emulatorEnvironment({ endpoint, region: REGION });
  });
  afterAll(() => server.close());

  it.each([
    ["bootstrap", []],
    ["deploy", ["--auto-approve"]],
  ])("says that the bucket belongs to another account: %s", async (name, options) => {
    const { exitCode, all } = await command(name, ["production", ...options], env);
    expect(exitCode).toBe(1);
    expect(all).toMatch(/belongs to another account.*Set another state\.bucket in environments\/production\.ts/);
    expect(all).not.toMatch(/^\s+at /m);
  });

  it("says that it has no credentials, and how to get some", async () => {
    const { AWS_ACCESS_KEY_ID: _key, AWS_SECRET_ACCESS_KEY: _secret, ...without } = env;
    const { exitCode, all } = await command("bootstrap", ["production"], without);
    expect(exitCode).toBe(1);
    expect(all).toMatch(/There are no credentials that AWS accepts .* Run `aws configure`/);
    expect(all).not.toMatch(/^\s+at /m);
  });
});
