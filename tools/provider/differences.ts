import type { Arguments, ProviderArguments } from "@operation-app/preflight";

/** What a type takes in one version of a provider and not in another, as paths such as `alarms.rollback`. */
export interface Difference {
  readonly type: string;
  /** The whole type came, or went. */
  readonly whole?: "came" | "went";
  readonly came: readonly string[];
  readonly went: readonly string[];
}

/**
 * Compares what two versions of a provider take.
 *
 * @param types those that matter, as in an address
 * @returns types for which something differs, in their order
 */
export function differences(
  older: ProviderArguments,
  newer: ProviderArguments,
  types: readonly string[],
): Difference[] {
  return types.flatMap((type) => {
    const [before, after] = [older.of(type), newer.of(type)];
    if (!before || !after) {
      return before || after
        ? [{ type, whole: before ? ("went" as const) : ("came" as const), came: [], went: [] }]
        : [];
    }
    const [came, went] = [only(after, before), only(before, after)];
    return came.length + went.length > 0 ? [{ type, came, went }] : [];
  });
}

/** Paths that may be written in one and not in the other; of a block that only one has, its own path. */
function only(one: Arguments, other: Arguments, path: readonly string[] = []): string[] {
  return Object.entries(one).flatMap(([name, inner]) => {
    if (inner === 0) return [];
    const there = Object.hasOwn(other, name) ? other[name] : 0;
    if (!there) return [[...path, name].join(".")];
    // Where the bindings say "anything", what is in it can't be compared.
    return inner === 1 || there === 1 ? [] : only(inner, there, [...path, name]);
  });
}
