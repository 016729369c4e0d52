/** Attributes that two resources of a type must not share, and what AWS says to the second. */
export interface Unique {
  readonly types: readonly string[];
  readonly by: readonly string[];
  /** What it is made in, which tells whether two of them are in one account. */
  readonly within?: string;
  readonly refusal: string;
}

/** Sources: the API page of each service's Create… action, which has the error for a name that is taken. */
export const UNIQUE: readonly Unique[] = [
  {
    types: ["aws_lb_target_group", "aws_alb_target_group"],
    by: ["name"],
    within: "vpc_id",
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
    by: ["namespace_id", "name"],
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
    by: ["scope", "name"],
    refusal: "WAFDuplicateItemException: AWS WAF couldn't perform the operation because some resource … already exists",
  })),
  {
    types: ["aws_scheduler_schedule"],
    by: ["group_name", "name"],
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
    by: ["gateway_id", "subnet_id"],
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

export const UNIQUE_BY_TYPE: ReadonlyMap<string, Unique> = new Map(
  UNIQUE.flatMap((one) => one.types.map((type) => [type, one])),
);
