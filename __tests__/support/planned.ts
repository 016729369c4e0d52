type Json = Record<string, unknown>;
type Stack = { readonly resource: Readonly<Record<string, Readonly<Record<string, Json>>>> };

const REFERENCE = /\$\{((?:data\.)?aws_[a-z0-9_]+\.[a-z0-9_-]+)\.([a-z0-9_.]+?)\}/g;

/**
 * What `terraform show -json` says of a plan from one synthesized stack to another, both of them as they are once
 * applied: every id is known, and everything that differs is changed.
 *
 * @param replaced addresses that can't be changed in place
 */
export function planBetween(before: unknown, after: unknown, replaced: readonly string[] = []) {
  const [was, is] = [objectsOf(before as Stack), objectsOf(after as Stack)];
  const changes = [...new Set([...was.keys(), ...is.keys()])].map((address) => {
    const [old, target] = [was.get(address) ?? null, is.get(address) ?? null];
    const [type = "", name = ""] = address.split(".");
    const actions = actionsOf(old, target, replaced.includes(address));
    return { address, mode: "managed", type, name, change: { actions, before: old, after: target, after_unknown: {} } };
  });
  const resources = changes
    .filter(({ change }) => change.after !== null)
    .map(({ change, ...identity }) => ({ ...identity, values: change.after }));
  return {
    format_version: "1.2",
    terraform_version: "1.11.4",
    complete: true,
    errored: false,
    planned_values: { root_module: { resources } },
    resource_changes: changes,
    configuration: { root_module: {} },
  };
}

function actionsOf(before: Json | null, after: Json | null, isReplaced: boolean): string[] {
  if (before === null) return ["create"];
  if (after === null) return ["delete"];
  if (isReplaced) return ["delete", "create"];
  return [JSON.stringify(before) === JSON.stringify(after) ? "no-op" : "update"];
}

/** Values of every resource, with its id and what it refers to. */
function objectsOf({ resource }: Stack): Map<string, Json> {
  const written = new Map<string, Json>(
    Object.entries(resource).flatMap(([type, named]) =>
      Object.entries(named).map(([name, values]) => [`${type}.${name}`, values] as const),
    ),
  );
  const attributeOf = (address: string, attribute: string): string => {
    const own = written.get(address)?.[attribute];
    if (attribute === "id" && /subnet_group\./.test(address)) return attributeOf(address, "name");
    return typeof own === "string" && attribute !== "arn" ? resolved(own) : `${attribute}-of-${address}`;
  };
  const resolved = (text: string): string =>
    text.replace(REFERENCE, (_, address: string, attribute: string) => attributeOf(address, attribute));
  const filled = (value: unknown): unknown => {
    if (typeof value === "string") return resolved(value);
    if (Array.isArray(value)) return value.map(filled);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner)]));
  };
  return new Map(
    [...written].map(([address, { lifecycle, depends_on, provider, ...values }]) => [
      address,
      { ...(filled(values) as Json), id: attributeOf(address, "id"), arn: attributeOf(address, "arn") },
    ]),
  );
}
