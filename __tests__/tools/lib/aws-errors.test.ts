import { join } from "node:path";
import { UserError } from "@operation-app/preflight/input";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { put, temporaryDirectory } from "../../../packages/preflight/tests/support/temporary.ts";
import { explainingAwsErrors } from "../../../tools/lib/aws/errors.ts";
import { profileProblem } from "../../../tools/lib/aws/profile.ts";

const CONFIG = "[default]\nregion = us-east-1\n[profile work]\n[ profile 'two words' ]\n[sso-session company]\n";

/** The environment of somebody with two files of AWS. */
function files(more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const directory = temporaryDirectory();
  return {
    AWS_CONFIG_FILE: put(join(directory, "config"), CONFIG),
    AWS_SHARED_CREDENTIALS_FILE: put(join(directory, "credentials"), "[keys]\naws_access_key_id = a\n"),
    ...more,
  };
}

describe("the profile that AWS_PROFILE names", () => {
  it("is named where no file has it, with those that there are", () => {
    const problem = profileProblem(files({ AWS_PROFILE: "wrong" }));
    expect(problem).toMatch(
      /^AWS_PROFILE=wrong: there is no such profile in .+config or .+credentials\. There are: default, work, two words, keys$/,
    );
    const none = { AWS_PROFILE: "wrong", AWS_CONFIG_FILE: "/nowhere/a", AWS_SHARED_CREDENTIALS_FILE: "/nowhere/b" };
    expect(profileProblem(none)).toBe(
      "AWS_PROFILE=wrong: there is no such profile in /nowhere/a or /nowhere/b. Neither has a profile",
    );
  });

  it.each(["work", "keys", "default"])("is named where it has no credentials: %s", (profile) => {
    expect(profileProblem(files({ AWS_PROFILE: profile }))).toBe(
      `AWS_PROFILE=${profile} has no credentials that AWS accepts`,
    );
  });

  it("is no problem where it is not set, or keys in variables precede it", () => {
    expect(profileProblem(files({}))).toBeUndefined();
    expect(profileProblem(files({ AWS_PROFILE: "wrong", AWS_ACCESS_KEY_ID: "a" }))).toBeUndefined();
  });
});

describe("a call to AWS without credentials", () => {
  const noCredentials = () =>
    explainingAwsErrors(() =>
      Promise.reject(Object.assign(new Error("Could not load credentials"), { name: "CredentialsProviderError" })),
    );
  beforeEach(() => {
    for (const [name, value] of Object.entries(files({ AWS_ACCESS_KEY_ID: "" }))) vi.stubEnv(name, value);
  });
  afterEach(() => void vi.unstubAllEnvs());

  it("names the profile, and what to do", async () => {
    vi.stubEnv("AWS_PROFILE", "wrong");
    await expect(noCredentials()).rejects.toThrow(
      /^AWS_PROFILE=wrong: .+ \(Could not load credentials\)\. Set AWS_PROFILE to another profile, or log in to this one/,
    );
  });

  it("says how to get some where no profile is set", async () => {
    vi.stubEnv("AWS_PROFILE", "");
    await expect(noCredentials()).rejects.toThrow(/^There are no credentials that AWS accepts .+ Run `aws configure`/);
  });
});

describe("an error between calls to AWS", () => {
  const failing = (properties: object) =>
    explainingAwsErrors(() => Promise.reject(Object.assign(new Error("no space left"), properties)));

  it.each([
    ["AWS's, where the SDK throws it", { name: "Odd", $metadata: {} }, "AWS answered: Odd: no space left"],
    ["this machine's, where Node does", { code: "ENOSPC" }, "no space left"],
  ])("is told as %s", async (_, properties, message) => {
    const error = await failing(properties).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe(message);
  });

  it("stays what it is where it is a mistake of this project's", async () => {
    await expect(failing({})).rejects.not.toBeInstanceOf(UserError);
  });
});
