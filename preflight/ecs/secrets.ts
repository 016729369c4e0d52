import type { Graph, Resource } from "../graph/graph.ts";
import { Expression, linked, text, type Value } from "../graph/value.ts";

/** What the configuration puts into secrets: find it with `graph.once`. */
export function contentsBySecret(graph: Graph): ReadonlyMap<Resource, readonly Value[]> {
  const contents = new Map<Resource, Value[]>();
  for (const version of graph.ofType("aws_secretsmanager_secret_version")) {
    for (const secret of linked(version.get("secret_id"), "aws_secretsmanager_secret").resources) {
      contents.set(secret, [...(contents.get(secret) ?? []), version.get("secret_string") ?? null]);
    }
  }
  return contents;
}

/** The key in a `valueFrom` such as `<arn>:key::`. */
export function jsonKeyOf(valueFrom: Value): string | undefined {
  const known = text(valueFrom);
  if (known !== undefined) return /^arn:[^:]*:secretsmanager:(?:[^:]*:){4}([^:]+):[^:]*:[^:]*$/.exec(known)?.[1];
  const suffix = valueFrom instanceof Expression && valueFrom.parts?.length === 2 ? valueFrom.parts[1] : undefined;
  return typeof suffix === "string" ? /^:([^:]+):[^:]*:[^:]*$/.exec(suffix)?.[1] : undefined;
}
