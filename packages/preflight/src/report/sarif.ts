import { printableJson } from "../input/printable.ts";
import type { LocatedFinding } from "../preflight.ts";
import { failuresOf, type Rule } from "../rule.ts";
import { sentenceOf, type Unjudged } from "../unjudged.ts";

/**
 * Findings in SARIF 2.1.0, which code scanning reads.
 * Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifReport(
  findings: readonly LocatedFinding[],
  rules: readonly Rule[],
  file: string,
  unjudged: readonly Unjudged[] = [],
): string {
  const ids = new Set(findings.map(({ id }) => id));
  const used = rules.filter(({ id }) => ids.has(id));
  return printableJson({
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
        ...(unjudged.length > 0 && { invocations: [invocationOf(unjudged)] }),
      },
    ],
  });
}

/** What could not be judged is no result: it is told of the run. */
function invocationOf(unjudged: readonly Unjudged[]) {
  return {
    executionSuccessful: true,
    toolExecutionNotifications: unjudged.map((one) => {
      const reasons = one.because.map(({ address, attribute, reason }) => `${address}.${attribute} ${reason}.`);
      return {
        level: "warning",
        message: { text: [`${sentenceOf(one)}.`, ...reasons, one.remedy].filter(Boolean).join(" ") },
      };
    }),
  };
}

function place({ source }: LocatedFinding, file: string) {
  const [uri = file, line] = source?.split(":") ?? [];
  return {
    physicalLocation: { artifactLocation: { uri }, ...(line !== undefined && { region: { startLine: Number(line) } }) },
  };
}
