import type { Finding, LocatedFinding } from "../index.ts";

/** Findings as JSON, in the order that they come in: `{"findings":[…]}`. */
export function jsonReport(findings: readonly LocatedFinding[]): string {
  return JSON.stringify({ findings: findings.map(published) }, undefined, 2);
}

/** What a finding tells to the outside. */
export function published({ id, severity, address, message, cause, fix, source }: LocatedFinding): Finding {
  return { id, severity, address, message, cause, fix, ...(source !== undefined && { source }) };
}
