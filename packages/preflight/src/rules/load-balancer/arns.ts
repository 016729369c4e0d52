import type { Graph } from "../../graph/graph.ts";
import { Expression, innerBlocks, type Value } from "../../graph/value.ts";
import { LB_TYPES, LISTENER_RULE_TYPES, LISTENER_TYPES, TARGET_GROUP_TYPES } from "../../network/load-balancers.ts";
import { defineRule, type Failure, type KindOfProblem, type Rule } from "../../rule.ts";

const PROVIDER = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs";

/** Arguments that take an ARN, and what has one that fits. */
const ARNS = {
  target_group_arn: { types: TARGET_GROUP_TYPES, attributes: ["arn", "id", ""] },
  load_balancer_arn: { types: LB_TYPES, attributes: ["arn", "id", ""] },
  listener_arn: { types: LISTENER_TYPES, attributes: ["arn", "id", ""] },
  execution_role_arn: { types: ["aws_iam_role"], attributes: ["arn", ""] },
  user_pool_arn: { types: ["aws_cognito_user_pool"], attributes: ["arn", ""] },
  task_role_arn: { types: ["aws_iam_role"], attributes: ["arn", ""] },
} as const;

const ARGUMENTS = Object.keys(ARNS) as (keyof typeof ARNS)[];

const refused = (prevents: string): Failure => ({
  when: "apply",
  prevents,
  cause: "The argument has the ARN of another resource, or a name or id, which is not an ARN.",
});

const WITH_ARNS = [...LISTENER_TYPES, ...LISTENER_RULE_TYPES, "aws_ecs_service", "aws_ecs_task_definition"];

function* wrongArns(graph: Graph): Generator<KindOfProblem<keyof typeof ARNS>> {
  for (const resource of graph.ofType(...WITH_ARNS)) {
    const inner = innerBlocks(resource.values);
    for (const values of [resource.values, ...inner, ...inner.flatMap(innerBlocks)]) {
      for (const argument of ARGUMENTS) {
        const wrong = whyNoArn(values[argument], ARNS[argument]);
        if (!wrong) continue;
        yield {
          kind: argument,
          at: resource,
          message: `has ${wrong} as ${argument}.`,
          fix: `Pass the ARN of the ${ARNS[argument].types[0]}.`,
          attribute: argument,
        };
      }
    }
  }
}

/** Whose ARN it must be, and the attributes that have it. */
interface Wanted {
  readonly types: readonly string[];
  readonly attributes: readonly string[];
}

function whyNoArn(value: Value | undefined, wanted: Wanted): string | undefined {
  if (value instanceof Expression) return whyNotOfThat(value, wanted);
  const isText = typeof value === "string" && value !== "" && !value.startsWith("arn:");
  return isText ? `"${value}", which is no ARN,` : undefined;
}

function whyNotOfThat(value: Expression, { types, attributes }: Wanted): string | undefined {
  const only = value.only ?? (value.references.length === 1 ? value.references[0] : undefined);
  const [target] = only?.resources ?? [];
  if (!only?.certain || !target || target.isData) return undefined;
  const isWrong = types.includes(target.type) ? !attributes.includes(only.attribute) : only.attribute === "arn";
  return isWrong ? `the ${only.attribute} of ${target.address}` : undefined;
}

export const ARN_RULES: readonly Rule[] = [
  defineRule({
    id: "LB-010",
    severity: "error",
    title: "An ARN is of the resource that belongs there",
    reference: `${PROVIDER}/resources/ecs_service`,
    problems: {
      target_group_arn: refused("InvalidParameterException: invalid target group ARN"),
      load_balancer_arn: refused("ValidationError: '…' is not a valid load balancer ARN"),
      listener_arn: refused("ValidationError: '…' is not a valid listener ARN"),
      execution_role_arn: refused("ClientException: Role is not valid"),
      task_role_arn: refused("ClientException: Role is not valid"),
      user_pool_arn: refused("InvalidLoadBalancerAction: the user pool ARN is not valid"),
    },
    check: wrongArns,
  }),
];
