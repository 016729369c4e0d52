import colors from "picocolors";
import type { LocatedFinding } from "../index.ts";
import type { Hop, Path } from "../network/path.ts";

/** Findings for a terminal: a paragraph each. */
export function textReport(findings: readonly LocatedFinding[], name: string): string {
  if (findings.length === 0) return `${name}: nothing found.`;
  return [...findings.map(paragraph), summary(findings, name)].join("\n\n");
}

function paragraph({ id, severity, address, message, cause, fix, source }: LocatedFinding): string {
  const color = severity === "error" ? colors.red : colors.yellow;
  return [
    `${color(`${severity} ${id}`)} ${colors.bold(address)}${source ? ` (${source})` : ""}`,
    `  ${address} ${message}`,
    `  Why: ${cause}`,
    `  Fix: ${fix}`,
  ].join("\n");
}

function summary(findings: readonly LocatedFinding[], name: string): string {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  return `${name}: ${count(errors, "error")}, ${count(findings.length - errors, "warning")}.`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

const MARKS = { yes: "✓", no: "✗", maybe: "?" } as const;
const VERDICTS = {
  open: "It gets through.",
  blocked: "It stops there.",
  unknown: "Nothing that is known stops it; what has a ? can't be known from this file.",
} as const;

/** A path for a terminal: a line a hop. */
export function pathReport(path: Path, from: string, to: string): string {
  const lines = path.hops.map((hop: Hop) => `  ${MARKS[hop.passes]} ${hop.at}: ${hop.what}`);
  return [`${from} → ${to}`, ...lines, VERDICTS[path.verdict]].join("\n");
}
