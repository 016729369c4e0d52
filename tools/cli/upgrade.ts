import { printable } from "@operation-app/preflight/input";
import { counted } from "@operation-app/preflight/terminal";
import { abortOnInterruption } from "../lib/process/interruptions.ts";
import { type Upgraded, upgrade } from "../upgrade/upgrade.ts";
import { newCommand, verb } from "./command.ts";

const command = newCommand("upgrade", ["upgrade", "upgrade 0.2.0", "upgrade --from https://example.com/project.git"])
  .description(
    "Takes a newer version of this project into this clone: merges it, installs, checks the types, and synthesizes. environments/ (but for its schema), review-policy.ts and examples/ stay as they are. Nothing is committed.",
  )
  .argument("[version]", "such as 0.2.0; without it, the newest")
  .option("--from <remote>", "git remote or address that has the versions as tags", "upstream")
  .option("--keep-conflicts", "leave conflicts in the files, instead of putting everything back");

export default verb(command, async (version?: string) => {
  const { from, keepConflicts } = command.opts<{ from: string; keepConflicts?: boolean }>();
  const upgraded = await upgrade({
    project: process.cwd(),
    remote: from,
    version,
    keepsConflicts: keepConflicts,
    onStep: (step) => console.log(step),
    signal: abortOnInterruption({ say: (signal) => `${signal}: everything is put back.` }),
  });
  if (upgraded === undefined) console.log("This clone has that version already.");
  else for (const line of report(upgraded)) console.log(line);
});

function report({ from, to, changes, files, moved, gone }: Upgraded): string[] {
  const list = (title: string, lines: readonly string[]) =>
    lines.length > 0 ? [title, ...lines.map((line) => `  ${line}`)] : [];
  return [
    "",
    printable(changes === "" ? `CHANGELOG.md has nothing between ${from} and ${to}.` : changes),
    "",
    `${from} is now ${to}: ${counted(files.length, "file is", "files are")} staged. git diff --staged shows them. Undo: git reset --hard && npm ci`,
    ...list("Addresses that have changed, with their objects:", moved),
    ...list("Gone from the configuration; the next plan deletes their objects:", gone),
    "Next: npm run test:unit, and bin/infra plan of each environment: it should change nothing but what is said above. Then commit.",
  ];
}
