import type { Graph } from "../../graph/graph.ts";
import { flag, isBlock, type Json, type Value } from "../../graph/value.ts";
import type { Problem, Rule } from "../../rule.ts";
import { quoted } from "../shared/attributes.ts";
import { clients } from "./client.ts";
import { pools } from "./pool.ts";

export const LIFE_RULES: readonly Rule[] = [
  {
    id: "COG-040",
    severity: "error",
    title: "An imported client is not replaced",
    when: "plan",
    prevents: "aws_cognito_user_pool_client… must be replaced … + generate_secret = true # forces replacement",
    cause:
      "The provider does not read generate_secret back, so an imported client with it looks changed, which forces a replacement.",
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
            ? `is imported and then replaced${client.change?.replacePaths.includes("generate_secret") ? " because of generate_secret" : ""}: another client is created in its place.`
            : "is imported, and has generate_secret = true.",
          fix: "Move the client in the state instead of importing it, or add lifecycle { ignore_changes = [generate_secret] }.",
          attribute: "generate_secret",
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
