import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { RULE_GROUPS } from "@operation-app/preflight";
// biome-ignore lint/style/noRestrictedImports: the pages are made from what the package does not publish
import { preflightPages } from "../../packages/preflight/src/documentation/page.ts";
import { newCommand, verb } from "./command.ts";

const command = newCommand("docs").description("Writes the pages of docs/ that are made from the code.");

export default verb(command, async () => {
  for (const [path, text] of await preflightPages(RULE_GROUPS)) {
    const file = join("packages/preflight/docs", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
});
