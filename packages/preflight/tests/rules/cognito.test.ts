import { describe, expect, it } from "vitest";
import { describeRule, findingsOf, type Json } from "../support/rules.ts";

const pool = (stack: Json) => stack.resource.aws_cognito_user_pool.main;
const client = (stack: Json) => stack.resource.aws_cognito_user_pool_client.alb;
const domain = (stack: Json) => stack.resource.aws_cognito_user_pool_domain.main;
const listener = (stack: Json) => stack.resource.aws_lb_listener.https;
const logIn = (stack: Json) => listener(stack).default_action[0].authenticate_cognito;
const attribute = (stack: Json, more: Json) => {
  pool(stack).schema = [{ name: "company", attribute_data_type: "String", mutable: true, ...more }];
};
const LIMITS = { string_attribute_constraints: { min_length: "0", max_length: "64" } };

describeRule("COG-001", {
  "a second factor without any method": {
    at: "aws_cognito_user_pool.main",
    bad: (stack) => delete pool(stack).software_token_mfa_configuration,
    good: (stack) => {
      delete pool(stack).software_token_mfa_configuration;
      pool(stack).sms_configuration = { external_id: "shop", sns_caller_arn: "arn:aws:iam::123456789012:role/sms" };
    },
  },
  "a method that is switched off": {
    bad: (stack) =>
      Object.assign(pool(stack), {
        mfa_configuration: "OPTIONAL",
        software_token_mfa_configuration: [{ enabled: "false" }],
      }),
    good: (stack) => {
      pool(stack).software_token_mfa_configuration.enabled = "${var.totp}";
    },
  },
});

describeRule("COG-002", {
  "an authenticator app while there is no second factor": {
    bad: (stack) => {
      pool(stack).mfa_configuration = "OFF";
    },
    good: (stack) => {
      pool(stack).mfa_configuration = "OFF";
      pool(stack).software_token_mfa_configuration.enabled = false;
    },
  },
  "an authenticator app where nothing is said of the second factor": {
    bad: (stack) => delete pool(stack).mfa_configuration,
    good: (stack) => {
      pool(stack).mfa_configuration = "${var.mfa}";
    },
  },
  "e-mail codes while there is no second factor": {
    bad: (stack) => {
      Object.assign(pool(stack), { mfa_configuration: "OFF", email_mfa_configuration: { message: "{####}" } });
      delete pool(stack).software_token_mfa_configuration;
    },
    good: (stack) => {
      Object.assign(pool(stack), {
        mfa_configuration: "OFF",
        sms_configuration: { external_id: "shop", sns_caller_arn: "${var.role}" },
      });
      delete pool(stack).software_token_mfa_configuration;
    },
  },
});

describeRule("COG-003", {
  "aliases for names of another kind": {
    bad: (stack) =>
      Object.assign(pool(stack), { alias_attributes: ["preferred_username"], username_attributes: ["email"] }),
    good: (stack) => Object.assign(pool(stack), { alias_attributes: [], username_attributes: ["email"] }),
  },
});

describeRule("COG-004", {
  "a message in two places": {
    bad: (stack) =>
      Object.assign(pool(stack), {
        email_verification_message: "Your code is {####}",
        verification_message_template: { email_message: "Your code is {####}" },
      }),
    good: (stack) =>
      Object.assign(pool(stack), {
        email_verification_message: "Your code is {####}",
        verification_message_template: { email_subject: "Your code", default_email_option: "CONFIRM_WITH_CODE" },
      }),
  },
});

describeRule("COG-005", {
  "a custom attribute without limits": {
    bad: (stack) => attribute(stack, {}),
    good: (stack) => attribute(stack, LIMITS),
  },
  "a custom attribute with empty limits": {
    bad: (stack) => attribute(stack, { string_attribute_constraints: {} }),
    good: (stack) => {
      attribute(stack, { string_attribute_constraints: {} });
      pool(stack).lifecycle = { ignore_changes: ["schema"] };
    },
  },
  "a number without limits": {
    bad: (stack) => attribute(stack, { attribute_data_type: "Number" }),
    good: (stack) =>
      attribute(stack, { attribute_data_type: "Number", number_attribute_constraints: [{ max_value: 9 }] }),
  },
  "a standard attribute as AWS makes it, without its limits": {
    bad: (stack) => attribute(stack, { name: "nickname" }),
    good: (stack) => attribute(stack, { name: "email", required: true }),
  },
  "a text, which has limits, unlike a switch": {
    bad: (stack) => attribute(stack, { attribute_data_type: "String" }),
    good: (stack) => attribute(stack, { attribute_data_type: "Boolean" }),
  },
});

describeRule("COG-006", {
  "a custom attribute that is required": {
    bad: (stack) => attribute(stack, { ...LIMITS, required: true }),
    good: (stack) => attribute(stack, { ...LIMITS, name: "email", required: true }),
  },
});

describeRule("COG-007", {
  "a name of 21 characters": {
    bad: (stack) => attribute(stack, { ...LIMITS, name: "a".repeat(21) }),
    good: (stack) => attribute(stack, { ...LIMITS, name: "a".repeat(20) }),
  },
});

describeRule("COG-008", {
  "a prefix that is written out": {
    bad: (stack) => attribute(stack, { ...LIMITS, name: "custom:company" }),
    good: (stack) => attribute(stack, { ...LIMITS, name: "customer" }),
  },
});

describeRule("COG-009", {
  "passwords that are too short": {
    bad: (stack) => {
      pool(stack).password_policy = [{ minimum_length: "5" }];
    },
    good: (stack) => {
      pool(stack).password_policy = { minimum_length: 6, temporary_password_validity_days: 0 };
    },
  },
  "temporary passwords that last too long": {
    bad: (stack) => {
      pool(stack).password_policy.temporary_password_validity_days = 366;
    },
  },
});

describeRule("COG-010", {
  "SES without an identity": {
    bad: (stack) => {
      pool(stack).email_configuration = { email_sending_account: "DEVELOPER", from_email_address: "shop@example.com" };
    },
    good: (stack) => {
      pool(stack).email_configuration = {
        email_sending_account: "DEVELOPER",
        source_arn: "${aws_ses_email_identity.x.arn}",
      };
    },
  },
  "Cognito's own sender with another address": {
    bad: (stack) => {
      pool(stack).email_configuration = { from_email_address: "shop@example.com" };
    },
    good: (stack) => {
      pool(stack).email_configuration = { reply_to_email_address: "shop@example.com" };
    },
  },
});

const smsRole = (stack: Json, service: string) => {
  pool(stack).sms_configuration = { external_id: "shop", sns_caller_arn: "${aws_iam_role.sms.arn}" };
  const statement = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" };
  stack.resource.aws_iam_role.sms = {
    name: "sms",
    assume_role_policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
  };
};

describeRule("COG-011", {
  "a role that trusts another service": {
    at: "aws_iam_role.sms",
    bad: (stack) => smsRole(stack, "sns.amazonaws.com"),
    good: (stack) => smsRole(stack, "cognito-idp.amazonaws.com"),
  },
});

const trigger = (stack: Json, permissions: Json = {}) => {
  pool(stack).lambda_config = { pre_sign_up: "${aws_lambda_function.check.arn}" };
  stack.resource.aws_lambda_function = { check: { function_name: "check", role: "${var.role}" } };
  stack.resource.aws_lambda_permission = permissions;
};
const permission = (more: Json) => ({
  x: { action: "lambda:InvokeFunction", principal: "cognito-idp.amazonaws.com", function_name: "check", ...more },
});

describeRule("COG-012", {
  "a function without permission": {
    bad: (stack) => trigger(stack),
    good: (stack) => trigger(stack, permission({ function_name: "${aws_lambda_function.check.function_name}" })),
  },
  "a permission for somebody else": {
    bad: (stack) => trigger(stack, permission({ principal: "s3.amazonaws.com" })),
    good: (stack) => trigger(stack, permission({})),
  },
  "a permission for another function": {
    bad: (stack) =>
      trigger(stack, permission({ function_name: "arn:aws:lambda:ap-northeast-1:123456789012:function:other" })),
    good: (stack) => trigger(stack, permission({ function_name: "${var.function}" })),
  },
});

const prefix = (name: string) => (stack: Json) => {
  domain(stack).domain = name;
};

describeRule("COG-013", {
  "a reserved word": { bad: prefix("shop-cognito"), good: prefix("shop-log-in") },
  "a reserved word beside something unknown": {
    bad: prefix("aws-${aws_cognito_user_pool.main.id}"),
    good: prefix("${var.name}"),
  },
  "capital letters": { bad: prefix("Shop"), good: prefix("shop1") },
  "an underscore": { bad: prefix("shop_login") },
});

describeRule("COG-014", {
  "a domain of one's own without certificate": {
    bad: prefix("auth.example.com"),
    good: (stack) =>
      Object.assign(domain(stack), {
        domain: "auth.example.com",
        certificate_arn: "arn:aws:acm:us-east-1:123456789012:certificate/1",
      }),
  },
});

const ownDomain = (arn: string, provider?: Json) => (stack: Json) => {
  Object.assign(domain(stack), { domain: "auth.example.com", certificate_arn: arn });
  stack.provider.aws.push({ alias: "virginia", region: "us-east-1" });
  stack.resource.aws_acm_certificate.auth = { domain_name: "auth.example.com", private_key: "${var.key}", ...provider };
};

describeRule("COG-015", {
  "a certificate of the pool's region": {
    bad: ownDomain("arn:aws:acm:ap-northeast-1:123456789012:certificate/1"),
    good: ownDomain("arn:aws:acm:us-east-1:123456789012:certificate/1"),
  },
  "a certificate of the provider's region": {
    bad: ownDomain("${aws_acm_certificate.auth.arn}"),
    good: ownDomain("${aws_acm_certificate.auth.arn}", { provider: "aws.virginia" }),
  },
});

const set = (values: Json) => (stack: Json) => Object.assign(client(stack), values);

describeRule("COG-020", {
  "old and new names": {
    at: "aws_cognito_user_pool_client.alb",
    bad: set({ explicit_auth_flows: ["ALLOW_REFRESH_TOKEN_AUTH", "USER_PASSWORD_AUTH"] }),
    good: set({ explicit_auth_flows: ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH"] }),
  },
});

describeRule("COG-021", {
  "flows that may not be used": {
    bad: set({ allowed_oauth_flows_user_pool_client: false }),
    good: set({ allowed_oauth_flows_user_pool_client: "${var.oauth}" }),
  },
});

describeRule("COG-022", {
  "no flows": { bad: set({ allowed_oauth_flows: [] }), good: set({ allowed_oauth_flows: "${var.flows}" }) },
  "no scopes": {
    bad: set({ allowed_oauth_scopes: null }),
    good: set({ allowed_oauth_flows_user_pool_client: false, allowed_oauth_scopes: null }),
  },
});

describeRule("COG-023", {
  "no callbacks": {
    bad: set({ callback_urls: [] }),
    good: set({ callback_urls: ["${var.callback}"] }),
  },
});

describeRule("COG-024", {
  "client_credentials beside another flow": {
    bad: set({ allowed_oauth_flows: ["code", "client_credentials"] }),
    good: set({ allowed_oauth_flows: ["client_credentials"] }),
  },
  "client_credentials without secret": {
    bad: set({ allowed_oauth_flows: ["client_credentials"], generate_secret: false }),
    good: (stack) => {
      set({ allowed_oauth_flows: ["client_credentials"], generate_secret: null })(stack);
      stack.import = [{ to: "${aws_cognito_user_pool_client.alb}", id: "pool/client" }];
    },
  },
});

const callbacks = (...urls: string[]) =>
  set({ callback_urls: ["https://shop.example.com/oauth2/idpresponse", ...urls] });

describeRule("COG-025", {
  "a callback in the clear": {
    bad: callbacks("http://shop.example.com/back"),
    good: callbacks("http://localhost:3000/back", "http://127.0.0.1/back", "http://[::1]:3000", "myapp://back"),
  },
  "a host that only begins like localhost": { bad: callbacks("http://localhost.example.com/") },
});

describeRule("COG-026", {
  "a default that is no callback": {
    bad: set({ default_redirect_uri: "https://shop.example.com/" }),
    good: set({ default_redirect_uri: "https://shop.example.com/oauth2/idpresponse" }),
  },
});

describeRule("COG-027", {
  "an access token of 60 hours": {
    bad: set({ access_token_validity: 60 }),
    good: set({ access_token_validity: 60, token_validity_units: { access_token: "minutes" } }),
  },
  "a refresh token of 30 minutes": {
    bad: set({ refresh_token_validity: "30", token_validity_units: [{ refresh_token: "minutes" }] }),
    good: set({ refresh_token_validity: 3650 }),
  },
});

const google =
  (name: string, more: Json = {}) =>
  (stack: Json) => {
    set({ supported_identity_providers: ["COGNITO", name], ...more })(stack);
    stack.resource.aws_cognito_identity_provider = {
      google: { provider_name: "Google", provider_type: "Google", user_pool_id: "${aws_cognito_user_pool.main.id}" },
    };
  };

describeRule("COG-028", {
  "a provider by its name": {
    bad: google("Google"),
    good: google("${aws_cognito_identity_provider.google.provider_name}"),
  },
  "a provider that another one is waited for": {
    bad: google("Google", { depends_on: ["aws_cognito_user_pool_domain.main"] }),
    good: google("Google", { depends_on: ["aws_cognito_identity_provider.google"] }),
  },
});

describeRule("COG-030", {
  "a client without secret": {
    at: "aws_cognito_user_pool_client.alb",
    bad: (stack) => delete client(stack).generate_secret,
    good: set({ generate_secret: "true" }),
  },
  "a client of a rule": {
    bad: (stack) => {
      const [authenticate] = listener(stack).default_action.splice(0, 1);
      stack.resource.aws_lb_listener_rule = {
        admin: { listener_arn: "${aws_lb_listener.https.arn}", action: [authenticate], condition: [] },
      };
      client(stack).generate_secret = false;
    },
  },
});

describeRule("COG-031", {
  "the implicit flow": {
    bad: set({ allowed_oauth_flows: ["implicit"] }),
    good: set({ allowed_oauth_flows: ["implicit", "code"] }),
  },
  "flows that may not be used": {
    bad: (stack) => delete client(stack).allowed_oauth_flows_user_pool_client,
    good: (stack) => {
      delete client(stack).allowed_oauth_flows_user_pool_client;
      client(stack).lifecycle = { ignore_changes: "all" };
    },
  },
});

describeRule("COG-032", {
  "no openid": {
    bad: set({ allowed_oauth_scopes: ["email"] }),
    good: set({ allowed_oauth_scopes: ["email", "openid"] }),
  },
  "a scope of the action": {
    bad: (stack) => {
      logIn(stack).scope = "openid profile";
    },
    good: (stack) => {
      logIn(stack).scope = "openid profile";
      client(stack).allowed_oauth_scopes = ["openid", "profile"];
    },
  },
});

describeRule("COG-033", {
  "another path": {
    bad: set({ callback_urls: ["https://shop.example.com/callback"] }),
    good: callbacks("https://shop.example.com/callback"),
  },
  "another path after something unknown": {
    bad: set({ callback_urls: ["https://${aws_lb.main.dns_name}/oauth2/idpresponse/"] }),
    good: set({ callback_urls: ["https://${aws_lb.main.dns_name}/oauth2/idpresponse"] }),
  },
  "another host": {
    bad: set({ callback_urls: ["https://www.example.com/oauth2/idpresponse"] }),
    good: (stack) => {
      set({ callback_urls: ["https://www.example.com/oauth2/idpresponse"] })(stack);
      stack.resource.aws_route53_record.www = {
        zone_id: "${data.aws_route53_zone.main.zone_id}",
        name: "www",
        type: "CNAME",
        ttl: 60,
        records: ["shop.example.com"],
      };
    },
  },
  "another host than that of a short name": {
    bad: (stack) => {
      stack.resource.aws_route53_record.alias.name = "app";
    },
    good: (stack) => {
      stack.resource.aws_route53_record.alias.name = "shop";
    },
  },
  "another host where something stands in front": {
    bad: set({ callback_urls: ["https://www.example.com/oauth2/idpresponse"] }),
    good: (stack) => {
      set({ callback_urls: ["https://www.example.com/oauth2/idpresponse"] })(stack);
      stack.resource.aws_cloudfront_distribution = { main: { enabled: true } };
    },
  },
  "the pool's own host": {
    bad: set({ callback_urls: ["https://shop-login.auth.ap-northeast-1.amazoncognito.com/oauth2/idpresponse"] }),
    good: set({ callback_urls: ["${var.callback}"] }),
  },
  "a host that the condition of a rule keeps out": {
    bad: (stack) => ruleForHost(stack, "admin.example.com"),
    good: (stack) => ruleForHost(stack, "*.example.com"),
  },
});

function ruleForHost(stack: Json, pattern: string) {
  const [authenticate] = listener(stack).default_action.splice(0, 1);
  const condition = [{ host_header: { values: [pattern] } }];
  stack.resource.aws_lb_listener_rule = {
    admin: { listener_arn: "${aws_lb_listener.https.arn}", action: [authenticate], condition },
  };
}

describeRule("COG-034", {
  "a log-in in the clear": {
    at: "aws_lb_listener.https",
    bad: (stack) => Object.assign(listener(stack), { port: 80, protocol: "HTTP" }),
    good: (stack) => Object.assign(listener(stack), { protocol: "${var.protocol}" }),
  },
  "a listener without protocol": { bad: (stack) => delete listener(stack).protocol },
});

describeRule("COG-035", {
  "no provider": {
    bad: (stack) => delete client(stack).supported_identity_providers,
    good: set({ supported_identity_providers: ["Google"] }),
  },
});

describeRule("COG-036", {
  "the whole host of the log-in pages": {
    bad: (stack) => {
      logIn(stack).user_pool_domain = "shop-login.auth.ap-northeast-1.amazoncognito.com";
    },
    good: (stack) => {
      logIn(stack).user_pool_domain = "shop-login";
    },
  },
  "the id of the pool for its ARN": {
    bad: (stack) => {
      logIn(stack).user_pool_arn = "${aws_cognito_user_pool.main.id}";
    },
  },
  "the client of another pool": {
    bad: (stack) => {
      stack.resource.aws_cognito_user_pool.other = { name: "other" };
      client(stack).user_pool_id = "${aws_cognito_user_pool.other.id}";
    },
  },
  "a pool without domain": {
    bad: (stack) => {
      delete stack.resource.aws_cognito_user_pool_domain;
      logIn(stack).user_pool_domain = "shop-login";
    },
    good: (stack) => {
      delete stack.resource.aws_cognito_user_pool_domain;
      logIn(stack).user_pool_domain = "${var.domain}";
    },
  },
});

describeRule("COG-037", {
  "a log-in that leads nowhere": {
    at: "aws_lb_listener.https",
    bad: (stack) => listener(stack).default_action.splice(1),
    good: (stack) => {
      listener(stack).default_action[1] = { order: 2, type: "${var.action}" };
    },
  },
});

describeRule("COG-040", {
  "an imported client with a secret": {
    at: "aws_cognito_user_pool_client.alb",
    bad: (stack) => {
      stack.import = { to: "aws_cognito_user_pool_client.alb", id: "pool/client" };
    },
    good: (stack) => {
      stack.import = { to: "aws_cognito_user_pool_client.alb", id: "pool/client" };
      client(stack).lifecycle = { ignore_changes: ["generate_secret"] };
    },
  },
});

/** A plan with one change to `type.main`. */
function planOf(type: string, actions: string[], before: Json, after: Json, more: Json = {}) {
  const address = `${type}.main`;
  const isThere = actions.includes("create") || actions.includes("update");
  return {
    format_version: "1.2",
    planned_values: {
      root_module: {
        resources: [
          { address: "aws_vpc.main", mode: "managed", type: "aws_vpc", name: "main", values: {} },
          ...(isThere ? [{ address, mode: "managed", type, name: "main", values: after }] : []),
        ],
      },
    },
    resource_changes: [
      { address, mode: "managed", type, name: "main", change: { actions, before, after, after_unknown: {}, ...more } },
    ],
    configuration: { root_module: {} },
  };
}

describe("plans", () => {
  const replaced = async (type: string, path: string[], before: Json, after: Json, more: Json = {}) =>
    (await findingsOf(planOf(type, ["delete", "create"], before, after, { replace_paths: [path], ...more }))).filter(
      ({ id }) => id.startsWith("COG-04"),
    );

  it("COG-041 names what replaces a pool", async () => {
    const [finding] = await replaced(
      "aws_cognito_user_pool",
      ["alias_attributes"],
      { alias_attributes: ["email"] },
      { alias_attributes: null },
    );
    expect(finding).toMatchObject({ id: "COG-041", severity: "error", address: "aws_cognito_user_pool.main" });
    expect(finding?.message).toContain('alias_attributes (["email"] → null)');
  });

  it("COG-041 says nothing of a client that is another one because its pool is", async () => {
    expect(await replaced("aws_cognito_user_pool_client", ["user_pool_id"], { user_pool_id: "a_1" }, {})).toEqual([]);
    expect(
      await replaced(
        "aws_cognito_user_pool_client",
        ["user_pool_id"],
        { user_pool_id: "a_1" },
        { user_pool_id: "a_2" },
      ),
    ).toHaveLength(1);
  });

  it("COG-040 catches a client that is imported and replaced", async () => {
    const more = { importing: { id: "pool/client" } };
    const found = await replaced(
      "aws_cognito_user_pool_client",
      ["generate_secret"],
      { generate_secret: null },
      { generate_secret: true },
      more,
    );
    expect(found.map(({ id }) => id)).toEqual(["COG-040"]);
  });

  it("COG-042 catches a pool that is deleted, but not with everything else", async () => {
    const plan = planOf("aws_cognito_user_pool", ["delete"], { name: "shop" }, null);
    expect(await findingsOf(plan)).toMatchObject([{ id: "COG-042", severity: "error" }]);
    plan.planned_values.root_module.resources = [];
    expect(await findingsOf(plan)).toEqual([]);
  });

  const schema = (max: string, more: Json[] = []) => ({
    schema: [
      {
        name: "company",
        attribute_data_type: "String",
        mutable: true,
        developer_only_attribute: null,
        required: null,
        string_attribute_constraints: [{ min_length: "0", max_length: max }],
      },
      ...more,
    ],
  });

  it("COG-043 catches attributes that are changed or removed", async () => {
    const changed = await findingsOf(planOf("aws_cognito_user_pool", ["update"], schema("64"), schema("65")));
    expect(changed).toMatchObject([{ id: "COG-043", message: 'changes "company" in its schema.' }]);
    const removed = await findingsOf(planOf("aws_cognito_user_pool", ["update"], schema("64"), { schema: null }));
    expect(removed).toMatchObject([{ id: "COG-043", message: 'removes "company" in its schema.' }]);
  });

  it("COG-043 lets a schema grow, and knows null and false for the same", async () => {
    const before = schema("64");
    Object.assign(before.schema[0] as Json, { developer_only_attribute: false, required: false });
    const after = schema("64", [
      {
        name: "age",
        attribute_data_type: "Number",
        number_attribute_constraints: [{ min_value: "0", max_value: null }],
      },
    ]);
    expect(await findingsOf(planOf("aws_cognito_user_pool", ["update"], before, after))).toEqual([]);
  });
});

describe("hostile input", () => {
  it.each([null, 7, "x", true, [], {}, [[]], [null], { a: [1] }, "${", "${a.b.c}"])(
    "does not break on %j",
    async (junk) => {
      for (const type of [
        "aws_cognito_user_pool",
        "aws_cognito_user_pool_client",
        "aws_cognito_user_pool_domain",
        "aws_lb_listener",
      ]) {
        const names =
          "schema lambda_config password_policy sms_configuration callback_urls domain certificate_arn default_action alias_attributes allowed_oauth_flows token_validity_units access_token_validity protocol".split(
            " ",
          );
        await findingsOf({ resource: { [type]: { main: Object.fromEntries(names.map((name) => [name, junk])) } } });
      }
    },
  );
});
