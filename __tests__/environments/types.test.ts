import { expect, it } from "vitest";
import production from "../../environments/production.ts";
import { defineEnvironment } from "../../environments/schema/index.ts";
import type { NetworkProps } from "../../modules/network/index.ts";

// The type check of `npm test` fails when one of these lines begins to compile.
it("does not compile where a type can tell the mistake", () => {
  const { network, ecs } = production;
  expect([
    // @ts-expect-error a NAT gateway can't be the next hop for an IPv6 block
    defineEnvironment({ ...production, network: { ...network, natRouteDestination: "::/0" } }),
    // @ts-expect-error an IPv6 block is not a VPC's here
    defineEnvironment({ ...production, network: { ...network, cidr: "2001:db8::/56" } }),
    // @ts-expect-error a load balancer asks for two zones
    defineEnvironment({ ...production, network: { ...network, zones: ["ap-northeast-1a"] } }),
    // @ts-expect-error there is no such region
    defineEnvironment({ ...production, region: "ap-north-1" }),
    // @ts-expect-error Fargate has no task of a quarter of a vCPU with 4 GiB
    defineEnvironment({ ...production, ecs: { ...ecs, nginx: { ...ecs.nginx, size: { cpu: 256, memory: 4096 } } } }),
    // @ts-expect-error a CPU/memory pair takes numbers
    defineEnvironment({ ...production, ecs: { ...ecs, nginx: { ...ecs.nginx, size: { cpu: "256", memory: 512 } } } }),
    // @ts-expect-error CloudWatch has no retention period of 31 days
    defineEnvironment({ ...production, ecs: { ...ecs, logRetentionDays: 31 } }),
    // @ts-expect-error a typing mistake in the name of a setting
    defineEnvironment({ ...production, protetcion: true }),
  ]).toHaveLength(8);
});

it("does not take one zone for a network either", () => {
  // @ts-expect-error two zones at least
  const zones: NetworkProps["zones"] = ["ap-northeast-1a"];
  expect(zones).toHaveLength(1);
});
