import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LOSS_RULES, protectedTypesTable } from "@operation-app/plan-review";
import { RULE_GROUPS, type RuleGroup } from "@operation-app/preflight";
// biome-ignore lint/style/noRestrictedImports: the pages are made from what the package does not publish
import { preflightPages } from "../../packages/preflight/src/documentation/page.ts";
import { securityPage } from "../../stacks/security/page.ts";
import { providerPage } from "../provider/page.ts";
import { newCommand, verb } from "./command.ts";

const command = newCommand("docs", ["docs"]).description("Writes the pages of docs/ that are made from the code.");

export default verb(command, async () => {
  for (const [file, text] of await generatedPages()) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
});

const LOSSES: RuleGroup = {
  name: "losses",
  title: "What a change would lose",
  rules: LOSS_RULES,
  page: "../../plan-review/docs/losses.md",
};

/** Pages that are made from the code, by their paths. */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  const pages = await preflightPages([...RULE_GROUPS, LOSSES]);
  return new Map([
    ["docs/provider-arguments.md", providerPage()],
    ["docs/security.md", securityPage()],
    ...[...pages].map(
      ([path, text]) =>
        [
          join("packages/preflight/docs", path),
          path === LOSSES.page ? `${text}\n${protectedTypesTable()}` : text,
        ] as const,
    ),
  ]);
}
