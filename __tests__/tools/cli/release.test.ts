import { describe, expect, it } from "vitest";
import { runInfra } from "../../support/infra.ts";

const run = (...args: string[]) => runInfra(args);

describe.each(["release", "rollback"])("%s", (command) => {
  it("has help", async () => {
    const { status, stdout } = await run(command, "--help");
    expect(status).toBe(0);
    expect(stdout).toContain("--no-commit");
    expect(stdout).toContain("Exit codes:");
  });

  it.each([
    [["--environment", "prod", "--yes"], 'There is no environment "prod".'],
    [["--timeout", "long", "--yes"], "--timeout long: is no duration."],
    [[], "There is no terminal to ask in."],
  ])("is not begun with: %j", async (args, message) => {
    const version = command === "release" ? ["--version", "0.2.0"] : [];
    const { status, stdout, stderr } = await run(command, ...version, ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});

describe("release", () => {
  it.each([
    [[], "required option '--version <version>' not specified"],
    [["--version", "0.2.0", "--only", "redis"], "Allowed choices are nginx, app."],
    [["--version", "0.2.0", "--context", "a", "b", "--yes"], "app has two."],
  ])("is not begun with: %j", async (args, message) => {
    const { status, stderr } = await run("release", ...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});
