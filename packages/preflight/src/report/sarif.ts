import type { LocatedFinding } from "../preflight.ts";
import { failuresOf, type Rule } from "../rule.ts";

/**
 * Findings in SARIF 2.1.0, which code scanning reads.
 * Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifReport(findings: readonly LocatedFinding[], rules: readonly Rule[], file: string): string {
  const ids = new Set(findings.map(({ id }) => id));
  const used = rules.filter(({ id }) => ids.has(id));
  return JSON.stringify(
    {
      $schema: "https://json.schemastore.org/sarif-2.1.0.json",
      version: "2.1.0",
      runs: [
        {
          tool: {
            driver: {
              name: "preflight",
              rules: used.map((rule) => ({
                id: rule.id,
                shortDescription: { text: rule.title },
                fullDescription: { text: [...new Set(failuresOf(rule).map(({ cause }) => cause))].join(" ") },
                helpUri: rule.reference,
                defaultConfiguration: { level: rule.severity },
              })),
            },
          },
          results: findings.map((finding) => ({
            ruleId: finding.id,
            ruleIndex: used.findIndex(({ id }) => id === finding.id),
            level: finding.severity,
            message: { text: `${finding.address} ${finding.message} ${finding.cause} ${finding.fix}` },
            locations: [
              {
                ...place(finding, file),
                logicalLocations: [{ fullyQualifiedName: finding.address, kind: "resource" }],
              },
            ],
          })),
        },
      ],
    },
    undefined,
    2,
  );
}

function place({ source }: LocatedFinding, file: string) {
  const [uri = file, line] = source?.split(":") ?? [];
  return {
    physicalLocation: { artifactLocation: { uri }, ...(line !== undefined && { region: { startLine: Number(line) } }) },
  };
}
