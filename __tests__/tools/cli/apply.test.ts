import { describe, expect, it } from "vitest";
import { runInfra } from "../../support/infra.ts";

const run = (...args: string[]) => runInfra(args);

describe("a plan that can't be applied", () => {
  it("is none: one line, before anybody asks AWS", async () => {
    const { status, stdout, stderr } = await run("apply", "production", "--plan", "docs", "--yes");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toBe("docs: is not a complete plan made by bin/infra plan. Plan again.\n");
  });

  it.each([
    [["--sha256", "0".repeat(64), "--yes"], "--sha256 is for a kept plan."],
    [["--kept", "--yes"], "--kept needs --sha256"],
    [["--kept", "--sha256", "deadbeef", "--yes"], "--sha256 deadbeef: is not a SHA-256 digest."],
    [["--lock-timeout", "10"], "Write a number and its unit, such as 30s or 10m."],
    [[], "There is no terminal to ask in. Write --yes"],
    [["--yes"], "This changes an environment, and none is named. Write --environment production"],
  ])("is not begun with: %j", async (args, message) => {
    const { status, stdout, stderr } = await run("apply", ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("can't be two at once", async () => {
    const { status, stderr } = await run("apply", "--plan", "docs", "--kept");
    expect(status).toBe(2);
    expect(stderr).toContain("cannot be used with option '--plan <directory>'");
  });
});

describe.each(["plan", "apply", "drift"])("%s", (command) => {
  it("has help, and knows no other environments than there are", async () => {
    const help = await run(command, "--help");
    expect(help.status).toBe(0);
    expect(help.stdout).toContain("--environment");
    expect(help.stdout).toContain("Exit codes:");
    const { status, stderr } = await run(command, "--environment", "prod");
    expect(status).toBe(2);
    expect(stderr).toBe('There is no environment "prod". There are: production.\n');
  });
});
