import type { Graph } from "../../graph/graph.ts";
import { type Block, blocks, Expression, isAbsent, type Value } from "../../graph/value.ts";
import { LB_TYPES, LISTENER_RULE_TYPES, LISTENER_TYPES, TARGET_GROUP_TYPES } from "../../network/load-balancers.ts";
import type { Problem, Rule } from "../../rule.ts";

const PROVIDER = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs";

/** Arguments that take an ARN, and what has one that fits. */
const ARNS: Readonly<Record<string, { readonly types: readonly string[]; readonly attributes: readonly string[] }>> = {
  target_group_arn: { types: TARGET_GROUP_TYPES, attributes: ["arn", "id", ""] },
  load_balancer_arn: { types: LB_TYPES, attributes: ["arn", "id", ""] },
  listener_arn: { types: LISTENER_TYPES, attributes: ["arn", "id", ""] },
  execution_role_arn: { types: ["aws_iam_role"], attributes: ["arn", ""] },
  user_pool_arn: { types: ["aws_cognito_user_pool"], attributes: ["arn", ""] },
  task_role_arn: { types: ["aws_iam_role"], attributes: ["arn", ""] },
};

const WITH_ARNS = [...LISTENER_TYPES, ...LISTENER_RULE_TYPES, "aws_ecs_service", "aws_ecs_task_definition"];

function* wrongArns(graph: Graph): Generator<Problem> {
  for (const resource of graph.ofType(...WITH_ARNS)) {
    const inner = innerBlocks(resource.values);
    for (const values of [resource.values, ...inner, ...inner.flatMap(innerBlocks)]) {
      for (const [argument, { types, attributes }] of Object.entries(ARNS)) {
        const wrong = whyNoArn(values[argument], types, attributes);
        if (!wrong) continue;
        yield {
          at: resource,
          message: `has ${wrong} as ${argument}.`,
          fix: `Hand over the arn of the ${types[0]}.`,
          attribute: argument,
        };
      }
    }
  }
}

function innerBlocks(values: Block): Block[] {
  return Object.values(values).flatMap((value) => [...blocks(value).blocks]);
}

function whyNoArn(
  value: Value | undefined,
  types: readonly string[],
  attributes: readonly string[],
): string | undefined {
  if (isAbsent(value) || value === "") return undefined;
  if (value instanceof Expression) {
    const only = value.only ?? (value.references.length === 1 ? value.references[0] : undefined);
    const [target] = only?.resources ?? [];
    if (!only || !target || !only.certain || target.isData) return undefined;
    const isOther = !types.includes(target.type) && only.attribute === "arn";
    const isNone = types.includes(target.type) && !attributes.includes(only.attribute);
    return isOther || isNone ? `the ${only.attribute} of ${target.address}` : undefined;
  }
  return typeof value === "string" && !value.startsWith("arn:") ? `"${value}", which is no ARN,` : undefined;
}

export const ARN_RULES: readonly Rule[] = [
  {
    id: "LB-010",
    severity: "error",
    title: "An ARN is of what belongs there",
    when: "apply",
    prevents:
      "ValidationError: '…' is not a valid target group ARN; InvalidParameterException: invalid target group ARN; ClientException: Role is not valid",
    cause: "The ARN of another resource, a name or an id was handed over.",
    reference: `${PROVIDER}/resources/ecs_service`,
    check: wrongArns,
  },
];
