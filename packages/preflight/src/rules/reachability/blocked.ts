import type { Resource } from "../../graph/graph.ts";
import { type Hop, type HopKind, type Path, stopOf, stopsMost } from "../../network/path.ts";
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
 */
export function blockedPaths<Path extends NamedPath>(
  at: Resource,
  paths: readonly Path[],
  otherWay: string,
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
    fix: fixOf(stop.kind, otherWay),
    ...(stopsMost(stop) ? {} : { severity: "warning" as const }),
  }));
}

/** What to do about a hop that stops a path. */
function fixOf(hop: HopKind, otherWay: string): string {
  switch (hop) {
    case "group":
      return "Let the connection pass in both security groups: out of the one, into the other.";
    case "group to the internet":
      return `Give the VPC ${otherWay}, and let its group pass; or let the group out to 0.0.0.0/0 on 443, where a NAT gateway leads out.`;
    case "acl":
      return "Let the network ACL pass the port, and ports 1024–65535 back.";
    case "address":
      return "Set assign_public_ip to true, or use subnets that route to a NAT gateway.";
    case "nat":
      return "Put a public NAT gateway into a subnet whose route table leads to the internet gateway.";
    case "endpoint":
      return "Give the endpoint subnets of the VPC.";
    case "policy":
      return "Allow the call in the endpoint's policy, or take the policy out.";
    case "route":
      return `Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC ${otherWay}.`;
  }
}
