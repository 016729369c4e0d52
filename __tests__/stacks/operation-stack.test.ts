import { describe, expect, it } from "vitest";
import { synthesize } from "../support/synthesize.ts";

describe("the stack", () => {
  it("keeps its state in S3, encrypted, locked by a file, one key an environment", () => {
    expect(synthesize().json.terraform.backend.s3).toEqual({
      bucket: "operation-app-terraform-state",
      key: "production/terraform.tfstate",
      region: "ap-northeast-1",
      encrypt: true,
      use_lockfile: true,
    });
    expect(synthesize({}, "staging").json.terraform.backend.s3.key).toBe("staging/terraform.tfstate");
  });

  it("takes an existing state's key", () => {
    const { key } = synthesize({ state: { key: "cognito/terraform.tfstate" } }).json.terraform.backend.s3;
    expect(key).toBe("cognito/terraform.tfstate");
  });

  it("runs on the AWS provider's majors 5 and 6, and on no other provider", () => {
    expect(synthesize().json.terraform.required_providers).toEqual({
      aws: { source: expect.stringMatching(/^(hashicorp\/)?aws$/), version: ">= 5.100, < 7.0" }, // CDK Terrain writes it whole
    });
  });

  it("tags everything with the app and the environment", () => {
    const tags = { Application: "operation-app", Environment: "production", Team: "me" };
    expect(synthesize({ tags: { Team: "me" } }).json.provider.aws[0].default_tags).toEqual([{ tags }]);
  });

  it("outputs what one needs next, and nothing sensitive", () => {
    expect(Object.keys(synthesize().json.output)).toEqual(
      expect.arrayContaining([
        "url",
        "alb_name",
        "nginx_repository_url",
        "app_repository_url",
        "cluster_name",
        "nginx_service_name",
        "app_service_name",
        "cognito_user_pool_id",
        "cognito_client_id",
        "database_endpoint",
        "cache_endpoint",
        "secret_arns",
      ]),
    );
    expect(JSON.stringify(synthesize().json.output)).not.toMatch(/auth_token|client_secret\}|secret_string/);
  });

  it("has no secret value in its JSON: each is a reference, or made up while Terraform applies", () => {
    const stack = synthesize();
    for (const version of stack.names("aws_secretsmanager_secret_version")) {
      expect(stack.resource(`aws_secretsmanager_secret_version.${version}`).secret_string).toMatch(
        /\$\{(aws_|replace\(join\("", \[uuid\(\))/,
      );
    }
  });
});
