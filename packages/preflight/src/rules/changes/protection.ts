import type { Graph, PlannedChange } from "../../graph/graph.ts";
import { isBlock } from "../../graph/value.ts";
import { defineRule, type Failure, type Rule } from "../../rule.ts";

/** An attribute that stands in the way of a deletion, and what AWS says to it. */
interface Protection {
  readonly attribute: string;
  readonly value: boolean | string;
  readonly refusal: string;
}

const DATABASE: Protection = {
  attribute: "deletion_protection",
  value: true,
  refusal:
    "InvalidParameterCombination: Cannot delete protected DB Instance, please disable deletion protection and try again.",
};
const CLUSTER: Protection = {
  attribute: "deletion_protection",
  value: true,
  refusal:
    "InvalidParameterCombination: Cannot delete protected Cluster, please disable deletion protection and try again.",
};
const BALANCER: Protection = {
  attribute: "enable_deletion_protection",
  value: true,
  refusal:
    "OperationNotPermitted: Load balancer 'arn:aws:elasticloadbalancing:…' cannot be deleted because deletion protection is enabled",
};

/** Sources: the API pages of DeleteDBInstance, DeleteLoadBalancer, DeleteUserPool, DeleteTable and TerminateInstances. */
const PROTECTIONS: Readonly<Record<string, Protection>> = {
  aws_db_instance: DATABASE,
  aws_rds_cluster: CLUSTER,
  aws_rds_global_cluster: CLUSTER,
  aws_docdb_cluster: CLUSTER,
  aws_neptune_cluster: CLUSTER,
  aws_lb: BALANCER,
  aws_alb: BALANCER,
  aws_cognito_user_pool: {
    attribute: "deletion_protection",
    value: "ACTIVE",
    refusal:
      "InvalidParameterException: The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.",
  },
  aws_dynamodb_table: {
    attribute: "deletion_protection_enabled",
    value: true,
    refusal:
      "ValidationException: Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
  },
  aws_instance: {
    attribute: "disable_api_termination",
    value: true,
    refusal:
      "OperationNotPermitted: The instance 'i-…' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.",
  },
};

export const PROTECTION_RULES: readonly Rule[] = [
  defineRule({
    id: "CHG-004",
    severity: "error",
    title: "What is deleted is not protected from deletion",
    reference: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html",
    problems: Object.fromEntries(
      Object.entries(PROTECTIONS).map(([type, { refusal, attribute }]): [string, Failure] => [
        type,
        {
          when: "apply",
          prevents: refusal,
          cause: `${attribute} is what it was before the plan: Terraform does not switch it off on its way to the deletion.`,
        },
      ]),
    ),
    *check(graph) {
      for (const change of deletions(graph)) {
        const protection = PROTECTIONS[change.type];
        const before = isBlock(change.before) ? change.before : {};
        // An aws_instance with force_destroy switches its protection off itself.
        if (!protection || before[protection.attribute] !== protection.value || before.force_destroy === true) continue;
        const isReplaced = change.actions.includes("create");
        const why = change.replacePaths.length > 0 ? ` because of ${change.replacePaths.join(" and ")}` : "";
        yield {
          kind: change.type,
          at: graph.find(change.address) ?? change.address,
          message: `is ${isReplaced ? `replaced${why}` : "deleted"}, and has ${protection.attribute} = ${JSON.stringify(protection.value)}.`,
          fix: `Switch ${protection.attribute} off in an apply before this one, or keep the resource.`,
          attribute: protection.attribute,
        };
      }
    },
  }),
];

function deletions(graph: Graph): readonly PlannedChange[] {
  if (graph.kind !== "plan") return [];
  const replaced = graph.ofType(...Object.keys(PROTECTIONS)).flatMap(({ change }) => change ?? []);
  return [...replaced, ...graph.removals].filter(({ actions }) => actions.includes("delete"));
}
