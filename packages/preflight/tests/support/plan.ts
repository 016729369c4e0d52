import type { Json } from "./rules.ts";

/** What the data sources of `workingStack()` would find. */
const FOUND: Readonly<Record<string, string>> = {
  "data.aws_caller_identity.me.account_id": "123456789012",
  "data.aws_route53_zone.main.zone_id": "Z0123456789ABCDEFGHIJ",
};
const REFERENCE = /\b(?:data\.)?aws_[a-z0-9_]+\.[a-z0-9_]+(?:\.[a-z0-9_]+|\[\d+\])*|\bvar\.[a-z0-9_]+/g;
const META_ARGUMENTS = new Set(["depends_on", "lifecycle", "provider", "count", "for_each"]);

/** A value as a plan has it: what is known, what isn't, and what it is made of. */
interface Part {
  readonly known: Json;
  readonly unknown: Json;
  readonly expression: Json;
}

/**
 * The first plan of a stack in Terraform's JSON, as `terraform show -json` prints it: nothing is there yet, so that no
 * id is known. For stacks without count, for_each and modules, whose expressions only refer.
 *
 * @param syntax of the configuration: of one in JSON, a plan has the text of each expression, too
 */
export function planOfStack(stack: Json, syntax: "hcl" | "json" = "hcl"): Json {
  const resources = Object.entries<Json>(stack.resource).flatMap(([type, named]) =>
    Object.entries<Json>(named).map(([name, body]) => plannedResource(type, name, body, syntax)),
  );
  const found = Object.entries<Json>(stack.data ?? {}).flatMap(([type, named]) =>
    Object.keys(named).map((name) => ({ address: `data.${type}.${name}`, mode: "data", type, name })),
  );
  return {
    format_version: "1.2",
    terraform_version: "1.11.4",
    planned_values: { root_module: { resources: resources.map(({ planned }) => planned) } },
    resource_changes: resources.map(({ change }) => change),
    prior_state: {
      format_version: "1.0",
      values: { root_module: { resources: found.map((one) => ({ ...one, values: { id: one.address } })) } },
    },
    configuration: { root_module: { resources: [...resources.map(({ written }) => written), ...found] } },
    errored: false,
  };
}

/** A plan with one change to `type.main`. */
export function planOfChange(type: string, actions: string[], before: Json, after: Json, more: Json = {}) {
  const address = `${type}.main`;
  const isThere = actions.includes("create") || actions.includes("update");
  return {
    format_version: "1.2",
    planned_values: {
      root_module: {
        resources: [
          { address: "aws_vpc.main", mode: "managed", type: "aws_vpc", name: "main", values: {} },
          ...(isThere ? [{ address, mode: "managed", type, name: "main", values: after }] : []),
        ],
      },
    },
    resource_changes: [
      { address, mode: "managed", type, name: "main", change: { actions, before, after, after_unknown: {}, ...more } },
    ],
    configuration: { root_module: {} },
  };
}

/** What a plan does to one resource. */
export interface Changed {
  readonly address: string;
  readonly actions?: readonly string[];
  readonly before?: Json;
  readonly after?: Json;
  /** Marks of what is not known yet. */
  readonly unknown?: Json;
  /** Addresses that arguments refer to, by the argument, in nested blocks where they are. */
  readonly refersTo?: Json;
  readonly replacePaths?: readonly (readonly string[])[];
}

/** A plan of several resources of the root module. What is not said to change stays as it is. */
export function planOfChanges(all: readonly Changed[]): Json {
  const changes = structuredClone(all);
  const identityOf = (address: string) => {
    const [type, name] = address.split(".");
    return { address, mode: "managed", type, name };
  };
  const kept = changes.filter(({ actions = ["no-op"] }) => actions.join() !== "delete");
  return {
    format_version: "1.2",
    planned_values: {
      root_module: {
        resources: kept.map(({ address, before, after }) => ({ ...identityOf(address), values: after ?? before })),
      },
    },
    resource_changes: changes.map(
      ({ address, actions = ["no-op"], before = null, after, unknown = {}, replacePaths = [] }) => ({
        ...identityOf(address),
        change: {
          actions,
          before,
          after: after ?? (actions.join() === "delete" ? null : before),
          after_unknown: unknown,
          replace_paths: replacePaths,
        },
      }),
    ),
    configuration: {
      root_module: {
        resources: kept.map(({ address, refersTo = {} }) => ({ ...identityOf(address), expressions: refersTo })),
      },
    },
  };
}

function plannedResource(type: string, name: string, body: Json, syntax: "hcl" | "json") {
  const own = Object.fromEntries(Object.entries(body).filter(([argument]) => !META_ARGUMENTS.has(argument)));
  const { known, unknown, expression } = objectPart(own);
  for (const name of ATTRIBUTES_AS_BLOCKS[type] ?? []) {
    expression[name] &&= { ...pooled(expression[name]), ...(syntax === "json" && { constant_value: own[name] }) };
    // They are sets, which have an order of their own.
    for (const set of [known, unknown]) if (Array.isArray(set[name])) set[name].reverse();
  }
  const identity = { address: `${type}.${name}`, mode: "managed", type, name };
  return {
    planned: { ...identity, values: known },
    written: { ...identity, expressions: expression, ...(body.depends_on && { depends_on: body.depends_on }) },
    change: {
      ...identity,
      change: {
        actions: ["create"],
        before: null,
        after: known,
        after_unknown: { ...unknown, id: true, arn: true },
      },
    },
  };
}

/** Blocks that are one argument to Terraform: of these, a plan does not tell which has which reference. */
const ATTRIBUTES_AS_BLOCKS: Readonly<Record<string, readonly string[]>> = {
  aws_security_group: ["ingress", "egress"],
  aws_default_security_group: ["ingress", "egress"],
  aws_network_acl: ["ingress", "egress"],
  aws_default_network_acl: ["ingress", "egress"],
  aws_route_table: ["route"],
  aws_default_route_table: ["route"],
};

function pooled(expressions: Json): Json {
  const references = Array.isArray(expressions)
    ? expressions.flatMap((one) => Object.values<Json>(one)).flatMap((argument) => argument.references ?? [])
    : (expressions.references ?? []);
  return references.length > 0 ? { references } : { constant_value: [] };
}

function objectPart(object: Json): Part {
  const part: Part = { known: {}, unknown: {}, expression: {} };
  for (const [name, value] of Object.entries<Json>(object)) {
    const { known, unknown, expression } = partOf(value);
    if (known !== undefined) part.known[name] = known;
    if (unknown !== false) part.unknown[name] = unknown;
    part.expression[name] = expression;
  }
  return part;
}

function partOf(written: Json): Part {
  if (Array.isArray(written) && written.some((item) => typeof item === "string")) return listPart(written);
  // A block is a list of objects in a plan, also where there is one.
  if (typeof written === "object" && written !== null) return blocksPart([written].flat());
  const value = typeof written === "string" ? fill(written) : written;
  const references = typeof value === "string" ? referencesIn(value) : [];
  if (references.length === 0) return { known: value, unknown: false, expression: { constant_value: value } };
  return { known: undefined, unknown: true, expression: { references } };
}

function listPart(items: readonly Json[]): Part {
  const parts = items.map(partOf);
  const references = parts.flatMap(({ expression }) => expression.references ?? []);
  return {
    known: parts.map(({ known }) => known ?? null),
    unknown: parts.map(({ unknown }) => unknown),
    expression: references.length > 0 ? { references } : { constant_value: items },
  };
}

function blocksPart(blocks: readonly Json[]): Part {
  const parts = blocks.map(objectPart);
  return {
    known: parts.map(({ known }) => known),
    unknown: parts.map(({ unknown }) => unknown),
    expression: parts.map(({ expression }) => expression),
  };
}

function fill(text: string): string {
  return text.replace(/\$\{([^{}]*)\}/g, (whole, name: string) => FOUND[name] ?? whole);
}

/** `aws_vpc.a.id` and `aws_vpc.a`, in the order in which Terraform writes them. */
function referencesIn(text: string): string[] {
  const expressions = [...text.matchAll(/\$\{([^{}]*)\}/g)].map(([, expression = ""]) => expression);
  const names = expressions.flatMap((expression) => expression.match(REFERENCE) ?? []);
  return names.flatMap((name) => (name.startsWith("var.") ? [name] : [name, resourceOf(name)]));
}

function resourceOf(name: string): string {
  return name
    .split(".")
    .slice(0, name.startsWith("data.") ? 3 : 2)
    .join(".");
}
