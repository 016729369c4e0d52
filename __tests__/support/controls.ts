import type { Check, Control, Json, StackJson } from "../../stacks/security/control.ts";
import { CONTROLS } from "../../stacks/security/controls.ts";
import { type Changes, environmentWith } from "./synthesize.ts";

export type Checked = Control & { readonly check: Check };

export const ALL = Object.values(CONTROLS).flat();
export const CHECKED = ALL.filter((control): control is Checked => control.check !== undefined);
export const standing = (wanted: Control["standing"]) => CHECKED.filter((control) => control.standing === wanted);

export const ofType = (stack: StackJson, { type }: Check) => Object.entries(stack.resource[type] ?? {});

/** Addresses of resources that do not hold a control. */
export function failing(stack: StackJson, { check }: Checked): string[] {
  return ofType(stack, check)
    .filter(([, resource]) => !check.holds(resource, stack))
    .map(([name]) => `${check.type}.${name}`);
}

/** Controls that are said to pass, and the resources in a stack that do not hold them. @param changes that make its settings */
export function whatFails(stack: StackJson, changes: Changes): string[] {
  const environment: Json = environmentWith(changes);
  const judged = standing("passes").filter(({ given }) => given === undefined || environment[given]);
  return judged.flatMap((control) => failing(stack, control).map((address) => `${control.ids} ${address}`));
}
