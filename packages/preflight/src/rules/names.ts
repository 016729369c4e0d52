import type { Graph, Resource } from "../graph/graph.ts";
import { Expression, isEmpty, text, type Value } from "../graph/value.ts";
import { defineRule, type Failure, type Rule } from "../rule.ts";
import { ownRegion, repeats } from "./shared/attributes.ts";
import { UNIQUE, type Unique } from "./shared/unique.ts";

/** Types that have a rule of their own about this. */
const ELSEWHERE = new Set([
  "aws_cognito_resource_server",
  "aws_cognito_user_pool_domain",
  "aws_lb_listener",
  "aws_lb_listener_rule",
  "aws_route",
  "aws_route_table_association",
  "aws_security_group",
  "aws_subnet",
]);

const NAMED = UNIQUE.filter(({ types: [type = ""] }) => !ELSEWHERE.has(type));

/** What is taken in every account, and what belongs to something that is in one. */
const ONCE = new Set(["aws_s3_bucket"]);

export const NAME_RULES: readonly Rule[] = [
  defineRule({
    id: "NAME-001",
    severity: "error",
    title: "Two resources of a type do not have one name",
    reference: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names",
    problems: Object.fromEntries(
      NAMED.map(({ types: [type = ""], refusal }): [string, Failure] => [
        type,
        { when: "apply", prevents: refusal, cause: "The first of the two has the name when the second is created." },
      ]),
    ),
    *check(graph) {
      for (const unique of NAMED) yield* doubles(graph, unique);
    },
  }),
];

function* doubles(graph: Graph, unique: Unique) {
  const [kind = ""] = unique.types;
  const attribute = unique.by.at(-1) ?? "";
  for (const { one, earlier } of repeats(graph.ofType(...unique.types), (each) => keyOf(unique, each))) {
    if (!one.isMade && !earlier.isMade) continue;
    // With two providers they may be in two accounts, unless they belong to one thing.
    const anchors = [...unique.by, ...(unique.within === undefined ? [] : [unique.within])];
    const isSure = ONCE.has(kind) || anchors.some((name) => isSameThing(one.get(name), earlier.get(name), name));
    const written = text(one.get(attribute));
    const message =
      written === undefined
        ? `has the same ${attribute} as ${earlier.address}, from ${partOf(one.get(attribute), attribute)}.`
        : `has ${attribute} = ${JSON.stringify(written)}, like ${earlier.address}.`;
    yield {
      kind,
      at: one,
      message,
      fix: `Give one of the two another ${attribute}.`,
      attribute,
      ...(!isSure && { severity: "warning" as const }),
    };
  }
}

function keyOf(unique: Unique, resource: Resource): string | undefined {
  const parts = unique.by.map((name) => partOf(resource.get(name), name));
  if (resource.many || parts.includes(undefined) || parts.at(-1) === "") return undefined;
  return [resource.type, ownRegion(resource), ...parts].join(" ");
}

/** A value, or what it refers to; undefined where it can't be known. */
function partOf(value: Value | undefined, name: string): string | undefined {
  const isId = /_(?:id|arn)$|^cluster$/.test(name);
  if (isEmpty(value)) return "";
  const known = text(value);
  if (known !== undefined) return known;
  // A plan tells of a name what it is made of, and not what is around that; an id stands alone.
  const [only, ...more] = value instanceof Expression && (value.only || isId) ? value.references : [];
  const [resource, ...others] = only?.resources ?? [];
  const isOne = only?.certain && more.length === 0 && others.length === 0 && !resource?.many;
  return isOne && resource ? resource.address : undefined;
}

/** Whether two values refer to one resource of AWS: then both are in its account. */
function isSameThing(one: Value | undefined, other: Value | undefined, name: string): boolean {
  const isOfAws =
    one instanceof Expression && one.references.some(({ resources: [resource] }) => resource?.type.startsWith("aws_"));
  return isOfAws && partOf(one, name) !== undefined && partOf(one, name) === partOf(other, name);
}
