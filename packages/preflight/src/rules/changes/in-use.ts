import type { Graph, PlannedChange, Resource } from "../../graph/graph.ts";
import { isBlock, isList, type Json, referencesIn } from "../../graph/value.ts";
import { defineRule, type Failure, type KindOfProblem, type Rule } from "../../rule.ts";

/** What AWS does not delete while something uses it. */
interface Guarded {
  readonly types: readonly string[];
  /** Attribute by which it is named elsewhere, beside `id` and `arn`. */
  readonly name?: string;
  /** Attributes that name it, by the types of what has them. */
  readonly users: Readonly<Record<string, readonly string[]>>;
  /** What AWS says to the deletion. */
  readonly refusal: string;
}

const GROUP_USERS: Guarded["users"] = {
  aws_lb: ["security_groups"],
  aws_alb: ["security_groups"],
  aws_ecs_service: ["network_configuration"],
  aws_db_instance: ["vpc_security_group_ids"],
  aws_db_proxy: ["vpc_security_group_ids"],
  aws_rds_cluster: ["vpc_security_group_ids"],
  aws_docdb_cluster: ["vpc_security_group_ids"],
  aws_elasticache_cluster: ["security_group_ids"],
  aws_elasticache_replication_group: ["security_group_ids"],
  aws_elasticache_serverless_cache: ["security_group_ids"],
  aws_instance: ["vpc_security_group_ids"],
  aws_network_interface: ["security_groups"],
  aws_vpc_endpoint: ["security_group_ids"],
  aws_efs_mount_target: ["security_groups"],
  aws_lambda_function: ["vpc_config"],
  aws_security_group: ["ingress", "egress"],
  aws_vpc_security_group_ingress_rule: ["referenced_security_group_id"],
  aws_vpc_security_group_egress_rule: ["referenced_security_group_id"],
};

const DISTRIBUTION = "aws_cloudfront_distribution";
const PARAMETERS_IN_USE =
  "InvalidDBParameterGroupState: One or more database instances are still members of this parameter group, so the group cannot be deleted";
const FIREWALL_IN_USE =
  "WAFAssociatedItemException: AWS WAF couldn't perform the operation because your resource is being used by another resource or it's associated with another resource.";

/**
 * Sources: the API pages of each service's Delete… action (its "in use" error), and the provider's issues 636 and 16889
 * for target groups.
 */
const GUARDED = {
  "target-group": {
    types: ["aws_lb_target_group", "aws_alb_target_group"],
    users: {
      aws_lb_listener: ["default_action"],
      aws_alb_listener: ["default_action"],
      aws_lb_listener_rule: ["action"],
      aws_alb_listener_rule: ["action"],
    },
    refusal: "ResourceInUse: Target group 'arn:aws:elasticloadbalancing:…' is currently in use by a listener or a rule",
  },
  "load-balancer": {
    types: ["aws_lb", "aws_alb"],
    users: { aws_vpc_endpoint_service: ["network_load_balancer_arns", "gateway_load_balancer_arns"] },
    refusal:
      "ResourceInUse: Load balancer 'arn:aws:elasticloadbalancing:…' cannot be deleted because it is currently associated with another service",
  },
  "security-group": {
    types: ["aws_security_group"],
    users: GROUP_USERS,
    refusal: "DependencyViolation: resource sg-… has a dependent object, after 15 minutes",
  },
  subnet: {
    types: ["aws_subnet"],
    users: {
      aws_lb: ["subnets", "subnet_mapping"],
      aws_alb: ["subnets", "subnet_mapping"],
      aws_ecs_service: ["network_configuration"],
      aws_vpc_endpoint: ["subnet_ids"],
      aws_lambda_function: ["vpc_config"],
    },
    refusal: "DependencyViolation: The subnet 'subnet-…' has dependencies and cannot be deleted, after 20 minutes",
  },
  "parameter-group": {
    types: ["aws_db_parameter_group"],
    name: "name",
    users: {
      aws_db_instance: ["parameter_group_name"],
      aws_rds_cluster_instance: ["db_parameter_group_name"],
      aws_rds_cluster: ["db_instance_parameter_group_name"],
    },
    refusal: PARAMETERS_IN_USE,
  },
  "cluster-parameter-group": {
    types: ["aws_rds_cluster_parameter_group"],
    name: "name",
    users: { aws_rds_cluster: ["db_cluster_parameter_group_name"] },
    refusal: PARAMETERS_IN_USE,
  },
  "option-group": {
    types: ["aws_db_option_group"],
    name: "name",
    users: { aws_db_instance: ["option_group_name"] },
    refusal: "InvalidOptionGroupStateFault: The option group '…' cannot be deleted because it is in use.",
  },
  "subnet-group": {
    types: ["aws_db_subnet_group"],
    name: "name",
    users: { aws_db_instance: ["db_subnet_group_name"], aws_rds_cluster: ["db_subnet_group_name"] },
    refusal:
      "InvalidDBSubnetGroupStateFault: Cannot delete the subnet group '…' because at least one database instance: … is still using it.",
  },
  "cache-subnet-group": {
    types: ["aws_elasticache_subnet_group"],
    name: "name",
    users: {
      aws_elasticache_replication_group: ["subnet_group_name"],
      aws_elasticache_cluster: ["subnet_group_name"],
    },
    refusal: "CacheSubnetGroupInUse: Cache subnet group … is currently in use by a cache cluster.",
  },
  "cache-parameter-group": {
    types: ["aws_elasticache_parameter_group"],
    name: "name",
    users: {
      aws_elasticache_replication_group: ["parameter_group_name"],
      aws_elasticache_cluster: ["parameter_group_name"],
    },
    refusal:
      "InvalidCacheParameterGroupState: One or more cache clusters are still members of this parameter group …, so the group cannot be deleted.",
  },
  certificate: {
    types: ["aws_acm_certificate"],
    users: {
      aws_lb_listener: ["certificate_arn"],
      aws_alb_listener: ["certificate_arn"],
      aws_cognito_user_pool_domain: ["certificate_arn"],
      aws_api_gateway_domain_name: ["certificate_arn", "regional_certificate_arn"],
      aws_apigatewayv2_domain_name: ["domain_name_configuration"],
      [DISTRIBUTION]: ["viewer_certificate"],
    },
    refusal: "ResourceInUseException: Certificate arn:aws:acm:… in account … is in use.",
  },
  "launch-configuration": {
    types: ["aws_launch_configuration"],
    name: "name",
    users: { aws_autoscaling_group: ["launch_configuration"] },
    refusal: "ResourceInUse: Cannot delete launch configuration … because it is attached to AutoScalingGroup …",
  },
  policy: {
    types: ["aws_iam_policy"],
    users: {
      aws_iam_role: ["managed_policy_arns", "permissions_boundary"],
      aws_iam_user: ["permissions_boundary"],
      aws_iam_role_policy_attachments_exclusive: ["policy_arns"],
    },
    refusal: "DeleteConflict: Cannot delete a policy attached to entities.",
  },
  firewall: {
    types: ["aws_wafv2_web_acl"],
    users: { [DISTRIBUTION]: ["web_acl_id"] },
    refusal: FIREWALL_IN_USE,
  },
  "firewall-set": {
    types: ["aws_wafv2_ip_set", "aws_wafv2_regex_pattern_set", "aws_wafv2_rule_group"],
    users: { aws_wafv2_web_acl: ["rule"], aws_wafv2_rule_group: ["rule"] },
    refusal: FIREWALL_IN_USE,
  },
  "capacity-provider": {
    types: ["aws_ecs_capacity_provider"],
    name: "name",
    users: {
      aws_ecs_cluster_capacity_providers: ["capacity_providers"],
      aws_ecs_service: ["capacity_provider_strategy"],
    },
    refusal: "ResourceInUseException: The specified capacity provider is in use and cannot be removed.",
  },
  registry: {
    types: ["aws_service_discovery_service"],
    users: { aws_ecs_service: ["service_registries"] },
    refusal: "ResourceInUse: Service contains registered instances; delete the instances before deleting the service",
  },
  namespace: {
    types: [
      "aws_service_discovery_http_namespace",
      "aws_service_discovery_private_dns_namespace",
      "aws_service_discovery_public_dns_namespace",
    ],
    users: { aws_ecs_service: ["service_connect_configuration"] },
    refusal: "ResourceInUse: Namespace has associated services",
  },
  distribution: {
    types: [
      "aws_cloudfront_cache_policy",
      "aws_cloudfront_origin_request_policy",
      "aws_cloudfront_response_headers_policy",
      "aws_cloudfront_origin_access_control",
      "aws_cloudfront_function",
    ],
    users: { [DISTRIBUTION]: ["origin", "default_cache_behavior", "ordered_cache_behavior"] },
    refusal: "CachePolicyInUse, FunctionInUse, OriginAccessControlInUse: the resource is used by a distribution",
  },
} as const satisfies Readonly<Record<string, Guarded>>;

type Kind = keyof typeof GUARDED;

const CAUSES = {
  replaced: "Terraform deletes the old one first, and changes what uses it only after the new one is there.",
  removed: "Terraform deletes it, and leaves what uses it as it is.",
};

export const IN_USE_RULES: readonly Rule[] = [
  defineRule({
    id: "CHG-001",
    severity: "error",
    title: "What is replaced is not in use when it is deleted",
    reference: "https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#create_before_destroy",
    problems: Object.fromEntries(
      Object.entries<Guarded>(GUARDED).flatMap(([kind, { refusal }]) =>
        Object.entries(CAUSES).map(([event, cause]) => [
          `${kind} ${event}`,
          { when: "apply", prevents: refusal, cause } satisfies Failure,
        ]),
      ),
    ) as Record<Problematic, Failure>,
    *check(graph) {
      if (graph.kind !== "plan") return;
      for (const [kind, guarded] of Object.entries(GUARDED) as [Kind, Guarded][]) {
        const replaced = graph.ofType(...guarded.types).filter(({ change }) => change?.actions.join() === REPLACED);
        const removed = graph.removals.filter(
          ({ type, actions }) => guarded.types.includes(type) && actions.includes("delete"),
        );
        if (replaced.length + removed.length === 0) continue;
        const users = usersOf(graph, guarded);
        for (const resource of replaced) yield* replacementProblem(graph, kind, guarded, resource, users);
        for (const removal of removed) yield* removalProblem(kind, guarded, removal, users);
      }
    },
  }),
];

const REPLACED = "delete,create";

type Problematic = `${Kind} ${keyof typeof CAUSES}`;

/** What uses something now and stays, by the ids, ARNs and names that it uses. */
type Users = ReadonlyMap<string, readonly User[]>;

interface User {
  readonly resource: Resource;
  /** It has the same text in the plan's result. */
  readonly keeps: boolean;
}

function usersOf(graph: Graph, { users }: Guarded): Users {
  const found = new Map<string, User[]>();
  for (const [type, attributes] of Object.entries(users)) {
    for (const resource of graph.ofType(type)) {
      const { change } = resource;
      if (!change || change.actions.includes("delete") || !isBlock(change.before)) continue;
      const before = attributes.flatMap((one) => ownTexts(resource, one, textsIn(at(change.before, one))));
      const after = new Set(textsIn(attributes.map((one) => at(change.after, one))));
      for (const text of new Set(before)) {
        const users = found.get(text) ?? [];
        users.push({ resource, keeps: after.has(text) });
        found.set(text, users);
      }
    }
  }
  return found;
}

/**
 * Those of an attribute's texts that are its own: what the configuration does not write was read back, and names also what
 * resources beside it bring in, such as the rules of a security group.
 */
function ownTexts(resource: Resource, attribute: string, texts: readonly string[]): readonly string[] {
  if (texts.length === 0 || !READ_BACK.has(`${resource.type}.${attribute}`) || resource.writes(attribute)) return texts;
  const left = resource.get(attribute) ?? null;
  const named = referencesIn(left).flatMap(({ resources }) => resources.flatMap(({ change }) => change ?? []));
  const known = new Set([...textsIn(left as Json), ...named.flatMap((one) => namesOf(one, undefined))]);
  return texts.filter((text) => known.has(text));
}

/** Users' attributes that the provider fills in with what other resources make. */
const READ_BACK = new Set([
  "aws_security_group.ingress",
  "aws_security_group.egress",
  "aws_iam_role.managed_policy_arns",
]);

function at(value: Json | undefined, attribute: string): Json {
  return isBlock(value) ? ((value[attribute] ?? null) as Json) : null;
}

function textsIn(value: Json): string[] {
  if (typeof value === "string") return [value];
  if (isList(value)) return value.flatMap((one) => textsIn(one as Json));
  return isBlock(value) ? Object.values(value).flatMap((one) => textsIn(one as Json)) : [];
}

function* replacementProblem(
  graph: Graph,
  kind: Kind,
  { name }: Guarded,
  resource: Resource,
  users: Users,
): Generator<KindOfProblem<Problematic>> {
  const { change } = resource;
  if (!change) return;
  // What uses it after the plan too is changed last.
  const user = namesOf(change, name)
    .flatMap((one) => users.get(one) ?? [])
    .find((one) => one.resource !== resource && graph.isOrdered(one.resource, resource) !== false);
  if (!user) return;
  const [path] = change.replacePaths;
  const why = path === undefined ? "" : `, because ${change.replacePaths.join(" and ")} changes`;
  yield {
    kind: `${kind} replaced`,
    at: resource,
    message: `is deleted before the new one is created${why}, and ${user.resource.address} still uses it.`,
    fix: "Set create_before_destroy to true in its lifecycle, with a name that differs from the old one.",
    ...(path !== undefined && { attribute: path.split(".")[0] ?? "" }),
  };
}

/** What is deleted for good, while something goes on naming it. */
function* removalProblem(
  kind: Kind,
  { name }: Guarded,
  removal: PlannedChange,
  users: Users,
): Generator<KindOfProblem<Problematic>> {
  const user = namesOf(removal, name)
    .flatMap((one) => users.get(one) ?? [])
    .find(({ keeps, resource }) => keeps && isSamePlace(removal.before, resource.change?.before));
  if (!user) return;
  yield {
    kind: `${kind} removed`,
    at: removal.address,
    message: `is deleted, and ${user.resource.address} still uses it.`,
    fix: `Remove it from ${user.resource.address} first, or keep it.`,
  };
}

/** Whether two things may be in one region of one account, as far as their ARNs tell: a name is taken once in each. */
function isSamePlace(one: Json | undefined, other: Json | undefined): boolean {
  const [here = [], there = []] = [one, other].map((before) => {
    const arn = at(before, "arn");
    return typeof arn === "string" ? arn.split(":").slice(3, 5) : [];
  });
  return here.every((part, index) => part === "" || !there[index] || part === there[index]);
}

/** Texts by which others name a resource now. */
function namesOf({ before }: PlannedChange, name: string | undefined): readonly string[] {
  const texts = ["id", "arn", ...(name === undefined ? [] : [name])].map((one) => at(before, one));
  return [...new Set(texts.filter((text) => typeof text === "string" && text !== ""))] as string[];
}
