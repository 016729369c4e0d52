import type { Resource } from "../../graph/graph.ts";
import { type Hop, type Path, stopOf, stopsMost } from "../../network/path.ts";
import { fixOf } from "../../network/path-fixes.ts";
import type { Problem } from "../../rule.ts";

/** A path, and what it leads to in words. */
export interface NamedPath<Kind = unknown> {
  /** The kind of problem that it is where it is blocked. */
  readonly kind?: Kind;
  readonly to: string;
  readonly path: Path;
}

/**
 * What is wrong where paths are blocked: those that stop at the same hop are one problem, of the kind of the first.
 *
 * @param otherWay what would lead there too, such as `an interface endpoint for logs`
 * @param port where a path to the internet ends. @default 443
 */
export function blockedPaths<Path extends NamedPath>(
  at: Resource,
  paths: readonly Path[],
  otherWay: string,
  port?: number,
): (Problem & Pick<Path, "kind">)[] {
  const byStop = new Map<string, { message: string; stop: Hop; to: Set<string> } & Pick<Path, "kind">>();
  for (const { kind, to, path } of paths) {
    const stop = stopOf(path);
    if (!stop) continue;
    const message = `${stop.at} ${stop.what}`;
    const key = message.replaceAll(to.split(" ")[0] ?? "", "");
    const known = byStop.get(key);
    if (known) known.to.add(to);
    else byStop.set(key, { kind, message, stop, to: new Set([to]) });
  }
  return [...byStop.values()].map(({ kind, message, stop, to }) => ({
    kind,
    at,
    message: `can't reach ${[...to].join(", ")}: ${message}.`,
    fix: fixOf(stop.kind, otherWay, port),
    ...(stopsMost(stop) ? {} : { severity: "warning" as const }),
  }));
}
