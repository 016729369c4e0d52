import {
  type Acknowledgement,
  type LocatedFinding,
  RULES,
  type Rule,
  withoutAcknowledged,
} from "@operation-app/preflight";

/** What an environment says of findings. */
export interface Accepting {
  readonly acknowledgements: readonly Acknowledgement[];
  /** Cognito objects that exist already, by address. */
  readonly adoptedCognito?: Readonly<Record<string, unknown>>;
}

/**
 * Findings as they count for an environment: without those that it acknowledges. Of a Cognito object that it has adopted,
 * Cognito has accepted the settings, whatever its documentation says: that is a warning.
 *
 * @param rules those that have looked. @default preflight's own: what is acknowledged for others is left to the review of a
 * plan, which has them all
 */
export function judgedFor(
  { acknowledgements, adoptedCognito = {} }: Accepting,
  findings: readonly LocatedFinding[],
  rules?: readonly Rule[],
): LocatedFinding[] {
  const isAdopted = ({ id, address }: LocatedFinding) => id.startsWith("COG-") && Boolean(adoptedCognito[address]);
  const concerned = rules
    ? acknowledgements
    : acknowledgements.filter(({ id }) => RULES.some((rule) => rule.id === id));
  return withoutAcknowledged(findings, concerned, rules).map((finding) =>
    isAdopted(finding) ? { ...finding, severity: "warning" as const } : finding,
  );
}
