import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contains, type Ipv4Cidr, type Ipv4Range, overlaps, parseIpv4Cidr } from "../../modules/network/ipv4.ts";
import { planSubnets } from "../../modules/network/subnet-plan.ts";
import { vpcCidr } from "../support/arbitraries.ts";

const zones = fc.uniqueArray(
  fc.constantFrom(..."abcdefgh").map((letter) => `ap-northeast-1${letter}`),
  { minLength: 1 },
);

const range = (cidr: Ipv4Cidr) => parseIpv4Cidr(cidr) as Ipv4Range;

describe("the subnet plan", () => {
  it("keeps every subnet inside the VPC, between /16 and /28, and apart from all others", () => {
    fc.assert(
      fc.property(vpcCidr, zones, (vpc, names) => {
        const blocks = names.flatMap((zone) => Object.values(planSubnets(vpc, zone)).map(range));
        for (const [index, block] of blocks.entries()) {
          expect(contains(range(vpc), block)).toBe(true);
          expect(block.prefixLength).toBeGreaterThanOrEqual(16);
          expect(block.prefixLength).toBeLessThanOrEqual(28);
          expect(blocks.slice(0, index).some((other) => overlaps(block, other))).toBe(false);
        }
      }),
    );
  });

  it("gives a zone the same subnets whichever others there are, in whatever order", () => {
    fc.assert(
      fc.property(vpcCidr, zones, fc.nat(), (vpc, names, seed) => {
        const plan = (list: string[]) => Object.fromEntries(list.map((zone) => [zone, planSubnets(vpc, zone)]));
        const fewer = names.filter((_, index) => (seed >> index) % 2 === 0).reverse();
        for (const zone of fewer) expect(plan(fewer)[zone]).toEqual(plan(names)[zone]);
      }),
    );
  });

  it("is this for the VPC of the original", () => {
    expect(planSubnets("192.168.0.0/16", "ap-northeast-1a")).toEqual({
      public: "192.168.0.0/20",
      private: "192.168.128.0/20",
    });
    expect(planSubnets("192.168.0.0/16", "ap-northeast-1c")).toEqual({
      public: "192.168.32.0/20",
      private: "192.168.160.0/20",
    });
  });

  it("says what it can't plan", () => {
    expect(() => planSubnets("192.168.0.0/25", "ap-northeast-1a")).toThrow(RangeError);
    expect(() => planSubnets("192.168.0.0/16", "ap-northeast-1z")).toThrow(RangeError);
  });
});
