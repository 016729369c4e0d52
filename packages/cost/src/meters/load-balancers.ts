import { blocks, flag, isAbsent, type Resource } from "@operation-app/preflight/graph";
import type { Range } from "../range.ts";
import { byUse, countOf, hourly, type Line, type Meter, type Meters, shareOf, textOr, unknown } from "./meter.ts";

/** What an LCU of an application load balancer holds in an hour: 25 new connections a second, or 1 GB. */
const CONNECTIONS_OF_LCU = 25 * 3600;

const balancer: Meter = (resource, stack) => {
  const type = textOr(resource.get("load_balancer_type"), "application");
  if (type !== "application" && type !== "network")
    return [unknown("load balancer", `load_balancer_type ${type ?? "is not known"}`)];
  const isInternal = flag(resource.get("internal"), false);
  const sharing = stack.count("aws_lb") + stack.count("aws_alb");
  const requests = shareOf(stack.usage.requests, sharing);
  const gb = shareOf(stack.usage.gbOut, sharing);
  const kind = type === "application" ? "alb" : "nlb";
  return [
    hourly(`${type} load balancer`, `${kind}-hour`),
    ...addresses(resource, isInternal),
    byUse("capacity units (LCU)", `${kind}-lcu-hour`, capacityUnits(requests, gb)),
    ...(isInternal === true ? [] : [byUse("data to the internet", "data-out-gb", gb)]),
  ];
};

/** Load balancers. Listeners, rules and target groups are free. */
export const LOAD_BALANCERS: Meters = { aws_lb: balancer, aws_alb: balancer };

/**
 * A public address in each zone, one at least: AWS takes more as the load grows. Elastic IPs that are given to it are
 * counted where they are made.
 */
function addresses(resource: Resource, isInternal: boolean | undefined): Line[] {
  if (isInternal === true) return [];
  const zones = zonesOf(resource);
  if (zones === undefined || isInternal === undefined)
    return [unknown("public IPv4 addresses", "the number of its zones is not known")];
  return zones === 0 ? [] : [hourly("public IPv4 addresses", "public-ipv4-hour", zones)];
}

/** Zones in which AWS gives the address; undefined where that can't be known. */
function zonesOf(resource: Resource): number | undefined {
  const { blocks: mappings, complete } = blocks(resource.get("subnet_mapping"));
  if (!complete) return undefined;
  if (mappings.length === 0) return countOf(resource.get("subnets"));
  return mappings.filter(({ allocation_id }) => isAbsent(allocation_id)).length;
}

/** LCU-hours of a month: what takes most of new connections (each request may be one) and bytes counts. */
function capacityUnits(requests: Range, gb: Range): Range {
  const most = (end: "low" | "high") => Math.max(requests[end] / CONNECTIONS_OF_LCU, gb[end]);
  return { low: most("low"), high: most("high") };
}
