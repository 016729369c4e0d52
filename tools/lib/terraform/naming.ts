import { LOCAL_COMMAND } from "../local-run.ts";
import { findOnPath } from "../process/executables.ts";

/** A text in quotes is somebody's value, and stays. */
const QUOTED = String.raw`"(?:[^"\\\n]|\\.)*"`;
/** What one is told to type, or what has failed: `terraform state rm`. */
const COMMAND = String.raw`\bterraform(?= (?:-chdir|apply|force-unlock|import|init|plan|providers|show|state|untaint|validate)\b)`;
/** The tool as one that does something. */
const SUBJECT =
  String.raw`(?<!\bfor )\bTerraform(?= (?:can't|could|creates|deletes|forgets|has|made|makes|never|no longer|says|stopped|waits|would)\b)` +
  String.raw`|(?<=\b(?:outside|outside of|not by) )Terraform\b`;
const NAMES = new RegExp(`${QUOTED}|(${COMMAND})|(${SUBJECT})`, "g");
/** The command of this project, and not a file of that name elsewhere. */
const INFRA = /(?<![\w./-])bin\/infra(?= )/g;

/**
 * The command that runs here: as `TERRAFORM_BINARY_NAME` names it, else `terraform`, and `tofu` where that is not there.
 */
export function toolCommand(env: NodeJS.ProcessEnv = process.env): string {
  if (env.TERRAFORM_BINARY_NAME) return env.TERRAFORM_BINARY_NAME;
  return !findOnPath("terraform", env) && findOnPath("tofu", env) ? "tofu" : "terraform";
}

/**
 * A text for people, written for Terraform, with the name of the tool that runs. JSON is for programs, and stays.
 *
 * @param infra what the verbs are typed as
 */
export function named(text: string, command: string, infra = "bin/infra"): string {
  if (/^\s*[[{]/.test(text)) return text;
  const isTofu = /tofu[^/\\]*$/.test(command);
  const typedHere = text.replace(INFRA, infra);
  if (command === "terraform") return typedHere;
  return typedHere.replace(NAMES, (found, typed?: string, subject?: string) => {
    if (typed) return command;
    return subject && isTofu ? "OpenTofu" : found;
  });
}

/** From now on, what is printed names the tool that runs, and in a local run the command for it. @returns what ends it */
export function nameTool(command = toolCommand(), infra = process.env[LOCAL_COMMAND]): () => void {
  if (command === "terraform" && infra === undefined) return () => undefined;
  const { log, error } = console;
  const naming =
    (print: typeof log) =>
    (first: unknown, ...rest: unknown[]) =>
      print(typeof first === "string" ? named(first, command, infra) : first, ...rest);
  Object.assign(console, { log: naming(log), error: naming(error) });
  return () => Object.assign(console, { log, error });
}
