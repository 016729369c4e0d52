import type { Graph } from "../../graph/graph.ts";
import { EVERY_ADDRESS } from "../../network/addresses.ts";
import {
  dropsForeign,
  type Forwarder,
  forwarderOf,
  hasAddressOutside,
  takesAnything,
} from "../../network/nat-instances.ts";
import { routeTables } from "../../network/routes.ts";
import { leadsToInternet } from "../../network/ways-out.ts";
import { defineRule, type Rule } from "../../rule.ts";

/** Whatever a default route uses as a gateway, once each. */
function natInstances(graph: Graph): Forwarder[] {
  const routes = [...routeTables(graph).byResource.values()].flatMap((table) => table.routes);
  const found = routes.flatMap((route) => {
    const isDefault =
      typeof route.destination === "object" &&
      route.destination.first === EVERY_ADDRESS.first &&
      route.destination.last === EVERY_ADDRESS.last;
    return isDefault ? (forwarderOf(graph, route) ?? []) : [];
  });
  return [...new Map(found.map((one) => [one.resource, one])).values()];
}

export const NAT_INSTANCE_RULES: readonly Rule[] = [
  defineRule({
    id: "NET-031",
    severity: "error",
    title: "What a default route uses as a gateway forwards packets",
    reference: "https://docs.aws.amazon.com/vpc/latest/userguide/work-with-nat-instances.html",
    problems: {
      check: {
        when: "runtime",
        prevents: "Net::OpenTimeout: execution expired",
        cause: "EC2 drops packets that are neither from an interface nor for it, unless source_dest_check is off.",
      },
      subnet: {
        when: "runtime",
        prevents: "Net::OpenTimeout: execution expired",
        cause: "A NAT instance sends packets on by the route table of its own subnet.",
      },
      address: {
        when: "runtime",
        prevents: "Net::OpenTimeout: execution expired",
        cause: "An internet gateway takes packets only from what has a public address.",
      },
      group: {
        when: "runtime",
        prevents: "Net::OpenTimeout: execution expired",
        cause: "Packets that an instance forwards have to pass its security groups as those that are for itself.",
      },
    },
    *check(graph) {
      for (const one of natInstances(graph)) {
        const { resource: at, subnet } = one;
        if (dropsForeign(one))
          yield {
            kind: "check",
            at,
            message: "is what a default route leads to, and checks the source and destination of packets.",
            fix: "Set source_dest_check to false.",
            attribute: "source_dest_check",
          };
        if (subnet && one.isAlone && leadsToInternet(graph, subnet, at) === "no")
          yield {
            kind: "subnet",
            at,
            message: `is what a default route leads to, and stands in ${subnet.address}, which has no route to an internet gateway.`,
            fix: "Put it into a subnet whose route table leads to an internet gateway.",
            attribute: "subnet_id",
          };
        if (hasAddressOutside(one) === "no")
          yield {
            kind: "address",
            at,
            message: "is what a default route leads to, and has no public address.",
            fix: 'Give it an aws_eip with domain = "vpc".',
          };
        if (takesAnything(graph, one) === "no")
          yield {
            kind: "group",
            at,
            message: "is what a default route leads to, and its security groups let nothing in.",
            fix: "Let the private subnets in, on the ports that they use on the internet.",
          };
      }
    },
  }),
];
