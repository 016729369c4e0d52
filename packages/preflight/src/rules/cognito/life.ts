import type { Graph } from "../../graph/graph.ts";
import { flag, isBlock, type Json, type Value } from "../../graph/value.ts";
import type { Problem, Rule } from "../../rule.ts";
import { quoted } from "../shared/attributes.ts";
import { COGNITO_TYPES, type Replacement, removals, replacements, whatForces } from "../shared/changes.ts";
import { clients } from "./client.ts";
import { pools } from "./pool.ts";

const POOL = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cognito_user_pool";

/** What is lost with a resource. */
const LOSSES: Readonly<Record<string, string>> = {
  aws_cognito_user_pool: "all of its users are lost",
  aws_cognito_user_pool_client: "applications that know its id and secret can log nobody in any more",
  aws_cognito_user_pool_domain: "the log-in pages under it are gone",
};

export const LIFE_RULES: readonly Rule[] = [
  {
    id: "COG-040",
    severity: "error",
    title: "A client that is imported stays the client that it is",
    when: "plan",
    prevents: "aws_cognito_user_pool_client… must be replaced … + generate_secret = true # forces replacement",
    cause:
      "The provider does not read generate_secret back, so an imported client with it looks changed, and it can't be changed in place.",
    reference: "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cognito_user_pool_client",
    *check(graph) {
      for (const client of clients(graph)) {
        const isPlanned = client.change?.imported === true && client.change.actions.includes("delete");
        const isIgnored = client.leavesAlone("generate_secret");
        const isWritten = graph.imports.includes(client.address) && flag(client.get("generate_secret"), false) === true;
        if (!isPlanned && (!isWritten || isIgnored)) continue;
        yield {
          at: client,
          message: isPlanned
            ? `is imported and then replaced${client.change?.replacePaths.includes("generate_secret") ? " because of generate_secret" : ""}: another client takes its place.`
            : "is imported, and has generate_secret = true.",
          fix: "Move the client in the state instead of importing it, or add lifecycle { ignore_changes = [generate_secret] }.",
          attribute: "generate_secret",
        };
      }
    },
  },
  {
    id: "COG-041",
    severity: "error",
    title: "User pools, clients and domains are not replaced",
    when: "apply",
    prevents: "no error: the pool is deleted with all of its users, and an empty one is made",
    cause:
      "Attributes that a pool, a client or a domain is made with can't be changed afterwards, so Terraform makes another one.",
    reference: POOL,
    *check(graph) {
      for (const replacement of replacements(graph)) {
        const { resource, change } = replacement;
        const isImportedClient = change.imported && resource.type === "aws_cognito_user_pool_client"; // COG-040
        if (!COGNITO_TYPES.includes(resource.type) || isImportedClient || followsItsPool(replacement)) continue;
        yield replacedProblem(replacement);
      }
    },
  },
  {
    id: "COG-042",
    // What is taken out of a configuration is mostly meant to go. But there is no way back to a pool, so that is asked for twice.
    severity: "warning",
    title: "User pools, clients and domains are not deleted",
    when: "apply",
    prevents: "no error: the pool is deleted with all of its users",
    cause: "What is no longer in the configuration, or is in it at another address, Terraform deletes.",
    reference: "https://developer.hashicorp.com/terraform/language/block/removed",
    *check(graph) {
      for (const { address, type, actions } of removals(graph)) {
        if (!COGNITO_TYPES.includes(type) || !actions.includes("delete")) continue;
        yield {
          at: address,
          message: `is deleted: ${LOSSES[type]}.`,
          severity: type === "aws_cognito_user_pool" ? "error" : "warning",
          fix: "Put it back, write a moved block if it has another address now, or a removed block with destroy = false to let go of it.",
        };
      }
    },
  },
  {
    id: "COG-043",
    severity: "error",
    title: "The schema of a user pool only grows",
    when: "apply",
    prevents: "updating Cognito User Pool (…): cannot modify or remove schema items",
    cause: "Cognito can add attributes to a pool, and neither change nor remove them.",
    reference: "https://github.com/hashicorp/terraform-provider-aws/issues/21654",
    check: changedSchemas,
  },
];

/** It is another one because its pool is: what has to change is the pool. */
function followsItsPool({ change, forcedBy }: Replacement): boolean {
  return forcedBy.join() === "user_pool_id" && isBlock(change.after) && change.after.user_pool_id === undefined;
}

function replacedProblem(replacement: Replacement): Problem {
  const { resource, forcedBy } = replacement;
  const [first] = forcedBy;
  return {
    at: resource,
    message: `is replaced${first ? `, because of ${whatForces(replacement)}` : ""}: ${LOSSES[resource.type]}.`,
    fix: first
      ? `Write ${first} as it is in the state, or add it to ignore_changes in the lifecycle.`
      : "Take the mark off it with terraform untaint, and don't ask for its replacement.",
    attribute: first?.split(".")[0] ?? "",
    severity: resource.type === "aws_cognito_user_pool_domain" ? "warning" : "error",
  };
}

function* changedSchemas(graph: Graph): Generator<Problem> {
  for (const pool of pools(graph)) {
    const { change } = pool;
    if (change?.actions.join() !== "update" || !isBlock(change.before) || !isBlock(change.after)) continue;
    const [before, after] = [schemaOf(change.before.schema), schemaOf(change.after.schema)];
    if (!before || !after) continue;
    const gone = [...before].filter(([item]) => !after.has(item)).map(([, name]) => name);
    if (gone.length === 0) continue;
    const names = new Set(after.values());
    const [changed, removed] = [gone.filter((name) => names.has(name)), gone.filter((name) => !names.has(name))];
    const what = [
      changed.length > 0 && `changes ${quoted(changed)}`,
      removed.length > 0 && `removes ${quoted(removed)}`,
    ];
    yield {
      at: pool,
      message: `${what.filter(Boolean).join(" and ")} in its schema.`,
      fix: "Write these attributes as they are in the state, or add schema to ignore_changes in the lifecycle.",
      attribute: "schema",
    };
  }
}

/** Items of a schema as the provider compares them, and their names. Source: its `resourceUserPoolSchemaHash`. */
function schemaOf(schema: Json | undefined): Map<string, string> | undefined {
  if (schema === null) return new Map();
  if (!Array.isArray(schema)) return undefined;
  return new Map(
    (schema as readonly Value[]).filter(isBlock).map((item) => {
      const flags = ["developer_only_attribute", "mutable", "required"].map((name) => item[name] === true);
      const limits = ["string_attribute_constraints", "number_attribute_constraints"].map((name) =>
        limitsOf(item[name]),
      );
      return [JSON.stringify([item.name, item.attribute_data_type, flags, limits]), String(item.name)];
    }),
  );
}

function limitsOf(constraints: unknown): unknown {
  if (!Array.isArray(constraints) || constraints.length === 0) return [];
  const [limits] = constraints;
  const written = isBlock(limits) ? Object.entries(limits).filter(([, limit]) => limit !== null && limit !== "") : [];
  return [written.map(([name, limit]) => `${name}=${limit}`).sort()];
}
