export interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Whether a pattern with `*` and `?` covers a text, as IAM compares them. */
export function covers(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`).test(text);
}

/** What a request says of itself: `{ "iam:PermissionsBoundary": "arn:…" }`. */
export type Context = Readonly<Record<string, string>>;

/**
 * Whether statements let an action through.
 *
 * @param resource what it is on @default anything that one of the statements names
 * @param context conditions of IAM's keys are compared with it; those of other keys count as met by whatever is allowed,
 *   and by nothing that is refused
 */
export function may(all: readonly Statement[], action: string, resource?: string, context: Context = {}): boolean {
  const about = (effect: string) =>
    all.some(
      ({ Effect, Action, Resource, Condition = {} }) =>
        Effect === effect &&
        Object.entries(Condition).every(([operator, keys]) =>
          Object.entries(keys).every(([key, values]) => isMet(operator, key, [values].flat(), context, effect)),
        ) &&
        Action.some((one) => covers(one, action)) &&
        (resource === undefined ? effect === "Allow" : Resource.some((one) => covers(one, resource))),
    );
  return about("Allow") && !about("Deny");
}

function isMet(operator: string, key: string, values: readonly string[], context: Context, effect: string): boolean {
  if (key !== "iam:PermissionsBoundary") return effect === "Allow";
  const isEqual = values.includes(context[key] ?? "");
  if (operator === "StringEquals") return isEqual;
  if (operator === "StringNotEquals") return !isEqual;
  throw new Error(`${operator} is not known here`);
}
