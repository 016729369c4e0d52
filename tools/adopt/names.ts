import type { StateObject } from "../lib/terraform/state-objects.ts";

/** Names that the cognito module gives to things which are not adopted. */
const RESERVED = ["cognito_load_balancer_client", "cognito_client_secret", "cognito_client_secret_value"];

/**
 * Gives each object a name here, made of the one that it has: `module.auth.aws_cognito_user_group.staff["tokyo"]`
 * becomes `aws_cognito_user_group.cognito_staff_tokyo`. What is called so already keeps its address. Constructs share their
 * names whatever their type, so where two objects would have the same, the type follows, and then a number.
 *
 * @param own addresses that are given away
 */
export function planNames(objects: readonly StateObject[], own: readonly string[]): Map<StateObject, string> {
  const used = new Set([...RESERVED, ...own.map((address) => address.split(".")[1])]);
  const names = new Map<StateObject, string>();
  for (const object of objects) {
    const { resource, address, type } = object;
    if (address !== `${type}.${tidy(resource.name, type)}` || used.has(resource.name)) continue;
    used.add(resource.name);
    names.set(object, address);
  }
  for (const object of objects) {
    if (names.has(object)) continue;
    const { resource, instance, type } = object;
    const key = instance.index_key === undefined ? "" : `_${instance.index_key}`;
    const plain = tidy(`${resource.name}${key}`, type);
    const typed = `${plain}_${kind(type)}`;
    const numbered = Array.from({ length: objects.length }, (_, index) => `${typed}_${index + 2}`);
    const name = [plain, typed, ...numbered].find((candidate) => !used.has(candidate)) ?? typed;
    used.add(name);
    names.set(object, `${type}.${name}`);
  }
  return names;
}

/**
 * A name that begins with the module's, and has nothing in it that an address here does not have. Where nothing is left
 * of it, as of 管理者, it is called by its type.
 */
function tidy(name: string, type: string): string {
  const letters = name
    .replace(/^cognito_/, "")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
  return `cognito_${letters || kind(type)}`;
}

function kind(type: string): string {
  return type.replace("aws_cognito_", "");
}
