import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { put, temporaryDirectory } from "../../../packages/preflight/tests/support/temporary.ts";
import {
  findProvider,
  mirrorConfiguration,
  providerVariables,
  usesMirror,
} from "../../../tools/lib/terraform/provider-mirror.ts";

const terraformAddress = "registry.terraform.io/hashicorp/aws";

function machine(env: NodeJS.ProcessEnv = {}) {
  const root = temporaryDirectory();
  const search = {
    tool: "Terraform" as const,
    platform: "linux_amd64",
    env,
    home: join(root, "home/someone"),
    workingDirectory: join(root, "work"),
    systemRoot: root,
  };
  const unpacked = (mirror: string, version: string, platform = "linux_amd64", address = terraformAddress) =>
    put(join(root, mirror, address, version, platform, "terraform-provider-aws"));
  const packed = (mirror: string, version: string, platform = "linux_amd64") =>
    put(join(root, mirror, terraformAddress, `terraform-provider-aws_${version}_${platform}.zip`));
  return { root, search, unpacked, packed };
}

describe("where the AWS provider comes from", () => {
  it("is the registry on a machine without a mirror", () => {
    expect(findProvider(machine().search)).toEqual({ kind: "registry" });
  });

  it.each([
    "work/terraform.d/plugins",
    "home/someone/.terraform.d/plugins",
    "home/someone/.local/share/terraform/plugins",
    "usr/local/share/terraform/plugins",
    "usr/share/terraform/plugins",
    "opt/tf-plugins",
    "opt/a/b/mirror",
    "usr/lib/terraform-providers",
    "srv/mirror",
    "var/lib/mirror",
  ])("is a mirror in /%s", (mirror) => {
    const { root, search, unpacked } = machine();
    unpacked(mirror, "5.100.0");
    expect(findProvider(search)).toEqual({
      kind: "mirror",
      path: join(root, mirror),
      address: terraformAddress,
      version: "5.100.0",
    });
  });

  it("is a mirror in a directory of XDG_DATA_DIRS", () => {
    const data = temporaryDirectory();
    const { search } = machine({ XDG_DATA_DIRS: `/nowhere:${data}` });
    put(join(data, "terraform/plugins", terraformAddress, "6.25.0/linux_amd64/terraform-provider-aws"));
    expect(findProvider(search)).toMatchObject({ path: join(data, "terraform/plugins"), version: "6.25.0" });
  });

  it("is a mirror with packed providers as well", () => {
    const { search, packed } = machine();
    packed("opt/mirror", "6.0.0");
    expect(findProvider(search)).toMatchObject({ kind: "mirror", version: "6.0.0" });
  });

  it("is the newest fitting version", () => {
    const { search, unpacked, packed } = machine();
    for (const version of ["5.99.1", "5.100.0", "6.9.0", "6.10.0", "7.0.0", "6.11.0-beta1"]) {
      unpacked("opt/mirror", version);
    }
    packed("opt/mirror", "6.2.0");
    expect(findProvider(search)).toMatchObject({ version: "6.10.0" });
  });

  it.each([
    ["too old", "5.99.9", "linux_amd64"],
    ["too new", "7.0.0", "linux_amd64"],
    ["a pre-release", "6.0.0-beta1", "linux_amd64"],
    ["for another platform", "5.100.0", "darwin_arm64"],
  ])("is not a mirror whose provider is %s", (_, version, platform) => {
    const { search, unpacked, packed } = machine();
    unpacked("opt/mirror", version, platform);
    packed("opt/packed", version, platform);
    expect(findProvider(search)).toEqual({ kind: "registry" });
  });

  it("is the next mirror when the first has nothing that fits", () => {
    const { root, search, unpacked } = machine();
    unpacked("usr/share/terraform/plugins", "4.0.0");
    unpacked("opt/mirror", "5.100.0");
    expect(findProvider(search)).toMatchObject({ path: join(root, "opt/mirror") });
  });

  it("is, for OpenTofu, a mirror of OpenTofu's registry only", () => {
    const { search, unpacked } = machine();
    unpacked("opt/terraform", "5.100.0");
    expect(findProvider({ ...search, tool: "OpenTofu" })).toEqual({ kind: "registry" });
    unpacked("opt/tofu", "5.100.0", "linux_amd64", "registry.opentofu.org/hashicorp/aws");
    expect(findProvider({ ...search, tool: "OpenTofu" })).toMatchObject({
      address: "registry.opentofu.org/hashicorp/aws",
    });
  });

  it("is not looked for too far below the system's directories", () => {
    const { search, unpacked } = machine();
    unpacked("opt/1/2/3/4", "5.100.0");
    expect(findProvider(search)).toEqual({ kind: "registry" });
  });
});

describe("the user's CLI configuration", () => {
  it("goes before any mirror when TF_CLI_CONFIG_FILE names a file that exists", () => {
    const { root, search, unpacked } = machine();
    unpacked("opt/mirror", "5.100.0");
    const file = put(join(root, "mine.rc"));
    const asked = { ...search, env: { TF_CLI_CONFIG_FILE: file } };
    expect(findProvider(asked)).toEqual({ kind: "user's configuration", file });
  });

  it("goes before any mirror when it lies in the home directory", () => {
    const { search, unpacked } = machine();
    unpacked("opt/mirror", "5.100.0");
    const file = put(join(search.home, ".terraformrc"));
    expect(findProvider(search)).toEqual({ kind: "user's configuration", file });
  });

  it("is ~/.tofurc for OpenTofu, and not for Terraform", () => {
    const { search } = machine();
    const file = put(join(search.home, ".tofurc"));
    expect(findProvider({ ...search, tool: "OpenTofu" })).toEqual({ kind: "user's configuration", file });
    expect(findProvider(search)).toEqual({ kind: "registry" });
  });

  it("does not count when TF_CLI_CONFIG_FILE names a file that does not exist", () => {
    const { root, search, unpacked } = machine({ TF_CLI_CONFIG_FILE: "/does/not/exist" });
    unpacked("opt/mirror", "5.100.0");
    expect(findProvider(search)).toMatchObject({ kind: "mirror", path: join(root, "opt/mirror") });
  });
});

describe("the variables for Terraform", () => {
  const mirror = { kind: "mirror", path: "/opt/m", address: terraformAddress, version: "5.100.0" } as const;

  it("name a configuration that takes this provider from the mirror and others from elsewhere", () => {
    const directory = temporaryDirectory();
    const { TF_CLI_CONFIG_FILE } = providerVariables(mirror, {}, directory);
    expect(TF_CLI_CONFIG_FILE).toBe(join(directory, "terraform.rc"));
    expect(readFileSync(TF_CLI_CONFIG_FILE ?? "", "utf8")).toBe(mirrorConfiguration(mirror));
    expect(mirrorConfiguration(mirror)).toMatch(
      /filesystem_mirror \{\s+path {4}= "\/opt\/m"\s+include = \["registry.terraform.io\/hashicorp\/aws"\]/,
    );
    expect(mirrorConfiguration(mirror)).toMatch(/direct \{\s+exclude = \["registry.terraform.io\/hashicorp\/aws"\]/);
  });

  it("take out a TF_CLI_CONFIG_FILE that leads nowhere, and leave one that exists", () => {
    const directory = temporaryDirectory();
    const file = put(join(directory, "mine.rc"));
    const variables = (named: string) =>
      providerVariables({ kind: "registry" }, { TF_CLI_CONFIG_FILE: named }, directory);
    expect(variables("/does/not/exist")).toEqual({ TF_CLI_CONFIG_FILE: undefined });
    expect(variables(file)).toEqual({ TF_CLI_CONFIG_FILE: file });
  });
});

describe("whether a mirror is in use", () => {
  it.each([
    ['provider_installation { network_mirror { url = "https://example.com/" } }', true],
    ['plugin_cache_dir = "/tmp/cache"', false],
  ])("is read from the user's configuration: %s", (text, expected) => {
    const file = put(join(temporaryDirectory(), "mine.rc"), text);
    expect(usesMirror({ kind: "user's configuration", file })).toBe(expected);
  });

  it("is no for the registry", () => {
    expect(usesMirror({ kind: "registry" })).toBe(false);
  });
});
