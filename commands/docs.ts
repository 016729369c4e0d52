import { mkdirSync, writeFileSync } from "node:fs";
import { preflightPage } from "../preflight/documentation/page.ts";
import { RULES } from "../preflight/rules/index.ts";
import { newCommand, runCommand } from "./command.ts";

const command = newCommand("docs").description("Writes the pages of docs/ that are made from the code.");

await runCommand(command, async () => {
  mkdirSync("docs", { recursive: true });
  writeFileSync("docs/preflight.md", preflightPage(RULES));
});
