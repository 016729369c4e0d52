import { stripVTControlCharacters } from "node:util";
import { execa } from "execa";
import { CommandError } from "./run-tool.ts";
import { InputError } from "./user-error.ts";

/** How Terraform is run. */
export interface TerraformCommand {
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
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
  const name = args.slice(0, args[0] === "state" ? 2 : 1).join(" ");
  if (failed) throw new CommandError(`terraform ${name} failed in ${cwd}:\n${readable(stderr)}`);
  return stdout;
}

/** What Terraform says, without colours, and without the one long line that a synthesized stack is. */
export function readable(complaint: string): string {
  const lines = stripVTControlCharacters(complaint).trim().split("\n");
  return lines.map((line) => (line.length > 300 ? `${line.slice(0, 300)} …` : line)).join("\n");
}
