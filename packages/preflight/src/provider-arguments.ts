import type { Graph, Resource } from "./graph/graph.ts";
import { type Block, isBlock, isList, type Value } from "./graph/value.ts";
import type { Problem, Rule } from "./rule.ts";

/**
 * What may be written in a block, by name: 1 is an argument, 0 an attribute that only the provider sets, and the rest are
 * blocks or objects with arguments of their own.
 */
export interface Arguments {
  readonly [name: string]: Arguments | 0 | 1;
}

/** What a version of a provider takes. */
export interface ProviderArguments {
  /** Such as `hashicorp/aws`. */
  readonly name: string;
  readonly version: string;
  /** By type as in an address, such as `aws_ecs_service` and `data.aws_vpc`; undefined where it has no such type. */
  readonly of: (type: string) => Arguments | undefined;
}

const HEAD = {
  id: "PROV-001",
  title: "The chosen version of the provider has every argument that is written",
  when: "plan",
  prevents: "Unsupported argument (or: Unsupported block type, Invalid resource type)",
  cause: "The bindings are made from another version of the provider than the one that the lock file names.",
  reference: "https://developer.hashicorp.com/terraform/language/files/dependency-lock",
} as const;

/** What the rule is told of the provider. */
export interface ProviderRuleOptions {
  /** What the lock file names. */
  readonly chosen: ProviderArguments;
  /** Newer versions, oldest first: the first that has an argument is named. */
  readonly newer: readonly ProviderArguments[];
  /** The command that chooses a version, such as `bin/infra provider 6.25.0`. */
  readonly choose: (version: string) => string;
}

/**
 * A rule that finds arguments which the chosen version of a provider does not have: bindings for TypeScript are made from
 * one version, and a lock file may choose another; then what compiles is refused by Terraform.
 */
export function providerRule(options: ProviderRuleOptions): Rule {
  const prefix = `${options.chosen.name.replace(/^.*\//, "")}_`;
  return {
    ...HEAD,
    severity: "error",
    *check(graph: Graph): Iterable<Problem> {
      for (const resource of graph.resources)
        if (resource.type.replace(/^data\./, "").startsWith(prefix)) yield* problemsOf(resource, options);
    },
  };
}

/** The same where it can't be told. @param learn the command after which it can */
export function unknownProviderRule(provider: string, learn: string): Rule {
  return {
    ...HEAD,
    severity: "warning",
    *check(): Iterable<Problem> {
      yield {
        at: "provider.aws",
        message: `is locked to ${provider}, whose arguments are not known here: none was looked at.`,
        fix: `Run: ${learn}.`,
      };
    },
  };
}

function* problemsOf(resource: Resource, { chosen, newer, choose }: ProviderRuleOptions): Iterable<Problem> {
  const { type } = resource;
  const problem = (what: string, has: (all: ProviderArguments) => boolean) => {
    const found = newer.find(has);
    const where = found ? `, but ${found.version} has` : "";
    return {
      at: resource,
      message: `${what} ${chosen.name} ${chosen.version} does not have${where}.`,
      fix: found ? `Leave it out, or choose that version: ${choose(found.version)}.` : "Leave it out.",
    };
  };
  const known = chosen.of(type);
  if (!known) return yield problem("is of a type that", (all) => all.of(type) !== undefined);
  for (const path of new Set(strangers(resource.values, known, []))) {
    const steps = path.split(".");
    const attribute = steps[0] ?? path;
    if (leadsTo(known, steps) === 0) {
      const message = `writes ${path}, which ${chosen.name} ${chosen.version} only reads.`;
      yield { at: resource, attribute, message, fix: "Leave it out." };
    } else yield { ...problem(`writes ${path}, which`, (all) => Boolean(leadsTo(all.of(type), steps))), attribute };
  }
}

/** Paths that are written and can't be, such as `deployment_configuration.strategy`. */
function* strangers(block: Block, known: Arguments, path: readonly string[]): Iterable<string> {
  for (const [name, value] of Object.entries(block)) {
    if (value === null || value === undefined) continue;
    const inner = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!inner) yield [...path, name].join(".");
    else if (inner !== 1) for (const one of blocksIn(value)) yield* strangers(one, inner, [...path, name]);
  }
}

function blocksIn(value: Value): readonly Block[] {
  if (isBlock(value)) return [value];
  return isList(value) ? value.filter(isBlock) : [];
}

function leadsTo(known: Arguments | undefined, path: readonly string[]): Arguments | 0 | 1 | undefined {
  let found: Arguments | 0 | 1 | undefined = known;
  for (const step of path) {
    if (typeof found !== "object" || !Object.hasOwn(found, step)) return undefined;
    found = found[step];
  }
  return found;
}
