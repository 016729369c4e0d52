import { zonesOf } from "../../ecs/stores.ts";
import type { Resource } from "../../graph/graph.ts";
import { isEmpty, text } from "../../graph/value.ts";
import { kindOf, LB_TYPES, lbPlace, TARGET_GROUP_TYPES } from "../../network/load-balancers.ts";
import { zoneOf } from "../../network/places.ts";
import type { Rule } from "../../rule.ts";

const ELB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application";

/** Names of load balancers and target groups. Source: the API references of CreateLoadBalancer and CreateTargetGroup. */
const LB_NAME = /^(?!-)(?!internal-)[A-Za-z0-9-]{1,32}(?<!-)$/;

/** What the provider puts a random name behind. */
const LONGEST_PREFIX = 6;

/** An Outpost is in one zone, and so is a load balancer on it. */
function isOnOutpost(subnet: Resource): boolean {
  return !isEmpty(subnet.get("outpost_arn"));
}

export const BALANCER_RULES: readonly Rule[] = [
  {
    id: "LB-001",
    severity: "error",
    title: "An application load balancer stands in two zones",
    when: "apply",
    prevents:
      "ValidationError: At least two subnets in two different Availability Zones must be specified; InvalidConfigurationRequest: A load balancer cannot be attached to multiple subnets in the same Availability Zone",
    cause: "AWS makes an application load balancer only across zones, with one subnet in each.",
    reference: `${ELB}/application-load-balancers.html#subnets-load-balancer`,
    *check(graph) {
      for (const lb of graph.ofType(...LB_TYPES)) {
        if (kindOf(lb) !== "application") continue;
        const { subnets } = lbPlace(graph, lb);
        if (!isEmpty(lb.get("customer_owned_ipv4_pool")) || subnets.subnets.some(isOnOutpost)) continue;
        const { zones, complete, count } = zonesOf(subnets, zoneOf);
        if (!subnets.certain) continue;
        if (complete && zones.size > 1 && zones.size < count) {
          yield {
            at: lb,
            message: `has ${count} subnets in ${zones.size} zones: two of them share a zone.`,
            fix: "Name one subnet of each zone.",
            attribute: "subnets",
          };
        }
        if (count > 1 && (!complete || zones.size > 1)) continue;
        const where = [...zones].map((zone) => ` in ${zone}`).join("");
        yield {
          at: lb,
          message: `has ${count === 0 ? "no subnet" : count === 1 ? `one subnet${where}` : `${count} subnets, all${where}`}.`,
          fix: "Name subnets of two zones at least.",
          attribute: "subnets",
        };
      }
    },
  },
  {
    id: "LB-011",
    severity: "error",
    title: "Names of load balancers and target groups are ones that AWS takes",
    when: "plan",
    prevents:
      'only alphanumeric characters and hyphens allowed in "name"; "name" cannot be longer than 32 characters; "name_prefix" cannot be longer than 6 characters',
    cause: "A name has at most 32 letters, digits and hyphens, and neither begins nor ends with a hyphen.",
    reference: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html",
    *check(graph) {
      for (const resource of graph.ofType(...LB_TYPES, ...TARGET_GROUP_TYPES)) {
        const prefix = text(resource.get("name_prefix")) ?? "";
        if (prefix.length > LONGEST_PREFIX && !resource.writes("name")) {
          yield {
            at: resource,
            message: `has the name prefix "${prefix}", longer than ${LONGEST_PREFIX} characters.`,
            fix: `Write at most ${LONGEST_PREFIX} characters.`,
            attribute: "name_prefix",
          };
        }
        const name = text(resource.get("name"));
        if (name === undefined || name === "" || LB_NAME.test(name)) continue;
        yield {
          at: resource,
          message: `is called "${name}", which AWS does not take.`,
          fix: "Write at most 32 letters, digits and hyphens, none of them at the ends.",
          attribute: "name",
        };
      }
    },
  },
];
