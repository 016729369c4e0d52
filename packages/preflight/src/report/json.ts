import { printableJson } from "../input/printable.ts";
import type { Path } from "../network/path.ts";
import type { Finding, LocatedFinding } from "../preflight.ts";
import { sentenceOf, type Unjudged } from "../unjudged.ts";

/**
 * Findings as JSON, in the order that they come in: `{"findings":[…]}`, and `"unjudged":[…]` where something could not be
 * judged.
 */
export function jsonReport(findings: readonly LocatedFinding[], unjudged: readonly Unjudged[] = []): string {
  const blind = unjudged.length > 0 && {
    unjudged: unjudged.map((one) => ({ message: `${sentenceOf(one)}.`, ...one })),
  };
  return printableJson({ findings: findings.map(published), ...blind });
}

/** A path as JSON: `{"verdict":"blocked","hops":[{"at":…,"what":…,"passes":"no"},…]}`. */
export function jsonPath({ verdict, hops }: Path): string {
  const published = hops.map(({ at, what, passes }) => ({ at, what, passes }));
  return printableJson({ verdict, hops: published });
}

/** What a finding tells to the outside. */
function published({ id, severity, address, message, cause, fix, source }: LocatedFinding): Finding {
  return { id, severity, address, message, cause, fix, ...(source !== undefined && { source }) };
}
