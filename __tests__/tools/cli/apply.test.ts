import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { withoutColors } from "../../../tools/lib/process/run-tool.ts";

function run(command: string, ...args: string[]) {
  return spawnSync(process.execPath, ["--import", "tsx", `tools/cli/${command}.ts`, ...args], {
    encoding: "utf8",
    env: withoutColors({ ...process.env, INIT_CWD: process.cwd() }),
    input: "",
  });
}

describe("a plan that can't be applied", () => {
  it("is none: one line, before anybody asks AWS", () => {
    const { status, stdout, stderr } = run("apply", "--plan", "docs", "--yes");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toBe("docs: is not a plan that npm run plan has made, or not a whole one. Make it again.\n");
  });

  it.each([
    [["--sha256", "0".repeat(64), "--yes"], "--sha256 is of a kept plan."],
    [["--kept", "--yes"], "--kept needs --sha256"],
    [["--kept", "--sha256", "deadbeef", "--yes"], "--sha256 deadbeef: is not one."],
    [["--lock-timeout", "10"], "Write a number and its unit, such as 30s or 10m."],
    [[], "There is no terminal to ask in. Write --yes"],
  ])("is not begun with: %j", (args, message) => {
    const { status, stdout, stderr } = run("apply", ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("can't be two at once", () => {
    const { status, stderr } = run("apply", "--plan", "docs", "--kept");
    expect(status).toBe(2);
    expect(stderr).toContain("cannot be used with option '--plan <directory>'");
  });
});

describe.each(["plan", "apply", "drift"])("%s", (command) => {
  it("has help, and knows no other environments than there are", () => {
    const help = run(command, "--help");
    expect(help.status).toBe(0);
    expect(help.stdout).toContain("--environment");
    expect(help.stdout).toContain("Exit codes:");
    const { status, stderr } = run(command, "--environment", "prod");
    expect(status).toBe(2);
    expect(stderr).toBe('There is no environment "prod". There are: production.\n');
  });
});
