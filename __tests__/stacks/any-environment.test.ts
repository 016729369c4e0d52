import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { environment } from "../support/arbitraries.ts";
import { Synthesized, synthesizeText } from "../support/synthesize.ts";

const synthesizeAny = (input: unknown) => new Synthesized(JSON.parse(synthesizeText(input)));

describe("any valid environment", () => {
  it("synthesizes, with the same text each time", () => {
    fc.assert(
      fc.property(environment, (input) => {
        expect(synthesizeAny(input).json).toEqual(synthesizeAny(input).json);
      }),
      { numRuns: 40 },
    );
  });

  it("opens nothing to the internet but 80 and 443 of the load balancer", () => {
    fc.assert(
      fc.property(environment, (input) => {
        const stack = synthesizeAny(input);
        const open = Object.values<{ cidr_ipv4?: string; security_group_id: string; from_port: number }>(
          stack.json.resource.aws_vpc_security_group_ingress_rule,
        ).filter((rule) => rule.cidr_ipv4 !== undefined);
        const ports = input.domain ? [80, 443] : [80];
        expect(open.map((rule) => rule.from_port).sort()).toEqual([...ports].sort());
        for (const rule of open) expect(rule.security_group_id).toBe("${aws_security_group.firewall_alb.id}");
      }),
      { numRuns: 25 },
    );
  });

  it("uses no provider but AWS, and no attribute that only its version 6 has", () => {
    fc.assert(
      fc.property(environment, (input) => {
        const stack = synthesizeAny(input);
        expect(Object.keys(stack.json.provider)).toEqual(["aws"]);
        for (const address of stack.addresses()) {
          expect(address).toMatch(/^aws_/);
          expect(stack.resource(address)).not.toHaveProperty("region");
        }
      }),
      { numRuns: 25 },
    );
  });
});
