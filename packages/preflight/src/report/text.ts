import colors from "picocolors";
import { visible, visibleIn } from "../input/printable.ts";
import { percent } from "../network/barriers.ts";
import type { Path } from "../network/path.ts";
import type { LocatedFinding } from "../preflight.ts";
import { counted } from "../terminal.ts";
import { sentenceOf, type Unjudged } from "../unjudged.ts";

/**
 * Findings for a terminal: a paragraph each.
 *
 * @param acknowledged how many others there are that are acknowledged
 * @param unjudged what could not be judged; a paragraph for each kind
 */
export function textReport(
  findings: readonly LocatedFinding[],
  name: string,
  acknowledged = 0,
  unjudged: readonly Unjudged[] = [],
): string {
  const others = acknowledged > 0 ? `${acknowledged} acknowledged` : undefined;
  return [
    ...findings.map((finding) => paragraph(visibleIn(finding))),
    ...unjudged.map((one) => blindSpot(visibleIn(one))),
    summary(findings, visible(name), others, unjudged),
  ].join("\n\n");
}

/** Values that are named for each kind; others are counted. */
const MAX_REASONS = 5;

function blindSpot(one: Unjudged): string {
  const reasons = one.because.map(({ address, attribute, reason }) => `  ${address}.${attribute} ${reason}.`);
  const others = reasons.length - MAX_REASONS;
  return [
    `${colors.yellow(sentenceOf(one))}, because`,
    ...reasons.slice(0, MAX_REASONS),
    ...(others > 0 ? [`  And ${counted(others, "other value")}, which --format json lists.`] : []),
    ...(one.remedy === undefined ? [] : [`  Fix: ${one.remedy}`]),
  ].join("\n");
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

function summary(
  findings: readonly LocatedFinding[],
  name: string,
  others: string | undefined,
  unjudged: readonly Unjudged[],
): string {
  const rest = unjudged.length > 0 ? " Not everything could be judged." : "";
  if (findings.length === 0) return `${name}: no findings${others ? `, apart from ${others}` : ""}.${rest}`;
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const counts = [counted(errors, "error"), counted(findings.length - errors, "warning"), others];
  return `${name}: ${counts.filter((one) => one !== undefined).join(", ")}.${rest}`;
}

const MARKS = { yes: "✓", no: "✗", maybe: "?" } as const;
const VERDICTS = {
  open: "It gets through.",
  blocked: "It stops there.",
  unknown: "No known blocker; what has a ? can't be known from this file.",
} as const;

/** A path for a terminal: a line a hop. */
export function pathReport(path: Path, from: string, to: string): string {
  const lines = path.hops.map(({ passes, at, what }) => `  ${MARKS[passes]} ${visible(at)}: ${visible(what)}`);
  return [visible(`${from} → ${to}`), ...lines, verdictOf(path)].join("\n");
}

function verdictOf({ verdict, hops }: Path): string {
  const share = verdict === "blocked" ? hops.at(-1)?.share : undefined;
  return share === undefined ? VERDICTS[verdict] : `It stops there for ${percent(share)} of the connections.`;
}
