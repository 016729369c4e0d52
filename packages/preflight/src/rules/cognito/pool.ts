import type { Graph, Resource } from "../../graph/graph.ts";
import { type Block, blocks, flag, isEmpty, isWritten, text } from "../../graph/value.ts";
import type { Rule } from "../../rule.ts";
import { attributeRule, between, like, without } from "../shared/attribute-rule.ts";
import { STANDARD_ATTRIBUTES } from "./parts.ts";

const POOL = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cognito_user_pool";
const MFA = "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserPoolMfaConfig.html";
const ATTRIBUTES = "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html";

const POLICY_LIMITS = [
  ["minimum_length", 6, 99],
  ["password_history_size", 0, 24],
  ["temporary_password_validity_days", 0, 365],
] as const;

/** Attributes that say the same thing twice. Source: `ConflictsWith` in the provider's schema. */
const MESSAGES = [
  ["email_verification_message", "email_message"],
  ["email_verification_subject", "email_subject"],
  ["sms_verification_message", "sms_message"],
] as const;

const POOL_TYPE = "aws_cognito_user_pool";

export function pools(graph: Graph): readonly Resource[] {
  return graph.ofType(POOL_TYPE);
}

/** Whether a pool takes authenticator apps; undefined where it can't be known. */
function takesApps(pool: Resource): boolean | undefined {
  const { blocks: written, complete } = blocks(pool.get("software_token_mfa_configuration"));
  return complete ? flag(written[0]?.enabled, false) : undefined;
}

/** `OFF` where nothing is written. */
function mfaModeOf(pool: Resource): string | undefined {
  const written = pool.get("mfa_configuration");
  return isEmpty(written) ? "OFF" : text(written);
}

function* eachAttribute(graph: Graph): Generator<{ pool: Resource; attribute: Block; name: string }> {
  for (const pool of pools(graph)) {
    for (const attribute of blocks(pool.get("schema")).blocks) {
      const name = text(attribute.name);
      if (name !== undefined) yield { pool, attribute, name };
    }
  }
}

const CONSTRAINTS: Readonly<Record<string, readonly [block: string, limits: readonly string[]]>> = {
  String: ["string_attribute_constraints", ["min_length", "max_length"]],
  Number: ["number_attribute_constraints", ["min_value", "max_value"]],
};

/** What makes the provider see a change in an attribute on every run; undefined where nothing does or it can't be known. */
function permanentDifferences(attribute: Block, name: string): string | undefined {
  const type = text(attribute.attribute_data_type) ?? "";
  const [kind, limits] = Object.hasOwn(CONSTRAINTS, type) ? (CONSTRAINTS[type] ?? []) : [];
  if (kind === undefined || limits === undefined) return undefined;
  const written = blocks(attribute[kind]);
  const [constraints] = written.blocks;
  if (!written.complete) return undefined;
  if (constraints) return limits.every((limit) => isEmpty(constraints[limit])) ? `an empty ${kind} block` : undefined;
  // The provider knows a standard attribute of type String again without its limits, unless it is as AWS makes it.
  const isAsMade = flag(attribute.required, false) === false && flag(attribute.mutable, false) === true;
  return type === "String" && STANDARD_ATTRIBUTES.has(name) && !isAsMade ? undefined : `no ${kind} block`;
}

export const POOL_RULES: readonly Rule[] = [
  {
    id: "COG-001",
    severity: "error",
    title: "A pool with MFA has a method for it",
    when: "apply",
    prevents:
      "setting Cognito User Pool (…) MFA configuration: … SetUserPoolMfaConfig … InvalidParameterException: Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.",
    cause: "mfa_configuration ON or OPTIONAL needs an authenticator app, SMS or e-mail as the second factor.",
    reference: MFA,
    *check(graph) {
      for (const pool of pools(graph)) {
        const mode = mfaModeOf(pool);
        const others = [pool.get("sms_configuration"), pool.get("email_mfa_configuration")];
        if ((mode !== "ON" && mode !== "OPTIONAL") || takesApps(pool) !== false || !others.every(isEmpty)) continue;
        yield {
          at: pool,
          message: `has mfa_configuration = "${mode}" and no method for it: software_token_mfa_configuration is not enabled, and there is neither sms_configuration nor email_mfa_configuration.`,
          fix: "Add software_token_mfa_configuration { enabled = true }.",
          attribute: "mfa_configuration",
        };
      }
    },
  },
  {
    id: "COG-002",
    severity: "error",
    title: "A pool without MFA has no method for it",
    when: "apply",
    prevents:
      "setting Cognito User Pool (…) MFA configuration: … SetUserPoolMfaConfig … InvalidParameterException: Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
    cause:
      "The provider leaves the method out when it creates the pool and sends it with the next apply, which Cognito refuses.",
    reference: "https://github.com/lgallard/terraform-aws-cognito-user-pool/issues/74",
    *check(graph) {
      for (const pool of pools(graph)) {
        if (mfaModeOf(pool) !== "OFF") continue;
        const method = takesApps(pool)
          ? "software_token_mfa_configuration { enabled = true }"
          : isWritten(pool.get("email_mfa_configuration")) && "email_mfa_configuration";
        if (!method) continue;
        yield {
          at: pool,
          message: `has ${method} while mfa_configuration is "OFF".`,
          fix: 'Set mfa_configuration to "OPTIONAL" or "ON", or take the method out.',
          attribute: "mfa_configuration",
        };
      }
    },
  },
  attributeRule({
    id: "COG-003",
    severity: "error",
    title: "A pool has alias_attributes or username_attributes, not both",
    when: "plan",
    prevents: '"alias_attributes": conflicts with username_attributes',
    cause:
      "With username_attributes the e-mail address or phone number is the user name itself, so it can't be an alias.",
    reference: POOL,
    checks: [
      {
        types: [POOL_TYPE],
        of: "all",
        attribute: "alias_attributes",
        takes: without("username_attributes"),
        fix: "Keep the one that the pool was made with, since a change of either replaces the pool.",
        bad: { alias_attributes: ["email"], username_attributes: ["email"] },
        good: { alias_attributes: ["email"] },
      },
    ],
  }),
  attributeRule({
    id: "COG-004",
    severity: "error",
    title: "A verification message is written in one place",
    when: "plan",
    prevents: '"email_verification_message": conflicts with verification_message_template.0.email_message',
    cause: "Cognito returns both, so both are in a state file, but the provider accepts only one in a configuration.",
    reference: POOL,
    checks: MESSAGES.map(([attribute, nested]) => ({
      types: [POOL_TYPE],
      of: "all",
      attribute,
      where: (_, { change }) => change === undefined, // A plan has both for every pool.
      takes: without(`verification_message_template.${nested}`),
      fix: `Take ${attribute} out.`,
      bad: { [attribute]: "Your code: {####}", verification_message_template: { [nested]: "Your code: {####}" } },
      good: { verification_message_template: { [nested]: "Your code: {####}" } },
    })),
  }),
  {
    id: "COG-005",
    severity: "warning",
    title: "String and Number attributes of a pool have their limits",
    when: "apply",
    prevents: "updating Cognito User Pool (…): cannot modify or remove schema items",
    cause:
      "Cognito returns limits for these attributes, so the provider sees a change on later runs, and no attribute can be changed.",
    reference: "https://github.com/hashicorp/terraform-provider-aws/issues/37687",
    *check(graph) {
      for (const { pool, attribute, name } of eachAttribute(graph)) {
        if (pool.leavesAlone("schema")) continue;
        const what = permanentDifferences(attribute, name);
        if (!what) continue;
        const [kind = "", limits = []] = CONSTRAINTS[text(attribute.attribute_data_type) ?? ""] ?? [];
        yield {
          at: pool,
          message: `has ${what} in the schema of "${name}".`,
          fix: `Write ${kind} with ${limits.join(" and ")} as the pool has them, or ignore changes of schema in its lifecycle.`,
          attribute: "schema",
        };
      }
    },
  },
  {
    id: "COG-006",
    severity: "error",
    title: "Custom attributes of a pool are not required",
    when: "apply",
    prevents: "InvalidParameterException: Required custom attributes are not supported currently.",
    cause: "Only standard attributes can be required at sign-up.",
    reference: "https://github.com/hashicorp/terraform-provider-aws/issues/18430",
    *check(graph) {
      for (const { pool, attribute, name } of eachAttribute(graph)) {
        if (STANDARD_ATTRIBUTES.has(name) || flag(attribute.required, false) !== true) continue;
        yield {
          at: pool,
          message: `has required = true in the schema of "${name}", which is not a standard attribute.`,
          fix: "Set required to false, and check the attribute in a pre sign-up function.",
          attribute: "schema",
        };
      }
    },
  },
  attributeRule({
    id: "COG-007",
    severity: "error",
    title: "Names of a pool's attributes are 1 to 20 characters long",
    when: "plan",
    prevents: '"schema.0.name" cannot be longer than 20 characters',
    cause: "The limit is without the custom: that Cognito puts in front.",
    reference:
      "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SchemaAttributeType.html",
    checks: [
      {
        types: [POOL_TYPE],
        of: "all",
        attribute: "schema.name",
        takes: like(/^.{1,20}$/s, "a name of 1 to 20 characters"),
        bad: { schema: { name: "preferred_working_hours", attribute_data_type: "String" } },
        good: { schema: { name: "working_hours", attribute_data_type: "String" } },
      },
    ],
  }),
  {
    id: "COG-008",
    severity: "warning",
    title: "Custom attributes are named without their prefix",
    when: "runtime",
    prevents: "InvalidParameterException: … Attribute does not exist in the schema.",
    cause: "Cognito puts custom: (or dev:) in front itself, and would do so once more.",
    reference: ATTRIBUTES,
    *check(graph) {
      for (const { pool, name } of eachAttribute(graph)) {
        const prefix = /^(custom|dev):/.exec(name)?.[0];
        if (!prefix) continue;
        yield {
          at: pool,
          message: `has a schema attribute "${name}" with the prefix ${prefix} written out.`,
          fix: `Write name = "${name.slice(prefix.length)}".`,
          attribute: "schema",
        };
      }
    },
  },
  attributeRule({
    id: "COG-009",
    severity: "error",
    title: "A password policy is within Cognito's limits",
    when: "plan",
    prevents: "expected password_policy.0.minimum_length to be in the range (6 - 99), got 5",
    cause: "Passwords have 6 to 99 characters, temporary ones last 0 to 365 days, and 0 to 24 old ones are remembered.",
    reference: POOL,
    checks: POLICY_LIMITS.map(([limit, least, most]) => ({
      types: [POOL_TYPE],
      of: "all",
      attribute: `password_policy.${limit}`,
      takes: between(least, most),
      bad: { password_policy: { [limit]: most + 1 } },
      good: { password_policy: { [limit]: most } },
    })),
  }),
];
