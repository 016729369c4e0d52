import { Address4 } from "ip-address";

/** An IPv4 CIDR block as a type: `::/0` is not one, and the compiler says so. */
export type Ipv4Cidr = `${number}.${number}.${number}.${number}/${number}`;

/** Every IPv4 address: the destination of a default route, or who the internet is. */
export const EVERYWHERE: Ipv4Cidr = "0.0.0.0/0";

/** First and last address of a block, both inclusive, and its prefix length. */
export interface Ipv4Range {
  readonly first: bigint;
  readonly last: bigint;
  readonly prefixLength: number;
}

/**
 * Reads a CIDR block.
 *
 * @returns undefined for anything but an IPv4 network address with a prefix length: a host address inside the block
 * (`192.168.0.1/16`) is not one, because AWS would silently take another block than the one that was written.
 */
export function parseIpv4Cidr(text: string): Ipv4Range | undefined {
  if (!/^\d+\.\d+\.\d+\.\d+\/\d+$/.test(text) || !Address4.isValid(text)) return undefined;
  const block = new Address4(text);
  if (block.startAddress().correctForm() !== block.correctForm()) return undefined;
  return { first: block.bigInt(), last: block.endAddress().bigInt(), prefixLength: block.subnetMask };
}

export function formatIpv4Cidr(first: bigint, prefixLength: number): Ipv4Cidr {
  return `${Address4.fromBigInt(first).correctForm()}/${prefixLength}` as Ipv4Cidr;
}

export function overlaps(a: Ipv4Range, b: Ipv4Range): boolean {
  return a.first <= b.last && b.first <= a.last;
}

export function contains(outer: Ipv4Range, inner: Ipv4Range): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}
