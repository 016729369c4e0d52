import type { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import type { Watch } from "./alarm.ts";
import type { Thresholds } from "./thresholds.ts";

/** Source: https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html */
export function watchNat(gateways: readonly NatGateway[], { natErrors }: Thresholds): Watch[] {
  const [first, ...others] = gateways.map(({ id: NatGatewayId }) => ({
    namespace: "AWS/NATGateway",
    name: "ErrorPortAllocation",
    dimensions: { NatGatewayId },
  }));
  if (first === undefined) return [];
  return [
    {
      id: "nat_errors",
      severity: "warning",
      means: `NAT could not open ${natErrors} or more connections in 5 minutes: too many go to one address at once, and the app's calls to the internet fail.`,
      first: "logs --since 15m",
      metrics: [first, ...others],
      ...(others.length > 0 && { expression: "SUM(METRICS())" }),
      statistic: "Sum",
      minutes: 5,
      beyond: ">=",
      threshold: natErrors,
    },
  ];
}
