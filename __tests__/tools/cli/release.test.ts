import { afterEach, describe, expect, it, vi } from "vitest";
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
    [["--timeout", "long", "--yes"], "--timeout long: is not a duration."],
  ])("is not begun with: %j", async (args, message) => {
    const version = command === "release" ? ["--version", "0.2.0"] : [];
    const { status, stdout, stderr } = await run(command, ...version, ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});

/** Credentials of a profile that does not exist. */
function useWrongProfile(): void {
  const none = { AWS_CONFIG_FILE: "/nowhere/config", AWS_SHARED_CREDENTIALS_FILE: "/nowhere/credentials" };
  const keys = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
  const wrong = { ...none, ...keys, AWS_PROFILE: "wrong", AWS_EC2_METADATA_DISABLED: "true" };
  for (const [name, value] of Object.entries(wrong)) vi.stubEnv(name, value);
}

afterEach(() => void vi.unstubAllEnvs());

describe("rollback", () => {
  it("names every problem at once: terminal, credentials and version", async () => {
    useWrongProfile();
    const { status, stderr } = await run("rollback", "--to", "latest");
    expect(status).toBe(2);
    expect(stderr).toContain("There is no terminal to ask in.");
    expect(stderr.split("AWS_PROFILE=wrong: there is no such profile")).toHaveLength(2);
    expect(stderr).toContain('--to "latest": is not an image version');
    expect(stderr).toMatch(/Nothing was changed\.\n$/);
  });

  it("ends with 1 where the command is right, and the environment is not", async () => {
    useWrongProfile();
    const { status, stderr } = await run("rollback", "production", "--yes");
    expect(status).toBe(1);
    expect(stderr).toContain("AWS_PROFILE=wrong: there is no such profile");
    expect(stderr).toContain("Nothing has been released yet");
  });
});

describe("release", () => {
  it("names every problem at once: terminal, credentials, version and context", async () => {
    useWrongProfile();
    const { status, stderr } = await run("release", "--version", "latest");
    expect(status).toBe(2);
    expect(stderr).toContain("There is no terminal to ask in.");
    expect(stderr).toContain("AWS_PROFILE=wrong: there is no such profile");
    expect(stderr).toContain('--version "latest": is not an image version');
    expect(stderr).toContain("--context is missing.");
    expect(stderr).toMatch(/Nothing was built or changed\.\n$/);
  });

  it.each([
    [[], "required option '--version <version>' not specified"],
    [["--version", "0.2.0", "--only", "redis"], "Allowed choices are nginx, app."],
    [["--version", "0.2.0", "--context", "a", "b", "--yes"], "app has two contexts."],
  ])("is not begun with: %j", async (args, message) => {
    const { status, stderr } = await run("release", ...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});
