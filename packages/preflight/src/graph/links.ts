import type { Resource } from "./graph.ts";
import { at, Expression, isAbsent, isList, LONGEST_CHAIN, type Reference, text, type Value } from "./value.ts";

/** Resources of some types that a value leads to. */
export interface Link {
  readonly resources: readonly Resource[];
  /** These and no others are meant. false: perhaps one of them, perhaps something that is not in the configuration. */
  readonly certain: boolean;
  /** Attribute that it leads to, such as `id`; "" where that is not known. */
  readonly attribute: string;
  /** A name, id or ARN that is written out and belongs to nothing in the configuration. */
  readonly literal: string | undefined;
}

/**
 * Which resources of the given types a value leads to, through the attributes of others where need be:
 * `aws_subnet.a.vpc_id` leads to the VPC that the subnet names.
 */
export function linked(value: Value | undefined, ...types: readonly string[]): Link {
  const only = value instanceof Expression && value.only?.kind !== "order" ? value.only : undefined;
  return (only && leadsAtOnce(only, types)) ?? follow(value, { types }, 0);
}

/** The one resource of the given types that a value leads to; undefined where it is none, or can't be known. */
export function linkedResource(value: Value | undefined, ...types: readonly string[]): Resource | undefined {
  const { certain, resources } = linked(value, ...types);
  return certain && resources.length === 1 ? resources[0] : undefined;
}

const NOWHERE: Link = { resources: [], certain: false, attribute: "", literal: undefined };
const NOTHING: Link = { ...NOWHERE, certain: true };

interface Search {
  readonly types: readonly string[];
  /** Where values lead that many may refer to, and through each other in a circle: each is followed once. */
  found?: Map<Value, Link>;
}

function follow(value: Value | undefined, search: Search, depth: number): Link {
  if (depth > LONGEST_CHAIN) return NOWHERE;
  if (isAbsent(value)) return NOTHING;
  if (typeof value === "string") return { ...NOWHERE, certain: true, literal: value };
  if (!isList(value) && !(value instanceof Expression)) return NOWHERE;
  search.found ??= new Map();
  const known = search.found.get(value);
  if (known) return known;
  search.found.set(value, NOWHERE);
  const link = isList(value)
    ? join(value.map((item) => follow(item, search, depth + 1)))
    : followExpression(value, search, depth);
  search.found.set(value, link);
  return link;
}

function followExpression(value: Expression, search: Search, depth: number): Link {
  const { only } = value;
  if (only && only.kind !== "order") return followReference(only, search, depth);
  const references = value.references.filter(({ kind }) => kind !== "order");
  if (references.length === 0) {
    return typeof value.known === "string" ? { ...NOWHERE, certain: true, literal: value.known } : NOWHERE;
  }
  const links = references.map((reference) => followReference(reference, search, depth));
  // Names, numbers and the like go into an expression too: what is of the right type is what is meant.
  const found = links.filter((link) => link.resources.length > 0);
  const joined = join(found);
  const literal = joined.resources.length === 0 ? text(value) : undefined;
  if (literal !== undefined) return { ...NOWHERE, certain: true, literal };
  return { ...joined, certain: joined.certain && joined.resources.length === 1 && value.parts === undefined };
}

function followReference(reference: Reference, search: Search, depth: number): Link {
  const direct = leadsAtOnce(reference, search.types);
  if (direct) return direct;
  if (reference.attribute === "" || !reference.certain) return NOWHERE;
  const links = reference.resources.flatMap((resource) => {
    const behind = at(resource.values, reference.attribute);
    return isAbsent(behind) ? [] : [follow(behind, search, depth + 1)];
  });
  return links.length > 0 ? join(links) : NOWHERE;
}

/** Where a reference leads that names resources of the types itself. */
function leadsAtOnce({ resources, attribute, certain }: Reference, types: readonly string[]): Link | undefined {
  const areAll = resources.every(({ type }) => types.includes(type));
  const direct = areAll ? resources : resources.filter(({ type }) => types.includes(type));
  if (direct.length === 0) return undefined;
  return { resources: direct, certain: certain || direct.length === 1, attribute, literal: undefined };
}

function join(links: readonly Link[]): Link {
  const resources = [...new Set(links.flatMap((link) => link.resources))];
  return {
    resources,
    certain: links.every((link) => link.certain),
    attribute: links[0]?.attribute ?? "",
    literal: resources.length === 0 ? links.find((link) => link.literal !== undefined)?.literal : undefined,
  };
}
