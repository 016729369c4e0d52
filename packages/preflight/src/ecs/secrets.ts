import type { Graph, Resource } from "../graph/graph.ts";
import { linked } from "../graph/links.ts";
import { Expression, text, UNKNOWN, type Value } from "../graph/value.ts";

/**
 * What the configuration puts into secrets: find it with `graph.once`. What others may change is not known.
 */
export function contentsBySecret(graph: Graph): ReadonlyMap<Resource, readonly Value[]> {
  const contents = new Map<Resource, Value[]>();
  for (const version of graph.ofType("aws_secretsmanager_secret_version")) {
    for (const secret of linked(version.get("secret_id"), "aws_secretsmanager_secret").resources) {
      const isLeft = version.ignoredChanges.some((name) => name === "all" || name.startsWith("secret_string"));
      const content = isLeft ? UNKNOWN : (version.get("secret_string") ?? null);
      contents.set(secret, [...(contents.get(secret) ?? []), content]);
    }
  }
  return contents;
}

/** The secrets to which a `valueFrom` leads: a version has the ARN of its secret. */
export function secretsAt(valueFrom: Value): readonly Resource[] {
  return linked(valueFrom, "aws_secretsmanager_secret", "aws_secretsmanager_secret_version").resources.flatMap((one) =>
    one.type === "aws_secretsmanager_secret"
      ? one
      : linked(one.get("secret_id"), "aws_secretsmanager_secret").resources,
  );
}

/** The key in a `valueFrom` such as `<arn>:key::`. */
export function jsonKeyOf(valueFrom: Value): string | undefined {
  const known = text(valueFrom);
  if (known !== undefined) return /^arn:[^:]*:secretsmanager:(?:[^:]*:){4}([^:]+):[^:]*:[^:]*$/.exec(known)?.[1];
  const suffix = valueFrom instanceof Expression && valueFrom.parts?.length === 2 ? valueFrom.parts[1] : undefined;
  return typeof suffix === "string" ? /^:([^:]+):[^:]*:[^:]*$/.exec(suffix)?.[1] : undefined;
}
