/** Levels of containers in containers: more than Terraform or AWS ever write, and few enough to walk into them. */
export const DEEPEST_JSON = 200;

/** A value of JSON is nested deeper than what reads it can follow. */
export function isTooDeep(value: unknown, levels = DEEPEST_JSON): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isTooDeep(inner, levels - 1));
}
