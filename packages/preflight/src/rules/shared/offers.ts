/** Sizes by family: `{ t4g: "micro small medium" }`. */
export type Sizes = Readonly<Record<string, string>>;

/** How sure it is that AWS does not offer something: a list may have grown since it was made. */
export type Offer = "offered" | "missing" | "unlisted";

/**
 * Whether a size such as `db.t4g.micro` is offered.
 *
 * @param growing families that were new when the list was made, and may have got more sizes
 * @returns `missing` for a size of a family that no longer grows, `unlisted` where the list does not have the family
 */
export function offerOf(size: string, sizes: Sizes, growing: RegExp): Offer {
  const [, family = "", ...rest] = size.split(".");
  const known = sizes[family];
  if (known === undefined) return "unlisted";
  if (known.split(" ").includes(rest.join("."))) return "offered";
  return growing.test(family) ? "unlisted" : "missing";
}

/** Minor versions by major version, in ranges: `{ "8.4": "3-10" }`. */
export type Versions = Readonly<Record<string, string>>;

/** Minor versions come a few times a year: what is this much newer than the list is no version yet. */
const NEWER_MINORS = 10;

/**
 * Whether a version is offered. The major version alone is: AWS takes its default minor then.
 *
 * @returns `missing` for a version between or before listed ones; `unlisted` for one after them
 */
export function versionOffer(version: string, versions: Versions): Offer {
  const [, first = "", second, third] = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(version) ?? [];
  const two = `${first}.${second}`;
  const [major, minor] = two in versions ? [two, third] : [first, second];
  const listed = versions[major];
  if (listed === undefined) return isNewer(first, second, versions) ? "unlisted" : "missing";
  if (minor === undefined) return "offered";
  const ranges = listed.split(" ").map((range) => range.split("-").map(Number));
  if (ranges.some(([from = 0, to = from]) => Number(minor) >= from && Number(minor) <= to)) return "offered";
  const newest = Math.max(...ranges.flat());
  if (Number(minor) < newest) return "missing";
  return Number(minor) <= newest + NEWER_MINORS ? "offered" : "unlisted";
}

function isNewer(first: string, second: string | undefined, versions: Versions): boolean {
  const majors = Object.keys(versions).map(orderOf);
  return orderOf(`${first}.${second ?? 0}`) > Math.max(...majors) || versions[first] !== undefined;
}

function orderOf(major: string): number {
  const [first = 0, second = 0] = major.split(".").map(Number);
  return first * 1000 + second;
}
