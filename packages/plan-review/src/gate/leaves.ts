/** Texts, numbers and switches of an object, by paths such as `server_side_encryption.0.enabled`. */
export function leavesOf(values: unknown): Map<string, unknown> {
  const found = new Map<string, unknown>();
  collect(values, "", found);
  return found;
}

function collect(value: unknown, path: string, into: Map<string, unknown>): void {
  if (typeof value !== "object" || value === null) {
    into.set(path, value);
    return;
  }
  for (const [key, inner] of Object.entries(value)) collect(inner, path === "" ? key : `${path}.${key}`, into);
}
