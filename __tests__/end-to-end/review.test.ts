import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Review } from "@operation-app/plan-review";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Aws, startAws } from "../support/aws.ts";
import { endToEnd } from "./requirement.ts";

const ROOT = join(import.meta.dirname, "../..");
const PROJECTS = join(import.meta.dirname, "review");
/** Where plans are kept that the other tests read; set, they are written anew. */
const { WRITE_PLANS } = process.env;

describe.runIf(await endToEnd())("the review of plans that the real Terraform makes", () => {
  const directory = mkdtempSync(join(tmpdir(), "review-"));
  let aws: Aws;
  beforeAll(async () => {
    aws = await startAws({ directory });
  });
  afterAll(async () => {
    await aws?.emulator.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it("counts every action as Terraform does", async () => {
    const { terraform, use } = await project("actions");
    await terraform("apply", "-auto-approve", "-input=false", "-no-color");
    leaveDeposedAndTainted(join(directory, "actions"));
    use("after");
    const { plan, printed } = await planned(terraform, "every-action");
    const { review, status } = await reviewed(plan);
    expect(status).toBe(0);
    expect(printed).toContain(review.summary);
    expect(review.counts.total).toBe(plan.resource_changes.length);
    const { total, moved, imported, deposed, replacedByForgetting: _, ...kinds } = review.counts;
    expect(Object.values(kinds).reduce((sum, count) => sum + count)).toBe(total);
    expect(Object.values(kinds).every((count) => count > 0)).toBe(true);
    expect({ moved, imported, deposed }).toEqual({ moved: 2, imported: 2, deposed: 1 });
    const reason = (address: string) => review.changes.find((one) => one.address === address)?.reason;
    expect(reason("terraform_data.tainted")).toContain("tainted");
    expect(reason("terraform_data.triggered")).toContain("replace_triggered_by");
    expect(reason("terraform_data.counted[1]")).toContain("count");
  });

  it("refuses a plan with -target", async () => {
    const { terraform } = await project("target", "actions");
    const { plan } = await planned(terraform, undefined, "-target=terraform_data.stays");
    expect(await reviewed(plan)).toMatchObject({ status: 2 });
  });

  it("stops what a change to AWS would lose, open and switch off, and shows no secret", async () => {
    const { terraform, use } = await project("gate");
    await terraform("apply", "-auto-approve", "-input=false", "-no-color");
    use("after");
    const { plan, printed } = await planned(terraform, "gate");
    const { review, status, all } = await reviewed(plan);
    expect(status).toBe(1);
    expect(printed).toContain(review.summary);
    expect(all).not.toMatch(/hidden-/);
    expect(review.blocked.map(({ action, address }) => `${action} ${address}`)).toEqual(
      expect.arrayContaining([
        "delete aws_ecr_repository.app",
        "replace aws_cognito_user_pool_client.app",
        "forget aws_secretsmanager_secret.key",
        "public-ingress aws_security_group.web",
        "public-bucket aws_s3_bucket_policy.files",
        "public-bucket aws_s3_bucket_public_access_block.files",
        "public-policy aws_iam_role.task",
        "deletion-protection-off aws_cognito_user_pool.users",
        "deletion-protection-off aws_s3_bucket.files",
        "backups-off aws_s3_bucket_versioning.files",
        "encryption-off aws_kms_key.data",
        "login-weakened aws_cognito_user_pool.users",
      ]),
    );
  });

  /** A project as it is before its change, in a directory of its own. */
  async function project(name: string, folder = name) {
    const at = join(directory, name);
    const use = (step: "before" | "after") => copyFileSync(join(PROJECTS, folder, `${step}.tf`), join(at, "main.tf"));
    await execa("mkdir", ["-p", at]);
    use("before");
    const env = { ...aws.env, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };
    const terraform = async (...args: string[]) =>
      (await execa(aws.terraform.command, args, { cwd: at, env, extendEnv: false })).stdout;
    await terraform("init", "-input=false", "-no-color");
    return { terraform, use };
  }

  async function planned(terraform: (...args: string[]) => Promise<string>, keep?: string, ...options: string[]) {
    const printed = await terraform("plan", "-input=false", "-no-color", "-out=plan", ...options);
    const json = await terraform("show", "-json", "plan");
    if (WRITE_PLANS && keep) writeFileSync(join(WRITE_PLANS, `${keep}.json`), `${json.trim()}\n`);
    return { plan: JSON.parse(json), printed };
  }

  async function reviewed(plan: unknown): Promise<{ review: Review; status: number | undefined; all: string }> {
    const args = ["bin/infra", "review", "-", "--format"];
    const run = (format: string) =>
      execa(process.execPath, [...args, format], { cwd: ROOT, input: JSON.stringify(plan), reject: false, all: true });
    const [json, markdown, text] = [await run("json"), await run("markdown"), await run("text")];
    expect(new Set([json.exitCode, markdown.exitCode, text.exitCode]).size).toBe(1);
    const isRefused = json.exitCode === 2;
    return {
      review: isRefused ? (undefined as unknown as Review) : JSON.parse(json.stdout),
      status: json.exitCode,
      all: json.all + markdown.all + text.all,
    };
  }
});

/** What an apply leaves that was cut off: an old object beside the new one, and one that is tainted. */
function leaveDeposedAndTainted(directory: string): void {
  const file = join(directory, "terraform.tfstate");
  const state = JSON.parse(readFileSync(file, "utf8"));
  const named = (name: string) =>
    state.resources.find((resource: { name: string }) => resource.name === name).instances;
  const left = named("left");
  left.push({ ...structuredClone(left[0]), deposed: "abcdef01" });
  named("tainted")[0].status = "tainted";
  state.serial += 1;
  writeFileSync(file, JSON.stringify(state));
}
