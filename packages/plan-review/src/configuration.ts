import { listOf, objectOf, ownOf, type Plan } from "./plan.ts";

/** What the configuration writes of an object: the expressions of its arguments, in whatever module it is. */
export function writtenBy({ configuration }: Plan, address: string): Readonly<Record<string, unknown>> {
  const steps = address.replace(KEY, "").split(".");
  let module = objectOf(objectOf(configuration).root_module);
  while (steps[0] === "module") {
    const [, call = ""] = steps.splice(0, 2);
    module = objectOf(objectOf(ownOf(objectOf(module.module_calls), call)).module);
  }
  const resource = listOf(module.resources)
    .map(objectOf)
    .find((one) => `${one.type}.${one.name}` === steps.join("."));
  return objectOf(resource?.expressions);
}

/** `["a"]` or `[0]` in an address. */
export const KEY = /\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g;
