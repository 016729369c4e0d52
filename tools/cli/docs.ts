import { writeFileSync } from "node:fs";
import { preflightPage } from "../../packages/preflight/src/documentation/page.ts";
import { RULES } from "../../packages/preflight/src/rules/index.ts";
import { newCommand, verb } from "./command.ts";

const command = newCommand("docs").description("Writes the pages of docs/ that are made from the code.");

export default verb(command, async () => {
  writeFileSync("packages/preflight/docs/rules.md", preflightPage(RULES));
});
