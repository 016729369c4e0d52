import type { Graph, Resource } from "../../graph/graph.ts";
import { type Block, block, flag, isBlock, text } from "../../graph/value.ts";
import { defineRule, type KindOfProblem, type Problem, type Rule } from "../../rule.ts";
import { quoted, textsOf } from "../shared/attributes.ts";
import { clients, settingOf } from "./client.ts";
import { poolOf, STANDARD_ATTRIBUTES, schemaOf } from "./parts.ts";

const ATTRIBUTES = "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html";

/** Attributes that only Cognito itself writes. Source: "User pool attributes" in Cognito's guide. */
const READ_ONLY = new Set(["sub", "email_verified", "phone_number_verified"]);

/** Attributes that a mapping may name beside those of the pool. */
const MAPPED_ONLY = new Set(["username"]);

type Kind = "absent" | "readOnly" | "required";

export const ATTRIBUTE_RULES: readonly Rule[] = [
  defineRule({
    id: "COG-053",
    severity: "error",
    title: "The attributes that a client reads and writes exist, and can be written",
    reference: ATTRIBUTES,
    problems: {
      absent: {
        when: "apply",
        prevents: "InvalidParameterException: Invalid write attributes specified while creating a client",
        cause: "A pool has Cognito's standard attributes, and its own under custom:<name>.",
      },
      readOnly: {
        when: "apply",
        prevents: "InvalidParameterException: Invalid write attributes specified while creating a client",
        cause: "Some attributes are written by Cognito only.",
      },
      required: {
        when: "apply",
        prevents: "InvalidParameterException: Invalid write attributes specified while creating a client",
        cause: "What is required at sign-up has to be writable for each client.",
      },
    },
    *check(graph) {
      for (const client of clients(graph).filter(({ isPlanned }) => isPlanned)) {
        const pool = poolOf(client);
        for (const attribute of ["read_attributes", "write_attributes"] as const) {
          const listed = textsOf(settingOf(graph, client, attribute));
          for (const problem of listProblems(graph, pool, attribute, listed))
            yield { ...problem, at: client, attribute };
        }
      }
    },
  }),
  defineRule({
    id: "COG-054",
    severity: "error",
    title: "An identity provider's attributes exist in the pool, and may change",
    reference:
      "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-specifying-attribute-mapping.html",
    problems: {
      absent: {
        when: "apply",
        prevents: "InvalidParameterException: AttributeMapping contains invalid mapping: [custom:…]",
        cause: "A mapping names attributes of the pool.",
      },
      immutable: {
        when: "runtime",
        prevents: "error_description=user.…: Attribute cannot be updated, at the second login of a user",
        cause: "Cognito writes mapped attributes at each login, and an attribute that is not mutable only once.",
      },
      unwritable: {
        when: "runtime",
        prevents: "error_description=attributes required / not writable, at the login with this provider",
        cause: "Cognito writes mapped attributes with the permissions of the client that the user logs in with.",
        severity: "warning",
      },
    },
    *check(graph) {
      for (const provider of graph.ofType("aws_cognito_identity_provider").filter(({ isPlanned }) => isPlanned)) {
        const mapping = provider.get("attribute_mapping");
        if (isBlock(mapping)) yield* mappingProblems(graph, provider, Object.keys(mapping));
      }
    },
  }),
  {
    id: "COG-055",
    severity: "error",
    title: "An attribute that is verified before its change is verified by itself too",
    when: "apply",
    prevents:
      "InvalidParameterException at CreateUserPool: AttributesRequireVerificationBeforeUpdate must be a subset of AutoVerifiedAttributes",
    cause: "Cognito sends the code for a changed address only where it verifies addresses at all.",
    reference:
      "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserAttributeUpdateSettingsType.html",
    *check(graph) {
      for (const pool of graph.ofType("aws_cognito_user_pool").filter(({ isPlanned }) => isPlanned)) {
        const settings = block(pool.get("user_attribute_update_settings"));
        const before = textsOf(settings?.attributes_require_verification_before_update).texts;
        const verified = textsOf(pool.get("auto_verified_attributes"));
        const missing = before.filter((name) => !verified.texts.includes(name));
        if (!verified.complete || missing.length === 0) continue;
        yield {
          at: pool,
          message: `requires the verification of ${quoted(missing)} before an update, without it in auto_verified_attributes.`,
          fix: `Add ${quoted(missing)} to auto_verified_attributes.`,
          attribute: "user_attribute_update_settings",
        };
      }
    },
  },
];

function* listProblems(
  graph: Graph,
  pool: Resource | undefined,
  attribute: "read_attributes" | "write_attributes",
  { texts, complete }: { readonly texts: readonly string[]; readonly complete: boolean },
): Generator<Pick<KindOfProblem<Kind>, "kind" | "message" | "fix">> {
  if (texts.length === 0) return;
  const schema = pool && schemaOf(graph, pool);
  const absent = texts.filter((name) => isAbsentFrom(schema, name));
  if (absent.length > 0) {
    yield {
      kind: "absent",
      message: `has ${quoted(absent)} in ${attribute}, which ${pool?.address ?? "its pool"} does not have.`,
      fix: fixOf(absent, schema),
    };
  }
  if (attribute === "read_attributes") return;
  const fixed = texts.filter((name) => READ_ONLY.has(name));
  if (fixed.length > 0) {
    yield {
      kind: "readOnly",
      message: `has ${quoted(fixed)} in write_attributes, which only Cognito writes.`,
      fix: `Take ${quoted(fixed)} out of write_attributes.`,
    };
  }
  const required = [...(schema ?? [])].filter(([, one]) => flag(one.required, false) === true).map(([name]) => name);
  const missing = required.filter((name) => !READ_ONLY.has(name) && !texts.includes(name));
  if (complete && missing.length > 0) {
    yield {
      kind: "required",
      message: `has write_attributes without ${quoted(missing)}, which ${pool?.address} requires.`,
      fix: `Add ${quoted(missing)} to write_attributes.`,
    };
  }
}

/** Whether a pool has no such attribute, for sure. Attributes for developers only are not looked at. */
function isAbsentFrom(schema: ReadonlyMap<string, Block> | undefined, name: string): boolean {
  if (STANDARD_ATTRIBUTES.has(name) || name.startsWith("dev:")) return false;
  return name.startsWith("custom:") ? schema !== undefined && !schema.has(name) : true;
}

function fixOf(absent: readonly string[], schema: ReadonlyMap<string, Block> | undefined): string {
  const meant = absent.filter((name) => schema?.has(`custom:${name}`)).map((name) => `custom:${name}`);
  return meant.length > 0
    ? `Write ${quoted(meant)}.`
    : "Write a standard attribute of OpenID Connect, or custom:<name> of one in the pool's schema.";
}

function* mappingProblems(
  graph: Graph,
  provider: Resource,
  names: readonly string[],
): Generator<KindOfProblem<"absent" | "immutable" | "unwritable">> {
  const pool = poolOf(provider);
  const schema = pool && schemaOf(graph, pool);
  const base = { at: provider, attribute: "attribute_mapping" } satisfies Partial<Problem>;
  const absent = names.filter((name) => !MAPPED_ONLY.has(name) && isAbsentFrom(schema, name));
  if (absent.length > 0) {
    yield {
      ...base,
      kind: "absent",
      message: `maps to ${quoted(absent)}, which ${pool?.address ?? "its pool"} does not have.`,
      fix: fixOf(absent, schema),
    };
  }
  const frozen = names.filter((name) => flag(schema?.get(name)?.mutable, false) === false && schema?.has(name));
  if (frozen.length > 0) {
    yield {
      ...base,
      kind: "immutable",
      message: `maps to ${quoted(frozen)}, which ${frozen.length > 1 ? "are" : "is"} not mutable in ${pool?.address}.`,
      fix: "Set mutable to true in the schema of a new pool, or map to another attribute.",
    };
  }
  if (pool) yield* unwritableMappings(graph, provider, pool, names);
}

/** Mapped attributes that a client of the provider's may not write. */
function* unwritableMappings(
  graph: Graph,
  provider: Resource,
  pool: Resource,
  names: readonly string[],
): Generator<KindOfProblem<"unwritable">> {
  const own = text(provider.get("provider_name")) ?? "";
  const wanted = names.filter((name) => !MAPPED_ONLY.has(name) && !READ_ONLY.has(name));
  for (const client of clients(graph).filter((one) => poolOf(one) === pool)) {
    const used = textsOf(settingOf(graph, client, "supported_identity_providers")).texts;
    const writes = textsOf(settingOf(graph, client, "write_attributes"));
    const closed = wanted.filter((name) => !writes.texts.includes(name));
    if (!writes.complete || writes.texts.length === 0 || !used.includes(own) || closed.length === 0) continue;
    yield {
      kind: "unwritable",
      at: provider,
      message: `maps to ${quoted(closed)}, which ${client.address} may not write.`,
      fix: `Add ${quoted(closed)} to write_attributes of ${client.address}.`,
      attribute: "attribute_mapping",
    };
  }
}
