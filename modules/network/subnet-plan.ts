import { formatIpv4Cidr, type Ipv4Cidr, parseIpv4Cidr } from "./ipv4.ts";

/** The two subnets of one availability zone. */
export interface ZoneSubnets {
  readonly public: Ipv4Cidr;
  readonly private: Ipv4Cidr;
}

/** What every zone of a VPC gets: 16 blocks of equal size, 8 for public subnets and 8 for private ones. */
const SLOTS_PER_KIND = 8;
const SLOT_BITS = 4;

/** AWS takes nothing smaller than /28 as a subnet, so a VPC that is planned into 16 blocks is /24 at the smallest. */
export const SMALLEST_PLANNED_VPC = 28 - SLOT_BITS;

/**
 * Plans the subnets of a zone. The place of a zone in the VPC follows from its letter alone (`a` is the first block,
 * `c` the third), so adding, removing or reordering zones never moves a subnet that exists: to Terraform, another
 * block is another subnet, and everything in the old one would be destroyed.
 *
 * 192.168.0.0/16, zone `ap-northeast-1c`: public 192.168.32.0/20, private 192.168.160.0/20.
 *
 * @param vpcCidr IPv4 block of the VPC, /16 to /24
 * @param zone name of an availability zone, such as `ap-northeast-1a`
 * @throws RangeError when the VPC is smaller than /24, or the zone's letter is past `h`
 */
export function planSubnets(vpcCidr: Ipv4Cidr, zone: string): ZoneSubnets {
  const vpc = parseIpv4Cidr(vpcCidr);
  if (vpc === undefined || vpc.prefixLength > SMALLEST_PLANNED_VPC) {
    throw new RangeError(
      `${vpcCidr} can't be divided into subnets: an IPv4 block of /${SMALLEST_PLANNED_VPC} or larger is needed.`,
    );
  }
  const slot = zoneLetter(zone).charCodeAt(0) - "a".charCodeAt(0);
  if (slot < 0 || slot >= SLOTS_PER_KIND) {
    throw new RangeError(`${zone} is not supported: zones must end in a letter from a to h.`);
  }
  const prefixLength = vpc.prefixLength + SLOT_BITS;
  const size = 1n << BigInt(32 - prefixLength);
  const block = (index: number) => formatIpv4Cidr(vpc.first + BigInt(index) * size, prefixLength);
  return { public: block(slot), private: block(SLOTS_PER_KIND + slot) };
}

/** `ap-northeast-1a` → `a`: what names a zone's resources here. */
export function zoneLetter(zone: string): string {
  return zone.slice(-1);
}
