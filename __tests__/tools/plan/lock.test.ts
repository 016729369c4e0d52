import { createHash } from "node:crypto";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parsePlan } from "../../../packages/plan-review/src/plan.ts";
import { put, temporaryDirectory } from "../../../packages/preflight/tests/support/temporary.ts";
import { lockInComplaint } from "../../../tools/lib/terraform/state-lock.ts";
import { applyPlan } from "../../../tools/plan/apply.ts";
import { lockNotice } from "../../../tools/plan/lock-notice.ts";
import { checked, environmentWith } from "../../support/synthesize.ts";
import { diagnostic, hook } from "./apply-events.ts";

const environment = checked(environmentWith({}));
const PLACE = "s3://operation-app-terraform-state/production/terraform.tfstate";
const LOCK = {
  ID: "1b2c3d4e",
  Operation: "OperationTypeApply",
  Who: "me@laptop",
  Version: "1.14.9",
  Created: "2026-01-02T03:04:05.678Z",
};
const HOLDER = "me@laptop since 2026-01-02T03:04:05.678Z (apply, lock 1b2c3d4e)";
const NOTICE = `${PLACE} is locked by ${HOLDER}. Terraform waits up to 10m for it (--lock-timeout); Ctrl-C stops.`;
/** As Terraform 1.14 prints it, once it has waited. */
const COMPLAINT = `
╷
│ Error: Error acquiring the state lock
│ 
│ Error message: operation error S3: PutObject, https response error
│ StatusCode: 412, RequestID: 4d9c, api error PreconditionFailed
│ Lock Info:
│   ID:        ${LOCK.ID}
│   Path:      operation-app-terraform-state/production/terraform.tfstate
│   Operation: ${LOCK.Operation}
│   Who:       ${LOCK.Who}
│   Version:   ${LOCK.Version}
│   Created:   2026-01-02 03:04:05.678 +0000 UTC
│   Info:      
│ 
╵
`;

const s3 = mockClient(S3Client);

beforeEach(() => {
  s3.reset();
  s3.on(GetObjectCommand).rejects(new NoSuchKey({ message: "none", $metadata: {} }));
});
afterEach(() => void vi.unstubAllEnvs());

/** The file beside the state says that it is locked. */
function lockedBy(contents: string): void {
  const Body = { transformToString: async () => contents } as never;
  s3.on(GetObjectCommand, { Key: "production/terraform.tfstate.tflock" }).resolves({ Body });
}

function notice() {
  const said: string[] = [];
  const look = lockNotice({ environment, lockTimeout: "10m", say: (text) => said.push(text) });
  return { said, look };
}

describe("the notice of a lock", () => {
  it("says who holds it, since when, for which operation, and how long Terraform waits", async () => {
    lockedBy(JSON.stringify(LOCK));
    const { said, look } = notice();
    await look();
    expect(said).toEqual([NOTICE]);
  });

  it("comes once for each holder", async () => {
    const { said, look } = notice();
    for (const ID of ["first", "first", "second"]) {
      lockedBy(JSON.stringify({ ...LOCK, ID }));
      await look();
    }
    expect(said.map((text) => text.match(/lock (\w+)\)/)?.[1])).toEqual(["first", "second"]);
  });

  it("does not come where the state is free, or where S3 refuses, which Terraform reports", async () => {
    const { said, look } = notice();
    await look();
    s3.on(GetObjectCommand).rejects(new Error("access denied"));
    await look();
    expect(said).toEqual([]);
  });

  it("comes where the file is no lock of a Terraform that is known", async () => {
    lockedBy("{");
    const { said, look } = notice();
    await look();
    expect(said[0]).toContain("is locked by an unknown user since an unknown time (lock ?).");
  });
});

it("a complaint about a lock is read from Terraform's box", () => {
  expect(lockInComplaint(COMPLAINT)).toEqual({
    id: LOCK.ID,
    who: LOCK.Who,
    created: "2026-01-02 03:04:05.678 +0000 UTC",
    operation: LOCK.Operation,
  });
  expect(lockInComplaint("│ Error: no such bucket\n│   ID:        1b2c3d4e")).toBeUndefined();
});

/** Applies with what stands in for Terraform: a script that prints these lines, and fails. */
async function failedApply(lines: readonly string[], more = ""): Promise<{ shown: string[]; message: string }> {
  const directory = temporaryDirectory();
  put(join(directory, "lines"), lines.map((line) => `${line}\n`).join(""));
  const command = put(join(directory, "terraform"), `#!/bin/sh\ncat lines\n${more}\nexit 1\n`);
  chmodSync(command, 0o755);
  const plan = parsePlan('{"format_version":"1.2","planned_values":{},"resource_changes":[]}', "the plan");
  const shown: string[] = [];
  const terraform = { command, env: process.env };
  const options = {
    environment,
    directory,
    plan,
    terraform,
    lockTimeout: "10m",
    show: (text: string) => shown.push(text),
  };
  const message = await applyPlan(options).then(
    () => "",
    (error) => error.message,
  );
  return { shown, message };
}

describe("an apply of a state that is locked", () => {
  it("says who holds it before Terraform says anything, and again where Terraform gives up", async () => {
    lockedBy(JSON.stringify(LOCK));
    const begun = hook("apply_start", "create", "aws_vpc.main");
    const complaint = diagnostic("error", "Error acquiring the state lock", COMPLAINT);
    const { shown, message } = await failedApply([begun, complaint]);
    expect(shown).toEqual([NOTICE, "aws_vpc.main: create apply_start"]);
    expect(message).toMatch(
      /^s3:.+ is locked by me@laptop since .+ \(apply, lock 1b2c3d4e\)\. Wait until that run ends; if it has died: aws s3 rm s3:.+\.tflock\.$/,
    );
  });
});

describe("an apply whose state can't be written", () => {
  const error = diagnostic("error", "Failed to save state", "The bucket is gone.");

  it("says where it is, and the command of the binary that has applied", async () => {
    vi.stubEnv("CI", "");
    const { message } = await failedApply([error], "echo '{}' > errored.tfstate");
    expect(message).toMatch(/It is in \S+errored\.tfstate, and in s3:\/\/\S+errored-\d+\.tfstate\.\n/);
    expect(message).toMatch(/\n {2}\S+\/terraform -chdir='\S+' state push errored\.tfstate\n/);
  });

  it("names no file of a runner, where the bucket has it", async () => {
    vi.stubEnv("CI", "true");
    const { message } = await failedApply([error], "echo '{}' > errored.tfstate");
    expect(message).toMatch(/It is in s3:\/\/\S+errored-\d+\.tfstate\.\n/);
    expect(message).toMatch(/aws s3 cp s3:\/\/\S+errored-\d+\.tfstate errored\.tfstate\n/);
    const digest = createHash("sha256").update("{}\n").digest("hex");
    expect(message).toContain(`  echo "${digest}  errored.tfstate" | sha256sum --check && `);
    expect(message).toMatch(/-chdir='cdktf\.out\/stacks\/production' state push "\$PWD\/errored\.tfstate"\n/);
    expect(message).toContain("do not push it");
  });

  it("is kept in the file where the bucket refuses it", async () => {
    vi.stubEnv("CI", "");
    s3.on(PutObjectCommand).rejects(new Error("gone"));
    const { message } = await failedApply([error], "echo '{}' > errored.tfstate");
    expect(message).toMatch(/errored\.tfstate only: keep it\.\n/);
  });
});
