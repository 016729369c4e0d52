import { zonesOf } from "../../ecs/stores.ts";
import type { Resource } from "../../graph/graph.ts";
import { isEmpty } from "../../graph/value.ts";
import { kindOf, LB_TYPES, lbPlace, TARGET_GROUP_TYPES } from "../../network/load-balancers.ts";
import { zoneOf } from "../../network/places.ts";
import { defineRule, type Rule } from "../../rule.ts";
import { attributeRule, like } from "../shared/attribute-rule.ts";

const ELB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application";

/** An Outpost is in one zone, and so is a load balancer on it. */
function isOnOutpost(subnet: Resource): boolean {
  return !isEmpty(subnet.get("outpost_arn"));
}

export const BALANCER_RULES: readonly Rule[] = [
  defineRule({
    id: "LB-001",
    severity: "error",
    title: "An application load balancer has subnets in two zones",
    reference: `${ELB}/application-load-balancers.html#subnets-load-balancer`,
    problems: {
      few: {
        when: "apply",
        prevents: "ValidationError: At least two subnets in two different Availability Zones must be specified",
        cause: "An application load balancer spans at least two zones.",
      },
      shared: {
        when: "apply",
        prevents:
          "InvalidConfigurationRequest: A load balancer cannot be attached to multiple subnets in the same Availability Zone",
        cause: "An application load balancer has one subnet in each zone.",
      },
    },
    *check(graph) {
      for (const lb of graph.ofType(...LB_TYPES).filter((one) => kindOf(one) === "application")) {
        const { subnets } = lbPlace(graph, lb);
        if (!isEmpty(lb.get("customer_owned_ipv4_pool")) || subnets.subnets.some(isOnOutpost)) continue;
        const wrong = subnets.certain && wrongZones(zonesOf(subnets, zoneOf));
        if (wrong) yield { at: lb, ...wrong, attribute: "subnets" };
      }
    },
  }),
  attributeRule({
    id: "LB-011",
    severity: "error",
    title: "AWS accepts the names of load balancers and target groups",
    when: "plan",
    prevents: 'only alphanumeric characters and hyphens allowed in "name"',
    cause: "A name has at most 32 letters, digits and hyphens, and neither begins nor ends with a hyphen.",
    reference: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html",
    checks: [
      {
        types: [...LB_TYPES, ...TARGET_GROUP_TYPES],
        of: "all",
        attribute: "name",
        takes: like(/^(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/, "at most 32 letters, digits and inner hyphens"),
        bad: { name: "shop_production" },
        good: { name: "shop-production" },
      },
      {
        types: LB_TYPES,
        of: "all",
        attribute: "name",
        takes: like(/^(?!internal-)/, 'a name that does not begin with "internal-"'),
        prevents: '"name" cannot begin with "internal-"',
        cause: "AWS puts internal- in front of the host name of an internal load balancer itself.",
        bad: { name: "internal-shop" },
        good: { name: "shop-internal" },
      },
      {
        types: [...LB_TYPES, ...TARGET_GROUP_TYPES],
        of: "all",
        attribute: "name_prefix",
        where: (_, resource) => !resource.writes("name"),
        takes: like(/^.{0,6}$/s, "at most 6 characters"),
        prevents: '"name_prefix" cannot be longer than 6 characters',
        cause: "The provider appends 26 characters to the prefix.",
        bad: { name_prefix: "production-" },
        good: { name_prefix: "prod-" },
      },
    ],
  }),
];

/** What is wrong with the zones of a load balancer; undefined where nothing is, or where it can't be known. */
function wrongZones({ zones, complete, count }: ReturnType<typeof zonesOf>) {
  if (complete && zones.size > 1 && zones.size < count) {
    const message = `has ${count} subnets in ${zones.size} zones: two of them share a zone.`;
    return { kind: "shared" as const, message, fix: "Name one subnet of each zone." };
  }
  if (count > 1 && (!complete || zones.size > 1)) return undefined;
  const where = [...zones].map((zone) => ` in ${zone}`).join("");
  const what = ["no subnet", `one subnet${where}`][count] ?? `${count} subnets, all${where}`;
  return { kind: "few" as const, message: `has ${what}.`, fix: "Name subnets of at least two zones." };
}
