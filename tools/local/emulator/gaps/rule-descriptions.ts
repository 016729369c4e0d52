import type { Call } from "../call.ts";
import type { Gap } from "./gap.ts";
import { escapeText, withBody } from "./replies.ts";

/**
 * EC2: the description of a security group's rule.
 *
 * Moto keeps it for rules that name an address range, and drops it for rules that name a group or a prefix list.
 */
export function ruleDescriptions(): Gap[] {
  const descriptions = new Map<string, string>();
  const why = "moto drops the description of a rule that names a group or a prefix list, so every plan adds it again";

  const keepForNewRule: Gap["answer"] = async (call, moto) => {
    const reply = await moto.forward(call);
    const description = descriptionIn(call, /^IpPermissions\.1\.(Groups|PrefixListIds)\.1\.Description$/);
    // The provider asks for one rule at a time, so what comes back is the rule that was described.
    const [, id] = reply.body.toString("utf8").match(/<securityGroupRuleId>([^<]+)</) ?? [];
    if (id && description) descriptions.set(id, description);
    return reply;
  };

  const service = "ec2";
  return [
    {
      service,
      action: "AuthorizeSecurityGroupIngress",
      why,
      standIn: "moto's own answer; the description is kept",
      answer: keepForNewRule,
    },
    {
      service,
      action: "AuthorizeSecurityGroupEgress",
      why,
      standIn: "moto's own answer; the description is kept",
      answer: keepForNewRule,
    },
    {
      service,
      action: "ModifySecurityGroupRules",
      why,
      standIn: "moto's own answer; the new description is kept",
      async answer(call, moto) {
        const id = call.parameters.get("SecurityGroupRule.1.SecurityGroupRuleId") ?? "";
        const description = descriptionIn(call, /^SecurityGroupRule\.1\.SecurityGroupRule\.Description$/);
        if (descriptions.has(id)) descriptions.set(id, description ?? "");
        return moto.forward(call);
      },
    },
    {
      service,
      action: "DescribeSecurityGroupRules",
      why,
      standIn: "moto's own answer, with the descriptions that were kept",
      async answer(call, moto) {
        const reply = await moto.forward(call);
        const text = reply.body
          .toString("utf8")
          .replaceAll(/<securityGroupRuleId>([^<]+)<\/securityGroupRuleId>/g, (element, id) => {
            const description = descriptions.get(id);
            return description ? `${element}<description>${escapeText(description)}</description>` : element;
          });
        return withBody(reply, text);
      },
    },
  ];
}

function descriptionIn({ parameters }: Call, name: RegExp): string | undefined {
  return [...parameters].find(([key]) => name.test(key))?.[1];
}
