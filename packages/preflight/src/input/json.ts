/** Levels of containers in containers: more than Terraform or AWS ever write, and few enough to walk into them. */
export const DEEPEST_JSON = 200;

/** A value of JSON is nested deeper than what reads it can follow. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth < DEEPEST_JSON; depth++) {
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []));
    if (level.length === 0) return false;
  }
  return true;
}
