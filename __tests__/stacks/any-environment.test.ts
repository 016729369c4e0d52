import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { errorsIn } from "../../packages/preflight/tests/support/rules.ts";
import { environment } from "../support/arbitraries.ts";
import { checked, Synthesized, synthesizeStack, synthesizeText } from "../support/synthesize.ts";

/** Other environments in each run of the tests, and the same for each property; a failure tells its seed. */
const seed = Date.now();

const stackOf = (input: unknown) => new Synthesized(JSON.parse(synthesizeText(input)));

describe("any valid environment", () => {
  it("synthesizes, with the same text each time", () => {
    fc.assert(
      fc.property(environment, (input) => {
        expect(synthesizeStack(checked(input))).toBe(synthesizeText(input));
      }),
      { seed, numRuns: 20 },
    );
  });

  it("has no error that preflight finds", async () => {
    await fc.assert(
      fc.asyncProperty(environment, async (input) => {
        expect(await errorsIn(JSON.parse(synthesizeText(input)))).toEqual([]);
      }),
      { seed, numRuns: 50 },
    );
  });

  it("opens nothing to the internet but 80 and 443 of the load balancer", () => {
    fc.assert(
      fc.property(environment, (input) => {
        const open = Object.values<{ cidr_ipv4?: string; security_group_id: string; from_port: number }>(
          stackOf(input).json.resource.aws_vpc_security_group_ingress_rule,
        ).filter((rule) => rule.cidr_ipv4 !== undefined);
        const ports = input.domain ? [80, 443] : [80];
        expect(open.map((rule) => rule.from_port).sort()).toEqual([...ports].sort());
        for (const rule of open) expect(rule.security_group_id).toBe("${aws_security_group.firewall_alb.id}");
      }),
      { seed, numRuns: 50 },
    );
  });

  it("uses no provider but AWS, and no attribute that only its version 6 has", () => {
    fc.assert(
      fc.property(environment, (input) => {
        const stack = stackOf(input);
        expect(Object.keys(stack.json.provider)).toEqual(["aws"]);
        for (const address of stack.addresses()) {
          expect(address).toMatch(/^aws_/);
          expect(stack.resource(address)).not.toHaveProperty("region");
        }
      }),
      { seed, numRuns: 50 },
    );
  });
});
