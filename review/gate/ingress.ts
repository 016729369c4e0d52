import { listOf, objectOf, type Plan, type ResourceChange } from "../plan.ts";
import type { Policy } from "../policy.ts";
import type { Found } from "./stop.ts";

/** Ports of a protocol that a block of addresses is let in on. */
interface Opening {
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
  readonly block: string;
}

const ANY_PORT = { from: 0, to: 65535 };
/** The largest networks that somebody may have; what is larger is the internet, whether or not it is all of it. */
const LARGEST_IPV4 = 8;
const LARGEST_IPV6 = 8;

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
};

/** Security groups that would let the internet in where they did not. */
export function widenedIngress({ resource_changes: changes }: Plan, { publicPorts }: Policy): Found[] {
  return changes.flatMap((change) => {
    const read = change.mode === "managed" && change.deposed === undefined ? READERS[change.type] : undefined;
    if (!read || change.change.actions.join() === "no-op") return [];
    const before = read(objectOf(change.change.before));
    const intended = publicPorts.filter(({ address }) => address === change.address).flatMap(({ ports }) => ports);
    return read(objectOf(change.change.after))
      .filter((opening) => !isCovered(opening, before) && !isIntended(opening, intended))
      .map((opening) => found(change, opening));
  });
}

function found({ address }: ResourceChange, { protocol, from, to, block }: Opening): Found {
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
    message: `would let the internet (${block}) in on ${what}.`,
    fix: "Let in a security group, or the block of addresses that needs it. What is meant to be public belongs into the policy's publicPorts.",
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
  return blocks.flatMap((block) =>
    typeof block === "string" && isInternet(block) ? [{ protocol, ...range, block }] : [],
  );
}

function protocolName(protocol: unknown): string {
  const name = String(protocol ?? "-1").toLowerCase();
  return { all: "-1", "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6" }[name] ?? name;
}

function isInternet(block: string): boolean {
  const [address = "", length = ""] = block.split("/");
  const bits = Number(length);
  return address.includes(":") ? bits < LARGEST_IPV6 : bits < LARGEST_IPV4;
}

/** Whether every port of an opening was open to the same addresses before. */
function isCovered({ protocol, from, to, block }: Opening, before: readonly Opening[]): boolean {
  const ranges = before
    .filter(
      (one) =>
        (one.protocol === "-1" || one.protocol === protocol) && (one.block === block || isWhole(one.block, block)),
    )
    .sort((a, b) => a.from - b.from);
  let next = from;
  for (const range of ranges) if (range.from <= next) next = Math.max(next, range.to + 1);
  return next > to;
}

function isWhole(block: string, other: string): boolean {
  return block === (other.includes(":") ? "::/0" : "0.0.0.0/0");
}

function isIntended({ protocol, from, to }: Opening, ports: readonly number[]): boolean {
  if (protocol !== "tcp" && protocol !== "udp") return false;
  return (
    to - from < ports.length &&
    Array.from({ length: to - from + 1 }, (_, index) => from + index).every((port) => ports.includes(port))
  );
}
