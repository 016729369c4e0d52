/** What an instance beside the deployed one is for: it stands in its name. */
export type Purpose = "restored" | "old" | "drill";

/** RDS takes no more characters. */
const LONGEST = 63;

/**
 * The name of an instance beside the deployed one, such as `operation-app-restored-202611292240`.
 *
 * @param at of the data that it has, or of the day on which it was put aside; to the minute, in UTC
 */
export function nameBeside(identifier: string, purpose: Purpose, at: Date): string {
  const suffix = `-${purpose}-${at.toISOString().slice(0, 16).replaceAll(/\D/g, "")}`;
  return `${identifier.slice(0, LONGEST - suffix.length).replace(/-+$/, "")}${suffix}`;
}

/** Whether a name is one that `nameBeside` makes for this instance and purpose. */
export function isBeside(name: string, identifier: string, purpose: Purpose): boolean {
  const [, suffix = ""] = name.match(/(-[a-z]+-\d{12})$/) ?? [];
  const begins = identifier.slice(0, LONGEST - suffix.length).replace(/-+$/, "");
  return suffix.startsWith(`-${purpose}-`) && name === `${begins}${suffix}`;
}
