import { Address4 } from "ip-address";

/** IPv4 addresses from the first to the last, both inclusive, as numbers. */
export interface AddressRange {
  readonly first: number;
  readonly last: number;
}

export const EVERY_ADDRESS: AddressRange = { first: 0, last: 2 ** 32 - 1 };

/**
 * Where an address is that can't be given in numbers: AWS's services, and every other host of the internet.
 * A block either holds all of the internet, or none of it, or it can't be known.
 */
export const INTERNET = "internet";

/** Some address of IPv6, of which no blocks are computed. */
export const IPV6 = "ipv6";

/** A CIDR block, host bits ignored as AWS does; undefined for IPv6 and for what is no block. */
export function addressRange(block: string): AddressRange | undefined {
  if (!readBlocks.has(block)) {
    if (readBlocks.size >= MAX_READ_BLOCKS) readBlocks.clear();
    readBlocks.set(block, readBlock(block));
  }
  return readBlocks.get(block);
}

/** The same few blocks are asked for with every pair of places. */
const readBlocks = new Map<string, AddressRange | undefined>();
const MAX_READ_BLOCKS = 10_000;

function readBlock(block: string): AddressRange | undefined {
  if (!/^\d+\.\d+\.\d+\.\d+(\/\d+)?$/.test(block) || !Address4.isValid(block)) return undefined;
  const address = new Address4(block);
  return { first: Number(address.startAddress().bigInt()), last: Number(address.endAddress().bigInt()) };
}

/** Whether a CIDR block begins at its own network, as AWS wants the block of a VPC or subnet: `10.0.0.1/16` doesn't. */
export function beginsNetwork(block: string): boolean {
  const address = new Address4(block);
  return address.startAddress().correctForm() === address.correctForm();
}

export function holds(outer: AddressRange, inner: AddressRange): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

export function meets(a: AddressRange, b: AddressRange): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** Blocks that are not reachable over the internet. Sources: RFC 1918, RFC 6598, RFC 3927, RFC 1122. */
export const PRIVATE_BLOCKS: readonly AddressRange[] = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "169.254.0.0/16",
  "127.0.0.0/8",
]
  .map(addressRange)
  .filter((range) => range !== undefined);

/** An answer that may be open: `maybe` where something that it depends on can't be known. */
export type Answer = "yes" | "no" | "maybe";

/** Yes where one is, no where all are. */
export function anyOf(answers: readonly Answer[]): Answer {
  if (answers.includes("yes")) return "yes";
  return answers.includes("maybe") ? "maybe" : "no";
}

/** Addresses as far as they are known; `undefined`: any. */
export type Addresses = AddressRange | PublicAddresses | typeof IPV6 | undefined;

/** All of the internet, or a part of it. */
export type PublicAddresses = typeof INTERNET | readonly AddressRange[];

/**
 * Less than this share of the ports that a client may use, or of the addresses of the internet, is nothing that anybody
 * notices: a network ACL that refuses 3389, a network of one's own with public addresses that is routed to a VPN.
 */
export const NEGLIGIBLE = 0.01;

/** Whether blocks together hold all of some addresses. */
export function covered(blocks: readonly AddressRange[], addresses: Addresses): Answer {
  if (blocks.length === 0 || addresses === IPV6) return "no";
  const all = addresses === undefined ? [EVERY_ADDRESS] : rangesOf(addresses);
  const held = merged(blocks).reduce((sum, block) => sum + sizeOf(within(all, block)), 0) / sizeOf(all);
  if (held === 1 || (isPublic(addresses) && held > 1 - NEGLIGIBLE)) return "yes";
  return addresses === undefined || held > 0 ? "maybe" : "no";
}

/** The addresses themselves, those of the internet without what can't be reached over it. */
export function rangesOf(addresses: AddressRange | PublicAddresses): readonly AddressRange[] {
  if (addresses === INTERNET) return INTERNET_ADDRESSES;
  return isPublic(addresses) ? addresses : [addresses];
}

export function isPublic(addresses: Addresses): addresses is PublicAddresses {
  return addresses === INTERNET || Array.isArray(addresses);
}

/** The same addresses in as few ranges as possible, in order. */
export function merged(ranges: readonly AddressRange[]): AddressRange[] {
  const found: { first: number; last: number }[] = [];
  for (const { first, last } of [...ranges].sort((a, b) => a.first - b.first)) {
    const before = found.at(-1);
    if (before && first <= before.last + 1) before.last = Math.max(before.last, last);
    else found.push({ first, last });
  }
  return found;
}

/** What is in a block of some addresses. */
export function within(ranges: readonly AddressRange[], block: AddressRange): AddressRange[] {
  return ranges
    .map(({ first, last }) => ({ first: Math.max(first, block.first), last: Math.min(last, block.last) }))
    .filter(({ first, last }) => first <= last);
}

/** What is left of some addresses outside of a block. */
export function without(ranges: readonly AddressRange[], block: AddressRange): AddressRange[] {
  return ranges.flatMap((range) =>
    meets(range, block)
      ? [
          { first: range.first, last: block.first - 1 },
          { first: block.last + 1, last: range.last },
        ].filter(({ first, last }) => first <= last)
      : [range],
  );
}

/** Addresses in parts of which each block holds all or nothing. */
export function splitBy(ranges: readonly AddressRange[], blocks: readonly AddressRange[]): readonly AddressRange[] {
  return blocks.reduce((parts, block) => [...within(parts, block), ...without(parts, block)], ranges);
}

export function sizeOf(ranges: readonly AddressRange[]): number {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/** Source: RFC 1122 for 0.0.0.0/8, RFC 5771 and RFC 1112 for 224.0.0.0/3. */
const INTERNET_ADDRESSES: readonly AddressRange[] = [
  ...PRIVATE_BLOCKS,
  ...["0.0.0.0/8", "224.0.0.0/3"].map(addressRange).filter((range) => range !== undefined),
].reduce<AddressRange[]>(without, [EVERY_ADDRESS]);
