import type { LocatedFinding } from "./preflight.ts";
import type { Rule } from "./rule.ts";
import { RULES } from "./rules/index.ts";

/** A finding that is known and accepted. */
export interface Acknowledgement {
  /** Of the rule, such as `NET-005`. */
  readonly id: string;
  /** Address of the resource, such as `aws_nat_gateway.network_nat_gateway`. */
  readonly address: string;
  /** Why it is accepted. */
  readonly reason: string;
}

/** The id of a finding about an acknowledgement that matches nothing. */
export const UNUSED_ACKNOWLEDGEMENT = "ACK-001";

/**
 * Leaves out the findings that are acknowledged; an acknowledgement that matches none is a finding itself.
 *
 * @param rules those that have looked
 */
export function withoutAcknowledged(
  findings: readonly LocatedFinding[],
  acknowledgements: readonly Acknowledgement[],
  rules: readonly Rule[] = RULES,
): LocatedFinding[] {
  const matches = ({ id, address }: Acknowledgement, finding: LocatedFinding) =>
    finding.id === id && finding.address === address;
  const left = findings.filter((finding) => !acknowledgements.some((one) => matches(one, finding)));
  const unused = acknowledgements.filter((one) => !findings.some((finding) => matches(one, finding)));
  return [...left, ...unused.map((one) => unusedFinding(one, rules))];
}

function unusedFinding({ id, address, reason }: Acknowledgement, rules: readonly Rule[]): LocatedFinding {
  return {
    id: UNUSED_ACKNOWLEDGEMENT,
    severity: "warning",
    address,
    message: rules.some((rule) => rule.id === id)
      ? `is acknowledged for ${id} ("${reason}"), but has no such finding.`
      : `is acknowledged for ${id} ("${reason}"), and no rule of this id has looked.`,
    cause:
      "The finding is fixed or its resource deleted, or the id or address is mistyped; an unused acknowledgement would hide the next finding.",
    fix: "Remove the acknowledgement, or correct it.",
    attribute: undefined,
  };
}
