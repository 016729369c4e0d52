import type { Graph, Resource } from "../../graph/graph.ts";
import { type Block, blocks, isEmpty, type Value } from "../../graph/value.ts";
import { roleOf } from "../../iam/permissions.ts";
import { trustedServices } from "../../iam/trust.ts";
import type { Problem, Rule } from "../../rule.ts";

/** Which service takes on the role that an attribute names: type, path of the attribute, and the service's name. */
const TAKERS: readonly (readonly [type: string, path: string, service: string])[] = [
  ["aws_api_gateway_account", "cloudwatch_role_arn", "apigateway.amazonaws.com"],
  ["aws_cloudtrail", "cloud_watch_logs_role_arn", "cloudtrail.amazonaws.com"],
  ["aws_codebuild_project", "service_role", "codebuild.amazonaws.com"],
  ["aws_codepipeline", "role_arn", "codepipeline.amazonaws.com"],
  ["aws_config_configuration_recorder", "role_arn", "config.amazonaws.com"],
  ["aws_db_instance", "monitoring_role_arn", "monitoring.rds.amazonaws.com"],
  ["aws_eks_cluster", "role_arn", "eks.amazonaws.com"],
  ["aws_eks_node_group", "node_role_arn", "ec2.amazonaws.com"],
  ["aws_flow_log", "iam_role_arn", "vpc-flow-logs.amazonaws.com"],
  ["aws_iam_instance_profile", "role", "ec2.amazonaws.com"],
  ["aws_kinesis_firehose_delivery_stream", "extended_s3_configuration.role_arn", "firehose.amazonaws.com"],
  ["aws_lambda_function", "role", "lambda.amazonaws.com"],
  ["aws_rds_cluster_instance", "monitoring_role_arn", "monitoring.rds.amazonaws.com"],
  ["aws_s3_bucket_replication_configuration", "role", "s3.amazonaws.com"],
  ["aws_sfn_state_machine", "role_arn", "states.amazonaws.com"],
];

/** Named otherwise in another region, such as `states.eu-west-1.amazonaws.com`. */
function isSame(found: string, service: string): boolean {
  const [name = ""] = service.split(".");
  return found === "*" || found === service || (found.startsWith(`${name}.`) && found.includes(".amazonaws.com"));
}

export const SERVICE_ROLE_RULES: readonly Rule[] = [
  {
    id: "IAM-027",
    severity: "error",
    title: "A role trusts the service that is to work with it",
    when: "apply",
    prevents:
      "InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda. (or, of a flow log: Unable to assume given IAM role)",
    cause: "A service can assume a role only if the role's trust policy names it.",
    reference: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html",
    *check(graph) {
      const seen = new Set<string>();
      for (const [type, path, service] of TAKERS) {
        for (const at of graph.ofType(type).filter(({ isPlanned }) => isPlanned)) {
          for (const role of rolesAt(at, path)) {
            const key = `${role.address} ${service}`;
            const problem = seen.has(key) ? undefined : untrusting(graph, role, at, service);
            seen.add(key);
            if (problem) yield problem;
          }
        }
      }
    },
  },
];

function rolesAt(at: Resource, path: string): Resource[] {
  const [name = "", ...outer] = path.split(".").reverse();
  const [block] = outer.reverse();
  const holders: readonly Block[] = block === undefined ? [at.values] : blocks(at.get(block)).blocks;
  const written: (Value | undefined)[] = holders.map((one) => one[name]);
  return written.flatMap((value) => (isEmpty(value) ? [] : (roleOf(value) ?? [])));
}

function untrusting(graph: Graph, role: Resource, at: Resource, service: string): Problem | undefined {
  const { services, complete } = trustedServices(graph, role);
  if (!complete || services.some((one) => isSame(one, service))) return undefined;
  return {
    at: role,
    message: `is the role of ${at.address}, and trusts ${services.join(", ") || "no service"}.`,
    fix: `Name the service "${service}" as Principal in assume_role_policy.`,
    attribute: "assume_role_policy",
  };
}
