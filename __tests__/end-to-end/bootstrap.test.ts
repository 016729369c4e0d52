import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { GetBucketVersioningCommand, GetPublicAccessBlockCommand, S3Client } from "@aws-sdk/client-s3";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emulatorClient, emulatorEnvironment } from "../../local/aws-environment.ts";
import { type Emulator, startEmulator } from "../../local/emulator/start.ts";
import { endToEnd } from "./requirement.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const REGION = "ap-northeast-1";
const BUCKET = "operation-app-terraform-state";

/** Runs a command of the project, as `npm run` does, against something that speaks for AWS. */
function command(name: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  const tsx = join(ROOT, "node_modules/.bin/tsx");
  return execa(tsx, [`commands/${name}.ts`, ...args], { cwd: ROOT, env, extendEnv: false, reject: false, all: true });
}

/** Runs cdktf itself, with its output in a directory of its own. */
function cdktf(args: readonly string[], env: NodeJS.ProcessEnv, output: string) {
  const options = { cwd: ROOT, env: { ...env, CI: "1", CDKTF_LOG_FILE_DIRECTORY: output }, extendEnv: false } as const;
  const bin = join(ROOT, "node_modules/.bin/cdktf");
  return execa(bin, [...args, "--output", join(output, "cdktf.out")], { ...options, reject: false, all: true });
}

describe.runIf(await endToEnd())("the state bucket", () => {
  let directory: string;
  let emulator: Emulator;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "bootstrap-"));
    emulator = await startEmulator({ directory });
  });
  afterAll(async () => {
    await emulator?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it("is asked for by `npm run deploy` where it is missing, made by `npm run bootstrap`, and made once", async () => {
    const refused = await command("deploy", ["production"], emulator.environment);
    expect(refused.exitCode).toBe(1);
    expect(refused.all).toContain(`"${BUCKET}" does not exist yet. Run: npm run bootstrap -- production`);

    const byCdktf = await cdktf(["deploy", "production", "--auto-approve"], emulator.environment, directory);
    expect(byCdktf.exitCode).toBe(1);
    expect(byCdktf.all).toContain(`"${BUCKET}" does not exist yet. Run: npm run bootstrap -- production`);

    const first = await command("bootstrap", ["production"], emulator.environment);
    expect(first.exitCode).toBe(0);
    expect(first.stdout).toContain(`State bucket ${BUCKET} in ${REGION}: made.`);
    expect(first.stdout).toContain(`NOT AWS: AWS_ENDPOINT_URL leads to ${emulator.endpoint}`);
    const again = await command("bootstrap", ["production"], emulator.environment);
    expect(again.exitCode).toBe(0);
    expect(again.stdout).toContain(`State bucket ${BUCKET} in ${REGION}: already there.`);

    const s3 = new S3Client(emulatorClient({ endpoint: emulator.endpoint, region: REGION }));
    expect(await s3.send(new GetBucketVersioningCommand({ Bucket: BUCKET }))).toMatchObject({ Status: "Enabled" });
    const { PublicAccessBlockConfiguration: privacy } = await s3.send(
      new GetPublicAccessBlockCommand({ Bucket: BUCKET }),
    );
    expect(Object.values(privacy ?? {})).toEqual([true, true, true, true]);
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

  it.each(["bootstrap", "deploy"])("says that the bucket is somebody else's: %s", async (name) => {
    const { exitCode, all } = await command(name, ["production"], env);
    expect(exitCode).toBe(1);
    expect(all).toMatch(/is somebody else's.*Write another into state\.bucket of environments\/production\.ts/);
    expect(all).not.toMatch(/^\s+at /m);
  });

  it("says that it has no credentials, and how to get some", async () => {
    const { AWS_ACCESS_KEY_ID: _key, AWS_SECRET_ACCESS_KEY: _secret, ...without } = env;
    const { exitCode, all } = await command("bootstrap", ["production"], without);
    expect(exitCode).toBe(1);
    expect(all).toMatch(/AWS does not know who you are .* Run `aws configure`/);
    expect(all).not.toMatch(/^\s+at /m);
  });

  it("ends with 2 where there is no such environment or option", async () => {
    const unknown = await command("bootstrap", ["prod"], env);
    expect(unknown.exitCode).toBe(2);
    expect(unknown.all).toContain('There is no environment "prod". There are: production.');
    expect((await command("bootstrap", ["--nope"], env)).exitCode).toBe(2);
  });

  it.each(["bootstrap", "deploy", "deploy-local", "destroy-local"])("has --help: %s", async (name) => {
    const { exitCode, stdout } = await command(name, ["--help"], env);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("Usage:");
    expect(stdout).toContain("Exit codes:");
  });
});
