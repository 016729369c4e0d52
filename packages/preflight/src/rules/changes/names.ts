import type { Graph, PlannedChange, Resource } from "../../graph/graph.ts";
import { isBlock, type Json } from "../../graph/value.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";

/** Attributes that two resources of a type must not share, and what AWS says to the second. */
interface Unique {
  readonly types: readonly string[];
  readonly by: readonly string[];
  readonly refusal: string;
}

/** Sources: the API page of each service's Create… action, which has the error for a name that is taken. */
const UNIQUE: readonly Unique[] = [
  {
    types: ["aws_lb_target_group", "aws_alb_target_group"],
    by: ["name"],
    refusal: "ELBv2 Target Group (…) already exists",
  },
  {
    types: ["aws_lb", "aws_alb"],
    by: ["name"],
    refusal: "DuplicateLoadBalancerName: A load balancer with the same name '…' exists, but with different settings",
  },
  {
    types: ["aws_lb_listener", "aws_alb_listener"],
    by: ["load_balancer_arn", "port"],
    refusal: "DuplicateListener: A listener already exists on this port for this load balancer",
  },
  {
    types: ["aws_lb_listener_rule", "aws_alb_listener_rule"],
    by: ["listener_arn", "priority"],
    refusal: "PriorityInUse: Priority '…' is currently in use",
  },
  {
    types: ["aws_security_group"],
    by: ["vpc_id", "name"],
    refusal: "InvalidGroup.Duplicate: The security group '…' already exists for VPC 'vpc-…'",
  },
  { types: ["aws_db_instance"], by: ["identifier"], refusal: "DBInstanceAlreadyExists: DB instance already exists" },
  {
    types: ["aws_rds_cluster_instance"],
    by: ["identifier"],
    refusal: "DBInstanceAlreadyExists: DB instance already exists",
  },
  {
    types: ["aws_rds_cluster"],
    by: ["cluster_identifier"],
    refusal: "DBClusterAlreadyExistsFault: DB Cluster already exists",
  },
  {
    types: ["aws_db_parameter_group", "aws_rds_cluster_parameter_group"],
    by: ["name"],
    refusal: "DBParameterGroupAlreadyExists: Parameter group … already exists",
  },
  {
    types: ["aws_db_subnet_group"],
    by: ["name"],
    refusal: "DBSubnetGroupAlreadyExists: The DB subnet group '…' already exists.",
  },
  {
    types: ["aws_db_option_group"],
    by: ["name"],
    refusal: "OptionGroupAlreadyExistsFault: An option group named … already exists.",
  },
  {
    types: ["aws_elasticache_replication_group"],
    by: ["replication_group_id"],
    refusal: "ReplicationGroupAlreadyExists: Replication group … already exists.",
  },
  {
    types: ["aws_elasticache_cluster"],
    by: ["cluster_id"],
    refusal: "CacheClusterAlreadyExists: Cache cluster already exists",
  },
  {
    types: ["aws_elasticache_subnet_group"],
    by: ["name"],
    refusal: "CacheSubnetGroupAlreadyExists: Cache subnet group … already exists.",
  },
  {
    types: ["aws_elasticache_parameter_group"],
    by: ["name"],
    refusal: "CacheParameterGroupAlreadyExists: Parameter group … already exists.",
  },
  ...["aws_iam_role", "aws_iam_policy", "aws_iam_instance_profile", "aws_iam_user", "aws_iam_group"].map((type) => ({
    types: [type],
    by: ["name"],
    refusal: "EntityAlreadyExists: … with name … already exists.",
  })),
  {
    types: ["aws_launch_template"],
    by: ["name"],
    refusal: "InvalidLaunchTemplateName.AlreadyExistsException: Launch template name already in use.",
  },
  ...["aws_launch_configuration", "aws_autoscaling_group"].map((type) => ({
    types: [type],
    by: ["name"],
    refusal: "AlreadyExists: … by this name already exists - A … already exists with the name …",
  })),
  {
    types: ["aws_cloudwatch_log_group"],
    by: ["name"],
    refusal: "ResourceAlreadyExistsException: The specified log group already exists",
  },
  {
    types: ["aws_ecr_repository"],
    by: ["name"],
    refusal: "RepositoryAlreadyExistsException: The repository with name '…' already exists in the registry",
  },
  {
    types: ["aws_ecs_service"],
    by: ["cluster", "name"],
    refusal: "InvalidParameterException: Creation of service was not idempotent.",
  },
  {
    types: ["aws_ecs_capacity_provider"],
    by: ["name"],
    refusal: "ClientException: The specified capacity provider already exists.",
  },
  {
    types: ["aws_service_discovery_service"],
    by: ["name", "namespace_id"],
    refusal: "ServiceAlreadyExists: Service already exists.",
  },
  {
    types: ["aws_secretsmanager_secret"],
    by: ["name"],
    refusal: "ResourceExistsException: The operation failed because the secret … already exists.",
  },
  { types: ["aws_ssm_parameter"], by: ["name"], refusal: "ParameterAlreadyExists: The parameter already exists." },
  {
    types: ["aws_lambda_function"],
    by: ["function_name"],
    refusal: "ResourceConflictException: Function already exist: …",
  },
  { types: ["aws_s3_bucket"], by: ["bucket"], refusal: "BucketAlreadyOwnedByYou: …" },
  { types: ["aws_dynamodb_table"], by: ["name"], refusal: "ResourceInUseException: Table already exists: …" },
  {
    types: ["aws_kms_alias"],
    by: ["name"],
    refusal: "AlreadyExistsException: An alias with the name … already exists",
  },
  ...["aws_wafv2_web_acl", "aws_wafv2_ip_set", "aws_wafv2_regex_pattern_set", "aws_wafv2_rule_group"].map((type) => ({
    types: [type],
    by: ["name", "scope"],
    refusal: "WAFDuplicateItemException: AWS WAF couldn't perform the operation because some resource … already exists",
  })),
  {
    types: ["aws_scheduler_schedule"],
    by: ["name", "group_name"],
    refusal: "ConflictException: Schedule … already exists.",
  },
  {
    types: ["aws_cognito_user_pool_domain"],
    by: ["domain"],
    refusal: "InvalidParameterException: Domain already associated with another user pool.",
  },
  {
    types: ["aws_cognito_resource_server"],
    by: ["user_pool_id", "identifier"],
    refusal: "InvalidParameterException: … already exists in user pool …",
  },
  {
    types: ["aws_cognito_identity_provider"],
    by: ["user_pool_id", "provider_name"],
    refusal: "DuplicateProviderException: … already exists",
  },
  {
    types: ["aws_subnet"],
    by: ["vpc_id", "cidr_block"],
    refusal: "InvalidSubnet.Conflict: The CIDR '…' conflicts with another subnet",
  },
  {
    types: ["aws_nat_gateway"],
    by: ["allocation_id"],
    refusal: "Resource.AlreadyAssociated: Elastic IP address [eipalloc-…] is already associated",
  },
  {
    types: ["aws_route"],
    by: ["route_table_id", "destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id"],
    refusal: "RouteAlreadyExists: The route identified by … already exists.",
  },
  {
    types: ["aws_route_table_association"],
    by: ["subnet_id", "gateway_id"],
    refusal:
      "Resource.AlreadyAssociated: the specified association for route table rtb-… conflicts with an existing association",
  },
  {
    types: ["aws_efs_mount_target"],
    by: ["file_system_id", "subnet_id"],
    refusal: "MountTargetConflict: mount target already exists in this AZ",
  },
  ...["aws_cloudfront_function", "aws_cloudfront_cache_policy", "aws_cloudfront_origin_access_control"].map((type) => ({
    types: [type],
    by: ["name"],
    refusal: "FunctionAlreadyExists, CachePolicyAlreadyExists, OriginAccessControlAlreadyExists",
  })),
];

const BY_TYPE: ReadonlyMap<string, Unique> = new Map(UNIQUE.flatMap((one) => one.types.map((type) => [type, one])));

/** What a change made anew shares with what was there: attributes and values; undefined where it is not the same. */
function takenName(unique: Unique, before: Json | undefined, after: Json | undefined): string | undefined {
  if (!isBlock(before) || !isBlock(after)) return undefined;
  const pairs = unique.by.map((name) => [name, before[name], after[name]] as const);
  if (pairs.some(([, old, now]) => now === undefined || (old ?? "") !== (now ?? ""))) return undefined;
  const [name, , value] = pairs.filter(([, , now]) => now !== null && now !== "").at(-1) ?? [];
  return name === undefined ? undefined : `${name} = ${JSON.stringify(value)}`;
}

const REFUSALS = Object.fromEntries(
  UNIQUE.flatMap(({ types: [type = ""], refusal }) => [
    [
      type,
      {
        when: "apply",
        prevents: refusal,
        cause: "With create_before_destroy the new one is created while the old one still has its name.",
      },
    ],
  ]),
) as Record<string, { when: "apply"; prevents: string; cause: string }>;

export const NAME_RULES: readonly Rule[] = [
  defineRule({
    id: "CHG-002",
    severity: "error",
    title: "What is created before the old one is deleted has another name",
    reference: "https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#create_before_destroy",
    problems: REFUSALS,
    *check(graph) {
      if (graph.kind !== "plan") return;
      for (const resource of graph.ofType(...BY_TYPE.keys())) {
        const { change } = resource;
        const unique = BY_TYPE.get(resource.type);
        if (change?.actions.join() !== "create,delete" || !unique) continue;
        const taken = takenName(unique, change.before, change.after);
        if (taken === undefined) continue;
        yield {
          kind: unique.types[0] ?? "",
          at: resource,
          message: `is created before the old one is deleted, and keeps ${taken}.`,
          fix:
            FIXES[resource.type] ?? "Write name_prefix instead of name, or a name that changes with what replaces it.",
          attribute: unique.by.at(-1) ?? "",
        };
      }
    },
  }),
  defineRule({
    id: "CHG-003",
    severity: "error",
    title: "A name is not deleted and taken again in one plan",
    reference: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html",
    problems: {
      secret: {
        when: "apply",
        prevents:
          "InvalidRequestException: You can't create this secret because a secret with this name is already scheduled for deletion.",
        cause: "A deleted secret keeps its name until its recovery window is over.",
      },
      moved: {
        when: "apply",
        severity: "warning",
        prevents: "… already exists, where Terraform creates before it has deleted",
        cause: "Terraform deletes one address and creates another at the same time, in no order.",
      },
    },
    *check(graph) {
      if (graph.kind !== "plan") return;
      for (const resource of graph.ofType(...BY_TYPE.keys())) {
        const problem = retakenName(graph, resource);
        if (problem) yield problem;
      }
    },
  }),
];

const FIXES: Readonly<Record<string, string>> = {
  aws_subnet: "Take another cidr_block, or leave create_before_destroy out.",
  aws_nat_gateway: "Give it another Elastic IP address, or leave create_before_destroy out.",
  aws_route: "Leave create_before_destroy out.",
  aws_route_table_association: "Leave create_before_destroy out.",
  aws_efs_mount_target: "Leave create_before_destroy out.",
  aws_lb_listener: "Leave create_before_destroy out, or take another port.",
  aws_lb_listener_rule: "Leave create_before_destroy out, or take another priority.",
};

function retakenName(graph: Graph, resource: Resource): KindOfProblem<"secret" | "moved"> | undefined {
  const { change, type } = resource;
  const unique = BY_TYPE.get(type);
  const old = change && unique && previousOwner(graph, unique, change);
  const name = old && takenName(unique, old.before, change.after);
  if (!old || name === undefined) return undefined;
  const isReplaced = old === change;
  return {
    kind: type === SECRET && staysTaken(old) ? "secret" : "moved",
    at: resource,
    message: isReplaced
      ? `is replaced, and created with ${name}, which the old one keeps while it waits for its deletion.`
      : `is created with ${name}, which ${old.address} has, and that is deleted in the same plan.`,
    fix: isReplaced
      ? "Give the secret another name, or set recovery_window_in_days to 0 in an apply before this one."
      : `Add a moved block from ${old.address} to ${resource.address}, or take another name.`,
    attribute: unique.by.at(-1) ?? "",
  };
}

/** What has a name now, and is deleted in the plan that gives it to another. */
function previousOwner(graph: Graph, unique: Unique, change: PlannedChange): PlannedChange | undefined {
  const actions = change.actions.join();
  if (actions === "delete,create") return change.type === SECRET && staysTaken(change) ? change : undefined;
  if (actions !== "create") return undefined;
  return deleted(graph, unique).find(({ before }) => takenName(unique, before, change.after) !== undefined);
}

const SECRET = "aws_secretsmanager_secret";

function deleted(graph: Graph, { types }: Unique): readonly PlannedChange[] {
  return graph.removals.filter(({ type, actions }) => types.includes(type) && actions.includes("delete"));
}

/** Secrets Manager keeps a deleted secret for 30 days, unless it is told otherwise. */
function staysTaken({ before }: PlannedChange): boolean {
  return isBlock(before) && before.recovery_window_in_days !== 0;
}
