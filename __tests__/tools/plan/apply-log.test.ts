import { describe, expect, it } from "vitest";
import { ApplyLog } from "../../../tools/plan/apply-log.ts";
import { diagnostic, hook } from "./apply-events.ts";

function read(...lines: string[]) {
  const log = new ApplyLog();
  return { log, shown: lines.map((line) => log.read(line)).filter((text) => text !== undefined) };
}

describe("the log of an apply", () => {
  it("is shown as Terraform shows it, without what the review has shown", () => {
    const { shown } = read(
      '{"@message":"Terraform 1.11.4","type":"version"}',
      '{"@message":"aws_vpc.a: Plan to create","type":"planned_change"}',
      hook("apply_start", "create", "aws_vpc.a"),
      hook("apply_complete", "create", "aws_vpc.a", "vpc-1"),
      '{"@message":"Apply complete! Resources: 1 added, 0 changed, 0 destroyed.","type":"change_summary"}',
      '{"@message":"Outputs: 2","type":"outputs","outputs":{"url":{"sensitive":false,"value":"https://a"},"key":{"sensitive":true}}}',
    );
    expect(shown).toEqual([
      "aws_vpc.a: create apply_start",
      "aws_vpc.a: create apply_complete",
      "Apply complete! Resources: 1 added, 0 changed, 0 destroyed.",
      'Outputs:\n  url = "https://a"\n  key = (sensitive value)',
    ]);
  });

  it("tells completed operations from those that were only begun", () => {
    const { log } = read(
      hook("apply_start", "delete", "aws_vpc.a"),
      hook("apply_complete", "delete", "aws_vpc.a"),
      hook("apply_start", "create", "aws_vpc.a"),
      hook("apply_start", "create", "aws_eip.b"),
      hook("apply_errored", "create", "aws_eip.b"),
      hook("apply_start", "read", "data.aws_region.c"),
    );
    expect(log.done).toEqual([{ address: "aws_vpc.a", action: "delete" }]);
    expect(log.unfinished.map(({ address }) => address)).toEqual(["aws_vpc.a", "aws_eip.b"]);
  });

  it("has each error with its address and detail, and what is no JSON, such as a crash", () => {
    const { log, shown } = read(diagnostic("error", "creating VPC", "limit exceeded", "aws_vpc.a"), "panic: oh", "");
    expect(log.errors).toBe("Error: creating VPC\n  with aws_vpc.a\nlimit exceeded\n\npanic: oh");
    expect(shown).toEqual([]);
  });

  it("shows a warning at once", () => {
    expect(read(diagnostic("warning", "deprecated")).shown).toEqual(["Warning: deprecated"]);
  });

  it("leaves out the errors that an interruption causes, and keeps the others", () => {
    const interrupt = '{"@message":"\\nInterrupt received.\\nPlease wait","type":"log"}';
    const errors = [
      diagnostic("error", "operation error EC2: CreateVpc, canceled, context canceled"),
      diagnostic("error", "execution halted"),
      diagnostic("error", "creating EIP", "limit exceeded"),
    ];
    const { log } = read(interrupt, ...errors);
    expect(log.wasInterrupted).toBe(true);
    expect(log.errors).toBe("Error: creating EIP\nlimit exceeded");
    expect(read(...errors).log.errors).toContain("context canceled");
  });
});
