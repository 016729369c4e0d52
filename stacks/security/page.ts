import type { Control } from "./control.ts";
import { CONTROLS } from "./controls.ts";

const STANDINGS = {
  passes: "passes",
  option: "option",
  waived: "waived",
  account: "the account's",
} as const satisfies Record<Control["standing"], string>;

/** The page that says how the project stands to each control of security catalogues. */
export function securityPage(): string {
  const all = Object.values(CONTROLS).flat();
  const counts = Object.entries(STANDINGS).map(([standing, words]) => {
    const ids = all.filter((control) => control.standing === standing).flatMap((control) => control.ids);
    return `| ${words} | ${ids.length} |`;
  });
  return [
    "# Security controls",
    "",
    "[日本語](security.ja.md)",
    "",
    "<!-- made by `bin/infra docs` -->",
    "",
    "What scanners and auditors ask of the types of resources that this project makes, and how an environment stands to each:",
    "Checkov (`CKV…`), AWS Foundational Security Best Practices of Security Hub (`RDS.3`), and CIS AWS Foundations 5.0 (`CIS 2.2.1`).",
    "**passes**: in every environment. **option**: with the setting in the row. **waived**: it does not pass, and the row says why, and what",
    "it would cost a month in Tokyo. **the account's**: AWS accounts have it or not, whoever deploys into them.",
    "",
    "| | ids |",
    "|---|---|",
    ...counts,
    "",
    "The table is [`stacks/security/`](../stacks/security/). Where a control can be seen in the synthesized Terraform JSON, a test holds the",
    "table against every switch of production: what passes has to, an option has to with its setting and not without, and what is waived must",
    "not pass by now. Checkov itself is not part of the tests; find what a scan of yours reports by its id.",
    "",
    ...Object.entries(CONTROLS).flatMap(([heading, controls]) => [`## ${heading}`, "", ...table(controls), ""]),
  ].join("\n");
}

function table(controls: readonly Control[]): string[] {
  const rows = controls.map((control) => {
    const how = [...Object.entries(control.settings ?? {}).map(setting), ...(control.note ? [control.note] : [])];
    return `| ${control.ids.join(", ")} | ${control.title} | ${STANDINGS[control.standing]} | ${how.join(" ")} |`;
  });
  return ["| ids | what it asks | | how, or why not |", "|---|---|---|---|", ...rows];
}

/** `` `database.multiAz: true`. `` */
function setting([path, value]: [string, unknown]): string {
  return `\`${path}: ${typeof value === "object" ? "{ … }" : JSON.stringify(value)}\`.`;
}
