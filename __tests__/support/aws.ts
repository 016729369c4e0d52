import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { findOnPath } from "../../tools/lib/process/executables.ts";
import { findTerraform, type Terraform } from "../../tools/lib/terraform/prerequisites.ts";
import { findProviderHere, type ProviderSource, providerVariables } from "../../tools/lib/terraform/provider-mirror.ts";
import { type Emulator, startEmulator } from "../../tools/local/emulator/start.ts";

export interface Aws {
  readonly emulator: Emulator;
  readonly terraform: Terraform;
  readonly provider: ProviderSource;
  /** With which Terraform finds the provider and the emulator. */
  readonly env: NodeJS.ProcessEnv;
}

interface AwsOptions {
  readonly directory: string;
  /** For moto. @default process.env */
  readonly base?: NodeJS.ProcessEnv;
  /** Whether Terraform starts the provider for each command, as it does for users, which takes it seconds each time. */
  readonly startsProvider?: boolean;
  /** Whether tasks run as containers, which takes an engine. @default false */
  readonly runsContainers?: boolean;
}

/** An emulator, with the real Terraform and the real provider. `emulator.stop` ends all of it. */
export async function startAws({ directory, base, startsProvider = false, runsContainers }: AwsOptions): Promise<Aws> {
  const terraform = await findTerraform();
  const provider = findProviderHere(terraform, directory);
  const emulator = await startEmulator({ directory, env: base, runsContainers });
  const env = { ...emulator.environment, ...providerVariables(provider, process.env, directory) };
  const attached = startsProvider ? undefined : await startProvider(provider, terraform.platform, env);
  const PATH = attached && [attachingTerraform(directory, terraform, attached), env.PATH].join(delimiter);
  return { emulator, terraform, provider, env: { ...env, ...(PATH && { PATH }) } };
}

/**
 * A Terraform that uses a running provider, except in `init`, which locks and installs it as always.
 *
 * @returns the directory that it is in
 */
function attachingTerraform(directory: string, { command }: Terraform, attached: string): string {
  const bin = join(directory, "attaching");
  const file = findOnPath(command, process.env);
  if (file === undefined) throw new Error(`${command} is not on PATH`);
  mkdirSync(bin);
  const attach = `[ "$1" = init ] || export TF_REATTACH_PROVIDERS='${attached}'`;
  writeFileSync(join(bin, basename(command)), `#!/bin/sh\n${attach}\nexec '${file}' "$@"\n`, { mode: 0o755 });
  return bin;
}

/**
 * Starts the provider once for all of Terraform's commands. It ends with the emulator.
 *
 * @returns where Terraform reaches it; nothing where the provider is not unpacked in a mirror
 */
async function startProvider(
  provider: ProviderSource,
  platform: string,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const file = provider.kind === "mirror" ? unpacked(provider, platform) : undefined;
  if (file === undefined) return undefined;
  // It would refuse a second configuration with a certificate of one's own. The emulator speaks plain HTTP.
  const child = spawn(file, ["-debug"], {
    env: { ...env, AWS_CA_BUNDLE: undefined },
    stdio: ["ignore", "pipe", "ignore"],
  });
  child.unref();
  for await (const line of createInterface(child.stdout)) {
    const [, value] = line.match(/TF_REATTACH_PROVIDERS='(.+)'/) ?? [];
    if (value !== undefined) return value;
  }
  throw new Error(`${file} -debug ended before it said where it can be reached`);
}

function unpacked(
  { path, address, version }: Extract<ProviderSource, { kind: "mirror" }>,
  platform: string,
): string | undefined {
  const folder = join(path, address, version, platform);
  const name = existsSync(folder) && readdirSync(folder).find((one) => one.startsWith("terraform-provider-aws_"));
  return name ? join(folder, name) : undefined;
}
