import { compareVersions, parseVersion } from "../lib/process/versions.ts";

/** A heading of a version, such as `## [0.2.0] - 2026-12-01`. */
const HEADING = /^## \[(\d+\.\d+\.\d+)\]/;

/**
 * What a changelog says of the versions after one, up to and with another, newest first.
 *
 * @returns nothing where it has none of them
 */
export function changesBetween(changelog: string, after: string, upTo: string): string {
  const [least, most] = [parseVersion(after), parseVersion(upTo)];
  if (!least || !most) return "";
  return changelog
    .split(/^(?=## )/m)
    .filter((section) => {
      const version = parseVersion(section.match(HEADING)?.[1] ?? "");
      return version && compareVersions(version, least) > 0 && compareVersions(version, most) <= 0;
    })
    .join("")
    .trim();
}
