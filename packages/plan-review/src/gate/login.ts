import { listOf, type Plan } from "../plan.ts";
import { type ChangedObject, changedObjects, valueAt } from "./changed-objects.ts";
import type { Found } from "./stop.ts";
import { forwards } from "./transport.ts";

const RULE = /^aws_(lb|alb)_listener_rule$/;

/** Listeners and rules of a load balancer that would no longer require a login, or lead around it for every path. */
export function lostLogins(plan: Plan, objects: readonly ChangedObject[]): Found[] {
  const stopOf = (message: string, fix: string) => (object: ChangedObject) =>
    ({ address: object.address, action: "login-weakened", message, fix }) as const;
  return [
    ...objects
      .filter((object) => losesLogin(object) && !isNewPath(object))
      .map(stopOf("would no longer require a login.", "Keep its authenticate action.")),
    ...pathsWithoutLogin(plan, objects)
      .filter(({ paths }) => paths.length === 0 || paths.some((path) => /^\/?\*+$/.test(path)))
      .map(({ object }) => object)
      .map(
        stopOf(
          "would forward requests without the login that its listener requires.",
          "Put an authenticate action before it, or name the paths that need none.",
        ),
      ),
  ];
}

/** New rules that let some paths through without a login: whoever writes such a rule means it, and others should know. */
export function newPublicPaths(plan: Plan): string[] {
  return pathsWithoutLogin(plan, changedObjects(plan))
    .filter(({ paths }) => paths.length > 0)
    .map(({ object, paths }) => `${object.address} lets ${paths.join(", ")} through without a login.`);
}

function losesLogin({ type, change, before, after }: ChangedObject): boolean {
  if (!/^aws_(lb|alb)_listener(_rule)?$/.test(type) || change.change.after === null) return false;
  const path = RULE.test(type) ? "action" : "default_action";
  return hasLogin(before[path]) && !hasLogin(after[path]);
}

/** A rule that is new, or is for other paths than before. */
function isNewPath({ type, change, before, after }: ChangedObject): boolean {
  if (!RULE.test(type)) return false;
  const old = pathsOf(before);
  return change.change.before === null || !pathsOf(after).some((path) => old.includes(path));
}

/** New rules without a login, in a listener that requires one, with their paths. */
function pathsWithoutLogin({ resource_changes: changes }: Plan, objects: readonly ChangedObject[]) {
  const guarded = new Set(
    changes
      .filter(
        ({ type, change }) => /^aws_(lb|alb)_listener$/.test(type) && hasLogin(valueAt(change.after, "default_action")),
      )
      .flatMap(({ change }) => [valueAt(change.before, "arn"), valueAt(change.after, "arn")])
      .filter((arn) => typeof arn === "string"),
  );
  return objects
    .filter((object) => {
      const { after } = object;
      if (!isNewPath(object) || !guarded.has(String(after.listener_arn))) return false;
      return forwards(after.action) && !hasLogin(after.action);
    })
    .map((object) => ({ object, paths: pathsOf(object.after) }));
}

function pathsOf({ condition }: Readonly<Record<string, unknown>>): string[] {
  return listOf(condition).flatMap((one) => listOf(valueAt(one, "path_pattern.0.values")).map(String));
}

function hasLogin(actions: unknown): boolean {
  return Array.isArray(actions) && actions.some((action) => /^authenticate-/.test(String(valueAt(action, "type"))));
}
