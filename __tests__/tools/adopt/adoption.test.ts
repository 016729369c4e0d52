import { describe, expect, it } from "vitest";
import { adopt, adoptionText, overwritten } from "../../../tools/adopt/adoption.ts";
import type { State } from "../../../tools/lib/terraform/state-file.ts";
import { CLIENT_SECRET, client, ofPool, pool, state } from "../../support/cognito-state.ts";
import { type Changes, checked, environmentWith } from "../../support/synthesize.ts";

const POOL = "aws_cognito_user_pool.cognito_user_pool";
const CLIENT = "aws_cognito_user_pool_client.cognito_user_pool_client";
const DOMAIN = "aws_cognito_user_pool_domain.cognito_user_pool_domain";

const adoptFrom = (of: State, changes: Changes = {}) => adopt(of, checked(environmentWith(changes)));
const attributesOf = (of: State, address: string) => adoptFrom(of).adopted[address]?.attributes;

describe("what is adopted", () => {
  it("has its old address, its id, and whether it has a secret", () => {
    const { adopted } = adoptFrom(state(pool({ module: "module.a" }), client({ key: "web" })));
    expect(adopted[POOL]).toMatchObject({ from: "module.a.aws_cognito_user_pool.this", id: "ap-northeast-1_Pool1" });
    expect(adopted[CLIENT]).toMatchObject({ from: 'aws_cognito_user_pool_client.this["web"]', hasSecret: true });
  });

  it("says that there is no client and no domain, so that none is made", () => {
    expect(adoptFrom(state(pool())).adopted).toMatchObject({ [CLIENT]: null, [DOMAIN]: null });
  });

  it("has the arguments that were set, and not what AWS alone decides", () => {
    const attributes = attributesOf(
      state(
        pool({
          attributes: {
            arn: "arn:aws:cognito-idp:…",
            mfa_configuration: "OFF",
            sms_authentication_message: "",
            alias_attributes: null,
            lambda_config: [],
            device_configuration: [
              { challenge_required_on_new_device: false, device_only_remembered_on_user_prompt: null },
            ],
          },
        }),
      ),
      POOL,
    );
    expect(attributes).toMatchObject({
      name: "users",
      mfa_configuration: "OFF",
      device_configuration: [{ challenge_required_on_new_device: false }],
    });
    for (const absent of ["arn", "id", "sms_authentication_message", "alias_attributes", "lambda_config"]) {
      expect(attributes).not.toHaveProperty(absent);
    }
  });

  it("says of each of our defaults that it has none, where it has none", () => {
    expect(attributesOf(state(pool()), POOL)).toMatchObject({
      account_recovery_setting: null,
      deletion_protection: null,
      password_policy: null,
      username_configuration: null,
    });
  });

  it("takes one of the two places in which Cognito tells a message", () => {
    const both = {
      email_verification_message: "Code {####}",
      verification_message_template: [{ email_message: "Code {####}" }],
    };
    expect(attributesOf(state(pool({ attributes: both })), POOL)).not.toHaveProperty("email_verification_message");
    const one = { email_verification_message: "Code {####}", verification_message_template: [] };
    expect(attributesOf(state(pool({ attributes: one })), POOL)).toHaveProperty("email_verification_message");
  });

  it("keeps all the tags that the pool has, and lets ours not come to them yet", () => {
    const { adopted } = adoptFrom(
      state(pool({ attributes: { tags: { a: "b" }, tags_all: { a: "b", Team: "shop" } } })),
    );
    expect(adopted[POOL]).toMatchObject({
      attributes: { tags: { a: "b", Team: "shop" } },
      ignoreChanges: ["tags", "tags_all"],
    });
  });

  it("leaves out numbers that only mean that none was set", () => {
    const zeros = {
      access_token_validity: 0,
      id_token_validity: 0,
      auth_session_validity: 0,
      refresh_token_validity: 0,
    };
    expect(Object.keys(attributesOf(state(pool(), client({ attributes: zeros })), CLIENT) ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/validity/)]),
    );
    const group = ofPool("aws_cognito_user_group", "g", { attributes: { name: "admins", precedence: 0 } });
    expect(attributesOf(state(pool(), group), "aws_cognito_user_group.cognito_this")).toMatchObject({ precedence: 0 });
  });

  it("is written the same way each time", () => {
    const groups = ["b", "a"].map((key) => ofPool("aws_cognito_user_group", key, { key, attributes: { name: key } }));
    const text = (...of: typeof groups) => adoptionText(adoptFrom(state(pool(), ...of)).adopted);
    expect(text(...groups)).toBe(text(...groups.toReversed()));
  });
});

describe("a secret", () => {
  const details = {
    client_id: "google",
    client_secret: "s3cr3t-of-google",
    authorize_scopes: "email",
    private_key: "----",
  };
  const provider = (instance = {}) =>
    ofPool("aws_cognito_identity_provider", "p", {
      attributes: { provider_name: "Google", provider_type: "Google", provider_details: details },
      instance,
    });
  const GOOGLE = "aws_cognito_identity_provider.cognito_this";

  it("of a client is not in the file", () => {
    expect(adoptionText(adoptFrom(state(pool(), client())).adopted)).not.toContain(CLIENT_SECRET);
  });

  it("of an identity provider is not in the file, and Terraform leaves it as it is", () => {
    const { adopted } = adoptFrom(state(pool(), provider()));
    expect(adoptionText(adopted)).not.toContain("s3cr3t");
    expect(adopted[GOOGLE]).toMatchObject({
      ignoreChanges: ['provider_details["client_secret"]', 'provider_details["private_key"]'],
      attributes: { provider_details: { client_id: "google", authorize_scopes: "email" } },
    });
  });

  it("is what the state marks as one", () => {
    const mark = (...path: string[]) => ({
      sensitive_attributes: [
        path.map((value, index) =>
          index === 0 ? { type: "get_attr", value } : { type: "index", value: { value, type: "string" } },
        ),
      ],
    });
    const key = adoptFrom(state(pool(), provider(mark("provider_details", "client_id")))).adopted[GOOGLE];
    expect(key?.attributes.provider_details).toEqual({ authorize_scopes: "email" });
    const all = adoptFrom(state(pool(), provider(mark("provider_details")))).adopted[GOOGLE];
    expect(all).toMatchObject({ ignoreChanges: ["provider_details"], attributes: { provider_details: {} } });
  });

  it("that is an argument of the pool can't be adopted", () => {
    const marked = { sensitive_attributes: [[{ type: "get_attr", value: "email_verification_message" }]] };
    expect(() => adoptFrom(state(pool({ instance: marked })))).toThrow(
      "aws_cognito_user_pool.this: email_verification_message is marked as sensitive, so it can't be written to a file.",
    );
  });

  it("is none in names and types, whatever marks them: they are written, and told of", () => {
    const marks = ["provider_name", "provider_type", "attribute_mapping", "idp_identifiers", "provider_details"];
    const sensitive_attributes = marks.map((value) => [{ type: "get_attr", value }]);
    const adoption = adoptFrom(state(pool(), provider({ sensitive_attributes })));
    expect(adoption.adopted[GOOGLE]?.attributes).toMatchObject({ provider_type: "Google", provider_details: {} });
    expect(adoption.marked.map((line) => line.split(": ")[1])).toEqual(marks.slice(0, 4));
    expect(adoptFrom(state(pool())).marked).toEqual([]);
  });
});

describe("what this project would have otherwise", () => {
  const differences = (of: State) => adoptFrom(of).differences.map(({ address, argument }) => `${address} ${argument}`);

  it("is reported, and left for later", () => {
    expect(
      differences(state(pool({ attributes: { deletion_protection: "INACTIVE", mfa_configuration: "ON" } }), client())),
    ).toEqual(expect.arrayContaining([`${POOL} deletion_protection`, `${CLIENT} prevent_user_existence_errors`]));
  });

  it("is nothing where it is the same, nor where only another pool could have it", () => {
    const found = differences(
      state(
        pool({
          attributes: {
            deletion_protection: "ACTIVE",
            mfa_configuration: "ON",
            username_configuration: [{ case_sensitive: true }],
          },
        }),
        client({
          attributes: {
            explicit_auth_flows: [
              "ALLOW_REFRESH_TOKEN_AUTH",
              "ALLOW_ADMIN_USER_PASSWORD_AUTH",
              "ALLOW_USER_PASSWORD_AUTH",
            ],
          },
        }),
      ),
    );
    for (const absent of ["deletion_protection", "mfa_configuration", "username_configuration", "name"]) {
      expect(found).not.toContain(`${POOL} ${absent}`);
    }
    expect(found).not.toContain(`${CLIENT} explicit_auth_flows`);
  });
});

describe("everything that stands in the way", () => {
  it("is reported at once", () => {
    const bad = state(pool({ instance: { status: "tainted" } }), client({ provider: 'provider["example.com/x/aws"]' }));
    expect(() => adoptFrom(bad, { lb: { authenticateCognito: true } })).toThrow(
      /tainted[\s\S]*example\.com[\s\S]*environments\/production\.ts: lb\.authenticateCognito/,
    );
  });
});

describe("what the environment sets itself", () => {
  it("is reported where it would change an object with the move", () => {
    const there = pool({ attributes: { mfa_configuration: "OFF", user_pool_tier: "LITE" } });
    const settings = { cognito: { userPool: { mfaConfiguration: "ON", userPoolTier: "LITE" } } };
    expect(adoptFrom(state(there), settings).overriding).toEqual([
      { address: POOL, argument: "mfa_configuration", is: "OFF", would: "ON" },
    ]);
  });
});

describe("a file that is written again", () => {
  it("says which lines had been removed or changed", () => {
    const { adopted } = adoptFrom(state(pool(), client()));
    const { deletion_protection: _, ...attributes } = adopted[POOL]?.attributes ?? {};
    const hardened = { ...adopted, [POOL]: { ...adopted[POOL], attributes } } as typeof adopted;
    expect(overwritten(hardened, adopted)).toEqual([`${POOL}: deletion_protection`]);
    expect(overwritten(adopted, adopted)).toEqual([]);
    expect(overwritten({}, { [POOL]: adopted[POOL] ?? null })).toEqual([POOL]);
  });
});

describe("an object that can't be written into a file", () => {
  it.each([
    [
      "has tags that are sensitive",
      { instance: { sensitive_attributes: [[{ type: "get_attr", value: "tags_all" }]] } },
      "tags is marked as sensitive",
    ],
    ["has a schema attribute without a name", { attributes: { schema: [{ name: null }] } }, "schema is invalid"],
    [
      "is left over from a replacement",
      { instance: { deposed: "a1b2" } },
      "is left over from an unfinished replacement",
    ],
  ])("is refused where it %s", (_, sketch: object, message) => {
    expect(() => adoptFrom(state(pool(sketch)))).toThrow(message);
  });
});
