import { grouped } from "../../graph/by-link.ts";
import type { Graph, Resource } from "../../graph/graph.ts";
import { linked, linkedResource } from "../../graph/links.ts";
import { type Block, blocks, text } from "../../graph/value.ts";

const POOL = "aws_cognito_user_pool";

/** The pool that something belongs to, where it is made in this configuration. */
export function poolOf(part: Resource): Resource | undefined {
  return linkedResource(part.get("user_pool_id"), POOL);
}

/** Terraform creates it, and does not import it: all that it has is written. */
export function isNew(graph: Graph, resource: Resource): boolean {
  return resource.isMade && !resource.many && !graph.imports.includes(resource.address);
}

/** What belongs to a pool, of one type; `complete`: nothing else can. */
export function partsOf(
  graph: Graph,
  pool: Resource,
  type: PartType,
): { readonly parts: readonly Resource[]; readonly complete: boolean } {
  const { byPool, open } = graph.once(FINDERS[type]);
  const parts = byPool.get(pool) ?? [];
  const complete = !open && isNew(graph, pool) && !graph.isHandedOn(pool) && parts.every(({ many }) => !many);
  return { parts, complete };
}

const PART_TYPES = ["domain", "resource_server", "identity_provider"] as const;
type PartType = (typeof PART_TYPES)[number];

const FINDERS = Object.fromEntries(PART_TYPES.map((type) => [type, finderOf(type)])) as Readonly<
  Record<PartType, ReturnType<typeof finderOf>>
>;

function finderOf(type: PartType) {
  const full = type === "domain" ? "aws_cognito_user_pool_domain" : `aws_cognito_${type}`;
  return (graph: Graph) => {
    const links = graph.ofType(full).map((part) => ({ part, pool: linked(part.get("user_pool_id"), POOL) }));
    const byPool = grouped(links, ({ pool }) => pool.resources);
    return {
      byPool: new Map([...byPool].map(([pool, all]) => [pool, all.map(({ part }) => part)])),
      open: links.some(({ pool }) => !pool.certain),
    };
  };
}

/** Attributes of a pool's schema by their full names, such as `custom:plan`; undefined where not all can be known. */
export function schemaOf(graph: Graph, pool: Resource): ReadonlyMap<string, Block> | undefined {
  const isElsewhere = pool.leavesAlone("schema") || graph.imports.includes(pool.address);
  const { blocks: written, complete } = blocks(pool.get("schema"));
  const named = written.map((attribute) => [text(attribute.name), attribute] as const);
  if (isElsewhere || !complete || pool.many || graph.isHandedOn(pool)) return undefined;
  if (!named.every((pair): pair is readonly [string, Block] => pair[0] !== undefined)) return undefined;
  return new Map(
    named.map(([name, attribute]) => [STANDARD_ATTRIBUTES.has(name) ? name : `custom:${name}`, attribute]),
  );
}

/** Attributes that every pool has. Source: the provider's `userPoolSchemaAttributeMatchesStandardAttribute`. */
export const STANDARD_ATTRIBUTES = new Set(
  (
    "address birthdate email email_verified family_name gender given_name identities locale middle_name name nickname " +
    "phone_number phone_number_verified picture preferred_username profile sub updated_at website zoneinfo"
  ).split(" "),
);
