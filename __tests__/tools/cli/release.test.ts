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

describe.each(["release", "rollback"])("%s", (command) => {
  it("has help", () => {
    const { status, stdout } = run(command, "--help");
    expect(status).toBe(0);
    expect(stdout).toContain("--no-commit");
    expect(stdout).toContain("Exit codes:");
  });

  it.each([
    [["--environment", "prod", "--yes"], 'There is no environment "prod".'],
    [["--timeout", "long", "--yes"], "--timeout long: is no duration."],
    [[], "There is no terminal to ask in."],
  ])("is not begun with: %j", (args, message) => {
    const version = command === "release" ? ["--version", "0.2.0"] : [];
    const { status, stdout, stderr } = run(command, ...version, ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});

describe("release", () => {
  it.each([
    [[], "required option '--version <version>' not specified"],
    [["--version", "0.2.0", "--only", "redis"], "Allowed choices are nginx, app."],
    [["--version", "0.2.0", "--context", "a", "b", "--yes"], "app has two."],
  ])("is not begun with: %j", (args, message) => {
    const { status, stderr } = run("release", ...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});
