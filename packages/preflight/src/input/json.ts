/** Levels of containers in containers: more than Terraform or AWS ever write, and few enough to walk into them. */
export const DEEPEST_JSON = 200;

/** A value of JSON is nested deeper than what reads it can follow. */
export function isTooDeep(value: unknown, levels = DEEPEST_JSON): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isTooDeep(inner, levels - 1));
}

/** What a text inside a configuration or plan holds as JSON; undefined where it is none, or too deep to be walked. */
export function jsonOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isTooDeep(value) ? undefined : value;
  } catch {
    return undefined;
  }
}
