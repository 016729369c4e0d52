import type { Command } from "commander";
import type { Verb } from "../../tools/cli/command.ts";
import { isVerb } from "../../tools/cli/verbs.mjs";

/** What a verb of `bin/infra` says against its arguments; undefined where it takes them. */
export async function verbProblem(line: string, name: string, args: readonly string[]): Promise<string | undefined> {
  if (name.startsWith("--help")) return undefined;
  if (!isVerb(name)) return `${line}: there is no verb ${name}`;
  // A copy of its own: what is changed here would stay changed for other tests.
  const { default: verb } = (await import(`../../tools/cli/${name}.ts?without-work`)) as { default: Verb };
  try {
    await withoutWork(verb.command).parseAsync(args, { from: "user" });
    return undefined;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return code === "commander.helpDisplayed" ? undefined : `${line}: ${message}`;
  }
}

/** A command that only reads its command line. */
function withoutWork(command: Command): Command {
  command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
  for (const one of command.commands) withoutWork(one);
  return command.commands.length > 0 ? command : command.action(() => {});
}
