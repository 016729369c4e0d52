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

/** A CIDR block, host bits ignored as AWS does; undefined for IPv6 and for what is no block. */
export function addressRange(block: string): AddressRange | undefined {
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

export function isPrivate(range: AddressRange): boolean {
  return PRIVATE_BLOCKS.some((block) => holds(block, range));
}

/** An answer that may be open: `maybe` where something that it depends on can't be known. */
export type Answer = "yes" | "no" | "maybe";

/** Yes where one is, no where all are. */
export function anyOf(answers: readonly Answer[]): Answer {
  if (answers.includes("yes")) return "yes";
  return answers.includes("maybe") ? "maybe" : "no";
}

/** Whether a block holds all of some addresses. `undefined`: addresses that are not known. */
export function covers(block: AddressRange, addresses: AddressRange | typeof INTERNET | undefined): Answer {
  if (holds(block, EVERY_ADDRESS)) return "yes";
  if (addresses === undefined) return "maybe";
  if (addresses === INTERNET) return isPrivate(block) ? "no" : "maybe";
  return holds(block, addresses) ? "yes" : meets(block, addresses) ? "maybe" : "no";
}
