import { listOf, objectOf } from "./plan.ts";

/** Lists of name and value in a container definition, with the name of the value. */
const ENTRIES: Readonly<Record<string, string>> = { environment: "value", secrets: "valueFrom" };

/** Container definitions of a task: a list of objects that have a name and an image. */
export function isContainers(value: unknown): value is readonly Readonly<Record<string, unknown>>[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((one) => typeof objectOf(one).name === "string" && "image" in objectOf(one))
  );
}

/**
 * Container definitions by the container's name, their variables and secrets by theirs. Defaults that ECS fills in are left
 * out, so that they do not show as a difference.
 */
export function containersByName(containers: readonly Readonly<Record<string, unknown>>[]): Record<string, unknown> {
  return Object.fromEntries(containers.map((container) => [`[${container.name}]`, fieldsOf(container)]));
}

function fieldsOf({ name: _, ...container }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const fields = Object.entries(container).map(([field, value]): [string, unknown] => {
    const valueName = ENTRIES[field];
    if (valueName) return [field, entriesByName(listOf(value), valueName)];
    return [field, field === "portMappings" ? listOf(value).map(portMapping) : value];
  });
  const noEntries = Object.fromEntries(Object.keys(ENTRIES).map((field) => [field, {}]));
  return { ...noEntries, ...Object.fromEntries(fields.filter(([field, value]) => !isDefault(field, value))) };
}

function entriesByName(entries: readonly unknown[], valueName: string): Record<string, unknown> {
  return Object.fromEntries(
    entries.map((entry, index) => {
      const { name, [valueName]: value } = objectOf(entry);
      return [`[${typeof name === "string" ? name : index}]`, value];
    }),
  );
}

function portMapping(mapping: unknown): unknown {
  const { hostPort, protocol, ...written } = objectOf(mapping);
  return {
    ...written,
    ...(hostPort !== undefined && hostPort !== 0 && hostPort !== written.containerPort && { hostPort }),
    ...(protocol !== undefined && protocol !== "tcp" && { protocol }),
  };
}

function isDefault(field: string, value: unknown): boolean {
  if (value === null || (field === "cpu" && value === 0) || (field === "essential" && value === true)) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
