import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { execa } from "execa";
import type { Terraform } from "./prerequisites.ts";
import { findProviderHere, providerVariables, usesMirror } from "./provider-mirror.ts";
import { CommandError, isStrayTerraformSetting, withoutColors } from "./run-tool.ts";
import { InputError } from "./user-error.ts";

/** How Terraform is run. */
export interface TerraformCommand {
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
}

/** No questions, no calls home, plain text; and a provider is fetched once, and not for each directory. */
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

/** What somebody has set for the old project, such as its workspace, must not lead ours elsewhere. */
export function withoutStraySettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isStrayTerraformSetting(name)));
}

/** Runs Terraform and gives back what it prints. @throws CommandError with what it says */
export async function runTerraform(
  { command, env }: TerraformCommand,
  cwd: string,
  args: readonly string[],
  input?: string,
): Promise<string> {
  const options = { cwd, env, extendEnv: false, reject: false, detached: true, cleanup: false } as const;
  const { failed, stdout, stderr, code } = await execa(command, args, { ...options, input: input ?? "" });
  if (code === "ENOENT") throw new InputError(`${cwd}: is not a directory, or ${command} is not there.`);
  if (failed) throw new CommandError(`terraform ${args[0]} failed in ${cwd}:\n${readable(stderr)}`);
  return stdout;
}

/** What Terraform says, without colours, and without the one long line that a synthesized stack is. */
export function readable(complaint: string): string {
  const lines = stripVTControlCharacters(complaint).trim().split("\n");
  return lines.map((line) => (line.length > 300 ? `${line.slice(0, 300)} …` : line)).join("\n");
}

/** What Terraform says is about the lock of a state. */
export function isAboutLock(complaint: string): boolean {
  return /state lock/i.test(complaint);
}

/** Who has the lock, where Terraform tells; else what it says. */
export function whyNotLocked(name: string, complaint: string): string {
  const detail = (label: string) => complaint.match(new RegExp(`^[│ ]*${label}: +(.+)$`, "m"))?.[1]?.trim();
  const [id, who, since] = [detail("ID"), detail("Who") ?? "somebody", detail("Created") ?? "some time ago"];
  if (id === undefined) return `${name}: can't be locked. Terraform says:\n${complaint}`;
  return (
    `${name}: is locked by ${who} since ${since} (lock ${id}). ` +
    `Wait until that run ends; if it is dead: terraform force-unlock ${id}.`
  );
}
