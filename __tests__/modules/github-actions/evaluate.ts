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

/** What a request says of itself: `{ "iam:PermissionsBoundary": "arn:…" }`. A key with undefined is not there. */
export type Context = Readonly<Record<string, string | undefined>>;

/** What a request about a resource without any tag, or with the tag of an app, says of itself. */
export const ofApp = (app: string | undefined): Context => ({ "aws:ResourceTag/Application": app });

/**
 * Whether statements let an action through.
 *
 * @param resource what it is on @default anything that one of the statements names
 * @param context conditions of IAM's keys, and of keys in it, are compared with it; those of other keys count as met by
 *   whatever is allowed, and by nothing that is refused
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
  if (key !== "iam:PermissionsBoundary" && !(key in context)) return effect === "Allow";
  const value = context[key];
  const isEqual = value !== undefined && values.includes(value);
  if (operator === "StringEquals") return isEqual;
  if (operator === "StringLike") return value !== undefined && values.some((one) => covers(one, value));
  if (operator === "StringNotEquals") return !isEqual;
  if (operator === "Null") return values.includes(String(value === undefined));
  throw new Error(`${operator} is not known here`);
}
