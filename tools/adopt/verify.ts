import { isDeepStrictEqual } from "node:util";
import { type Difference, differencesOf, forcingOf } from "@operation-app/plan-review";
import type { Change, Plan, ResourceChange } from "@operation-app/plan-review/plan";
import { InputError } from "@operation-app/preflight/input";
import { OWN_ADDRESSES } from "../../modules/cognito/adopted.ts";
import { HELD_TYPES } from "./held-types.ts";

/** What a plan does with the Cognito objects in it. */
export interface Verdict {
  /** Objects that stay exactly as they are, under their address or a new one. */
  readonly unchanged: readonly { readonly address: string; readonly from?: string; readonly id: string }[];
  readonly problems: readonly Problem[];
  /** Addresses of other objects that would be destroyed or forgotten: not judged here, and not to be overlooked. */
  readonly othersLost: readonly string[];
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

/**
 * Looks whether a plan leaves every Cognito object as it is: no change, or only another address.
 *
 * @param file the file in which the environment says what it takes over, for the advice
 * @throws InputError where the plan has no Cognito object, and so can't prove anything
 */
export function verify({ resource_changes: changes }: Plan, file: string): Verdict {
  const cognito = changes.filter(({ mode, type }) => mode === "managed" && type.startsWith("aws_cognito_"));
  if (cognito.length === 0) {
    throw new InputError(
      "This plan has no aws_cognito_* object, so there is nothing to verify. Is it the environment's?",
    );
  }
  const problems = cognito.flatMap((change) => problemOf(change, file) ?? []);
  const bad = new Set(problems.map(({ address }) => address));
  return {
    problems,
    othersLost: changes
      .filter(({ mode, type }) => mode === "managed" && !type.startsWith("aws_cognito_"))
      .filter(({ change }) => ["delete", "forget"].includes(change.actions.join()))
      .map(({ address }) => address),
    unchanged: cognito
      .filter(({ address }) => !bad.has(address))
      .map(({ address, previous_address: from, change }) => ({ address, from, id: idIn(change.before) ?? "" })),
  };
}

/** Why a plan must not be applied, as far as one Cognito object goes. */
export function problemOf(one: ResourceChange, file: string): Problem | undefined {
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
      "is left over from an unfinished replacement.",
      "Finish it first: terraform apply, in the project of this plan.",
    );
  if (change.importing != null)
    return problem(
      "would be imported, which loses arguments that AWS does not return, such as generate_secret.",
      "Move the state instead: bin/infra move.",
    );
  switch (actions) {
    case "no-op": {
      const [before, after] = [idIn(change.before), idIn(change.after)];
      if (before !== undefined && before === after) return undefined;
      return problem(`would be ${after ?? "another object"} instead of ${before}.`, "Plan again.");
    }
    case "update": {
      // Terraform calls it an update where only a mark as sensitive goes: then it calls no provider.
      if (isOnlyMarked(change)) return undefined;
      const differences = differencesOf(change, { onlyKnown: true });
      return problem("would be changed.", fixFor(one, differences, file), differences);
    }
    case "create":
      return problem(
        "would be created: it is not in this state.",
        address === OWN_ADDRESSES.userPool
          ? "Move the pool first: bin/infra move."
          : `If it already exists, move it first: bin/infra move. If not, write "${address}": null into ${file} until the move is done.`,
      );
    case "delete":
      return problem(
        "would be deleted, with everything in it.",
        `Adopt it (bin/infra adopt), or leave it in its original state: bin/infra move.`,
      );
    case "forget":
      return problem("would be forgotten: no state would manage it any more.", "Delete its removed block.");
    default: {
      const differences = forcingOf(change, differencesOf(change, { onlyKnown: true }));
      return problem(`would be replaced (${actions}).`, fixFor(one, differences, file), differences);
    }
  }
}

function isOnlyMarked({ before, after, after_unknown: unknown, before_sensitive, after_sensitive }: Change): boolean {
  return (
    isDeepStrictEqual(before, after) &&
    !JSON.stringify(unknown ?? {}).includes("true") &&
    !isDeepStrictEqual(before_sensitive, after_sensitive)
  );
}

/** Names only what can be written: what Cognito alone decides is not. */
function fixFor({ address, type }: ResourceChange, differences: readonly Difference[], file: string): string {
  const names = new Set(differences.map(({ path }) => /^[^.[]*/.exec(path)?.[0] ?? ""));
  const canBeWritten = names.size === 0 || [...names].some((name) => HELD_TYPES[type]?.includes(name));
  return canBeWritten
    ? `Write the current values into ${attributesOf(address, file)}.`
    : `${[...names].join(", ")} can't be written. Refresh the old project's state (terraform apply -refresh-only there), and adopt again.`;
}

function attributesOf(address: string, file: string): string {
  const place = `${file}, under "${address}", "attributes"`;
  const setting = SETTINGS[address];
  return setting ? `${place}, unless ${setting} of the environment sets it` : place;
}

function idIn(values: unknown): string | undefined {
  const id = (values as { id?: unknown } | null)?.id;
  return typeof id === "string" ? id : undefined;
}
