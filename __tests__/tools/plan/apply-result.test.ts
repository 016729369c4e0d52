import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parsePlan } from "../../../packages/plan-review/src/plan.ts";
import { ApplyLog } from "../../../tools/plan/apply-log.ts";
import { applyResult, type Remote } from "../../../tools/plan/apply-result.ts";
import { resource, state } from "../../support/cognito-state.ts";
import { checked, environmentWith } from "../../support/synthesize.ts";
import { hook } from "./apply-events.ts";

const environment = checked(environmentWith({}));
const plan = parsePlan(
  JSON.stringify({
    format_version: "1.2",
    planned_values: {},
    resource_changes: [["create"], ["create"], ["delete", "create"], ["update"], ["no-op"], ["read"]].map(
      (actions, index) => ({ address: `aws_vpc.a${index}`, mode: "managed", type: "aws_vpc", change: { actions } }),
    ),
  }),
  "the plan",
);
const LOCK = { id: "1b2c", who: "me@laptop", operation: "OperationTypeApply" };

function text(lines: readonly string[], remote: Partial<Remote> = {}, command = "terraform"): string {
  const log = new ApplyLog();
  for (const line of lines) log.read(line);
  const ended = {
    environment,
    plan,
    log,
    directory: ".plans/p/cdktf.out",
    terraform: { command },
    startedAt: new Date("2026-01-02T10:00:00Z"),
  };
  return applyResult(ended, { state: state(), lock: undefined, ...remote });
}

describe("what stands after an apply", () => {
  beforeEach(() => void vi.stubEnv("CI", ""));
  afterEach(() => void vi.unstubAllEnvs());

  it("counts what was completed, of all creates, updates and deletes of the plan", () => {
    const vpc = resource({ type: "aws_vpc", name: "a0", attributes: { id: "vpc-1" } });
    const lines = [
      hook("apply_start", "create", "aws_vpc.a0"),
      hook("apply_complete", "create", "aws_vpc.a0", "vpc-1"),
      hook("apply_start", "delete", "aws_vpc.a2"),
      hook("apply_complete", "delete", "aws_vpc.a2"),
    ];
    expect(text(lines, { state: state(vpc) })).toBe(
      [
        "After the apply:",
        "  2 of the plan's 5 operations were completed: 1 created, 1 deleted.",
        "  State: s3://operation-app-terraform-state/production/terraform.tfstate",
        "  Lock: none.",
      ].join("\n"),
    );
    expect(text([])).toContain("None of the plan's 5 operations was completed.");
  });

  it("names what was created and is not in the state, with the command that imports it", () => {
    const lines = [
      hook("apply_start", "create", "aws_vpc.a0"),
      hook("apply_complete", "create", "aws_vpc.a0", "vpc-1"),
    ];
    expect(text(lines)).toContain("    terraform -chdir='.plans/p/cdktf.out' import 'aws_vpc.a0' 'vpc-1'");
    expect(text(lines, { state: undefined })).toContain("import 'aws_vpc.a0' 'vpc-1'");
  });

  it("names the binary that has applied", () => {
    const lines = [
      hook("apply_start", "create", "aws_vpc.a0"),
      hook("apply_complete", "create", "aws_vpc.a0", "vpc-1"),
    ];
    const lock = { ...LOCK, created: "2026-01-02T10:00:01Z" };
    expect(text(lines, { lock }, "tofu")).not.toContain("terraform -chdir");
    expect(text(lines, { lock }, "tofu")).toContain("tofu -chdir='.plans/p/cdktf.out' import");
    expect(text(lines, { lock }, "tofu")).toContain("tofu -chdir='.plans/p/cdktf.out' force-unlock");
    expect(text(lines, { lock }, "/opt/my tools/tofu")).toContain("'/opt/my tools/tofu' -chdir=");
  });

  it("names no directory of a runner, which is gone when one reads it", () => {
    vi.stubEnv("CI", "true");
    const lines = [
      hook("apply_start", "create", "aws_vpc.a0"),
      hook("apply_complete", "create", "aws_vpc.a0", "vpc-1"),
    ];
    const said = text(lines);
    expect(said).not.toContain(".plans");
    expect(said).toContain("    terraform -chdir='cdktf.out/stacks/production' import 'aws_vpc.a0' 'vpc-1'");
    expect(said).toContain("bin/infra synth && terraform -chdir='cdktf.out/stacks/production' init");
  });

  it("tells what was begun: tainted, unknown to the state, or to be read again", () => {
    const tainted = resource({
      type: "aws_vpc",
      name: "a0",
      attributes: { id: "vpc-1" },
      instance: { status: "tainted" },
    });
    const begun = [
      hook("apply_start", "create", "aws_vpc.a0"),
      hook("apply_start", "create", "aws_vpc.a1"),
      hook("apply_start", "update", "aws_vpc.a3"),
    ];
    const said = text(begun, { state: state(tainted) });
    expect(said).toMatch(/Started, but missing from the state\..+:\n {4}aws_vpc\.a1\n/);
    expect(said).toMatch(/tainted, so the next plan replaces them .+ untaint ADDRESS:\n {4}aws_vpc\.a0\n/);
    expect(said).toMatch(/Update or delete started, .+:\n {4}aws_vpc\.a3\n/);
  });

  it("says which lock the run has left, and the command that releases it here, or from a runner's log", () => {
    const lock = { ...LOCK, created: "2026-01-02T10:00:01.5Z" };
    expect(text([], { lock })).toContain(
      "Lock: left by this run, me@laptop since 2026-01-02T10:00:01.5Z (apply, lock 1b2c). Check that no other apply is running, then release it: terraform -chdir='.plans/p/cdktf.out' force-unlock 1b2c",
    );
    vi.stubEnv("CI", "true");
    expect(text([], { lock })).toMatch(/aws s3 rm s3:\/\/.+\/production\/terraform\.tfstate\.tflock$/m);
  });

  it("gives no command for the lock of another run", () => {
    const lock = { ...LOCK, created: "2026-01-02T09:59:00Z" };
    expect(text([], { lock })).toMatch(/Lock: held by me@laptop since .+ \(apply, lock 1b2c\)\.$/);
  });

  it("says so where the state and the lock can't be read", () => {
    const said = text([hook("apply_start", "create", "aws_vpc.a0")], { state: "expired", lock: "expired" });
    expect(said).toContain("  Not finished: aws_vpc.a0\n");
    expect(said).toMatch(/State: s3:.+, which can't be read: expired\n {2}Lock: can't be read: expired$/);
  });
});
