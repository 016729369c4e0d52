import type { StateObject } from "./objects.ts";

/** Construct ids of the cognito module that are not addresses of adopted objects. */
const TAKEN = ["cognito_load_balancer_client", "cognito_client_secret"];

/**
 * Gives each object a name here, made of the one that it has: `module.auth.aws_cognito_user_group.staff["tokyo"]`
 * becomes `aws_cognito_user_group.cognito_staff_tokyo`. Constructs share their names whatever their type, so where two
 * objects would have the same, the type follows, and then a number.
 *
 * @param own addresses that are given away
 */
export function planNames(objects: readonly StateObject[], own: readonly string[]): Map<StateObject, string> {
  const taken = new Set([...TAKEN, ...own.map((address) => address.split(".")[1])]);
  const names = new Map<StateObject, string>();
  for (const object of objects) {
    const { resource, instance, type } = object;
    const key = instance.index_key === undefined ? "" : `_${instance.index_key}`;
    const plain = `cognito_${resource.name}${key}`.replace(/[^A-Za-z0-9]+/g, "_").replace(/_$/, "");
    const typed = `${plain}_${type.replace("aws_cognito_", "")}`;
    const numbered = Array.from({ length: objects.length }, (_, index) => `${typed}_${index + 2}`);
    const name = [plain, typed, ...numbered].find((candidate) => !taken.has(candidate)) ?? typed;
    taken.add(name);
    names.set(object, `${type}.${name}`);
  }
  return names;
}
