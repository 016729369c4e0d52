import type { Stop } from "../gate-policy.ts";
import { ALARMS } from "./silence.ts";

/** A setting that protects, and when a change weakens it. */
export interface Protection {
  readonly path: string;
  readonly types?: RegExp;
  readonly isWeaker: (before: unknown, after: unknown) => boolean;
  readonly action: Stop;
  readonly what: string;
}

const turnsOff = (before: unknown, after: unknown) => isOn(before) && !isOn(after);
const turnsOn = (before: unknown, after: unknown) => !isOn(before) && isOn(after);
const toNothing = (before: unknown, after: unknown) => Number(before ?? 0) > 0 && Number(after ?? 0) === 0;
const gets = (less: readonly string[]) => (before: unknown, after: unknown) =>
  less.indexOf(String(before)) >= 0 && less.indexOf(String(after ?? less.at(-1))) > less.indexOf(String(before));
const lowers = (before: unknown, after: unknown) => Number(before ?? 0) > Number(after ?? 0);

function isOn(value: unknown): boolean {
  return value === true || /^(true|active|enabled|on)$/i.test(String(value));
}

/**
 * Policies that accept TLS 1.0 or 1.1.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
 */
function isOldTls(policy: string): boolean {
  return /^ELBSecurityPolicy-(2015-05|2016-08|FS-2018-06|FS-1-1-|TLS-1-[01]-|TLS13-1-[01]-)/.test(policy);
}

/** From https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs. */
export const PROTECTIONS: readonly Protection[] = [
  ...["deletion_protection", "enable_deletion_protection", "deletion_protection_enabled"].map((path) => ({
    path,
    isWeaker: turnsOff,
    action: "deletion-protection-off" as const,
    what: "AWS would no longer refuse to delete it",
  })),
  ...["skip_final_snapshot", "force_destroy", "force_delete"].map((path) => ({
    path,
    isWeaker: turnsOn,
    action: "deletion-protection-off" as const,
    what: "it could be deleted with its contents",
  })),
  {
    path: "deletion_window_in_days",
    types: /^aws_kms_/,
    isWeaker: lowers,
    action: "deletion-protection-off",
    what: "there would be less time to restore a deleted key",
  },
  {
    path: "recovery_window_in_days",
    types: /^aws_secretsmanager_/,
    isWeaker: toNothing,
    action: "deletion-protection-off",
    what: "a deleted secret could not be restored",
  },
  {
    path: "is_enabled",
    types: /^aws_kms_/,
    isWeaker: turnsOff,
    action: "encryption-off",
    what: "what it encrypted could not be read",
  },
  {
    path: "image_tag_mutability",
    types: /^aws_ecr_/,
    isWeaker: gets(["IMMUTABLE", "MUTABLE"]),
    action: "deletion-protection-off",
    what: "a running image could be overwritten",
  },
  {
    path: "delete_automated_backups",
    isWeaker: turnsOn,
    action: "backups-off",
    what: "deleting it would delete its backups",
  },
  {
    path: "point_in_time_recovery.0.enabled",
    isWeaker: turnsOff,
    action: "backups-off",
    what: "there would be no backups",
  },
  {
    path: "versioning_configuration.0.status",
    isWeaker: (before, after) => before === "Enabled" && after !== "Enabled",
    action: "backups-off",
    what: "overwritten or deleted objects could not be restored",
  },
  {
    path: "versioning.0.enabled",
    isWeaker: turnsOff,
    action: "backups-off",
    what: "overwritten or deleted objects could not be restored",
  },
  ...[
    "storage_encrypted",
    "encrypted",
    "at_rest_encryption_enabled",
    "transit_encryption_enabled",
    "enable_key_rotation",
  ].map((path) => ({
    path,
    isWeaker: turnsOff,
    action: "encryption-off" as const,
    what: path === "enable_key_rotation" ? "its key would never be rotated" : "it would not be encrypted",
  })),
  {
    path: "transit_encryption_mode",
    isWeaker: gets(["required", "preferred"]),
    action: "encryption-off",
    what: "it would accept unencrypted connections",
  },
  {
    path: "protocol",
    types: /^aws_(lb|alb)_listener$/,
    isWeaker: (before, after) => /^(HTTPS|TLS)$/.test(String(before)) && !/^(HTTPS|TLS)$/.test(String(after)),
    action: "encryption-off",
    what: "it would not be encrypted",
  },
  {
    path: "ssl_policy",
    types: /^aws_(lb|alb)_listener$/,
    isWeaker: (before, after) =>
      typeof before === "string" && !isOldTls(before) && typeof after === "string" && isOldTls(after),
    action: "encryption-off",
    what: "it would accept outdated versions of TLS",
  },
  {
    path: "default_cache_behavior.0.viewer_protocol_policy",
    types: /^aws_cloudfront_distribution$/,
    isWeaker: (before, after) => before !== undefined && before !== "allow-all" && after === "allow-all",
    action: "encryption-off",
    what: "it would answer over plain HTTP",
  },
  {
    path: "viewer_certificate.0.minimum_protocol_version",
    types: /^aws_cloudfront_distribution$/,
    isWeaker: (before, after) =>
      /^TLSv1\.[23]_/.test(String(before)) && /^(SSLv3|TLSv1(_2016|\.1_2016)?)$/.test(String(after)),
    action: "encryption-off",
    what: "it would accept outdated versions of TLS",
  },
  {
    path: "security_policy",
    types: /^aws_api_gateway_domain_name$/,
    isWeaker: gets(["TLS_1_2", "TLS_1_0"]),
    action: "encryption-off",
    what: "it would accept outdated versions of TLS",
  },
  {
    path: "enabled",
    types: /^aws_ebs_encryption_by_default$/,
    isWeaker: turnsOff,
    action: "encryption-off",
    what: "new volumes would not be encrypted by default",
  },
  {
    path: "enable_logging",
    types: /^aws_cloudtrail$/,
    isWeaker: turnsOff,
    action: "deletion-protection-off",
    what: "API calls would no longer be recorded",
  },
  {
    path: "actions_enabled",
    types: ALARMS,
    isWeaker: turnsOff,
    action: "guard-off",
    what: "nobody would be notified",
  },
  {
    path: "alarm_actions.0",
    types: ALARMS,
    isWeaker: (before, after) => Boolean(before) && !after,
    action: "guard-off",
    what: "nobody would be notified",
  },
  {
    path: "mfa_configuration",
    types: /^aws_cognito_user_pool$/,
    isWeaker: gets(["ON", "OPTIONAL", "OFF"]),
    action: "login-weakened",
    what: "users could log in without an authenticator app",
  },
  {
    path: "software_token_mfa_configuration.0.enabled",
    types: /^aws_cognito_user_pool$/,
    isWeaker: turnsOff,
    action: "login-weakened",
    what: "codes of authenticator apps would no longer be asked for",
  },
  {
    path: "password_policy.0.minimum_length",
    types: /^aws_cognito_user_pool$/,
    isWeaker: lowers,
    action: "login-weakened",
    what: "shorter passwords would be accepted",
  },
  {
    path: "admin_create_user_config.0.allow_admin_create_user_only",
    types: /^aws_cognito_user_pool$/,
    isWeaker: turnsOff,
    action: "login-weakened",
    what: "anyone could sign up",
  },
  {
    path: "user_pool_add_ons.0.advanced_security_mode",
    types: /^aws_cognito_user_pool$/,
    isWeaker: gets(["ENFORCED", "AUDIT", "OFF"]),
    action: "login-weakened",
    what: "suspicious logins would not be stopped",
  },
  {
    path: "prevent_user_existence_errors",
    types: /^aws_cognito_user_pool_client$/,
    isWeaker: gets(["ENABLED", "LEGACY"]),
    action: "login-weakened",
    what: "it would reveal who has an account",
  },
  {
    path: "authorization",
    types: /^aws_api_gateway_method$/,
    isWeaker: (before, after) => typeof before === "string" && before !== "NONE" && after === "NONE",
    action: "login-weakened",
    what: "it would answer anyone",
  },
  {
    path: "authorization_type",
    types: /^aws_apigatewayv2_route$/,
    isWeaker: (before, after) => typeof before === "string" && before !== "NONE" && (after ?? "NONE") === "NONE",
    action: "login-weakened",
    what: "it would answer anyone",
  },
  {
    path: "iam_database_authentication_enabled",
    types: /^aws_(db_instance|rds_cluster|neptune_cluster)$/,
    isWeaker: turnsOff,
    action: "login-weakened",
    what: "roles could no longer log in, only passwords",
  },
  {
    path: "metadata_options.0.http_tokens",
    types: /^aws_(instance|launch_template)$/,
    isWeaker: gets(["required", "optional"]),
    action: "login-weakened",
    what: "a forged request could read the credentials of its role (IMDSv1)",
  },
  {
    path: "auth_token_update_strategy",
    types: /^aws_elasticache_replication_group$/,
    isWeaker: (_, after) => after === "DELETE",
    action: "login-weakened",
    what: "the cache would no longer ask for a password",
  },
  {
    path: "client_authentication.0.unauthenticated",
    types: /^aws_msk_cluster$/,
    isWeaker: turnsOn,
    action: "login-weakened",
    what: "clients could connect without logging in",
  },
  {
    path: "encryption_info.0.encryption_in_transit.0.client_broker",
    types: /^aws_msk_cluster$/,
    isWeaker: gets(["TLS", "TLS_PLAINTEXT", "PLAINTEXT"]),
    action: "encryption-off",
    what: "it would accept unencrypted connections",
  },
  {
    path: "domain_endpoint_options.0.enforce_https",
    types: /^aws_(opensearch|elasticsearch)_domain$/,
    isWeaker: turnsOff,
    action: "encryption-off",
    what: "it would answer over plain HTTP",
  },
  {
    path: "enable",
    types: /^aws_guardduty_detector$/,
    isWeaker: turnsOff,
    action: "deletion-protection-off",
    what: "threats would go unreported",
  },
  {
    path: "type",
    types: /^aws_ssm_parameter$/,
    isWeaker: gets(["SecureString", "String"]),
    action: "encryption-off",
    what: "its value would be stored in the clear",
  },
  {
    path: "authentication_type",
    types: /^aws_appsync_graphql_api$/,
    isWeaker: (before, after) => typeof before === "string" && before !== "API_KEY" && after === "API_KEY",
    action: "login-weakened",
    what: "a key that every client has would be enough",
  },
  ...["web_acl_id", "web_acl_arn"].map((path) => ({
    path,
    isWeaker: (before: unknown, after: unknown) => Boolean(before) && !after,
    action: "login-weakened" as const,
    what: "requests would no longer pass the firewall",
  })),
  {
    path: "enable_token_revocation",
    types: /^aws_cognito_user_pool_client$/,
    isWeaker: turnsOff,
    action: "login-weakened",
    what: "stolen tokens could not be revoked",
  },
  ...["lowercase", "uppercase", "numbers", "symbols"].map((kind) => ({
    path: `password_policy.0.require_${kind}`,
    types: /^aws_cognito_user_pool$/,
    isWeaker: turnsOff,
    action: "login-weakened" as const,
    what: "simpler passwords would be accepted",
  })),
  ...["lowercase_characters", "uppercase_characters", "numbers", "symbols"].map((kind) => ({
    path: `require_${kind}`,
    types: /^aws_iam_account_password_policy$/,
    isWeaker: turnsOff,
    action: "guard-off" as const,
    what: "simpler passwords would be accepted",
  })),
  ...["minimum_password_length", "password_reuse_prevention"].map((path) => ({
    path,
    types: /^aws_iam_account_password_policy$/,
    isWeaker: lowers,
    action: "guard-off" as const,
    what: "weaker passwords would be accepted",
  })),
  {
    path: "max_password_age",
    types: /^aws_iam_account_password_policy$/,
    isWeaker: toNothing,
    action: "guard-off",
    what: "passwords would never expire",
  },
  ...[
    ["aws_ebs_snapshot_block_public_access", "state", ["block-all-sharing", "block-new-sharing", "unblocked"]],
    ["aws_ec2_image_block_public_access", "state", ["block-new-sharing", "unblocked"]],
    [
      "aws_vpc_block_public_access_options",
      "internet_gateway_block_mode",
      ["block-bidirectional", "block-ingress", "off"],
    ],
    ["aws_ec2_instance_metadata_defaults", "http_tokens", ["required", "optional", "no-preference"]],
    ["aws_macie2_account", "status", ["ENABLED", "PAUSED"]],
    ["aws_lb_listener", "mutual_authentication.0.mode", ["verify", "passthrough", "off"]],
    ["aws_lb", "desync_mitigation_mode", ["strictest", "defensive", "monitor"]],
  ].map(([type, path, steps]) => ({
    path: path as string,
    types: new RegExp(`^${type}$`),
    isWeaker: gets(steps as string[]),
    action: "guard-off" as const,
    what: "it would block less than before",
  })),
  ...[
    ["aws_config_configuration_recorder_status", "is_enabled"],
    ["aws_config_configuration_recorder", "recording_group.0.all_supported"],
    ["aws_cloudtrail", "is_multi_region_trail"],
    ["aws_cloudtrail", "include_global_service_events"],
    ["aws_cloudtrail", "enable_log_file_validation"],
    ["aws_guardduty_detector_feature", "status"],
    ["aws_ecr_repository", "image_scanning_configuration.0.scan_on_push"],
    ["aws_emr_block_public_access_configuration", "block_public_security_group_rules"],
    ["aws_lb", "drop_invalid_header_fields"],
    ["aws_redshift_cluster", "enhanced_vpc_routing"],
  ].map(([type, path]) => ({
    path: path as string,
    types: new RegExp(`^${type}$`),
    isWeaker: turnsOff,
    action: "guard-off" as const,
    what: "it would watch or block less than before",
  })),
  {
    path: "enabled",
    types: /^aws_ec2_serial_console_access$/,
    isWeaker: turnsOn,
    action: "guard-off",
    what: "the serial console of machines could be used",
  },
];
