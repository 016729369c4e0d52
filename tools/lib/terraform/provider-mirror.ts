import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { compareVersions, parseVersion, type Version } from "../process/versions.ts";
import type { Terraform } from "./prerequisites.ts";
import { providerAddress } from "./provider-lock.ts";

/** What decides where a provider may lie; tests pass a directory of their own as `systemRoot`. */
export interface MirrorSearch {
  readonly tool: "Terraform" | "OpenTofu";
  /** Such as `linux_amd64`. */
  readonly platform: string;
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  /** The project's directory, which may have a mirror in `terraform.d/plugins`. */
  readonly workingDirectory: string;
  /** @default "/" */
  readonly systemRoot?: string;
}

/** Where the AWS provider comes from. */
export type ProviderSource =
  | { readonly kind: "user's configuration"; readonly file: string }
  | { readonly kind: "mirror"; readonly path: string; readonly address: string; readonly version: string }
  | { readonly kind: "registry" };

const oldest: Version = [5, 100, 0];
const firstTooNew: Version = [7, 0, 0];

/** System directories under which packagers and images put mirrors of their own. */
const usualPrefixes = ["opt", "srv", "usr/share", "usr/local/share", "usr/lib", "usr/local/lib", "var/lib"];

/** How many directories below such a prefix a mirror may lie. */
const searchDepth = 3;

/** `findProvider` on this machine, for the Terraform that was found on it. */
export function findProviderHere({ name, platform }: Terraform, workingDirectory: string): ProviderSource {
  return findProvider({ tool: name, platform, env: process.env, home: homedir(), workingDirectory });
}

/**
 * Finds out where Terraform shall take the AWS provider from: what the user has configured, else a mirror on this
 * machine that has a fitting version for this platform, else the registry.
 */
export function findProvider(search: MirrorSearch): ProviderSource {
  const configured = cliConfigurationFile(search);
  if (configured) return { kind: "user's configuration", file: configured };

  const address = providerAddress(search.tool);
  for (const path of [...impliedMirrors(search), ...systemMirrors(search)]) {
    const version = newestFitting(join(path, address), search.platform);
    if (version) return { kind: "mirror", path, address, version };
  }
  return { kind: "registry" };
}

/** The CLI configuration file that Terraform would read, when it exists. */
function cliConfigurationFile({ tool, env, home }: MirrorSearch): string | undefined {
  const named = env.TF_CLI_CONFIG_FILE;
  if (named && existsSync(named)) return named;
  const xdgConfig = env.XDG_CONFIG_HOME ?? join(home, ".config");
  const forTofu = [join(home, ".tofurc"), join(xdgConfig, "opentofu", "tofurc")];
  const candidates = [
    ...(tool === "OpenTofu" ? forTofu : []),
    join(home, ".terraformrc"),
    ...(env.APPDATA ? [join(env.APPDATA, "terraform.rc")] : []),
  ];
  return candidates.find((file) => existsSync(file));
}

/**
 * The variables that make Terraform and cdktf use that source; a mirror's configuration is written into the directory.
 * A variable that is `undefined` must not be passed on.
 */
export function providerVariables(
  source: ProviderSource,
  env: NodeJS.ProcessEnv,
  directory: string,
): NodeJS.ProcessEnv {
  if (source.kind === "mirror") {
    const file = join(directory, "terraform.rc");
    writeFileSync(file, mirrorConfiguration(source));
    // Terraform links to a provider in a mirror; cdktf's cache would be a second copy of it in the user's home.
    return { TF_CLI_CONFIG_FILE: file, CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1" };
  }
  // A name that leads nowhere would make Terraform warn on every call.
  const named = env.TF_CLI_CONFIG_FILE;
  return { TF_CLI_CONFIG_FILE: named && existsSync(named) ? named : undefined };
}

/** Whether providers come from a mirror; `terraform providers lock` would ask the registry all the same. */
export function usesMirror(source: ProviderSource): boolean {
  if (source.kind !== "user's configuration") return source.kind === "mirror";
  return /filesystem_mirror|network_mirror|dev_overrides/.test(readFileSync(source.file, "utf8"));
}

/** The text of a CLI configuration that takes this one provider from the mirror, and others from where they always come. */
export function mirrorConfiguration({ path, address }: { path: string; address: string }): string {
  const provider = JSON.stringify(address);
  return [
    "provider_installation {",
    "  filesystem_mirror {",
    `    path    = ${JSON.stringify(path)}`,
    `    include = [${provider}]`,
    "  }",
    "  direct {",
    `    exclude = [${provider}]`,
    "  }",
    "}",
    "",
  ].join("\n");
}

/** The directories in which Terraform itself looks for mirrors. */
function impliedMirrors({ env, home, workingDirectory, systemRoot = "/" }: MirrorSearch): string[] {
  const dataHome = env.XDG_DATA_HOME || join(home, ".local", "share");
  const dataDirs = env.XDG_DATA_DIRS
    ? env.XDG_DATA_DIRS.split(":").filter(Boolean)
    : [join(systemRoot, "usr/local/share"), join(systemRoot, "usr/share")];
  return [
    join(workingDirectory, "terraform.d", "plugins"),
    join(home, ".terraform.d", "plugins"),
    join(home, "Library", "Application Support", "io.terraform", "plugins"),
    join(systemRoot, "Library", "Application Support", "io.terraform", "plugins"),
    ...[dataHome, ...dataDirs].map((directory) => join(directory, "terraform", "plugins")),
  ];
}

/** Directories below the usual prefixes that hold a folder named like the registry. */
function systemMirrors({ tool, systemRoot = "/" }: MirrorSearch): string[] {
  const [host = ""] = providerAddress(tool).split("/");
  return usualPrefixes.flatMap((prefix) => directoriesHolding(host, join(systemRoot, prefix), searchDepth));
}

function directoriesHolding(name: string, directory: string, depth: number): string[] {
  const children = subdirectories(directory);
  if (children.includes(name)) return [directory];
  if (depth === 0) return [];
  return children.flatMap((child) => directoriesHolding(name, join(directory, child), depth - 1));
}

function subdirectories(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return []; // Not there, or not ours to read.
  }
}

/** The newest version that fits, in either layout of a mirror: unpacked, or packed as a zip file. */
function newestFitting(provider: string, platform: string): string | undefined {
  const unpacked = subdirectories(provider).filter((version) => existsSync(join(provider, version, platform)));
  const fitting = [...unpacked, ...packedVersions(provider, platform)].flatMap((text) => {
    const version = parseVersion(text);
    return version && isFitting(text, version) ? [{ text, version }] : [];
  });
  return fitting.sort((a, b) => compareVersions(b.version, a.version))[0]?.text;
}

function packedVersions(provider: string, platform: string): string[] {
  try {
    return readdirSync(provider).flatMap((file) => {
      const [, version] = file.match(/^terraform-provider-aws_(.+?)_(\w+_\w+)\.zip$/) ?? [];
      return version && file.endsWith(`_${platform}.zip`) ? [version] : [];
    });
  } catch {
    return [];
  }
}

/** Terraform never chooses a pre-release for a range of versions. */
function isFitting(text: string, version: Version): boolean {
  const isRelease = !text.includes("-");
  return isRelease && compareVersions(version, oldest) >= 0 && compareVersions(version, firstTooNew) < 0;
}
