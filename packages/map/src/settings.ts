import { type Block, block, blocks, type Resource, text, type Value } from "@operation-app/preflight/graph";

/** An argument, and what it is set to. */
export type Setting = readonly [name: string, value: string];

/**
 * Arguments that matter to a reader, by type. Only these are shown: no other may come into the file, since a plan holds
 * secrets.
 */
const SHOWN: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /^aws_ecs_service$/,
    ["desired_count", "launch_type", "network_configuration.assign_public_ip", "enable_execute_command"],
  ],
  [/^aws_ecs_task_definition$/, ["cpu", "memory"]],
  [/^aws_appautoscaling_target$/, ["min_capacity", "max_capacity"]],
  [/^aws_(lb|alb|elb)$/, ["internal", "load_balancer_type", "enable_deletion_protection"]],
  [/^aws_lb_listener$/, ["port", "protocol"]],
  [
    /^aws_(db_instance|rds_cluster|docdb_cluster|neptune_cluster)$/,
    [
      ...["engine", "engine_version", "instance_class", "allocated_storage", "multi_az", "storage_encrypted"],
      ...["publicly_accessible", "deletion_protection", "backup_retention_period"],
    ],
  ],
  [
    /^aws_elasticache_/,
    [
      ...[
        "engine",
        "engine_version",
        "node_type",
        "num_cache_clusters",
        "num_cache_nodes",
        "automatic_failover_enabled",
      ],
      ...["transit_encryption_enabled", "at_rest_encryption_enabled"],
    ],
  ],
  [/^aws_instance$/, ["instance_type", "associate_public_ip_address"]],
  [/^aws_autoscaling_group$/, ["min_size", "max_size", "desired_capacity"]],
  [/^aws_lambda_function$/, ["runtime", "memory_size", "timeout", "package_type"]],
  [/^aws_eks_/, ["version", "instance_types", "capacity_type"]],
  [/^aws_nat_gateway$/, ["connectivity_type"]],
  [/^aws_vpc_endpoint$/, ["vpc_endpoint_type", "private_dns_enabled"]],
  [/^aws_(opensearch|elasticsearch)_domain$/, ["engine_version"]],
  [/^aws_vpc$/, ["cidr_block", "enable_dns_support", "enable_dns_hostnames"]],
  [/^aws_subnet$/, ["cidr_block", "availability_zone"]],
  [/^aws_cloudfront_distribution$/, ["enabled", "price_class"]],
  [/^aws_s3_bucket$/, ["force_destroy"]],
  [/^aws_cloudwatch_log_group$/, ["retention_in_days"]],
  [/^aws_cognito_user_pool$/, ["mfa_configuration", "deletion_protection"]],
];

/** Settings of a resource that matter, as far as they are known. */
export function settingsOf(resource: Resource): Setting[] {
  const names = SHOWN.find(([types]) => types.test(resource.type))?.[1] ?? [];
  return names.flatMap((name): Setting[] => {
    const value = written(valueAt(resource.values, name));
    return value === undefined || value === "" ? [] : [[name.split(".").at(-1) ?? name, value]];
  });
}

function valueAt(values: Block, name: string): Value | undefined {
  const [first = "", second] = name.split(".");
  return second === undefined ? values[first] : block(values[first])?.[second];
}

function written(value: Value | undefined): string | undefined {
  return (
    text(value) ??
    (Array.isArray(value) && blocks(value).blocks.length === 0
      ? value.map((one) => text(one) ?? "?").join(", ")
      : undefined)
  );
}
