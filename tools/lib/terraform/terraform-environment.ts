import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { isStrayTerraformSetting, withoutColors } from "../process/run-tool.ts";
import type { Terraform } from "./prerequisites.ts";
import { findProviderHere, providerVariables, usesMirror } from "./provider-mirror.ts";

/**
 * The environment for Terraform in a work directory: no questions, no calls home, plain text; and a provider is fetched
 * once, and not for each directory.
 */
export function terraformEnvironment(found: Terraform, directory: string): NodeJS.ProcessEnv {
  const provider = findProviderHere(found, process.cwd());
  const cache = process.env.TF_PLUGIN_CACHE_DIR ?? join(directory, "plugins");
  if (!usesMirror(provider)) mkdirSync(cache, { recursive: true });
  return withoutColors({
    ...process.env,
    ...providerVariables(provider, process.env, directory),
    ...(!usesMirror(provider) && { TF_PLUGIN_CACHE_DIR: cache }),
    TF_IN_AUTOMATION: "1",
    TF_INPUT: "0",
    CHECKPOINT_DISABLE: "1",
  });
}

/** The environment without Terraform's settings for another project, such as its workspace. */
export function withoutStraySettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isStrayTerraformSetting(name)));
}
