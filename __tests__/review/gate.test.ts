import { describe, expect, it } from "vitest";
import production from "../../environments/production.ts";
import { InputError } from "../../toolchain/user-error.ts";
import { planOfStack } from "../support/plan.ts";
import type { Json } from "../support/preflight.ts";
import { change, planWith, policyWith, reviewOf, savedPlan, stopsOf } from "../support/review.ts";
import { synthesizeText } from "../support/synthesize.ts";

const DB = "aws_db_instance.main";
const db = { id: "db-1", engine: "mysql", identifier: "main" };

describe("a protected object", () => {
  it.each<[string, Json]>([
    ["delete", change(DB, db, null)],
    ["delete", change(DB, db, null, { deposed: "abcd1234" })],
    ["replace", change(DB, db, { engine: "mysql" }, { actions: ["delete", "create"] })],
    ["replace", change(DB, db, { engine: "mysql" }, { actions: ["create", "delete"] })],
    ["replace", change(DB, db, { engine: "mysql" }, { actions: ["create", "forget"] })],
    ["forget", change(DB, db, null, { actions: ["forget"] })],
  ])("must not be lost: %s", async (action, one) => {
    expect(await stopsOf([one])).toEqual([`${action} ${DB}`]);
  });

  it.each<[string, Json]>([
    ["made", change(DB, null, db)],
    ["changed", change(DB, db, { ...db, engine: "mysql8" })],
    ["moved", change(DB, db, db, { previous_address: "aws_db_instance.old" })],
    ["imported", change(DB, db, db, { change: { importing: { id: "db-1" } } })],
    ["looked up", change(DB, null, db, { mode: "data", actions: ["read"] })],
  ])("may be %s", async (_, one) => {
    expect(await stopsOf([one])).toEqual([]);
  });

  it("whose creation was interrupted may be kept", async () => {
    const { blocked } = await reviewOf([
      change(DB, db, db, { actions: ["delete", "create"], action_reason: "replace_because_tainted" }),
    ]);
    expect(blocked.map(({ fix }) => fix)).toEqual([expect.stringContaining(`terraform untaint '${DB}'`)]);
  });

  it("that is renamed without a moved block gets the block", async () => {
    const plan = [change(DB, db, null), change("aws_db_instance.new", null, { engine: "mysql", identifier: "main" })];
    const { blocked, changes } = await reviewOf(plan);
    const stop = blocked.find(({ action }) => action === "delete");
    expect(stop?.code).toContain("moved {\n  from = aws_db_instance.main\n  to   = aws_db_instance.new\n}");
    expect(changes.find(({ address }) => address === DB)?.renamed).toBe("aws_db_instance.new");
  });

  it("is not said to be renamed where what comes is something else", async () => {
    const plan = [change(DB, db, null), change("aws_db_instance.new", null, { engine: "postgres", identifier: "x" })];
    expect((await reviewOf(plan)).blocked.find(({ action }) => action === "delete")?.code).toBeUndefined();
  });

  it("may be one among others of its type, by address or by value", async () => {
    const policy = policyWith({
      protected: [
        { type: "aws_s3_bucket", where: { bucket: ["*-state"] }, why: "The state." },
        { type: "aws_db_instance", addresses: ["module.live.*"], why: "The data." },
      ],
    });
    const plan = [
      change("aws_s3_bucket.state", { bucket: "app-state" }, null),
      change("aws_s3_bucket.logs", { bucket: "app-logs" }, null),
      change("module.live.aws_db_instance.main", db, null),
      change("module.test.aws_db_instance.main", db, null),
    ];
    expect(await stopsOf(plan, { policy })).toEqual([
      "delete aws_s3_bucket.state",
      "delete module.live.aws_db_instance.main",
    ]);
  });

  it("must not move to where it is not protected", async () => {
    const policy = policyWith({
      protected: [{ type: "aws_db_instance", addresses: ["module.live.*"], why: "The data." }],
    });
    const one = change(DB, db, db, { previous_address: "module.live.aws_db_instance.main" });
    expect(await stopsOf([one], { policy })).toEqual([`unprotect ${DB}`]);
  });

  it("must not lose what it is known by", async () => {
    const policy = policyWith({
      protected: [{ type: "aws_db_instance", where: { engine: ["mysql"] }, why: "The data." }],
    });
    const one = change(DB, db, { ...db, engine: "mariadb" });
    expect(await stopsOf([one], { policy })).toEqual([`unprotect ${DB}`]);
  });

  it("must not leave and be lost at once", async () => {
    const policy = policyWith({
      protected: [{ type: "aws_db_instance", addresses: ["module.live.*"], why: "The data." }],
    });
    const one = change(
      DB,
      db,
      {},
      { previous_address: "module.live.aws_db_instance.main", actions: ["delete", "create"] },
    );
    expect(await stopsOf([one], { policy })).toEqual([`replace ${DB}`]);
  });
});

describe("the internet is let in", () => {
  const rule = (more: object) => ({ ip_protocol: "tcp", from_port: 22, to_port: 22, cidr_ipv4: "0.0.0.0/0", ...more });
  const inline = (...blocks: string[]) => ({
    ingress: [{ protocol: "tcp", from_port: 443, to_port: 443, cidr_blocks: blocks, ipv6_cidr_blocks: [] }],
  });
  const old = (more: object) => ({ type: "ingress", protocol: "tcp", from_port: 22, to_port: 22, ...more });
  const RULE = "aws_vpc_security_group_ingress_rule.x";

  it.each<[string, Json]>([
    ["by a new rule", change(RULE, null, rule({}))],
    ["by IPv6", change(RULE, null, rule({ cidr_ipv4: null, cidr_ipv6: "::/0" }))],
    ["by half of it", change(RULE, null, rule({ cidr_ipv4: "128.0.0.0/1" }))],
    ["by all of it in halves", change("aws_security_group.x", inline(), inline("0.0.0.0/1", "128.0.0.0/1"))],
    [
      "by more than a /8 in parts",
      change("aws_security_group.x", inline("8.0.0.0/8"), inline("8.0.0.0/8", "9.0.0.0/9")),
    ],
    [
      "by IPv6 in parts",
      change("aws_security_group_rule.x", null, old({ ipv6_cidr_blocks: ["2400::/8", "2600::/8"] })),
    ],
    [
      "on ports that are only known after apply",
      change(RULE, null, rule({ from_port: null }), { change: { after_unknown: { from_port: true } } }),
    ],
    [
      "into another group",
      change(RULE, rule({ security_group_id: "sg-1" }), rule({ security_group_id: "sg-2" }), {
        actions: ["delete", "create"],
      }),
    ],
    [
      "by a prefix list",
      change("aws_ec2_managed_prefix_list.x", { entry: [{ cidr: "10.0.0.0/8" }] }, { entry: [{ cidr: "0.0.0.0/0" }] }),
    ],
    ["by an entry of a prefix list", change("aws_ec2_managed_prefix_list_entry.x", null, { cidr: "0.0.0.0/0" })],
    ["from a smaller block", change(RULE, rule({ cidr_ipv4: "10.0.0.0/8" }), rule({}))],
    ["on more ports", change(RULE, rule({}), rule({ to_port: 23 }))],
    ["on all protocols", change(RULE, rule({}), rule({ ip_protocol: "-1" }))],
    [
      "by a replaced rule",
      change(RULE, rule({ cidr_ipv4: "10.0.0.0/8" }), rule({}), { actions: ["delete", "create"] }),
    ],
    ["inline", change("aws_security_group.x", inline("10.0.0.0/8"), inline("10.0.0.0/8", "0.0.0.0/0"))],
    ["in the default group", change("aws_default_security_group.x", inline(), inline("0.0.0.0/0"))],
    ["by an old rule", change("aws_security_group_rule.x", null, old({ cidr_blocks: ["0.0.0.0/0"] }))],
  ])("%s", async (_, one) => {
    expect(await stopsOf([one])).toEqual([`public-ingress ${one.address}`]);
  });

  it.each<[string, Json]>([
    ["no more than before", change(RULE, rule({ to_port: 80 }), rule({ description: "x" }))],
    ["less than before", change("aws_security_group.x", inline("0.0.0.0/0", "10.0.0.0/8"), inline("0.0.0.0/0"))],
    [
      "from all private networks",
      change(
        "aws_security_group.x",
        inline(),
        inline("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"),
      ),
    ],
    ["from one host more", change("aws_security_group.x", inline("0.0.0.0/1"), inline("0.0.0.0/1", "192.0.2.1/32"))],
    ["from a VPC", change(RULE, null, rule({ cidr_ipv4: "10.0.0.0/8" }))],
    ["out", change("aws_security_group_rule.x", null, old({ type: "egress", cidr_blocks: ["0.0.0.0/0"] }))],
    ["not any more", change(RULE, rule({}), null)],
    ["as it is", change(RULE, rule({}), rule({}))],
  ])("not where it is let in %s", async (_, one) => {
    expect(await stopsOf([one])).toEqual([]);
  });

  it("by rules of one group that are all of it together", async () => {
    const part = (name: string, block: string) =>
      change(
        `aws_vpc_security_group_ingress_rule.${name}`,
        null,
        rule({ security_group_id: "sg-1", cidr_ipv4: block }),
      );
    const other = change(
      "aws_vpc_security_group_ingress_rule.o",
      null,
      rule({ security_group_id: "sg-2", cidr_ipv4: "9.0.0.0/8" }),
    );
    expect(await stopsOf([part("a", "8.0.0.0/8"), other])).toEqual([]);
    expect(await stopsOf([part("a", "8.0.0.0/8"), part("b", "9.0.0.0/8"), other])).toEqual([
      "public-ingress aws_vpc_security_group_ingress_rule.a",
    ]);
  });

  it("on ports that are meant to be public, and on no others", async () => {
    const policy = policyWith({ publicPorts: [{ address: RULE, ports: [80, 443], reason: "The web." }] });
    const open = (from: number, to: number) => change(RULE, null, rule({ from_port: from, to_port: to }));
    expect(await stopsOf([open(443, 443)], { policy })).toEqual([]);
    expect(await stopsOf([open(80, 443)], { policy })).toEqual([`public-ingress ${RULE}`]);
    expect(await stopsOf([open(22, 22)], { policy })).toEqual([`public-ingress ${RULE}`]);
  });
});

describe("something is made public", () => {
  const policy = (principal: unknown, condition?: object) =>
    JSON.stringify({
      Statement: [{ Effect: "Allow", Principal: principal, Action: "*", ...(condition && { Condition: condition }) }],
    });
  const all = {
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  };
  const BLOCK = "aws_s3_bucket_public_access_block.x";

  const github = (condition?: object) => ({
    assume_role_policy: policy(
      { Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" },
      condition,
    ),
  });
  const IN_VPC = { vpc_options: [{ subnet_ids: ["subnet-1"] }], access_policies: policy("*") };
  const SUB = "token.actions.githubusercontent.com:sub";

  it.each<[string, Json]>([
    ["public-policy", change("aws_iam_role.x", null, github())],
    ["public-policy", change("aws_iam_role.x", null, github({ StringLike: { [SUB]: "repo:*" } }))],
    ["public-policy", change("aws_db_snapshot.x", { shared_accounts: [] }, { shared_accounts: ["all"] })],
    ["public-policy", change("aws_lambda_permission.x", null, { principal: "*" })],
    ["public-policy", change("aws_cloudwatch_event_permission.x", null, { principal: "*" })],
    ["public-policy", change("aws_lambda_layer_version_permission.x", null, { principal: "*" })],
    ["public-policy", change("aws_codeartifact_domain_permissions_policy.x", null, { policy_document: policy("*") })],
    ["public-policy", change("aws_opensearch_domain.x", null, { access_policies: policy("*") })],
    [
      "public-policy",
      change("aws_opensearch_domain.x", IN_VPC, { ...IN_VPC, vpc_options: [] }, { actions: ["delete", "create"] }),
    ],
    [
      "public-policy",
      change("aws_lambda_permission.x", { principal: "*", principal_org_id: "o-1" }, { principal: "*" }),
    ],
    ["foreign-account", change("aws_lambda_permission.x", null, { principal: "*", source_account: "999999999999" })],
    ["public-policy", change("aws_vpc_endpoint_service.x", {}, { allowed_principals: ["*"] })],
    ["foreign-account", change("aws_lambda_permission.x", null, { principal: "999999999999" })],
    ["foreign-account", change("aws_kms_grant.x", null, { grantee_principal: "arn:aws:iam::999999999999:root" })],
    ["foreign-account", change("aws_db_snapshot.x", { shared_accounts: [] }, { shared_accounts: ["999999999999"] })],
    ["foreign-account", change("aws_ram_principal_association.x", null, { principal: "999999999999" })],
    ["public-endpoint", change("aws_cognito_identity_pool.x", null, { allow_unauthenticated_identities: true })],
    ["public-endpoint", change("aws_subnet.x", { map_public_ip_on_launch: false }, { map_public_ip_on_launch: true })],
    [
      "public-endpoint",
      change(
        "aws_eks_cluster.x",
        { vpc_config: [{ public_access_cidrs: ["192.0.2.0/24"] }] },
        { vpc_config: [{ public_access_cidrs: ["0.0.0.0/1", "128.0.0.0/1"] }] },
      ),
    ],
    ["public-policy", change("aws_ami_launch_permission.x", null, { group: "all" })],
    ["public-policy", change("aws_ssm_document.x", {}, { permissions: { type: "Share", account_ids: "All" } })],
    ["public-endpoint", change("aws_db_instance.x", null, { publicly_accessible: true })],
    [
      "public-endpoint",
      change("aws_rds_cluster_instance.x", { publicly_accessible: false }, { publicly_accessible: true }),
    ],
    ["public-endpoint", change("aws_lb.x", { internal: true }, { internal: false }, { actions: ["delete", "create"] })],
    ["public-endpoint", change("aws_lambda_function_url.x", null, { authorization_type: "NONE" })],
    ["public-bucket", change(BLOCK, { bucket: "b", ...all }, { bucket: "b", ...all, ignore_public_acls: false })],
    ["public-bucket", change(BLOCK, { bucket: "b", ...all }, null)],
    ["public-bucket", change(BLOCK, null, { ...all, block_public_policy: false })],
    ["public-bucket", change("aws_s3_bucket_acl.x", { acl: "private" }, { acl: "public-read" })],
    ["public-bucket", change("aws_s3_bucket_policy.x", null, { policy: policy("*") })],
    [
      "public-policy",
      change(
        "aws_ecr_repository_policy.x",
        { policy: policy({ AWS: "arn:aws:iam::1:root" }) },
        { policy: policy({ AWS: ["*"] }) },
      ),
    ],
    [
      "public-policy",
      change("aws_sqs_queue_policy.x", null, { policy: policy("*", { Bool: { "aws:SecureTransport": "true" } }) }),
    ],
    [
      "public-policy",
      change("aws_kms_key.x", null, { policy: policy("*", { StringNotEquals: { "aws:PrincipalOrgID": "o-1" } }) }),
    ],
  ])("%s: %j", async (action, one) => {
    expect(await stopsOf([one])).toEqual([`${action} ${one.address}`]);
  });

  it.each<[string, Json]>([
    ["a role for one repository", change("aws_iam_role.x", null, github({ StringLike: { [SUB]: "repo:a/b:*" } }))],
    ["a load balancer that is made", change("aws_lb.x", null, { internal: false })],
    [
      "a database that was public",
      change("aws_db_instance.x", { publicly_accessible: true, a: 1 }, { publicly_accessible: true }),
    ],
    ["a block that is made", change(BLOCK, null, all)],
    [
      "a policy for one organization",
      change("aws_s3_bucket_policy.x", null, {
        policy: policy("*", { StringEquals: { "aws:PrincipalOrgID": "o-1" } }),
      }),
    ],
    [
      "a policy for a service",
      change("aws_s3_bucket_policy.x", null, { policy: policy({ Service: "logs.amazonaws.com" }) }),
    ],
    [
      "a function for one organization",
      change("aws_lambda_permission.x", null, { principal: "*", principal_org_id: "o-1" }),
    ],
    [
      "an event bus for one organization",
      change("aws_cloudwatch_event_permission.x", null, {
        principal: "*",
        condition: [{ type: "StringEquals", key: "aws:PrincipalOrgID", value: "o-1" }],
      }),
    ],
    ["a search domain in a VPC", change("aws_opensearch_domain.x", null, IN_VPC)],
    ["an endpoint's policy", change("aws_vpc_endpoint.x", null, { policy: policy("*") })],
    [
      "a policy that was public",
      change("aws_s3_bucket_policy.x", { policy: policy("*"), a: 1 }, { policy: policy("*") }),
    ],
  ])("not by %s", async (_, one) => {
    expect(await stopsOf([one])).toEqual([]);
  });

  it("not where its bucket goes with it", async () => {
    const plan = [change("aws_s3_bucket.x", { bucket: "b" }, null), change(BLOCK, { bucket: "b", ...all }, null)];
    expect(await stopsOf(plan)).toEqual([]);
  });
});

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

  it("by a rule beside a log-in", async () => {
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
  });

  it("for backups by as many days as the policy says, and is told before that", async () => {
    const plan = [change(DB, { backup_retention_period: 30 }, { backup_retention_period: 10 })];
    const { blocked, notes } = await reviewOf(plan);
    expect(blocked).toEqual([]);
    expect(notes).toEqual([`${DB} would keep its backups 10 days long, and not 30 days (backup_retention_period).`]);
    expect(await stopsOf(plan, { policy: policyWith({ leastBackupDays: 14 }) })).toEqual([`backups-off ${DB}`]);
  });

  it("perhaps, where it is only known after the apply", async () => {
    const one = change(
      DB,
      { deletion_protection: true },
      {},
      { actions: ["update"], change: { after_unknown: { deletion_protection: true } } },
    );
    expect(await stopsOf([one])).toEqual([`deletion-protection-off ${DB}`]);
  });
});

describe("a replacement", () => {
  const replaced = (type: string, before: Json, unknown: Json) =>
    change(
      `${type}.x`,
      { ...before, id: "a" },
      { id: "b" },
      {
        actions: ["delete", "create"],
        change: { after_unknown: unknown },
      },
    );
  const cases: [Json, string, string][] = [
    [
      replaced("aws_rds_cluster_instance", { publicly_accessible: false }, { publicly_accessible: true }),
      "publicly_accessible",
      "public-endpoint",
    ],
    [replaced("aws_ebs_volume", { encrypted: true }, { encrypted: true }), "encrypted", "encryption-off"],
    [
      replaced("aws_instance", { metadata_options: [{ http_tokens: "required" }] }, { metadata_options: true }),
      "metadata_options",
      "login-weakened",
    ],
    [
      replaced("aws_rds_cluster", { backup_retention_period: 7 }, { backup_retention_period: true }),
      "backup_retention_period",
      "backups-off",
    ],
  ];

  it.each(cases)("has what the provider makes up as it had it: %j", async (one) => {
    expect(await stopsOf([one])).toEqual([]);
  });

  it.each(cases)("may lose what somebody writes: %j, %s", async (one, attribute, action) => {
    const resource = {
      address: one.address,
      mode: "managed",
      type: one.type,
      name: "x",
      expressions: { [attribute]: {} },
    };
    const plan = planWith([one], { configuration: { root_module: { resources: [resource] } } });
    expect(await stopsOf(plan)).toEqual([`${action} ${one.address}`]);
  });
});

describe("what is only known after the apply", () => {
  const made = (address: string, unknown: Json, after: Json = {}) =>
    change(address, null, after, { change: { after_unknown: unknown } });
  const configured = (one: Json, attribute: string) =>
    planWith([one], {
      configuration: {
        root_module: {
          resources: [
            { address: one.address, mode: "managed", type: one.type, name: "x", expressions: { [attribute]: {} } },
          ],
        },
      },
    });

  it.each<[string, Json, string]>([
    ["a block", made("aws_vpc_security_group_ingress_rule.x", { cidr_ipv4: true }), "cidr_ipv4"],
    [
      "a block in a list",
      made("aws_security_group_rule.x", { cidr_blocks: [true] }, { type: "ingress" }),
      "cidr_blocks",
    ],
    ["a block inline", made("aws_security_group.x", { ingress: [{ cidr_blocks: true }] }), "ingress"],
    [
      "a port",
      made("aws_vpc_security_group_ingress_rule.x", { from_port: true }, { cidr_ipv4: "10.0.0.0/8" }),
      "from_port",
    ],
    ["a policy", made("aws_s3_bucket_policy.x", { policy: true }), "policy"],
    ["a role's policy", made("aws_iam_role_policy.x", { policy: true }), "policy"],
    [
      "a changed policy",
      change("aws_iam_policy.x", { policy: "{}" }, {}, { change: { after_unknown: { policy: true } } }),
      "policy",
    ],
    ["an attached policy", made("aws_iam_role_policy_attachment.x", { policy_arn: true }), "policy_arn"],
    ["a key's policy", configured(made("aws_kms_key.x", { policy: true }), "policy"), "policy"],
    [
      "a trust",
      configured(made("aws_iam_role.x", { assume_role_policy: true }), "assume_role_policy"),
      "assume_role_policy",
    ],
    [
      "a switch",
      configured(made("aws_db_instance.x", { publicly_accessible: true }), "publicly_accessible"),
      "publicly_accessible",
    ],
  ])("is told: %s", async (_, plan, path) => {
    const { notes, blocked } = await reviewOf(Array.isArray(plan) || plan.format_version ? plan : [plan]);
    expect(blocked).toEqual([]);
    expect(notes).toEqual([expect.stringContaining(`: ${path} is only known after apply`)]);
  });

  it.each<[string, Json]>([
    ["what the provider makes up", made("aws_sns_topic.x", { policy: true })],
    ["rules that nobody has written", made("aws_security_group.x", { ingress: true })],
    ["a group", made("aws_vpc_security_group_ingress_rule.x", { security_group_id: true })],
    ["what goes out", made("aws_security_group_rule.x", { cidr_blocks: [true] }, { type: "egress" })],
  ])("is not told of %s", async (_, one) => {
    expect((await reviewOf([one])).notes).toEqual([]);
  });
});

describe("an exception", () => {
  const exceptions = (...more: object[]) => ({ policy: policyWith({ exceptions: more }) });
  const exception = { address: DB, action: "delete", reason: "It is empty.", until: "2026-03-10" };
  const plan = [change(DB, db, null)];

  it("lets one thing through, on its last day too", async () => {
    const { verdict, exceptions: judged } = await reviewOf(plan, exceptions(exception));
    expect({ verdict, states: judged.map(({ state }) => state) }).toEqual({ verdict: "good", states: ["used"] });
  });

  it("that is expired lets nothing through, and is reported", async () => {
    const options = { ...exceptions(exception), today: "2026-03-11" };
    const { verdict, exceptions: judged } = await reviewOf(plan, options);
    expect({ verdict, states: judged.map(({ state }) => state) }).toEqual({ verdict: "blocked", states: ["expired"] });
  });

  it.each([
    { ...exception, address: "aws_db_instance.other" },
    { ...exception, action: "replace" },
  ])("for something else lets nothing through, and is reported: %j", async (other) => {
    const { verdict, exceptions: judged } = await reviewOf(plan, exceptions(other));
    expect({ verdict, states: judged.map(({ state }) => state) }).toEqual({ verdict: "blocked", states: ["unused"] });
  });

  it("is proposed as the line to write", async () => {
    const { blocked } = await reviewOf(plan);
    expect(blocked[0]?.exception).toBe(`{ address: "${DB}", action: "delete", reason: "…", until: "YYYY-MM-DD" },`);
  });
});

describe("a policy", () => {
  it("that is not good is refused with all of its mistakes", () => {
    const wrong = () =>
      policyWith({
        protected: [{ type: "", why: "x" }],
        exceptions: [{ address: "a", action: "destroy", reason: "", until: "2026-02-30" }],
        more: 1,
      });
    expect(wrong).toThrow(InputError);
    for (const part of [
      "protected.0.type",
      "exceptions.0.action",
      "exceptions.0.reason",
      "exceptions.0.until",
      "more",
    ]) {
      expect(wrong).toThrow(part);
    }
  });
});

describe("preflight", () => {
  const replaced = change(
    "aws_cognito_user_pool.x",
    { id: "p", username_attributes: [] },
    { username_attributes: ["email"] },
    { actions: ["delete", "create"], change: { replace_paths: [["username_attributes"]] } },
  );

  it("stops a plan that it finds an error in", async () => {
    const { verdict, blocked } = await reviewOf(planWith([replaced]));
    expect(verdict).toBe("blocked");
    expect(blocked.map(({ action }) => action)).toContain("preflight");
  });

  it("stops nothing that the environment acknowledges", async () => {
    const acknowledgements = [{ id: "COG-041", address: "aws_cognito_user_pool.x", reason: "It is empty." }];
    const { blocked } = await reviewOf(planWith([replaced]), { environment: { acknowledgements } });
    expect(blocked).toEqual([]);
  });

  it("says nothing that the gate says of the same loss", async () => {
    const policy = policyWith({ protected: [{ type: "aws_cognito_user_pool", why: "The users." }] });
    const { blocked } = await reviewOf(planWith([replaced]), { policy });
    expect(blocked.map(({ action }) => action)).toEqual(["replace"]);
  });
});

it("stops a real plan for every reason that there is in it", async () => {
  const { default: policy } = await import("../../review-policy.ts");
  const { blocked } = await reviewOf(savedPlan("gate"), { policy: policyWith(policy) });
  expect(blocked).toHaveLength(14);
});

it("lets the first deployment of this project through", async () => {
  const { default: policy } = await import("../../review-policy.ts");
  const plan = { ...planOfStack(JSON.parse(synthesizeText(production))), complete: true };
  expect(await stopsOf(plan, { policy: policyWith(policy) })).toEqual([]);
  const { notes } = await reviewOf(plan, { policy: policyWith(policy) });
  expect(notes.map((note) => note.split(":")[0])).toEqual([
    "aws_iam_role_policy.ecs_app_execution_role_policy",
    "aws_iam_role_policy.ecs_app_role_policy",
    "aws_iam_role_policy.ecs_nginx_execution_role_policy",
    "aws_s3_bucket_policy.lb_access_logs_policy",
  ]);
  expect(await stopsOf(plan)).toEqual([
    "public-ingress aws_vpc_security_group_ingress_rule.firewall_alb_from_internet_443",
    "public-ingress aws_vpc_security_group_ingress_rule.firewall_alb_from_internet_80",
  ]);
});
