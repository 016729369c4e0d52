import { PRIVATE_BLOCKS } from "@operation-app/preflight/graph";
import { Address4, Address6 } from "ip-address";

/** Addresses from the first to the last, both inclusive, as numbers. */
interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

/** Addresses that are reached over the internet: ranges in order, with gaps between them. */
export interface Addresses {
  readonly v4: readonly Range[];
  readonly v6: readonly Range[];
}

/** More than a /8, together, counts as the internet. */
const LARGEST = { v4: 2n ** (32n - 8n), v6: 2n ** (128n - 8n) };

/** Sources: preflight/network/addresses.ts; RFC 4193 and RFC 4291 for IPv6. */
const PRIVATE: Addresses = {
  v4: merged(PRIVATE_BLOCKS.map(({ first, last }) => ({ first: BigInt(first), last: BigInt(last) }))),
  v6: merged(["fc00::/7", "fe80::/10", "::1/128"].flatMap((block) => rangeOf(block) ?? [])),
};

/** The public addresses in some CIDR blocks. What is not a CIDR block is left out. */
export function publicAddresses(blocks: readonly string[]): Addresses {
  const of = (isV6: boolean) =>
    merged(blocks.filter((block) => block.includes(":") === isV6).flatMap((block) => rangeOf(block) ?? []));
  return without({ v4: of(false), v6: of(true) }, PRIVATE);
}

export function isBlock(text: string): boolean {
  return rangeOf(text) !== undefined;
}

export function isInternet({ v4, v6 }: Addresses): boolean {
  return size(v4) > LARGEST.v4 || size(v6) > LARGEST.v6;
}

export function isNone({ v4, v6 }: Addresses): boolean {
  return v4.length === 0 && v6.length === 0;
}

export function without(addresses: Addresses, others: Addresses): Addresses {
  return { v4: minus(addresses.v4, others.v4), v6: minus(addresses.v6, others.v6) };
}

function rangeOf(block: string): Range | undefined {
  const Address = block.includes(":") ? Address6 : Address4;
  if (!Address.isValid(block)) return undefined;
  const address = new Address(block);
  return { first: address.startAddress().bigInt(), last: address.endAddress().bigInt() };
}

function merged(ranges: readonly Range[]): Range[] {
  const found: { first: bigint; last: bigint }[] = [];
  for (const { first, last } of [...ranges].sort((a, b) => (a.first < b.first ? -1 : 1))) {
    const previous = found.at(-1);
    if (previous && first <= previous.last + 1n) previous.last = last > previous.last ? last : previous.last;
    else found.push({ first, last });
  }
  return found;
}

function minus(ranges: readonly Range[], others: readonly Range[]): Range[] {
  return others.reduce<Range[]>(
    (left, { first, last }) =>
      left.flatMap((range) => {
        if (range.last < first || last < range.first) return [range];
        return [
          ...(range.first < first ? [{ first: range.first, last: first - 1n }] : []),
          ...(last < range.last ? [{ first: last + 1n, last: range.last }] : []),
        ];
      }),
    [...ranges],
  );
}

function size(ranges: readonly Range[]): bigint {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
}
