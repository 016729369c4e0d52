import { BACKUPS } from "./backups.ts";
import { COMPUTE } from "./compute.ts";
import { CONTAINERS } from "./containers.ts";
import { DATABASES } from "./databases.ts";
import { LOAD_BALANCERS } from "./load-balancers.ts";
import type { Meters } from "./meter.ts";
import { NETWORK } from "./network.ts";
import { OTHERS } from "./others.ts";
import { SCHEDULES } from "./schedules.ts";

/** What is billed, by the type of resource. */
export const METERS: Meters = {
  ...NETWORK,
  ...LOAD_BALANCERS,
  ...CONTAINERS,
  ...DATABASES,
  ...BACKUPS,
  ...COMPUTE,
  ...OTHERS,
  ...SCHEDULES,
};

export function isMetered(type: string): boolean {
  return Object.hasOwn(METERS, type);
}

/** Types that AWS bills nothing for, or nothing of their own. */
const FREE = new RegExp(
  `^aws_(?:${[
    // IAM, certificates and the like
    "iam_.*|acm_certificate.*|account_.*|ssoadmin_.*|resourcegroups_.*|budgets_budget",
    // a VPC, and who may go where
    "vpc|subnet|(?:default_)?route.*|main_route_table_association|(?:egress_only_)?internet_gateway.*|(?:default_)?network_acl.*",
    "(?:default_)?security_group.*|vpc_security_group_.*|(?:default_)?vpc.*_options.*|vpc_endpoint_.*|default_(?:vpc|subnet)|eip_association",
    "network_interface.*|vpc_ipv4_cidr_block_association|vpc_peering_connection.*|flow_log|ec2_tag|key_pair|placement_group|prefix_list",
    // parts of a thing that is billed
    "(?:alb|lb)_(?:listener.*|target_group.*)|launch_template|launch_configuration|autoscaling_policy|autoscaling_attachment|autoscaling_schedule|appautoscaling_.*",
    "ecs_(?:task_definition|capacity_provider|cluster_capacity_providers|account_setting.*)|ecr_.*policy.*|ecr_registry_.*|service_discovery_.*",
    "db_(?:parameter_group|option_group|subnet_group|instance_role_association)|rds_cluster_parameter_group|elasticache_(?:parameter_group|subnet_group|user.*)",
    "s3_bucket_.*|s3_account_.*|kms_(?:alias|grant|key_policy)|secretsmanager_secret_.*|cloudwatch_log_(?:stream|metric_filter|subscription_filter|resource_policy|group_policy)",
    "cognito_.*|lambda_(?:permission|alias|event_source_mapping|layer_version.*|function_event_invoke_config)|cloudwatch_event_(?:rule|target|permission)",
    "sns_topic_(?:policy|subscription)|sqs_queue_.*policy|api_gateway_(?:account|authorizer|deployment|gateway_response|integration.*|method.*|model|resource|request_validator)",
    "wafv2_(?:ip_set|regex_pattern_set|web_acl_association|web_acl_logging_configuration)|volume_attachment|ami_launch_permission|cloudfront_(?:origin_access_.*|cache_policy|origin_request_policy|response_headers_policy)",
    "backup_(?:vault.*|selection|global_settings|region_settings)|default_tags|eks_(?:access_.*|identity_provider_config|pod_identity_association)|ses_.*|sesv2_.*|cloudwatch_dashboard_.*|cloudwatch_query_definition|scheduler_schedule_group",
  ].join("|")})$`,
);

/** Providers whose things are on nobody's bill. */
const ELSEWHERE = /^(?:null|random|time|tls|local|template|terraform|external|archive|http)_/;

export function isFree(type: string): boolean {
  return FREE.test(type) || ELSEWHERE.test(type);
}
