import { describe, expect, it } from "vitest";
import { findingsOf } from "../../packages/preflight/tests/support/rules.ts";
import { oidcProviderArn } from "../../stacks/bootstrap-stack.ts";
import { ACCOUNT, bootstrapStack, withRoles } from "../support/bootstrap-stack.ts";
import { checked, environmentWith } from "../support/synthesize.ts";

const PROVIDER = "aws_iam_openid_connect_provider.github";
const plain = checked(environmentWith());

describe("the bootstrap stack", () => {
  it("keeps its state in the bucket that it looks after, with a lock file", () => {
    expect(bootstrapStack().json.terraform.backend.s3).toMatchObject({
      bucket: "operation-app-terraform-state",
      key: "bootstrap/terraform.tfstate",
      use_lockfile: true,
    });
  });

  it("imports the bucket, and never destroys it", () => {
    const { json } = bootstrapStack();
    expect(json.import).toEqual([{ to: "aws_s3_bucket.state_bucket", id: "operation-app-terraform-state" }]);
    expect(json.resource.aws_s3_bucket.state_bucket.lifecycle.prevent_destroy).toBe(true);
  });

  it("is versioned, encrypted, private, over TLS only, and lets old versions go", () => {
    expect(bootstrapStack([plain]).addresses()).toEqual([
      "aws_s3_bucket.state_bucket",
      "aws_s3_bucket_lifecycle_configuration.state_expiry",
      "aws_s3_bucket_policy.state_policy",
      "aws_s3_bucket_public_access_block.state_public_access_block",
      "aws_s3_bucket_server_side_encryption_configuration.state_encryption",
      "aws_s3_bucket_versioning.state_versioning",
    ]);
  });

  it("passes preflight without a finding, with roles and without", async () => {
    for (const environment of [plain, withRoles()])
      expect(await findingsOf(bootstrapStack([environment]).json)).toEqual([]);
  });

  it("imports what a killed run has made", () => {
    const made = ["operation-app-production-apply", `arn:aws:iam::${ACCOUNT}:policy/ci/operation-app-production-read`];
    const { json } = bootstrapStack([withRoles()], { oidcProvider: "ours", made });
    expect(json.import).toContainEqual({ to: PROVIDER, id: oidcProviderArn(ACCOUNT) });
    expect(json.import).toContainEqual({ to: "aws_iam_role.ci_production_apply", id: made[0] });
    expect(json.import).toContainEqual({ to: "aws_iam_policy.ci_production_read", id: made[1] });
    expect(json.import).toHaveLength(4);
  });

  it("uses an OIDC provider that was made elsewhere, and makes none", () => {
    const stack = bootstrapStack([withRoles()], { oidcProvider: "theirs" });
    expect(stack.names("aws_iam_openid_connect_provider")).toEqual([]);
    expect(stack.resource("aws_iam_role.ci_production_plan").assume_role_policy).toContain(oidcProviderArn(ACCOUNT));
  });

  it("keeps its OIDC provider where no environment wants roles any more", () => {
    expect(bootstrapStack([plain], { oidcProvider: "ours" }).names("aws_iam_openid_connect_provider")).toEqual([
      "github",
    ]);
  });

  it("has the roles of every environment in the bucket, and one provider", () => {
    const staging = withRoles({ app: "operation-app-stg", domain: undefined }, "staging");
    const stack = bootstrapStack([withRoles(), staging]);
    expect(stack.names("aws_iam_openid_connect_provider")).toHaveLength(1);
    expect(stack.names("aws_iam_role")).toEqual([
      "ci_production_apply",
      "ci_production_plan",
      "ci_staging_apply",
      "ci_staging_plan",
    ]);
  });
});
