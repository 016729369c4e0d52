import { describe, expect, it } from "vitest";
import { synthesize } from "../support/synthesize.ts";

const POOL = "aws_cognito_user_pool.cognito_user_pool";
const CLIENT = "aws_cognito_user_pool_client.cognito_user_pool_client";

describe("the user pool", () => {
  it("asks for a password and a code from an authenticator app", () => {
    expect(synthesize().resource(POOL)).toMatchObject({
      mfa_configuration: "ON",
      software_token_mfa_configuration: { enabled: true },
    });
  });

  it("can't be lost by accident", () => {
    expect(synthesize().resource(POOL)).toMatchObject({
      deletion_protection: "ACTIVE",
      lifecycle: { prevent_destroy: true },
    });
    expect(synthesize({ protection: false }).resource(POOL)).toMatchObject({
      deletion_protection: "INACTIVE",
      lifecycle: { prevent_destroy: false },
    });
  });

  it("takes any attribute that a pool can have, and lets go of a default", () => {
    const pool = synthesize({
      cognito: {
        userPool: {
          name: "an-older-name",
          mfaConfiguration: "OPTIONAL",
          aliasAttributes: ["email"],
          accountRecoverySetting: undefined,
          schema: [{ name: "plan", attributeDataType: "String", stringAttributeConstraints: { maxLength: "10" } }],
        },
      },
    }).resource(POOL);
    expect(pool).toMatchObject({
      name: "an-older-name",
      mfa_configuration: "OPTIONAL",
      alias_attributes: ["email"],
      schema: [{ name: "plan" }],
    });
    expect(pool).not.toHaveProperty("account_recovery_setting");
  });
});

describe("protection", () => {
  it("stays when other lifecycle rules are given", () => {
    const { lifecycle } = synthesize({ cognito: { userPool: { lifecycle: { ignoreChanges: ["schema"] } } } }).resource(
      POOL,
    );
    expect(lifecycle).toEqual({ prevent_destroy: true, ignore_changes: ["schema"] });
  });
});

describe("a pool without MFA", () => {
  it("has no settings for the authenticator app, which Cognito would refuse", () => {
    const pool = synthesize({ cognito: { userPool: { mfaConfiguration: "OFF" } } }).resource(POOL);
    expect(pool).not.toHaveProperty("software_token_mfa_configuration");
  });
});

describe("the domain", () => {
  it("is there only where a prefix is given", () => {
    expect(synthesize({ cognito: { domainPrefix: undefined } }).names("aws_cognito_user_pool_domain")).toEqual([]);
  });
});

describe("the app client", () => {
  it("has a secret and the flows that Rails uses", () => {
    expect(synthesize().resource(CLIENT)).toMatchObject({
      generate_secret: true,
      explicit_auth_flows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    });
  });

  it("takes any attribute that a client can have", () => {
    expect(
      synthesize({ cognito: { client: { refreshTokenValidity: 90 } } }).resource(CLIENT).refresh_token_validity,
    ).toBe(90);
  });

  it("hands its secret to Rails through Secrets Manager", () => {
    expect(synthesize().resource("aws_secretsmanager_secret_version.cognito_client_secret_value").secret_string).toBe(
      "${aws_cognito_user_pool_client.cognito_user_pool_client.client_secret}",
    );
  });
});
