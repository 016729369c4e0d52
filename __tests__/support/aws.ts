import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
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
}

/** An emulator, with the real Terraform and the real provider. `emulator.stop` ends all of it. */
export async function startAws({ directory, base, startsProvider = false }: AwsOptions): Promise<Aws> {
  const terraform = await findTerraform();
  const provider = findProviderHere(terraform, directory);
  const emulator = await startEmulator({ directory, env: base });
  const env = { ...emulator.environment, ...providerVariables(provider, process.env, directory) };
  const running = startsProvider ? {} : await startProvider(provider, terraform.platform, env);
  return { emulator, terraform, provider, env: { ...env, ...running } };
}

/**
 * Starts the provider once for all of Terraform's commands. It ends with the emulator.
 *
 * @returns the variable that leads Terraform to it; nothing where the provider is not unpacked in a mirror
 */
async function startProvider(
  provider: ProviderSource,
  platform: string,
  env: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const file = provider.kind === "mirror" ? unpacked(provider, platform) : undefined;
  if (file === undefined) return {};
  // It would refuse a second configuration with a certificate of one's own. The emulator speaks plain HTTP.
  const child = spawn(file, ["-debug"], {
    env: { ...env, AWS_CA_BUNDLE: undefined },
    stdio: ["ignore", "pipe", "ignore"],
  });
  child.unref();
  for await (const line of createInterface(child.stdout)) {
    const [, value] = line.match(/TF_REATTACH_PROVIDERS='(.+)'/) ?? [];
    if (value !== undefined) return { TF_REATTACH_PROVIDERS: value };
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
