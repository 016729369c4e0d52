import { printable } from "@operation-app/preflight/input";
import { counted } from "@operation-app/preflight/terminal";
import { abortOnInterruption } from "../lib/process/interruptions.ts";
import { type Upgraded, upgrade } from "../upgrade/upgrade.ts";
import { newCommand, verb } from "./command.ts";

const command = newCommand("upgrade", ["upgrade", "upgrade 0.2.0", "upgrade --from https://example.com/project.git"])
  .description(
    "Merges a newer version of this project into this clone, installs it, checks the types, and synthesizes. Does not change environments/ (except its schema), review-policy.ts and examples/. Commits nothing.",
  )
  .argument("[version]", "such as 0.2.0 (default: the newest)")
  .option("--from <remote>", "git remote or URL that has the versions as tags", "upstream")
  .option("--keep-conflicts", "leave conflicts in the files, instead of undoing the merge");

export default verb(command, async (version?: string) => {
  const { from, keepConflicts } = command.opts<{ from: string; keepConflicts?: boolean }>();
  const upgraded = await upgrade({
    project: process.cwd(),
    remote: from,
    version,
    keepsConflicts: keepConflicts,
    onStep: (step) => console.log(step),
    signal: abortOnInterruption({ say: (signal) => `${signal}: undoing all changes …` }),
  });
  if (upgraded === undefined) console.log("This clone already has that version.");
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
    ...list("Changed addresses, which keep their objects:", moved),
    ...list("Removed from the configuration; the next plan deletes their objects:", gone),
    "Next: npm run test:unit, and bin/infra plan of each environment: it should change nothing but the above. Then commit.",
  ];
}
