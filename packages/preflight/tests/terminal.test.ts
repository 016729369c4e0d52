import { describe, expect, it } from "vitest";
import { wrapped } from "../src/terminal.ts";

const terminal = { isTTY: true, columns: 60 };
const SENTENCE = "The load balancer sends requests to a port that no container listens on. ".repeat(9).trim();

describe("a line that is wider than the terminal", () => {
  it("is broken at spaces, and loses no word", () => {
    const text = wrapped(SENTENCE, terminal);
    expect(text.split("\n").every((line) => line.length <= 60)).toBe(true);
    expect(text.replaceAll("\n", " ")).toBe(SENTENCE);
  });

  it("goes on under where it began, further in than what follows it", () => {
    const lines = wrapped(`  Why: ${SENTENCE}\n  Fix: none`, terminal).split("\n");
    expect(lines[0]).toMatch(/^ {2}Why: /);
    expect(lines.slice(1, -1).every((line) => /^ {4}\S/.test(line))).toBe(true);
    expect(lines.at(-1)).toBe("  Fix: none");
  });

  it("stays in the box that Terraform draws", () => {
    const lines = wrapped(`│ ${SENTENCE}`, terminal).split("\n");
    expect(lines.every((line) => /^│ \S/.test(line) && line.length <= 60)).toBe(true);
  });

  it("is measured without its colours", () => {
    const line = `\u001b[31m${"a".repeat(28)} ${"b".repeat(28)}\u001b[39m`;
    expect(wrapped(line, terminal)).toBe(line);
  });

  it.each([
    "terraform -chdir=.plans/production-20260102 force-unlock 1b2c",
    "bin/infra apply --environment production --plan .plans/production-20260102",
    "aws s3api delete-object --bucket a-bucket --key production.tflock",
    '{ address: "aws_vpc.main", action: "delete", reason: "…", until: "YYYY-MM-DD" }',
  ])("keeps what is to be copied in one piece: %s", (copied) => {
    expect(wrapped(`Wait until that run ends; if it is dead: ${copied}. ${SENTENCE}`, terminal)).toContain(copied);
  });

  it("is left alone where it is code", () => {
    const code = `        moved = [${'"aws_vpc.main", '.repeat(9)}]`;
    expect(wrapped(code, terminal)).toBe(code);
  });
});

it.each([
  ["a file or a pipe", { isTTY: false }],
  ["a file, though a width is set", { isTTY: false, columns: 60 }],
  ["a terminal that has no width", { isTTY: true }],
  ["a terminal too narrow to read in", { isTTY: true, columns: 20 }],
])("%s gets every line whole", (_, output) => {
  expect(wrapped(SENTENCE, output)).toBe(SENTENCE);
});
