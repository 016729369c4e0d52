import type { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group";
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
      means: `NAT could not open ${natErrors} or more connections in 5 minutes: too many go to one address at once, and requests from the app to the internet fail.`,
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

/**
 * A NAT instance: whether one is there, and whether it has much to do. What it can't translate is counted on the machine
 * only, and nothing is installed there that reports it.
 * Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-metrics.html
 */
export function watchNatInstance({ name: AutoScalingGroupName }: AutoscalingGroup): Watch[] {
  const dimensions = { AutoScalingGroupName };
  return [
    {
      id: "nat_instance",
      severity: "critical",
      means:
        "No NAT instance has run for 10 minutes: the app can't reach the internet, and without interface endpoints no task starts. See the Auto Scaling group's activity history.",
      first: "status",
      metrics: [{ namespace: "AWS/AutoScaling", name: "GroupInServiceInstances", dimensions }],
      statistic: "Minimum",
      minutes: 5,
      times: 2,
      beyond: "<",
      threshold: 1,
      missing: "breaching",
    },
    {
      id: "nat_cpu",
      severity: "warning",
      means:
        "The NAT instance has been busy for half an hour: requests to the internet become slow. Use a larger network.natInstanceType.",
      first: "logs --since 30m",
      metrics: [{ namespace: "AWS/EC2", name: "CPUUtilization", dimensions }],
      statistic: "Average",
      minutes: 5,
      times: 6,
      beyond: ">=",
      threshold: 60,
    },
  ];
}
