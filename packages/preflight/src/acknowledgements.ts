import type { LocatedFinding } from "./preflight.ts";
import { RULES } from "./rules/index.ts";

/** A finding that somebody knows of and accepts. */
export interface Acknowledgement {
  /** Of the rule, such as `NET-005`. */
  readonly id: string;
  /** Address of the resource, such as `aws_nat_gateway.network_nat_gateway`. */
  readonly address: string;
  /** Why it is accepted. */
  readonly reason: string;
}

/** The id of what is said of an acknowledgement that has become needless. */
export const UNUSED_ACKNOWLEDGEMENT = "ACK-001";

/** What an environment knows of and accepts. */
export interface Accepting {
  readonly acknowledgements: readonly Acknowledgement[];
  /** Cognito objects that are there already, by address. */
  readonly adoptedCognito?: Readonly<Record<string, unknown>>;
}

/** Findings as they count for an environment, or for nobody's. */
export function judgedFor(environment: Accepting | undefined, findings: readonly LocatedFinding[]): LocatedFinding[] {
  return withoutAcknowledged(findings, environment?.acknowledgements ?? []).map((finding) =>
    isAccepted(finding, environment) ? { ...finding, severity: "warning" as const } : finding,
  );
}

/** Cognito has taken what it has, whatever its documentation says: that is worth a warning, and stops nothing. */
function isAccepted({ id, address }: LocatedFinding, environment: Accepting | undefined): boolean {
  return id.startsWith("COG-") && Boolean(environment?.adoptedCognito?.[address]);
}

/** Takes out the findings that are acknowledged; an acknowledgement that matches none is a finding itself. */
export function withoutAcknowledged(
  findings: readonly LocatedFinding[],
  acknowledgements: readonly Acknowledgement[],
): LocatedFinding[] {
  const matches = ({ id, address }: Acknowledgement, finding: LocatedFinding) =>
    finding.id === id && finding.address === address;
  const left = findings.filter((finding) => !acknowledgements.some((one) => matches(one, finding)));
  const unused = acknowledgements.filter((one) => !findings.some((finding) => matches(one, finding)));
  return [...left, ...unused.map(unusedFinding)];
}

function unusedFinding({ id, address, reason }: Acknowledgement): LocatedFinding {
  return {
    id: UNUSED_ACKNOWLEDGEMENT,
    severity: "warning",
    address,
    message: RULES.some((rule) => rule.id === id)
      ? `is acknowledged for ${id} ("${reason}"), and has no such finding.`
      : `is acknowledged for ${id} ("${reason}"), and there is no such rule.`,
    cause:
      "What was acknowledged is mended or gone, or the id or the address is mistyped; left there, it would hide the next one.",
    fix: "Take the acknowledgement out of the environment file, or correct it.",
    attribute: undefined,
  };
}
