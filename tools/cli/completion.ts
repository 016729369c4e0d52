import { readdirSync } from "node:fs";
import { Argument, type Command } from "commander";
import { newCommand, verb } from "./command.ts";
import { verbNamed } from "./infra.ts";
import { VERBS } from "./verbs.mjs";

/** Each asks bin/infra, as it was typed, for what may follow the words so far. */
const SCRIPTS = {
  bash: `_infra() {
  local IFS=$'\\n' current="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=($(compgen -W "$("\${COMP_WORDS[0]}" completion bash "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "$current"))
}
complete -o default -F _infra infra`,
  zsh: `_infra() {
  local -a found
  found=(\${(f)"$(\${words[1]} completion zsh "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( $#found )); then compadd -a found; else _files; fi
}
compdef _infra infra`,
  fish: `function __infra
  set -l words (commandline -opc) (commandline -ct | string collect --allow-empty)
  command $words[1] completion fish $words[2..-1] 2>/dev/null
end
complete -c infra -a '(__infra)'`,
} as const;

const command = newCommand("completion", [
  "completion bash >>~/.bashrc",
  "completion zsh >>~/.zshrc   # after compinit",
  "completion fish >~/.config/fish/completions/infra.fish",
])
  .description(
    "Prints a script that makes a shell complete verbs, environments and options of bin/infra, in any checkout.",
  )
  .addArgument(new Argument("<shell>").choices(Object.keys(SCRIPTS)))
  .argument("[words...]", "a command line so far: prints completions of its last word")
  .passThroughOptions();

export default verb(command, async (shell, ...words) => {
  console.log(words.length === 0 ? SCRIPTS[shell as keyof typeof SCRIPTS] : (await candidates(words)).join("\n"));
});

async function candidates([name = "", ...rest]: readonly string[]): Promise<readonly string[]> {
  const current = rest.at(-1);
  if (current === undefined) return VERBS.filter((one) => one.startsWith(name));
  if (!VERBS.includes(name)) return [];
  const { command } = await verbNamed(name);
  const step = rest.length > 1 ? command.commands.find((one) => one.name() === rest[0]) : undefined;
  return candidatesOf(step ?? command, rest.at(-2)).filter(
    (one) => one.startsWith("-") === current.startsWith("-") && one.startsWith(current),
  );
}

function candidatesOf(command: Command, before: string | undefined): readonly string[] {
  const option = command.options.find(({ long, required }) => required && long === before);
  if (option) return option.argChoices ?? (option.long === "--environment" ? environments() : []);
  const [argument] = command.registeredArguments;
  const hasEnvironment = command.options.some(({ long }) => long === "--environment") && argument?.name() !== "file";
  return [
    ...command.options.flatMap(({ long }) => long ?? []),
    "--help",
    ...command.commands.map((step) => step.name()),
    ...(argument?.argChoices ?? []),
    ...(hasEnvironment ? environments() : []),
  ];
}

/** By the files alone: what is in them may be half written. */
function environments(): string[] {
  return readdirSync("environments").flatMap((file) => /^([\w-]+)\.ts$/.exec(file)?.[1] ?? []);
}
