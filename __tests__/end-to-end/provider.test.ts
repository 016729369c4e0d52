import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readProviderArguments } from "../../stacks/provider-arguments.ts";
import { LOCK_FILE, lockedVersion } from "../../stacks/provider-lock.ts";
import { findTerraform, type Terraform } from "../../tools/lib/terraform/prerequisites.ts";
import { findProviderHere } from "../../tools/lib/terraform/provider-mirror.ts";
import { chooseProvider } from "../../tools/provider/choose.ts";
import { argumentsInBindings, versionOfBindings } from "../../tools/provider/from-bindings.ts";
import { endToEnd } from "./requirement.ts";

const ADDRESS = "registry.terraform.io/hashicorp/aws";
const LISTS = "stacks/provider-arguments";

// Where a registry answers, this is the newest provider 6; on a machine with a mirror, the locked one under the name 6.0.0.
describe.runIf(await endToEnd())("another version of the AWS provider", () => {
  const root = mkdtempSync(join(tmpdir(), "provider-test-"));
  const project = join(root, "project");
  let terraform: Terraform;
  let isMirrored: boolean;
  const locked = lockedVersion() ?? "";
  const listIn = (directory: string, version: string) => readFileSync(join(directory, LISTS, `${version}.tsv`));
  const state = () => [readFileSync(join(project, LOCK_FILE), "utf8"), readdirSync(join(project, LISTS))];

  beforeAll(async () => {
    terraform = await findTerraform();
    const source = findProviderHere(terraform, process.cwd());
    isMirrored = source.kind === "mirror";
    if (source.kind === "mirror") {
      const real = join(source.path, ADDRESS, source.version, terraform.platform);
      vi.stubEnv("TF_CLI_CONFIG_FILE", mirror(join(root, "mirror"), real, source.version, terraform.platform));
    }
    mkdirSync(join(project, LISTS), { recursive: true });
    copyFileSync(LOCK_FILE, join(project, LOCK_FILE));
    copyFileSync(join(LISTS, `${locked}.tsv`), join(project, LISTS, `${locked}.tsv`));
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(root, { recursive: true, force: true });
  });

  it("is locked, as the stacks ask for it, with the list of its arguments", async () => {
    const choice = await chooseProvider(terraform, "6", project);
    expect(choice).toMatchObject({ before: locked, isForEveryPlatform: !isMirrored });
    expect(choice.version).toMatch(isMirrored ? "6.0.0" : /^6\./);
    expect(readFileSync(join(project, LOCK_FILE), "utf8")).toContain('constraints = ">= 5.100.0, < 7.0.0"');
    expect(readProviderArguments(choice.version, project)?.of("aws_ecs_service")).toMatchObject({ cluster: 1 });
  });

  it("is refused where there is none, or no version is written, and then nothing changes", async () => {
    const before = state();
    await expect(chooseProvider(terraform, "6.99", project)).rejects.toThrow(/no available releases match/i);
    await expect(chooseProvider(terraform, "latest", project)).rejects.toThrow(
      '"latest" is not a version of the provider. Write a major version or a version, such as 6 or 6.25.0.',
    );
    expect(state()).toEqual(before);
  });

  it("is known by the bindings that are made from it", () => {
    const bindings = "node_modules/@cdktf/provider-aws";
    const listed = readProviderArguments(versionOfBindings(bindings));
    const all = argumentsInBindings(bindings);
    expect(all.size).toBeGreaterThan(2_000);
    for (const [type, known] of all) expect(listed?.of(type), type).toEqual(known);
  });

  it("can be left again, for the one whose list the project has", async () => {
    expect(await chooseProvider(terraform, locked, project)).toMatchObject({ version: locked });
    expect(listIn(project, locked).equals(listIn(".", locked))).toBe(true);
  });
});

/** Makes a mirror in which one provider has two versions. @returns the configuration that names it */
function mirror(directory: string, real: string, version: string, platform: string): string {
  for (const name of [version, "6.0.0"]) {
    const place = join(directory, ADDRESS, name, platform);
    mkdirSync(place, { recursive: true });
    for (const file of readdirSync(real)) symlinkSync(join(real, file), join(place, file.replace(version, name)));
  }
  const configuration = join(directory, "terraform.rc");
  writeFileSync(configuration, `provider_installation {\n  filesystem_mirror {\n    path = "${directory}"\n  }\n}\n`);
  return configuration;
}
