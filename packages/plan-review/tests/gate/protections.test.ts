import { describe, expect, it } from "vitest";
import type { Json } from "../../../preflight/tests/support/rules.ts";
import { change, policyWith, reviewOf, stopsOf } from "../support/review.ts";

const DB = "aws_db_instance.main";

describe("protection is switched off", () => {
  const POOL = "aws_cognito_user_pool.x";
  it.each<[string, string, Json, Json]>([
    ["deletion-protection-off", DB, { deletion_protection: true }, { deletion_protection: false }],
    ["deletion-protection-off", DB, { skip_final_snapshot: false }, { skip_final_snapshot: true }],
    ["deletion-protection-off", "aws_lb.x", { enable_deletion_protection: true }, { enable_deletion_protection: null }],
    ["deletion-protection-off", POOL, { deletion_protection: "ACTIVE" }, { deletion_protection: "INACTIVE" }],
    ["deletion-protection-off", "aws_s3_bucket.x", { force_destroy: null }, { force_destroy: true }],
    ["deletion-protection-off", "aws_ecr_repository.x", { force_delete: false }, { force_delete: true }],
    [
      "deletion-protection-off",
      "aws_ecr_repository.x",
      { image_tag_mutability: "IMMUTABLE" },
      { image_tag_mutability: "MUTABLE" },
    ],
    ["deletion-protection-off", "aws_kms_key.x", { deletion_window_in_days: 30 }, { deletion_window_in_days: 7 }],
    [
      "deletion-protection-off",
      "aws_secretsmanager_secret.x",
      { recovery_window_in_days: 30 },
      { recovery_window_in_days: 0 },
    ],
    ["backups-off", DB, { backup_retention_period: 7 }, { backup_retention_period: 0 }],
    ["backups-off", "aws_elasticache_replication_group.x", { snapshot_retention_limit: 1 }, {}],
    [
      "backups-off",
      "aws_s3_bucket_versioning.x",
      { versioning_configuration: [{ status: "Enabled" }] },
      { versioning_configuration: [{ status: "Suspended" }] },
    ],
    ["backups-off", "aws_s3_bucket_versioning.x", { bucket: "b" }, null],
    ["backups-off", DB, { backup_retention_period: 30 }, { backup_retention_period: 1 }],
    [
      "backups-off",
      "aws_backup_plan.x",
      { rule: [{ lifecycle: [{ delete_after: 35 }] }] },
      { rule: [{ lifecycle: [{ delete_after: 2 }] }] },
    ],
    [
      "encryption-off",
      "aws_db_parameter_group.x",
      { parameter: [{ name: "rds.force_ssl", value: "1" }] },
      { parameter: [{ name: "rds.force_ssl", value: "0" }] },
    ],
    [
      "encryption-off",
      "aws_rds_cluster_parameter_group.x",
      { parameter: [{ name: "require_secure_transport", value: "ON" }] },
      { parameter: [] },
    ],
    [
      "encryption-off",
      "aws_docdb_cluster_parameter_group.x",
      { parameter: [{ name: "tls", value: "enabled" }] },
      { parameter: [{ name: "tls", value: "disabled" }] },
    ],
    [
      "encryption-off",
      "aws_elasticache_replication_group.x",
      { transit_encryption_enabled: true },
      { transit_encryption_enabled: false },
    ],
    [
      "encryption-off",
      "aws_lb_listener.x",
      { ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06" },
      { ssl_policy: "ELBSecurityPolicy-2016-08" },
    ],
    [
      "encryption-off",
      "aws_lb_listener.x",
      { protocol: "HTTP", default_action: [{ type: "redirect", redirect: [{ protocol: "HTTPS" }] }] },
      { protocol: "HTTP", default_action: [{ type: "forward" }] },
    ],
    [
      "encryption-off",
      "aws_cloudfront_distribution.x",
      { default_cache_behavior: [{ viewer_protocol_policy: "redirect-to-https" }] },
      { default_cache_behavior: [{ viewer_protocol_policy: "allow-all" }] },
    ],
    [
      "encryption-off",
      "aws_cloudfront_distribution.x",
      { viewer_certificate: [{ minimum_protocol_version: "TLSv1.2_2021" }] },
      { viewer_certificate: [{ minimum_protocol_version: "TLSv1.1_2016" }] },
    ],
    ["encryption-off", "aws_api_gateway_domain_name.x", { security_policy: "TLS_1_2" }, { security_policy: "TLS_1_0" }],
    ["encryption-off", "aws_ebs_encryption_by_default.x", { enabled: true }, { enabled: false }],
    ["encryption-off", "aws_ebs_encryption_by_default.x", { enabled: true }, null],
    [
      "encryption-off",
      "aws_elasticache_replication_group.x",
      { transit_encryption_mode: "required" },
      { transit_encryption_mode: "preferred" },
    ],
    [
      "login-weakened",
      "aws_elasticache_replication_group.x",
      { auth_token_update_strategy: "ROTATE" },
      { auth_token_update_strategy: "DELETE" },
    ],
    [
      "login-weakened",
      "aws_msk_cluster.x",
      { client_authentication: [{ unauthenticated: false }] },
      { client_authentication: [{ unauthenticated: true }] },
    ],
    ["public-endpoint", "aws_transfer_server.x", { endpoint_type: "VPC" }, { endpoint_type: "PUBLIC" }],
    [
      "public-endpoint",
      "aws_msk_cluster.x",
      { broker_node_group_info: [{ connectivity_info: [{ public_access: [{ type: "DISABLED" }] }] }] },
      { broker_node_group_info: [{ connectivity_info: [{ public_access: [{ type: "SERVICE_PROVIDED_EIPS" }] }] }] },
    ],
    ["encryption-off", "aws_efs_file_system.x", { encrypted: true }, { encrypted: false }],
    [
      "encryption-off",
      "aws_elasticache_replication_group.x",
      { transit_encryption_mode: "required" },
      { transit_encryption_mode: "preferred" },
    ],
    ["encryption-off", "aws_lb_listener.x", { protocol: "HTTPS" }, { protocol: "HTTP" }],
    ["encryption-off", "aws_kms_key.x", { enable_key_rotation: true }, { enable_key_rotation: false }],
    ["login-weakened", "aws_api_gateway_method.x", { authorization: "AWS_IAM" }, { authorization: "NONE" }],
    ["login-weakened", "aws_apigatewayv2_route.x", { authorization_type: "JWT" }, { authorization_type: "NONE" }],
    [
      "login-weakened",
      DB,
      { iam_database_authentication_enabled: true },
      { iam_database_authentication_enabled: false },
    ],
    [
      "login-weakened",
      "aws_instance.x",
      { metadata_options: [{ http_tokens: "required" }] },
      { metadata_options: [{ http_tokens: "optional" }] },
    ],
    ["login-weakened", "aws_wafv2_web_acl.x", { rule: [{ name: "a", action: [{ block: [{}] }] }] }, { rule: [] }],
    [
      "login-weakened",
      "aws_wafv2_web_acl.x",
      { rule: [{ name: "a", override_action: [{ none: [{}] }] }] },
      { rule: [{ name: "a", override_action: [{ count: [{}] }] }] },
    ],
    [
      "login-weakened",
      "aws_wafv2_web_acl.x",
      { default_action: [{ block: [{}] }] },
      { default_action: [{ allow: [{}] }] },
    ],
    [
      "encryption-off",
      "aws_msk_cluster.x",
      { encryption_info: [{ encryption_in_transit: [{ client_broker: "TLS" }] }] },
      { encryption_info: [{ encryption_in_transit: [{ client_broker: "TLS_PLAINTEXT" }] }] },
    ],
    [
      "encryption-off",
      "aws_opensearch_domain.x",
      { domain_endpoint_options: [{ enforce_https: true }] },
      { domain_endpoint_options: [{ enforce_https: false }] },
    ],
    ["deletion-protection-off", "aws_guardduty_detector.x", { enable: true }, { enable: false }],
    ["deletion-protection-off", "aws_backup_vault_lock_configuration.x", { min_retention_days: 7 }, null],
    ["login-weakened", POOL, { mfa_configuration: "ON" }, { mfa_configuration: "OPTIONAL" }],
    ["login-weakened", POOL, { mfa_configuration: "OPTIONAL" }, { mfa_configuration: "OFF" }],
    ["login-weakened", POOL, { mfa_configuration: "ON" }, { mfa_configuration: null }],
    [
      "login-weakened",
      POOL,
      { password_policy: [{ minimum_length: 12 }] },
      { password_policy: [{ minimum_length: 8 }] },
    ],
    [
      "login-weakened",
      "aws_lb_listener.x",
      { default_action: [{ type: "authenticate-cognito" }] },
      { default_action: [{ type: "forward" }] },
    ],
  ])("%s of %s: %j → %j", async (action, address, before, after) => {
    expect(await stopsOf([change(address, before, after)])).toEqual([`${action} ${address}`]);
    if (after) expect(await stopsOf([change(address, after, before)])).toEqual([]);
    if (after) expect(await stopsOf([change(address, null, after)])).toEqual([]);
  });

  it("by another parameter group", async () => {
    const strict = { name: "strict", parameter: [{ name: "rds.force_ssl", value: "1" }] };
    const group = change("aws_db_parameter_group.x", strict, strict);
    const using = (name: string) => ({ engine: "postgres", parameter_group_name: name });
    const plan = (to: string) => [group, change(DB, using("strict"), using(to))];
    expect(await stopsOf(plan("default.postgres13"))).toEqual([`encryption-off ${DB}`]);
    expect(await stopsOf([group, change(DB, using("default.postgres13"), using("strict"))])).toEqual([]);
  });

  it("by a rule that bypasses a login", async () => {
    const arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/1/2";
    const listener = { arn, default_action: [{ type: "authenticate-oidc" }, { type: "forward" }] };
    const RULE = "aws_lb_listener_rule.x";
    const plan = (...actions: string[]) => [
      change("aws_lb_listener.x", listener, listener),
      change(RULE, null, { listener_arn: arn, action: actions.map((type) => ({ type })) }),
    ];
    expect(await stopsOf(plan("forward"))).toEqual([`login-weakened ${RULE}`]);
    expect(await stopsOf(plan("authenticate-oidc", "forward"))).toEqual([]);
    expect(await stopsOf(plan("fixed-response"))).toEqual([]);

    const rule = (type: string, ...values: string[]) => ({
      listener_arn: arn,
      action: [{ type }, { type: "forward" }],
      condition: [{ path_pattern: [{ values }] }],
    });
    const open = (...values: string[]) => rule("forward", ...values);
    const around = (before: Json, after: Json) => [
      change("aws_lb_listener.x", listener, listener),
      change(RULE, before, after),
    ];
    expect(await stopsOf(around(null, open("/*")))).toEqual([`login-weakened ${RULE}`]);
    expect(await stopsOf(around(rule("authenticate-oidc", "/a"), open("/a")))).toEqual([`login-weakened ${RULE}`]);
    for (const before of [null, rule("authenticate-oidc", "/a")]) {
      const { blocked, notes } = await reviewOf(around(before, open("/webhooks/*")));
      expect(blocked.filter(({ action }) => action !== "preflight")).toEqual([]);
      expect(notes).toEqual([`${RULE} lets /webhooks/* through without a login.`]);
    }
  });

  it("for copies of backups that would no longer be made", async () => {
    const PLAN = "aws_backup_plan.x";
    const to = (...vaults: string[]) => ({
      rule: [
        { lifecycle: [{ delete_after: 35 }], copy_action: vaults.map((name) => ({ destination_vault_arn: name })) },
      ],
    });
    const { blocked } = await reviewOf([change(PLAN, to("arn:a", "arn:b"), to("arn:b"))]);
    expect(blocked.map(({ action, message }) => `${action} ${message}`)).toEqual([
      "backups-off would no longer copy backups to arn:a.",
    ]);
    expect(await stopsOf([change(PLAN, to("arn:a"), to("arn:a", "arn:b"))])).toEqual([]);
  });

  it("for backups that are kept for fewer days than the policy says, and noted where they are still enough", async () => {
    const plan = [change(DB, { backup_retention_period: 30 }, { backup_retention_period: 10 })];
    const { blocked, notes } = await reviewOf(plan);
    expect(blocked).toEqual([]);
    expect(notes).toEqual([`${DB} would keep backups for 10 days instead of 30 days (backup_retention_period).`]);
    expect(await stopsOf(plan, { policy: policyWith({ leastBackupDays: 14 }) })).toEqual([`backups-off ${DB}`]);
  });

  it("not for a firewall's rule that counts from now on, nor for a higher limit: both are noted", async () => {
    const acl = (limit: number, ...counted: string[]) => ({
      rule: [
        { name: "limit", action: [{ block: [{}] }], statement: [{ rate_based_statement: [{ limit }] }] },
        {
          name: "core",
          override_action: [{ none: [{}] }],
          statement: [
            {
              managed_rule_group_statement: [
                { rule_action_override: counted.map((name) => ({ name, action_to_use: [{ count: [{}] }] })) },
              ],
            },
          ],
        },
      ],
    });
    const ACL = "aws_wafv2_web_acl.x";
    const { blocked, notes } = await reviewOf([change(ACL, acl(100, "A"), acl(200, "A", "B"))]);
    expect(blocked).toEqual([]);
    expect(notes).toEqual([
      `${ACL} would count what B stopped so far.`,
      `${ACL} would let 200 requests of an address through instead of 100.`,
    ]);
    expect((await reviewOf([change(ACL, acl(200, "A", "B"), acl(100, "A"))])).notes).toEqual([]);
  });

  it("perhaps, where it is known after apply", async () => {
    const one = change(
      DB,
      { deletion_protection: true },
      {},
      { actions: ["update"], change: { after_unknown: { deletion_protection: true } } },
    );
    expect(await stopsOf([one])).toEqual([`deletion-protection-off ${DB}`]);
  });
});
