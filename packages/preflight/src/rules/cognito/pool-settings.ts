import type { Graph, Resource } from "../../graph/graph.ts";
import { linkedResource } from "../../graph/links.ts";
import { type Block, block, blocks, Expression, isEmpty, isWritten, text, type Value } from "../../graph/value.ts";
import { defineRule, type Rule } from "../../rule.ts";
import { attributeRule, like, oneOf } from "../shared/attribute-rule.ts";
import { quoted, repeats, textsOf } from "../shared/attributes.ts";
import { clients, settingOf } from "./client.ts";
import { pools } from "./pool.ts";

const POOL = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cognito_user_pool";
const TEMPLATES =
  "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-message-customizations.html";
const POOL_TYPE = "aws_cognito_user_pool";

const CODE = /\{####\}/;

/** Texts that hold a code or a link, and what has to be in each. Source: the provider's `validUserPool…` functions. */
const TEXTS: readonly (readonly [attribute: string, pattern: RegExp, form: string, good: string])[] = [
  ...[
    "email_verification_message",
    "sms_verification_message",
    "sms_authentication_message",
    "verification_message_template.email_message",
    "verification_message_template.sms_message",
  ].map((attribute) => [attribute, CODE, "a text with {####}, where the code goes", "Your code is {####}"] as const),
  [
    "verification_message_template.email_message_by_link",
    /\{##.*##\}/s,
    "a text with {##a link##}",
    "Please {##confirm##} your address",
  ],
  ...["email_message", "sms_message"].map(
    (attribute) =>
      [
        `admin_create_user_config.invite_message_template.${attribute}`,
        /^(?=.*\{username\})(?=.*\{####\})/s,
        "a text with {username} and {####}",
        "You are {username}, with {####}",
      ] as const,
  ),
];

function nested(path: string, value: string): Block {
  const [name = "", ...others] = path.split(".");
  return { [name]: others.length > 0 ? nested(others.join("."), value) : value };
}

export const POOL_SETTING_RULES: readonly Rule[] = [
  defineRule({
    id: "COG-060",
    severity: "error",
    title: "The ways to recover an account do not exclude each other",
    reference:
      "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RecoveryOptionType.html",
    problems: {
      admin: {
        when: "apply",
        prevents:
          "InvalidParameterException: Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.",
        cause: "With admin_only only an administrator resets passwords.",
      },
      priority: {
        when: "apply",
        prevents: "InvalidParameterException: Account Recovery Setting priorities must be unique",
        cause: "Cognito tries the ways in the order of their priorities.",
      },
    },
    *check(graph) {
      for (const pool of pools(graph).filter(({ isPlanned }) => isPlanned)) {
        const ways = blocks(block(pool.get("account_recovery_setting"))?.recovery_mechanism).blocks;
        const names = ways.map(({ name }) => text(name) ?? "…");
        if (names.includes("admin_only") && names.length > 1) {
          yield {
            kind: "admin",
            at: pool,
            message: `has ${quoted(names)} as recovery_mechanism.`,
            fix: 'Keep only "admin_only", or remove it.',
            attribute: "account_recovery_setting",
          };
        }
        for (const { one } of repeats(ways, ({ priority }) => text(priority))) {
          yield {
            kind: "priority",
            at: pool,
            message: `has two recovery mechanisms with priority = ${text(one.priority)}.`,
            fix: "Give one of them priority 1, and the other priority 2.",
            attribute: "account_recovery_setting",
          };
        }
      }
    },
  }),
  attributeRule({
    id: "COG-061",
    severity: "error",
    title: "Ways to recover an account are ones that Cognito has",
    when: "plan",
    prevents:
      'expected account_recovery_setting.0.recovery_mechanism.0.name to be one of ["verified_email" "verified_phone_number" "admin_only"]',
    cause: "Cognito sends codes to addresses that it has verified, or leaves recovery to administrators.",
    reference: POOL,
    checks: [
      {
        types: [POOL_TYPE],
        of: "all",
        attribute: "account_recovery_setting.recovery_mechanism.name",
        takes: oneOf("verified_email", "verified_phone_number", "admin_only"),
        bad: { account_recovery_setting: { recovery_mechanism: { name: "email", priority: 1 } } },
        good: { account_recovery_setting: { recovery_mechanism: { name: "verified_email", priority: 1 } } },
      },
    ],
  }),
  attributeRule({
    id: "COG-062",
    severity: "error",
    title: "Messages of a pool say where the code goes",
    when: "plan",
    prevents: '"verification_message_template.0.email_message" does not contain {####}',
    cause: "Cognito puts the code, the link and the name in the place of these marks.",
    reference: TEMPLATES,
    checks: TEXTS.map(([attribute, pattern, form, good]) => ({
      types: [POOL_TYPE],
      of: "all",
      attribute,
      takes: like(pattern, form),
      bad: nested(attribute, "Welcome"),
      good: nested(attribute, good),
    })),
  }),
  {
    id: "COG-063",
    severity: "error",
    title: "A password is among the first factors of a login",
    when: "apply",
    prevents: "InvalidParameterException at CreateUserPool: PASSWORD must be an allowed first auth factor",
    cause: "Passwordless factors come beside the password, which can't be taken out.",
    reference: "https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_cognito.AllowedFirstAuthFactors.html",
    *check(graph) {
      for (const pool of pools(graph).filter(({ isPlanned }) => isPlanned)) {
        const factors = textsOf(block(pool.get("sign_in_policy"))?.allowed_first_auth_factors);
        if (!factors.complete || factors.texts.length === 0 || factors.texts.includes("PASSWORD")) continue;
        yield {
          at: pool,
          message: `has ${quoted(factors.texts)} as allowed_first_auth_factors.`,
          fix: 'Add "PASSWORD".',
          attribute: "sign_in_policy",
        };
      }
    },
  },
  {
    id: "COG-064",
    severity: "error",
    title: "A function that sends codes has a key for them",
    when: "apply",
    prevents: "InvalidParameterException at CreateUserPool: KMSKeyID is required with a custom sender",
    cause: "Cognito gives the codes to the function encrypted.",
    reference: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-sender-triggers.html",
    *check(graph) {
      for (const pool of pools(graph).filter(({ isPlanned }) => isPlanned)) {
        const functions = block(pool.get("lambda_config"));
        const senders = ["custom_email_sender", "custom_sms_sender"].filter((name) => isWritten(functions?.[name]));
        if (senders.length === 0 || !isEmpty(functions?.kms_key_id)) continue;
        yield {
          at: pool,
          message: `has ${senders.join(" and ")} and no kms_key_id in lambda_config.`,
          fix: "Set lambda_config.kms_key_id to the ARN of a key that Cognito and the function may use.",
          attribute: "lambda_config",
        };
      }
    },
  },
  {
    id: "COG-065",
    severity: "error",
    title: "Refresh tokens that rotate are not used in the old flow",
    when: "apply",
    prevents: "InvalidParameterException at CreateUserPoolClient: ALLOW_REFRESH_TOKEN_AUTH with refresh token rotation",
    cause: "With rotation tokens are renewed by GetTokensFromRefreshToken, and not by REFRESH_TOKEN_AUTH.",
    reference:
      "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html",
    *check(graph) {
      for (const client of clients(graph).filter(({ isPlanned }) => isPlanned)) {
        const rotation = text(block(settingOf(graph, client, "refresh_token_rotation"))?.feature);
        const flows = textsOf(settingOf(graph, client, "explicit_auth_flows")).texts;
        if (rotation !== "ENABLED" || !flows.includes("ALLOW_REFRESH_TOKEN_AUTH")) continue;
        yield {
          at: client,
          message: 'has refresh_token_rotation, and "ALLOW_REFRESH_TOKEN_AUTH" in explicit_auth_flows.',
          fix: 'Take "ALLOW_REFRESH_TOKEN_AUTH" out.',
          attribute: "explicit_auth_flows",
        };
      }
    },
  },
  {
    id: "COG-066",
    severity: "error",
    title: "Callbacks of a client are absolute, and have no fragment",
    when: "apply",
    prevents: "InvalidParameterException at CreateUserPoolClient: … is not a valid redirect URI",
    cause: "The browser is sent to the URL with the code behind it, so it is whole, and has no # itself.",
    reference:
      "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html",
    *check(graph) {
      for (const client of clients(graph).filter(({ isPlanned }) => isPlanned)) {
        for (const attribute of ["callback_urls", "logout_urls", "default_redirect_uri"]) {
          const wrong = textsOf(settingOf(graph, client, attribute)).texts.filter(
            (url) => url !== "" && (url.includes("#") || !/^[a-z][a-z0-9+.-]*:/i.test(url)),
          );
          if (wrong.length === 0) continue;
          yield {
            at: client,
            message: `has ${quoted(wrong)} in ${attribute}.`,
            fix: "Write the whole URL, beginning with https:// (or the scheme of an app), and without #.",
            attribute,
          };
        }
      }
    },
  },
  {
    id: "COG-067",
    severity: "error",
    title: "A user's name is of the kind that the pool has",
    when: "apply",
    prevents: "InvalidParameterException: Username should be an email.",
    cause: "With username_attributes the address is the name.",
    reference:
      "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html#user-pool-settings-aliases",
    *check(graph) {
      for (const user of graph.ofType("aws_cognito_user").filter(({ isMade }) => isMade)) {
        const problem = nameProblem(user);
        if (problem) yield { at: user, ...problem, attribute: "username" };
      }
    },
  },
  {
    id: "COG-068",
    severity: "error",
    title: "An identity pool names a user pool by its endpoint",
    when: "apply",
    prevents: "InvalidParameterException: Invalid Cognito Identity Provider",
    cause: "The name of the provider is cognito-idp.<region>.amazonaws.com/<id of the pool>.",
    reference: "https://github.com/aws/aws-cdk/issues/11054",
    check: wrongProviderNames,
  },
];

function nameProblem(user: Resource) {
  const [pool, name] = [linkedResource(user.get("user_pool_id"), POOL_TYPE), text(user.get("username"))];
  const kinds = textsOf(pool?.get("username_attributes"));
  if (!pool || name === undefined || !kinds.complete || kinds.texts.length === 0) return undefined;
  const forms: Readonly<Record<string, RegExp>> = { email: /^[^@\s]+@[^@\s]+$/, phone_number: /^\+\d+$/ };
  if (kinds.texts.some((kind) => forms[kind]?.test(name) ?? true)) return undefined;
  return {
    message: `has username = "${name}", and users of ${pool.address} are named by ${kinds.texts.join(" or ")}.`,
    fix: `Write ${kinds.texts[0] === "email" ? "the e-mail address" : "the phone number, with + and the country"} as username.`,
  };
}

const WRONG_NAMES = new Set(["id", "arn", "name", "domain"]);

function* wrongProviderNames(graph: Graph) {
  for (const identities of graph.ofType("aws_cognito_identity_pool").filter(({ isPlanned }) => isPlanned)) {
    for (const { provider_name } of blocks(identities.get("cognito_identity_providers")).blocks) {
      const wrong = wrongProviderName(provider_name);
      if (wrong) yield { at: identities, ...wrong, attribute: "cognito_identity_providers" };
    }
  }
}

function wrongProviderName(value: Value | undefined): { readonly message: string; readonly fix: string } | undefined {
  const pool = linkedResource(value, POOL_TYPE);
  const fix = `Write \${${pool?.address ?? "aws_cognito_user_pool.<name>"}.endpoint}.`;
  const known = text(value);
  if (known !== undefined) {
    const isWrong = /^arn:|^https:|^[a-z0-9-]+_[A-Za-z0-9]+$/.test(known);
    return isWrong ? { message: `has "${known}" as provider_name.`, fix } : undefined;
  }
  const attribute = value instanceof Expression ? (value.only?.attribute ?? "") : "";
  if (!pool || !WRONG_NAMES.has(attribute)) return undefined;
  return { message: `has the ${attribute} of ${pool.address} as provider_name.`, fix };
}
