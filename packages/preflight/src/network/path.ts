import type { Resource } from "../graph/graph.ts";
import type { Answer } from "./addresses.ts";
import type { Place } from "./places.ts";

/** What a hop is, as far as it matters for mending it. */
export type HopKind = "group" | "group to the internet" | "acl" | "route" | "nat" | "address" | "endpoint" | "policy";

/** One step of a path: what is passed, and whether it lets through. */
export interface Hop {
  readonly kind: HopKind;
  /** Address of the resource that decides, or what it is called. */
  readonly at: string;
  readonly what: string;
  readonly passes: Answer;
  /** Where it stops a part of the connections only: their share, from 0 to 1. */
  readonly share?: number;
  /** A group that stops it, and lets other addresses pass: that may be meant. */
  readonly letsOthers?: boolean;
}

/** A connection, traced. The first hop that does not pass ends it. */
export interface Path {
  /** `blocked`: nothing gets through. `unknown`: something on the way can't be known, and nothing known stops it. */
  readonly verdict: "open" | "blocked" | "unknown";
  readonly hops: readonly Hop[];
  /** The VPC endpoint that it goes through. */
  readonly endpoint?: Resource;
}

export function hop(kind: HopKind, at: string | Resource, what: string, passes: Answer): Hop {
  return { kind, at: typeof at === "string" ? at : at.address, what, passes };
}

/** A path that is blocked, left open where there is another way that may pass. */
export function orElse(path: Path, way: string, mayPass: () => boolean): Path {
  const stop = stopOf(path);
  if (!stop || !mayPass()) return path;
  const open = { ...stop, passes: "maybe" as const, what: `${stop.what}; ${way}, it may pass` };
  return { verdict: "unknown", hops: [...path.hops.slice(0, -1), open] };
}

/** What is left open of a path over IPv4 that is blocked, where IPv6 may lead there; that is not computed. */
export function orOverIpv6(path: Path, mayPass: () => boolean): Path {
  return orElse(path, "over IPv6, which is not computed", mayPass);
}

export function pathOf(hops: readonly Hop[]): Path {
  const stop = hops.findIndex(({ passes }) => passes === "no");
  if (stop >= 0) return { verdict: "blocked", hops: hops.slice(0, stop + 1) };
  return { verdict: hops.some(({ passes }) => passes === "maybe") ? "unknown" : "open", hops };
}

/** The hop that stops a path. */
export function stopOf(path: Path): Hop | undefined {
  return path.verdict === "blocked" ? path.hops.at(-1) : undefined;
}

/**
 * Of the paths from all subnets that something may stand in: one that is blocked where it stands in each of them, and
 * where it stands in one of them that can't be known, a blocked one only when all are.
 */
export function worst(paths: readonly Path[], certain: boolean): Path {
  const blocked = paths.filter(({ verdict }) => verdict === "blocked");
  const [first] = blocked;
  if (first && (certain || blocked.length === paths.length)) return first;
  const unknown = paths.find(({ verdict }) => verdict === "unknown");
  if (unknown || first) return { verdict: "unknown", hops: (unknown ?? first)?.hops ?? [] };
  return paths[0] ?? { verdict: "unknown", hops: [] };
}

/** Subnets of a place, or one that is nowhere, so that what is known of its security groups is still looked at. */
export function standpoints(place: Place): (Resource | undefined)[] {
  return place.subnets.subnets.length > 0 ? [...place.subnets.subnets] : [undefined];
}

export function certainOf(place: Place): boolean {
  return place.subnets.subnets.length === 0 || place.subnets.certain;
}

/** Whether a hop stops nearly all connections; else some get through, and others are tried again. */
export function stopsMost({ share = 1 }: Hop): boolean {
  return share > 0.9;
}
