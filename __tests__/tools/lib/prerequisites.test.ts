import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { putExecutable, temporaryDirectory } from "../../../packages/preflight/tests/support/temporary.ts";
import { isAtLeast, parseVersion } from "../../../tools/lib/process/versions.ts";
import { checkPrerequisites, type Machine, PrerequisitesError } from "../../../tools/lib/terraform/prerequisites.ts";

const says = (version: string) => JSON.stringify({ terraform_version: version, platform: "linux_amd64" });

function machine(commands: Record<string, string>, rest: Partial<Machine> = {}): Machine {
  const bin = temporaryDirectory();
  putExecutable(join(bin, "python3"));
  return {
    env: { PATH: bin },
    nodeVersion: "22.1.0",
    versionOf: async (command) => commands[command],
    ...rest,
  };
}

async function problemsOf(asked: Machine): Promise<readonly string[]> {
  const error = await checkPrerequisites(asked).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(PrerequisitesError);
  return (error as PrerequisitesError).problems;
}

describe("the prerequisites", () => {
  it("are met by Terraform of the oldest good version", async () => {
    await expect(checkPrerequisites(machine({ terraform: says("1.10.0") }))).resolves.toEqual({
      name: "Terraform",
      command: "terraform",
      version: "1.10.0",
      platform: "linux_amd64",
    });
  });

  it("are met by OpenTofu where there is no Terraform", async () => {
    const found = await checkPrerequisites(machine({ tofu: says("1.10.2") }));
    expect(found).toMatchObject({ name: "OpenTofu", command: "tofu" });
  });

  it("are met by OpenTofu where Terraform is too old", async () => {
    const found = await checkPrerequisites(machine({ terraform: says("1.5.7"), tofu: says("1.11.0") }));
    expect(found.name).toBe("OpenTofu");
  });

  it("look only at the tool that TERRAFORM_BINARY_NAME names", async () => {
    const both = { terraform: says("1.11.4"), "/somewhere/tofu": says("1.10.0") };
    const asked = machine(both);
    const chosen = { ...asked, env: { ...asked.env, TERRAFORM_BINARY_NAME: "/somewhere/tofu" } };
    expect(await checkPrerequisites(chosen)).toMatchObject({ name: "OpenTofu", command: "/somewhere/tofu" });

    const missing = { ...asked, env: { ...asked.env, TERRAFORM_BINARY_NAME: "nothing" } };
    const [problem] = await problemsOf(missing);
    expect(problem).toContain("nothing could not be run. TERRAFORM_BINARY_NAME is nothing.");
  });

  it("say which version was found, which is needed, and where to get it", async () => {
    const [problem] = await problemsOf(machine({ terraform: says("1.9.8") }));
    expect(problem).toMatch(/1\.10\.0 or later: terraform is 1\.9\.8.*https:\/\/developer\.hashicorp\.com/);
  });

  it("report everything that is missing at once", async () => {
    const problems = await problemsOf(machine({}, { nodeVersion: "18.20.0", env: { PATH: temporaryDirectory() } }));
    expect(problems).toEqual([
      expect.stringMatching(/^Node 20\.19\.0 or later: this is 18\.20\.0/),
      expect.stringMatching(/^Terraform or OpenTofu, 1\.10\.0 or later: terraform and tofu could not be run/),
      expect.stringMatching(/^Python 3\.10 or later for the AWS emulator/),
    ]);
  });

  it("do not trip over a tool that answers nonsense", async () => {
    const [problem] = await problemsOf(machine({ terraform: "hello" }));
    expect(problem).toContain("terraform did not print its version");
  });
});

describe("a version", () => {
  it.each([
    ["1.11.4", [1, 11, 4]],
    ["v1.10.0-rc1", [1, 10, 0]],
    ["20.19", [20, 19, 0]],
  ])("is read from %s", (text, expected) => {
    expect(parseVersion(text)).toEqual(expected);
  });

  it("is not read from other text", () => {
    expect(parseVersion("latest")).toBeUndefined();
  });

  it.each([
    ["1.10.0", true],
    ["1.9.9", false],
    ["2.0.0", true],
    ["nonsense", false],
  ])("%s is at least 1.10.0: %s", (text, expected) => {
    expect(isAtLeast(text, "1.10.0")).toBe(expected);
  });
});
