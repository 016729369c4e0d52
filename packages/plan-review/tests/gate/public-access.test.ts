import { describe, expect, it } from "vitest";
import type { Json } from "../../../preflight/tests/support/rules.ts";
import { change, policyWith, stopsOf } from "../support/review.ts";

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
    const policy = policyWith({ unprotected: [{ type: "aws_opensearch_domain", reason: "Tests." }] });
    expect(await stopsOf([one], { policy })).toEqual([`${action} ${one.address}`]);
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
    [
      "a policy for the account that load balancers write their logs with",
      change("aws_s3_bucket_policy.x", null, { policy: policy({ AWS: "arn:aws:iam::582318560864:root" }) }),
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

  it("not where its bucket is deleted, too", async () => {
    const plan = [change("aws_s3_bucket.x", { bucket: "b" }, null), change(BLOCK, { bucket: "b", ...all }, null)];
    expect(await stopsOf(plan)).toEqual(["delete aws_s3_bucket.x"]);
  });
});
