import diff from "microdiff";
import { adoptionFile } from "../environments/schema/adopted-cognito.ts";
import { OWN_ADDRESSES } from "../modules/cognito/adopted.ts";
import type { Plan, ResourceChange } from "../review/plan.ts";
import { isMarked, soundsSecret } from "../review/secrets.ts";
import { InputError } from "../toolchain/user-error.ts";

/** What a plan does with the Cognito objects in it. */
export interface Verdict {
  /** Objects that stay exactly as they are, under their address or a new one. */
  readonly unchanged: readonly { readonly address: string; readonly from?: string; readonly id: string }[];
  readonly problems: readonly Problem[];
}

/** Why a plan must not be applied. */
export interface Problem {
  readonly address: string;
  /** What would happen to the object. */
  readonly message: string;
  readonly differences: readonly Difference[];
  readonly fix: string;
}

/** Settings of the environment that go before what the file says. */
const SETTINGS: Readonly<Record<string, string>> = {
  [OWN_ADDRESSES.userPool]: "cognito.userPool",
  [OWN_ADDRESSES.client]: "cognito.client",
};

export interface Difference {
  /** Such as `password_policy.0.minimum_length`. */
  readonly path: string;
  /** The two values as JSON; nothing secret. */
  readonly before: string;
  readonly after: string;
}

/**
 * Looks whether a plan leaves every Cognito object as it is: no change, or only another address.
 *
 * @param environment whose plan it is, for the advice
 * @throws InputError where the plan has no Cognito object, and so can't prove anything
 */
export function verify({ resource_changes: changes }: Plan, environment: string): Verdict {
  const cognito = changes.filter(({ mode, type }) => mode === "managed" && type.startsWith("aws_cognito_"));
  if (cognito.length === 0) {
    throw new InputError(
      "There is no aws_cognito_* object in this plan, so it proves nothing. Is it the environment's?",
    );
  }
  const problems = cognito.flatMap((change) => problemOf(change, environment) ?? []);
  const bad = new Set(problems.map(({ address }) => address));
  return {
    problems,
    unchanged: cognito
      .filter(({ address }) => !bad.has(address))
      .map(({ address, previous_address: from, change }) => ({ address, from, id: idIn(change.before) ?? "" })),
  };
}

function problemOf(one: ResourceChange, environment: string): Problem | undefined {
  const { address, change, deposed } = one;
  const actions = change.actions.join(", ");
  const problem = (message: string, fix: string, differences: readonly Difference[] = []) => ({
    address,
    message,
    differences,
    fix,
  });
  if (deposed !== undefined)
    return problem(
      "is left over from a replacement that did not end.",
      "Run terraform apply in the old project first, and take the state anew.",
    );
  if (change.importing != null)
    return problem(
      "would be imported, which loses what AWS does not tell, such as generate_secret.",
      "Move the state instead: npm run migrate:cognito -- move.",
    );
  switch (actions) {
    case "no-op": {
      const [before, after] = [idIn(change.before), idIn(change.after)];
      if (before !== undefined && before === after) return undefined;
      return problem(`would be ${after ?? "another object"} instead of ${before}.`, "Make the plan again.");
    }
    case "update":
      return problem(
        "would be changed.",
        `Write what is there into ${attributesOf(address, environment)}.`,
        differences(one),
      );
    case "create":
      return problem(
        "would be made: this state does not have it.",
        `If it is there already, move it first: npm run migrate:cognito -- move. If not, write "${address}": null into ${adoptionFile(environment)} until the move is done.`,
      );
    case "delete":
      return problem(
        "would be deleted, with all that is in it.",
        `Adopt it (npm run migrate:cognito -- adopt), or leave it in the state that it comes from: npm run migrate:cognito -- move.`,
      );
    case "forget":
      return problem("would be forgotten: no state would have it any more.", "Take its removed block away.");
    default:
      return problem(
        `would be replaced by a new one (${actions}).`,
        `Write what is there into ${attributesOf(address, environment)}.`,
        differences(one, true),
      );
  }
}

function attributesOf(address: string, environment: string): string {
  const place = `${adoptionFile(environment)}, under "${address}", "attributes"`;
  const setting = SETTINGS[address];
  return setting ? `${place}, unless ${setting} in environments/${environment}.ts sets it` : place;
}

function idIn(values: unknown): string | undefined {
  const id = (values as { id?: unknown } | null)?.id;
  return typeof id === "string" ? id : undefined;
}

/** @param forcing only what forces the replacement, where Terraform says so */
function differences({ change }: ResourceChange, forcing = false): Difference[] {
  const before = asObject(change.before);
  const after = asObject(change.after);
  const unknown = asObject(change.after_unknown);
  const forced = new Set((change.replace_paths ?? []).map(([first]) => first));
  // What is only known after the apply has no value in `after`, and where nothing else changes it is no difference.
  const known = Object.fromEntries(
    Object.entries(before).filter(([name]) => unknown[name] === true && !forced.has(name)),
  );
  const paths = diff(before, { ...after, ...known }).map(({ path }) => path);
  const chosen = forcing && forced.size > 0 ? paths.filter(([first]) => forced.has(first as string)) : paths;
  return chosen.map((path) => ({
    path: path.join("."),
    before: shown(before, path, change),
    after: unknown[path[0] as string] === true ? "(known after apply)" : shown(after, path, change),
  }));
}

/** The value at a path. What is marked before or after is not shown on either side. */
function shown(values: object, path: readonly (string | number)[], change: ResourceChange["change"]): string {
  const value = path.reduce<unknown>((at, step) => (at as Record<string | number, unknown> | null)?.[step], values);
  if (value === undefined || value === null) return "(none)";
  if (isMarked(change.before_sensitive, path) || isMarked(change.after_sensitive, path)) return "(sensitive)";
  return JSON.stringify(withoutSecrets(value, path.join(".")));
}

/** The value without the texts that sound secret by a name that they stand under. */
function withoutSecrets(value: unknown, name: string): unknown {
  if (typeof value === "string") return soundsSecret(name) ? "(sensitive)" : value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, name));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item, `${name}.${key}`)]));
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
