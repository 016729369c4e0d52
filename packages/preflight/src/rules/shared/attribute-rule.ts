import type { Resource } from "../../graph/graph.ts";
import { type Block, blocks, isEmpty, isWritten, items, known, number, text, type Value } from "../../graph/value.ts";
import type { Failure, Problem, Rule, RuleHead } from "../../rule.ts";

/** What is wrong with an attribute, and what to write; undefined where nothing is, or where it can't be known. */
type Constraint = (
  attribute: string,
  value: Value | undefined,
  beside: Block,
) => Pick<Problem, "message" | "fix"> | undefined;

/** A check of one attribute: a row of a rule's table. Where it fails in its own way, it says so. */
export interface AttributeCheck extends Partial<Failure> {
  readonly types: readonly string[];
  /** Its name, or the path into nested blocks: `password_policy.minimum_length`. */
  readonly attribute: string;
  readonly takes: Constraint;
  /** Which resources are looked at: those that Terraform makes, makes or changes (the default), or all. */
  readonly of?: "made" | "planned" | "all";
  /** Looks at some blocks only: `({ engine }) => text(engine) === "mysql"`. */
  readonly where?: (beside: Block, resource: Resource) => boolean;
  /** Where the constraint's own is not enough. */
  readonly fix?: string;
  /** Attributes of a resource of the first type, in which something is found, and in which nothing is. */
  readonly bad: Block;
  readonly good: Block;
}

/** A rule that is a table of checks of single attributes; their examples are tested, and stand in the documentation. */
export function attributeRule({
  checks,
  when,
  prevents,
  cause,
  ...head
}: Omit<RuleHead, "examples"> & Failure & { readonly checks: readonly AttributeCheck[] }): Rule {
  const rows = checks.map((check) => ({
    check,
    failure: { when, prevents, cause, ...ownFailure(check) },
    problemsOf: problemsFor(check),
  }));
  return {
    ...head,
    failures: [...new Map(rows.map(({ failure }) => [JSON.stringify(failure), failure])).values()],
    examples: checks.map(({ types: [type = ""], attribute, bad, good }) => ({
      bad: { [type]: bad },
      good: { [type]: good },
      attribute: attribute.split(".")[0] ?? attribute,
    })),
    *check(graph) {
      for (const { check, failure, problemsOf } of rows) {
        for (const resource of graph.ofType(...check.types)) {
          for (const problem of problemsOf(resource)) yield { ...problem, failure };
        }
      }
    },
  };
}

function ownFailure(check: AttributeCheck): Partial<Failure> {
  const own = (["when", "prevents", "cause", "severity"] as const).filter((name) => check[name] !== undefined);
  return Object.fromEntries(own.map((name) => [name, check[name]]));
}

function problemsFor(check: AttributeCheck): (resource: Resource) => readonly Problem[] {
  const { attribute, takes, of = "planned", where, fix } = check;
  const outer = attribute.split(".");
  const name = outer.pop() ?? "";
  const [first = name] = outer;
  return (resource) => {
    if (of === "made" ? !resource.isMade : of === "planned" && !resource.isPlanned) return [];
    return blocksAt(resource.values, outer).flatMap((beside) => {
      const wrong = (where?.(beside, resource) ?? true) ? takes(attribute, beside[name], beside) : undefined;
      if (!wrong || isKept(resource, check)) return [];
      return [{ at: resource, ...wrong, ...(fix !== undefined && { fix }), attribute: first }];
    });
  };
}

/**
 * Whether an update leaves an attribute as it is, so that AWS has accepted it before, or the provider has read it back. A
 * check that looks at others beside it has to look again, unless the attribute is not even written.
 */
function isKept(resource: Resource, { attribute, of, takes, where }: AttributeCheck): boolean {
  const [first = attribute] = attribute.split(".");
  if (of === "all" || resource.changes(first)) return false;
  const isAlone = where === undefined && takes.length < BESIDE;
  return isAlone || !resource.writes(first);
}

/** A constraint with this many parameters looks at the attributes beside its own. */
const BESIDE = 3;

function blocksAt(block: Block, [step, ...others]: readonly string[]): readonly Block[] {
  return step === undefined ? [block] : blocks(block[step]).blocks.flatMap((inner) => blocksAt(inner, others));
}

/** Any of some texts. */
export function oneOf(...values: readonly string[]): Constraint {
  return scalar((value) => values.includes(value), `Write ${listed(values.map((value) => JSON.stringify(value)))}.`);
}

/** A text of some form. @param form what to write, such as "a class of RDS, such as db.t4g.micro" */
export function like(pattern: RegExp, form: string): Constraint {
  return scalar((value) => pattern.test(value), `Write ${form}.`);
}

/** A number within limits, both of which are taken. */
export function between(least: number, most: number): Constraint {
  return (attribute, value) => {
    const found = number(value);
    if (found === undefined || (found >= least && found <= most)) return undefined;
    return { message: `has ${attribute} = ${found}.`, fix: `Write a number from ${least} to ${most}.` };
  };
}

/** A list of limited length. */
export function atMost(most: number): Constraint {
  return (attribute, value) => {
    const { items: found, complete } = items(value);
    if (!complete || found.length <= most) return undefined;
    return { message: `has ${found.length} ${attribute}.`, fix: `Write up to ${most}.` };
  };
}

/** Written only without another attribute. @param other its name, or its path from the same block */
export function without(other: string): Constraint {
  return (attribute, value, beside) => {
    const isThere = isWritten(value) && valuesAt(beside, other).some(isWritten);
    return isThere
      ? { message: `has both ${attribute} and ${other}.`, fix: `Drop ${attribute} or ${other}.` }
      : undefined;
  };
}

/** Where it is on, another attribute of the same block is written. */
export function needing(other: string): Constraint {
  return (attribute, value, beside) => {
    const isOff = !isWritten(value) || text(value) === "false" || number(value) === 0;
    if (isOff || !isEmpty(beside[other])) return undefined;
    const found = known(value);
    return {
      message: `has ${attribute}${found === undefined ? "" : ` = ${JSON.stringify(found)}`} and no ${other}.`,
      fix: `Set ${other}.`,
    };
  };
}

function valuesAt(block: Block, path: string): readonly (Value | undefined)[] {
  const [name = "", ...outer] = path.split(".").reverse();
  return blocksAt(block, outer.reverse()).map((inner) => inner[name]);
}

function scalar(isTaken: (value: string) => boolean, fix: string): Constraint {
  return (attribute, value) => {
    const found = text(value);
    if (found === undefined || found === "" || isTaken(found)) return undefined;
    return { message: `has ${attribute} = ${JSON.stringify(known(value))}.`, fix };
  };
}

function listed(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join() : `${texts.slice(0, -1).join(", ")} or ${texts.at(-1)}`;
}
