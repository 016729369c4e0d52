import { describe, expect, it } from "vitest";
import type { AdoptedCognito, AdoptedObject } from "../../modules/cognito/adopted.ts";
import { type Changes, checked, environmentWith, Synthesized, synthesizeStack } from "../support/synthesize.ts";

const POOL = "aws_cognito_user_pool.cognito_user_pool";
const CLIENT = "aws_cognito_user_pool_client.cognito_user_pool_client";
const DOMAIN = "aws_cognito_user_pool_domain.cognito_user_pool_domain";
const MOBILE = "aws_cognito_user_pool_client.cognito_mobile";
const GOOGLE = "aws_cognito_identity_provider.cognito_google";

const object = (attributes: AdoptedObject["attributes"], more: Partial<AdoptedObject> = {}): AdoptedObject => ({
  from: "module.cognito.x.y",
  id: "id",
  attributes,
  ...more,
});

function synthesizeWith(adopted: AdoptedCognito, changes: Changes = {}): Synthesized {
  return new Synthesized(JSON.parse(synthesizeStack(checked(environmentWith(changes), "production", adopted))));
}

describe("an adopted pool", () => {
  it("has the attributes that it has, and our defaults only where nothing is said", () => {
    const pool = synthesizeWith({
      [POOL]: object({
        name: "old",
        mfa_configuration: "OPTIONAL",
        password_policy: [{ minimum_length: 6 }],
        account_recovery_setting: null,
      }),
    }).resource(POOL);
    expect(pool).toMatchObject({
      name: "old",
      mfa_configuration: "OPTIONAL",
      password_policy: [{ minimum_length: 6 }],
      deletion_protection: "ACTIVE",
    });
    expect(pool).not.toHaveProperty("account_recovery_setting");
  });

  it("keeps lists as they are, and does not add ours to them", () => {
    const client = synthesizeWith({ [CLIENT]: object({ explicit_auth_flows: ["ALLOW_USER_SRP_AUTH"] }) }).resource(
      CLIENT,
    );
    expect(client.explicit_auth_flows).toEqual(["ALLOW_USER_SRP_AUTH"]);
  });

  it("is changed by what the environment sets", () => {
    const pool = synthesizeWith(
      { [POOL]: object({ name: "old", deletion_protection: "INACTIVE" }) },
      { cognito: { userPool: { deletionProtection: "ACTIVE" } } },
    ).resource(POOL);
    expect(pool).toMatchObject({ name: "old", deletion_protection: "ACTIVE" });
  });

  it("is still protected by Terraform, and keeps what is to be ignored", () => {
    const { lifecycle } = synthesizeWith({ [POOL]: object({}, { ignoreChanges: ["tags_all"] }) }).resource(POOL);
    expect(lifecycle).toEqual({ prevent_destroy: true, ignore_changes: ["tags_all"] });
  });

  it("comes from its old address", () => {
    const { json } = synthesizeWith({ [POOL]: object({}, { from: "module.cognito.aws_cognito_user_pool.user_pool" }) });
    expect(json.moved).toEqual([{ from: "module.cognito.aws_cognito_user_pool.user_pool", to: POOL }]);
    expect(synthesizeWith({ [POOL]: object({}, { from: POOL }) }).json).not.toHaveProperty("moved");
  });

  it("comes from nowhere where another has its old address by now: a state that is another's has it elsewhere", () => {
    const taken = object({ name: "mobile" }, { from: CLIENT });
    expect(synthesizeWith({ [CLIENT]: object({}), [MOBILE]: taken }).json.moved).toEqual([
      { from: "module.cognito.x.y", to: CLIENT },
    ]);
  });

  it("keeps texts that Terraform would compute as they are", () => {
    const template = [{ email_message: "${name}, %{if} $${done}" }];
    const pool = synthesizeWith({ [POOL]: object({ verification_message_template: template }) }).resource(POOL);
    expect(pool.verification_message_template).toEqual([{ email_message: "$${name}, %%{if} $$${done}" }]);
  });
});

describe("an adopted client", () => {
  it("that has a secret hands it to Rails", () => {
    const stack = synthesizeWith({ [CLIENT]: object({ generate_secret: null }, { hasSecret: true }) });
    expect(stack.resource(CLIENT)).not.toHaveProperty("generate_secret");
    expect(stack.addresses()).toContain("aws_secretsmanager_secret.cognito_client_secret");
  });

  it("that has none hands none to Rails", () => {
    const stack = synthesizeWith({ [CLIENT]: object({ generate_secret: false }) });
    expect(stack.addresses()).not.toContain("aws_secretsmanager_secret.cognito_client_secret");
  });

  it("that is not there is not made, nor handed to Rails", () => {
    const stack = synthesizeWith({ [CLIENT]: null });
    expect(stack.addresses()).not.toContain(CLIENT);
    expect(stack.json.output).not.toHaveProperty("cognito_client_id");
    expect(JSON.stringify(stack.json.resource.aws_ecs_task_definition)).not.toContain("COGNITO_CLIENT_ID");
  });
});

describe("an adopted domain", () => {
  it("is what it is, whatever the environment says", () => {
    expect(synthesizeWith({ [DOMAIN]: object({ domain: "old-login" }) }).resource(DOMAIN).domain).toBe("old-login");
    const custom = { domain: "auth.example.com", certificate_arn: "arn:aws:acm:us-east-1:123456789012:certificate/x" };
    expect(synthesizeWith({ [DOMAIN]: object(custom) }).resource(DOMAIN)).toMatchObject(custom);
  });

  it("that is not there is not made", () => {
    expect(synthesizeWith({ [DOMAIN]: null }).addresses()).not.toContain(DOMAIN);
  });

  it("is made where its line is removed", () => {
    expect(synthesizeWith({ [POOL]: object({}) }).resource(DOMAIN).domain).toBe("operation-app");
  });

  it("must be there where the load balancer logs people in", () => {
    expect(() => synthesizeWith({ [DOMAIN]: null }, { lb: { authenticateCognito: true } })).toThrow(
      "cognito.domainPrefix",
    );
  });
});

describe("other adopted objects", () => {
  const stack = synthesizeWith({
    [MOBILE]: object({ name: "mobile", supported_identity_providers: ["Google"] }),
    [GOOGLE]: object(
      { provider_name: "Google", provider_details: { client_id: "x" } },
      { ignoreChanges: ['provider_details["client_secret"]'] },
    ),
  });

  it("belong to the pool", () => {
    for (const address of [MOBILE, GOOGLE]) {
      expect(stack.resource(address).user_pool_id).toBe("${aws_cognito_user_pool.cognito_user_pool.id}");
    }
  });

  it("are made before the clients that name them", () => {
    for (const address of [MOBILE, CLIENT]) expect(stack.resource(address).depends_on).toEqual([GOOGLE]);
  });

  it("can't be lost by accident where they are clients", () => {
    expect(stack.resource(MOBILE).lifecycle).toEqual({ prevent_destroy: true });
  });
});
