import type { Policy } from "../gate-policy.ts";
import { listOf, objectOf, type Plan, type ResourceChange } from "../plan.ts";
import { type Addresses, isInternet, isNone, publicAddresses, without } from "./addresses.ts";
import type { Found } from "./stop.ts";

/** Ports of a protocol that are open to a CIDR block. */
interface Opening {
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
  readonly block: string;
}

const ANY_PORT = { from: 0, to: 65535 };

const READERS: Readonly<Record<string, (values: Readonly<Record<string, unknown>>) => Opening[]>> = {
  aws_security_group: inlineRules,
  aws_default_security_group: inlineRules,
  aws_security_group_rule: (values) => (values.type === "ingress" ? openingsOf(values) : []),
  aws_vpc_security_group_ingress_rule: (values) =>
    openingsOf({
      ...values,
      protocol: values.ip_protocol,
      cidr_blocks: [values.cidr_ipv4],
      ipv6_cidr_blocks: [values.cidr_ipv6],
    }),
  aws_ec2_managed_prefix_list: ({ entry }) =>
    openingsOf({ cidr_blocks: listOf(entry).map((one) => objectOf(one).cidr) }),
  aws_ec2_managed_prefix_list_entry: ({ cidr }) => openingsOf({ cidr_blocks: [cidr] }),
};

/** What a rule, or the rules of a group, allow before and after. */
interface Step {
  readonly before: readonly Opening[];
  readonly after: readonly Opening[];
}

const isPrefixList = (type: string) => type.startsWith("aws_ec2_managed_prefix_list");

/** Rules of a security group that are objects of their own, and the last one that changes. */
interface Group {
  readonly before: Opening[];
  readonly after: Opening[];
  last?: ResourceChange;
}

/** Security groups that would open ports to the internet. */
export function widenedIngress({ resource_changes: changes }: Plan, { publicPorts }: Policy): Found[] {
  const groups = new Map<string, Group>();
  const alone = changes.flatMap((change) => {
    const read = change.mode === "managed" && change.deposed === undefined ? READERS[change.type] : undefined;
    if (!read) return [];
    const intended = publicPorts.filter(({ address }) => address === change.address).flatMap(({ ports }) => ports);
    const openings = (values: unknown) => read(objectOf(values)).filter((opening) => !isIntended(opening, intended));
    const isChanged = change.change.actions.join() !== "no-op";
    const step = {
      before: isMoved(change) ? [] : openings(change.change.before),
      after: openings(withUnknownPorts(change)),
    };
    const found = isChanged ? newOpenings(step).map((opening) => stopOf(change, opening)) : [];
    if (found.length === 0) collect(groups, change, step, isChanged);
    return found;
  });
  // Rules of one group that are small enough, and the internet together.
  const together = [...groups.values()].flatMap((group) =>
    group.last
      ? newOpenings(group)
          .slice(0, 1)
          .map((opening) => stopOf(group.last as ResourceChange, opening))
      : [],
  );
  return [...alone, ...together];
}

function collect(groups: Map<string, Group>, change: ResourceChange, step: Step, isChanged: boolean): void {
  const { security_group_id: id } = { ...objectOf(change.change.before), ...objectOf(change.change.after) };
  if (typeof id !== "string") return;
  const group = groups.get(id) ?? { before: [], after: [] };
  groups.set(id, group);
  group.before.push(...step.before);
  group.after.push(...step.after);
  if (isChanged && step.after.length > 0) group.last ??= change;
}

/** A rule that moves to another group is new there. */
function isMoved({ change }: ResourceChange): boolean {
  const [before, after] = [objectOf(change.before), objectOf(change.after)].map(({ security_group_id: id }) => id);
  return before !== undefined && before !== after;
}

/** A port that is known after apply may be any. */
function withUnknownPorts({ change }: ResourceChange): unknown {
  const { from_port: from, to_port: to } = objectOf(change.after_unknown);
  return from === true || to === true ? { ...objectOf(change.after), from_port: -1, to_port: -1 } : change.after;
}

/** Ports that become open to more than a private network. */
function newOpenings({ before, after }: Step): Opening[] {
  const protocols = [...new Set(after.map(({ protocol }) => protocol))];
  return protocols.flatMap((protocol) => {
    const [old, planned] = [before, after].map((openings) =>
      openings.filter((one) => one.protocol === protocol || one.protocol === "-1"),
    ) as [Opening[], Opening[]];
    if (!isInternet(addressesOf(planned))) return [];
    const edges = [...new Set([...old, ...planned].flatMap(({ from, to }) => [from, to + 1]))].sort((a, b) => a - b);
    const wide = edges.slice(0, -1).flatMap((from, index) => {
      const to = (edges[index + 1] ?? from) - 1;
      const on = (openings: readonly Opening[]) => openings.filter((one) => one.from <= from && to <= one.to);
      return isWider(addressesOf(on(old)), addressesOf(on(planned)))
        ? [{ protocol, from, to, block: blocksText(on(planned)) }]
        : [];
    });
    return joined(wide);
  });
}

function isWider(before: Addresses, after: Addresses): boolean {
  if (!isInternet(after)) return false;
  const added = without(after, before);
  return isInternet(before) ? isInternet(added) : !isNone(added);
}

const addressesOf = (openings: readonly Opening[]) => publicAddresses(openings.map(({ block }) => block));

/** One block that is the internet, or some of those that are so together. */
function blocksText(openings: readonly Opening[]): string {
  const large = openings.find((one) => isInternet(addressesOf([one])));
  if (large) return large.block;
  const blocks = [...new Set(openings.map(({ block }) => block))];
  return `${blocks.slice(0, 3).join(", ")}${blocks.length > 3 ? ` and ${blocks.length - 3} more` : ""}`;
}

/** Ports that are next to each other as one range. */
function joined(openings: readonly Opening[]): Opening[] {
  const found: { protocol: string; from: number; to: number; block: string }[] = [];
  for (const one of openings) {
    const last = found.at(-1);
    if (last && last.block === one.block && last.to + 1 === one.from) last.to = one.to;
    else found.push({ ...one });
  }
  return found;
}

function stopOf({ address, type }: ResourceChange, { protocol, from, to, block }: Opening): Found {
  const ports =
    from === ANY_PORT.from && to === ANY_PORT.to
      ? "all ports"
      : from === to
        ? `port ${from}`
        : `ports ${from} to ${to}`;
  const what = protocol === "-1" ? "everything" : `${ports} (${protocol})`;
  return {
    address,
    action: "public-ingress",
    message: isPrefixList(type)
      ? `would contain the internet (${block}), so rules that use it are open to the internet.`
      : `would open ${what} to the internet (${block}).`,
    fix: "Allow a security group, or the CIDR block that needs it. If it is meant to be public, add it to publicPorts in the policy.",
  };
}

function inlineRules({ ingress }: Readonly<Record<string, unknown>>): Opening[] {
  return listOf(ingress).flatMap((rule) => openingsOf(objectOf(rule)));
}

function openingsOf(rule: Readonly<Record<string, unknown>>): Opening[] {
  const blocks = [...listOf(rule.cidr_blocks), ...listOf(rule.ipv6_cidr_blocks)];
  const protocol = protocolName(rule.protocol);
  const isAll = protocol === "-1";
  const [from, to] = [Number(rule.from_port ?? 0), Number(rule.to_port ?? rule.from_port ?? 0)];
  const range = isAll || (from === -1 && to === -1) ? ANY_PORT : { from, to };
  return blocks.flatMap((block) => (typeof block === "string" ? [{ protocol, ...range, block }] : []));
}

function protocolName(protocol: unknown): string {
  const name = String(protocol ?? "-1").toLowerCase();
  return { all: "-1", "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6" }[name] ?? name;
}

function isIntended({ protocol, from, to }: Opening, ports: readonly number[]): boolean {
  if (protocol !== "tcp" && protocol !== "udp") return false;
  return (
    to - from < ports.length &&
    Array.from({ length: to - from + 1 }, (_, index) => from + index).every((port) => ports.includes(port))
  );
}
