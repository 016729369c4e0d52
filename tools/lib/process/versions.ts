/** A version as numbers: major, minor, patch. */
export type Version = readonly [number, number, number];

/** Reads `1.11.4`, `v1.10.0-rc1` and the like; nothing when the text does not start with a version. */
export function parseVersion(text: string): Version | undefined {
  const [, major, minor, patch] = text.trim().match(/^v?(\d+)\.(\d+)(?:\.(\d+))?/) ?? [];
  return major && minor ? [Number(major), Number(minor), Number(patch ?? 0)] : undefined;
}

/** Below zero when `a` is older than `b`, above when it is newer. */
export function compareVersions(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/** Whether the text is a version of at least this one. */
export function isAtLeast(text: string, minimum: string): boolean {
  const [version, least] = [parseVersion(text), parseVersion(minimum)];
  return version !== undefined && least !== undefined && compareVersions(version, least) >= 0;
}
