import * as z from "zod";
import type { TwoOrMore } from "../../modules/network/index.ts";
import { EVERYWHERE } from "../../modules/network/ipv4.ts";
import { NAT_INSTANCE_TYPES } from "../../modules/network/nat-instance.ts";
import { availabilityZone, ipv4Cidr, ipv4Destination, logRetentionDays, oneOf, port } from "./values.ts";

/** The VPC, and what its subnets reach. */
export const network = z.strictObject({
  /** IPv4 block of the VPC, /16 to /28. /16 leaves room to grow. */
  cidr: ipv4Cidr,
  /**
   * Two or more availability zones of the region: a load balancer and a database ask for two. What stands in a single
   * zone stands in the first, so put new ones at the end.
   */
  zones: z
    .array(availabilityZone)
    .min(
      2,
      'needs two or more: a load balancer needs subnets in two zones. Write two such as ["ap-northeast-1a", "ap-northeast-1c"].',
    )
    .refine(
      (zones) => new Set(zones).size === zones.length,
      "has a zone twice. List each once.",
    ) as unknown as z.ZodType<TwoOrMore<string>, TwoOrMore<string>>,
  /** Blocks of your own choice for a zone's subnets. @default planned from the VPC's block and the zone's letter */
  subnets: z.record(z.string(), z.strictObject({ public: ipv4Cidr, private: ipv4Cidr })).default({}),
  /**
   * NAT gateways: `none`, `single` (about 45 USD a month in Tokyo, plus traffic), or one `per-zone`. Or an `instance`: a small
   * machine and its disk, about 5 USD a month in Tokyo, that is replaced by itself when it breaks and is missing for some
   * minutes then. With `ci`, run `bin/infra bootstrap` before: the apply role gets the rights.
   */
  nat: oneOf(["none", "single", "per-zone", "instance"] as const),
  /** What the machine is, with `nat: "instance"`: about 4 USD a month in Tokyo as `t4g.nano`, twice that with each step. @default "t4g.nano" */
  natInstanceType: oneOf(NAT_INSTANCE_TYPES).default("t4g.nano"),
  /** What the private subnets reach through the NAT gateway. IPv4. @default "0.0.0.0/0" */
  natRouteDestination: ipv4Destination.default(EVERYWHERE),
  /**
   * Interface endpoints for the AWS services that the tasks use, about 10 USD a month each and zone in Tokyo:
   * `none` (the tasks go through NAT), in a `single-zone`, or `per-zone`. The S3 gateway endpoint is free and always there.
   */
  interfaceEndpoints: oneOf(["none", "single-zone", "per-zone"] as const),
  /** TCP ports, beside 443, on which the app may reach the internet through NAT: 587 to send mail. @default none */
  outboundPorts: z.array(port).default([]),
  /** Keeps a log of the VPC's traffic for so many days. @default none is kept */
  flowLogRetentionDays: logRetentionDays.optional(),
});
