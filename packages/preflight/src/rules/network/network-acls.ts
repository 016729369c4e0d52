import type { Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { blocks, flag, text } from "../../graph/value.ts";
import type { Rule } from "../../rule.ts";
import { repeats } from "../shared/attributes.ts";

export const NETWORK_ACL_RULES: readonly Rule[] = [
  {
    id: "NET-022",
    severity: "error",
    title: "Rules of a network ACL have numbers of their own",
    when: "apply",
    prevents: "NetworkAclEntryAlreadyExists: The network acl entry identified by 100 already exists.",
    cause: "A network ACL asks its rules in the order of their numbers, in each direction.",
    reference: "https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html",
    *check(graph) {
      const keyOf = (rule: Resource) => {
        const { resources, certain } = linked(rule.get("network_acl_id"), "aws_network_acl", "aws_default_network_acl");
        const [number, egress] = [text(rule.get("rule_number")), flag(rule.get("egress"), false)];
        const isSure = certain && resources.length === 1 && number !== undefined && egress !== undefined && !rule.many;
        return isSure ? `${resources[0]?.address} ${egress} ${number}` : undefined;
      };
      for (const { one, earlier } of repeats(graph.ofType("aws_network_acl_rule"), keyOf)) {
        yield {
          at: one,
          message: `has the number ${text(one.get("rule_number"))}, as ${earlier.address} of the same ACL and direction has.`,
          fix: "Give each rule another number.",
          attribute: "rule_number",
        };
      }
      for (const acl of graph.ofType("aws_network_acl", "aws_default_network_acl")) {
        for (const direction of ["ingress", "egress"]) {
          const numbers = blocks(acl.get(direction)).blocks.map((rule) => text(rule.rule_no));
          const twice = numbers.find((one, index) => one !== undefined && numbers.indexOf(one) !== index);
          if (twice !== undefined)
            yield {
              at: acl,
              message: `has two ${direction} rules with the number ${twice}.`,
              fix: "Give each rule another number.",
              attribute: direction,
            };
        }
      }
    },
  },
];
