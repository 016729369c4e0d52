import type { Acl, AclRule, Gateway, GroupRule, Host, HostName, Vpc } from "./vpc.ts";
import { PORTS } from "./vpc.ts";

/**
 * What becomes of connections in a small VPC, found by sending single packets through it, forth and back, from every
 * address and port at which an answer may change. Nothing of this is shared with the engine that it checks.
 */
export type Outcome = "open" | "blocked" | "unknown";

/** What becomes of one packet. `unknown`: it leaves for something that can't be looked into. */
type Fate = "passes" | "dropped" | "unknown";

/** Addresses or ports that fare alike, by the first of them. */
interface Sample {
  readonly first: number;
  readonly weight: number;
}

/** Less than this share of ports or of the internet is nobody's fault. */
const NEGLIGIBLE = 0.01;

const EPHEMERAL = { tasks: [32768, 60999], others: [1024, 65535] } as const;

export function outcomeOf(
  vpc: Vpc,
  from: HostName | "internet",
  to: HostName | "internet" | "ecr.api" | "s3",
): Outcome {
  if (from === "internet") return fromInternet(vpc, to as HostName);
  if (to === "internet" || to === "ecr.api" || to === "s3") return outOf(vpc, from, to);
  if (to === "lb" && vpc.hosts.lb.isPublic) {
    return eachOf(vpc.hosts[from].subnets, (here) =>
      eachOf(vpc.hosts.lb.subnets, (there) => throughInternet(vpc, from, here, there)),
    );
  }
  const joins = to === "app" || to === "worker";
  return inside(
    vpc,
    from,
    vpc.hosts[to],
    PORTS[to],
    (here, there) => joins && mayJoinOverIpv6(vpc, from, here, to, there),
  );
}

/** It may stand in any of them. */
function eachOf(subnets: readonly number[], outcome: (subnet: number) => Outcome): Outcome {
  const all = subnets.map(outcome);
  if (all.includes("blocked")) return "blocked";
  return all.includes("unknown") ? "unknown" : "open";
}

function inside(
  vpc: Vpc,
  from: HostName,
  to: Host,
  port: number,
  mayUse6: (here: number, there: number) => boolean = () => false,
): Outcome {
  return eachOf(vpc.hosts[from].subnets, (here) =>
    eachOf(to.subnets, (there) => {
      const fates = addressesIn(vpc, here).flatMap(({ first: source }) =>
        addressesIn(vpc, there).map(({ first: target }) => ({
          weight: 1,
          fate: between(vpc, from, { here, source }, to, { there, target }, port),
        })),
      );
      const outcome = summed(fates, 0);
      return outcome === "blocked" && mayUse6(here, there) ? "unknown" : outcome;
    }),
  );
}

function between(
  vpc: Vpc,
  from: HostName,
  { here, source }: { here: number; source: number },
  to: Host,
  { there, target }: { there: number; target: number },
  port: number,
): Fate {
  const groups = vpc.hosts[from].groups;
  const answers = samples(ephemeralOf(from), portBounds(vpc));
  return firstOf(
    () => admitted(vpc, groups, "egress", port, target, to.groups),
    () => admitted(vpc, to.groups, "ingress", port, source, groups),
    () => (here === there ? "passes" : crosses(vpc, here, source, there, target, port, answers)),
  );
}

function crosses(
  vpc: Vpc,
  here: number,
  source: number,
  there: number,
  target: number,
  port: number,
  answers: readonly Sample[],
): Fate {
  return firstOf(
    () => filtered(vpc, here, "egress", target, [{ first: port, weight: 1 }]),
    () => filtered(vpc, there, "ingress", source, [{ first: port, weight: 1 }]),
    () => filtered(vpc, there, "egress", source, answers),
    () => filtered(vpc, here, "ingress", target, answers),
    () => (isLocal(vpc, here, target) && isLocal(vpc, there, source) ? "passes" : "unknown"),
  );
}

/** Packets to a host of the VPC stay in it, unless a route more specific than the local one takes them away. */
function isLocal(vpc: Vpc, subnet: number, target: number): boolean {
  const route = routeFor(vpc, subnet, target);
  return route === undefined || prefixOf(route.to) < 16;
}

function outOf(vpc: Vpc, from: HostName, to: "internet" | "ecr.api" | "s3"): Outcome {
  const endpoint = vpc.endpoints.find(({ service }) => service === to);
  const isNamed = endpoint?.names === "vpc" || (endpoint?.names === "inbound" && to !== "s3");
  if (endpoint && isNamed) return inside(vpc, from, { ...endpoint, isPublic: false }, 443);
  return eachOf(vpc.hosts[from].subnets, (here) => {
    const table = vpc.subnets[here]?.table;
    if (to === "s3" && table !== undefined && vpc.tables[table]?.s3) return throughGatewayEndpoint(vpc, from, here);
    const outcome = outOverIpv4(vpc, from, here, 443);
    return outcome === "blocked" && mayLeaveOverIpv6(vpc, from, here, 443) ? "unknown" : outcome;
  });
}

function outOverIpv4(vpc: Vpc, from: HostName, here: number, port: number): Outcome {
  const fates = addressesIn(vpc, here).map(({ first: source }) =>
    publicFate(vpc, (target) => leaves(vpc, from, here, source, target, port)),
  );
  return combined(fates);
}

function leaves(vpc: Vpc, from: HostName, here: number, source: number, target: number, port: number): Fate {
  const host = vpc.hosts[from];
  const answers = samples(ephemeralOf(from), portBounds(vpc));
  return firstOf(
    () => admitted(vpc, host.groups, "egress", port, target, undefined),
    () => filtered(vpc, here, "egress", target, [{ first: port, weight: 1 }]),
    () => filtered(vpc, here, "ingress", target, answers),
    () => {
      const by = routeFor(vpc, here, target)?.by;
      if (by === "igw") return vpc.isAttached && host.isPublic && from !== "cache" ? "passes" : "dropped";
      if (by === "nat") return throughNat(vpc, here, source, target, port, answers);
      return by === undefined ? "dropped" : "unknown";
    },
  );
}

function throughNat(
  vpc: Vpc,
  here: number,
  source: number,
  target: number,
  port: number,
  answers: readonly Sample[],
): Fate {
  const home = vpc.nat.subnet;
  const own = samples(EPHEMERAL.others, portBounds(vpc));
  const asked = [{ first: port, weight: 1 }];
  return firstOf(
    () => (home === here ? "passes" : filtered(vpc, home, "ingress", source, asked)),
    () => (home === here ? "passes" : filtered(vpc, home, "egress", source, answers)),
    () => (home === here || isLocal(vpc, home, source) ? "passes" : "unknown"),
    () => filtered(vpc, home, "egress", target, asked),
    () => filtered(vpc, home, "ingress", target, own),
    () => {
      const by = routeFor(vpc, home, target)?.by;
      if (by === "igw") return vpc.isAttached && vpc.nat.isPublic ? "passes" : "dropped";
      return by === undefined || by === "nat" ? "dropped" : "unknown";
    },
  );
}

function throughGatewayEndpoint(vpc: Vpc, from: HostName, here: number): Outcome {
  const answers = samples(ephemeralOf(from), portBounds(vpc));
  return publicFate(vpc, (target) =>
    firstOf(
      () => admitted(vpc, vpc.hosts[from].groups, "egress", 443, target, undefined),
      () => filtered(vpc, here, "egress", target, [{ first: 443, weight: 1 }]),
      () => filtered(vpc, here, "ingress", target, answers),
    ),
  );
}

function fromInternet(vpc: Vpc, to: HostName): Outcome {
  return eachOf(vpc.hosts[to].subnets, (there) => {
    const outcome = publicFate(vpc, (source) => enters(vpc, to, there, source));
    return outcome === "blocked" && mayEnterOverIpv6(vpc, to, there) ? "unknown" : outcome;
  });
}

function enters(vpc: Vpc, to: HostName, there: number, source: number): Fate {
  const host = vpc.hosts[to];
  const answers = samples(EPHEMERAL.others, portBounds(vpc));
  return firstOf(
    () => (vpc.isAttached && host.isPublic && to !== "cache" ? "passes" : "dropped"),
    () => filtered(vpc, there, "ingress", source, [{ first: PORTS[to], weight: 1 }]),
    () => admitted(vpc, host.groups, "ingress", PORTS[to], source, undefined),
    () => filtered(vpc, there, "egress", source, answers),
    () => {
      const by = routeFor(vpc, there, source)?.by;
      if (by === "igw") return "passes";
      return by === undefined || by === "nat" ? "dropped" : "unknown";
    },
  );
}

/** From a task to a load balancer that faces the internet: out of the VPC, and in again under a public address. */
function throughInternet(vpc: Vpc, from: HostName, here: number, there: number): Outcome {
  const out = outOverIpv4(vpc, from, here, PORTS.lb);
  const into = publicFate(vpc, (source) => enters(vpc, "lb", there, source));
  return out === "blocked" || into === "blocked" ? "blocked" : out === "open" && into === "open" ? "open" : "unknown";
}

function mayLeaveOverIpv6(vpc: Vpc, from: HostName, here: number, port: number): boolean {
  return (
    mayUseIpv6(vpc, here) &&
    from !== "lb" &&
    from !== "db" &&
    from !== "cache" &&
    tableOf(vpc, here)?.ipv6 !== undefined &&
    hasIpv6Rule(vpc, vpc.hosts[from].groups, "egress", port)
  );
}

function mayEnterOverIpv6(vpc: Vpc, to: HostName, there: number): boolean {
  return (
    (to === "app" || to === "worker") &&
    mayUseIpv6(vpc, there) &&
    vpc.isAttached &&
    tableOf(vpc, there)?.ipv6 === "igw" &&
    hasIpv6Rule(vpc, vpc.hosts[to].groups, "ingress", PORTS[to])
  );
}

/** Between two tasks; a rule that names a group is for the IPv6 addresses of its members too. */
function mayJoinOverIpv6(vpc: Vpc, from: HostName, here: number, to: HostName, there: number): boolean {
  const permits = (groups: readonly number[], direction: GroupRule["direction"], peers: readonly number[]) =>
    groups.some((group) =>
      vpc.groups[group]?.some(
        (rule) =>
          rule.direction === direction &&
          takesPort(rule, PORTS[to]) &&
          (typeof rule.peer === "number" ? peers.includes(rule.peer) : rule.peer === "::/0"),
      ),
    );
  const [ours, theirs] = [vpc.hosts[from].groups, vpc.hosts[to].groups];
  const isTask = from === "app" || from === "worker";
  const hasBoth = vpc.subnets[here]?.ipv6 === true && vpc.subnets[there]?.ipv6 === true;
  const isFree = here === there || (mayUseIpv6(vpc, here) && mayUseIpv6(vpc, there));
  return isTask && hasBoth && isFree && permits(ours, "egress", theirs) && permits(theirs, "ingress", ours);
}

/** The ACLs here have rules for IPv4 only. */
function mayUseIpv6(vpc: Vpc, subnet: number): boolean {
  return vpc.subnets[subnet]?.ipv6 === true && vpc.subnets[subnet]?.acl === undefined;
}

function hasIpv6Rule(vpc: Vpc, groups: readonly number[], direction: GroupRule["direction"], port: number): boolean {
  return groups.some((group) =>
    vpc.groups[group]?.some((rule) => rule.direction === direction && rule.peer === "::/0" && takesPort(rule, port)),
  );
}

function firstOf(...steps: (() => Fate)[]): Fate {
  const fates = steps.map((step) => step());
  if (fates.includes("dropped")) return "dropped";
  return fates.includes("unknown") ? "unknown" : "passes";
}

function ephemeralOf(from: HostName): readonly [number, number] {
  return from === "app" || from === "worker" ? EPHEMERAL.tasks : EPHEMERAL.others;
}

function admitted(
  vpc: Vpc,
  groups: readonly number[],
  direction: GroupRule["direction"],
  port: number,
  address: number,
  peers: readonly number[] | undefined,
): Fate {
  const rules = groups.flatMap((group) => vpc.groups[group] ?? []);
  const fits = rules.some(
    (rule) =>
      rule.direction === direction &&
      takesPort(rule, port) &&
      (typeof rule.peer === "number"
        ? peers?.includes(rule.peer) === true
        : !rule.peer.includes(":") && isIn(address, rule.peer)),
  );
  return fits ? "passes" : "dropped";
}

function takesPort({ protocol, from, to }: GroupRule, port: number): boolean {
  return protocol === "-1" || (protocol === "tcp" && from <= port && port <= to);
}

function filtered(vpc: Vpc, subnet: number, direction: keyof Acl, address: number, ports: readonly Sample[]): Fate {
  const own = vpc.subnets[subnet]?.acl;
  const rules = own === undefined ? undefined : vpc.acls[own]?.[direction];
  if (rules === undefined) return "passes";
  const refused = ports.filter(({ first }) => !allows(rules, address, first));
  return weightOf(refused) / weightOf(ports) >= NEGLIGIBLE ? "dropped" : "passes";
}

function allows(rules: readonly AclRule[], address: number, port: number): boolean {
  const first = rules.find(({ cidr, from, to }) => isIn(address, cidr) && from <= port && port <= to);
  return first?.allow ?? false;
}

function tableOf(vpc: Vpc, subnet: number) {
  const own = vpc.subnets[subnet]?.table;
  return own === undefined ? undefined : vpc.tables[own];
}

function routeFor(vpc: Vpc, subnet: number, target: number): { to: string; by: Gateway } | undefined {
  return [...(tableOf(vpc, subnet)?.routes ?? [])]
    .sort((a, b) => prefixOf(b.to) - prefixOf(a.to))
    .find(({ to }) => isIn(target, to));
}

/** What becomes of packets to or from each part of the internet. */
function publicFate(vpc: Vpc, fateOf: (address: number) => Fate): Outcome {
  return summed(
    samples([0, 2 ** 32 - 1], addressBounds(vpc))
      .filter(({ first }) => !NOT_PUBLIC.some((block) => isIn(first, block)))
      .map(({ first, weight }) => ({ weight, fate: fateOf(first) })),
    NEGLIGIBLE,
  );
}

function summed(fates: readonly { readonly weight: number; readonly fate: Fate }[], negligible: number): Outcome {
  const share = (wanted: Fate) => weightOf(fates.filter(({ fate }) => fate === wanted)) / weightOf(fates);
  if (share("passes") === 1 || share("passes") > 1 - negligible) return "open";
  return share("dropped") === 1 ? "blocked" : "unknown";
}

function combined(outcomes: readonly Outcome[]): Outcome {
  const [first = "unknown"] = outcomes;
  return outcomes.every((one) => one === first) ? first : "unknown";
}

function weightOf(samples: readonly { readonly weight: number }[]): number {
  return samples.reduce((sum, { weight }) => sum + weight, 0);
}

function samples([first, last]: readonly [number, number], bounds: readonly number[]): Sample[] {
  const starts = [first, ...bounds.filter((bound) => bound > first && bound <= last)].sort((a, b) => a - b);
  const unique = starts.filter((start, position) => start !== starts[position - 1]);
  return unique.map((start, position) => ({ first: start, weight: (unique[position + 1] ?? last + 1) - start }));
}

function portBounds({ acls }: Vpc): number[] {
  return acls.flatMap(({ ingress, egress }) => [...ingress, ...egress]).flatMap(({ from, to }) => [from, to + 1]);
}

const NOT_PUBLIC = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "224.0.0.0/3",
];

function addressBounds({ acls, groups, tables }: Vpc): number[] {
  const blocks = [
    ...NOT_PUBLIC,
    ...acls.flatMap(({ ingress, egress }) => [...ingress, ...egress]).map(({ cidr }) => cidr),
    ...groups.flat().flatMap(({ peer }) => (typeof peer === "string" && !peer.includes(":") ? [peer] : [])),
    ...tables.flatMap(({ routes }) => routes.map(({ to }) => to)),
  ];
  return blocks.flatMap((block) => {
    const start = startOf(block);
    return [start, start + 2 ** (32 - prefixOf(block))];
  });
}

function addressesIn(vpc: Vpc, subnet: number): Sample[] {
  const block = vpc.subnets[subnet]?.cidr ?? "";
  return samples([startOf(block), startOf(block) + 255], addressBounds(vpc));
}

function prefixOf(block: string): number {
  return Number(block.split("/")[1]);
}

function startOf(block: string): number {
  return (block.split("/")[0] ?? "").split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function isIn(address: number, block: string): boolean {
  const start = startOf(block);
  return start <= address && address < start + 2 ** (32 - prefixOf(block));
}
