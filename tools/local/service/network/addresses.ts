import { Address4 } from "ip-address";

/**
 * The addresses of a VPC on this machine: the deployed ones, or, where this machine's own network has taken that range,
 * another range of the same size.
 */
export class AddressPlan {
  /** Range of the network here. */
  readonly range: string;
  private readonly deployed: Address4;
  private readonly offset: bigint;
  private readonly taken = new Set<string>();

  /** @param range of the same size as the VPC's */
  constructor(vpcRange: string, range: string) {
    this.deployed = new Address4(vpcRange);
    this.range = range;
    this.offset = new Address4(range).startAddress().bigInt() - this.deployed.startAddress().bigInt();
  }

  /** Ranges to try for a VPC, its own first. */
  static candidates(vpcRange: string): string[] {
    const size = vpcRange.split("/")[1];
    return [vpcRange, ...Array.from({ length: 30 }, (_, index) => `10.${210 + index}.0.0/${size}`)];
  }

  /** A range as it is here: one inside the VPC moves with it, any other stays. */
  here(range: string): string {
    const wanted = new Address4(range);
    if (this.offset === 0n || !wanted.isInSubnet(this.deployed)) return range;
    return `${addressAt(wanted.startAddress().bigInt() + this.offset)}/${wanted.subnetMask}`;
  }

  /** A free address of a subnet; AWS keeps the first four for itself. @throws Error where none is left */
  take(subnetRange: string): string {
    const subnet = new Address4(this.here(subnetRange));
    const last = subnet.endAddress().bigInt();
    for (let next = subnet.startAddress().bigInt() + 4n; next < last; next++) {
      const address = addressAt(next);
      if (this.taken.has(address)) continue;
      this.taken.add(address);
      return address;
    }
    throw new Error(`${subnetRange}: has no free address`);
  }

  release(address: string): void {
    this.taken.delete(address);
  }
}

const addressAt = (number: bigint) => Address4.fromBigInt(number).correctForm();
