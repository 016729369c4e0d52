import { printable } from "@operation-app/preflight/input";
import type { State, StateInstance, StateResource } from "./state-file.ts";

/** One managed object in a state. */
export interface StateObject {
  /** Such as `module.cognito.aws_cognito_user_pool_client.this["web"]`. */
  readonly address: string;
  readonly type: string;
  readonly id: string;
  readonly resource: StateResource;
  readonly instance: StateInstance;
}

/** All managed objects of a state. */
export function allObjects(state: State): StateObject[] {
  return state.resources
    .filter(({ mode }) => mode === "managed")
    .flatMap((resource) =>
      resource.instances.map((instance) => ({
        address: addressOf(resource, instance),
        type: resource.type,
        id: typeof instance.attributes.id === "string" ? printable(instance.attributes.id) : "",
        resource,
        instance,
      })),
    );
}

/** Address of an instance of a resource. */
export function addressOf({ module, type, name }: StateResource, { index_key: key }: StateInstance): string {
  // As Terraform writes a text: what would be computed in it is doubled.
  const index = key === undefined ? "" : `[${printable(JSON.stringify(key)).replace(/([$%])\{/g, "$1$1{")}]`;
  return `${module ? `${module}.` : ""}${type}.${name}${index}`;
}

/** It was to be replaced, and has not been deleted yet: it stands beside its successor, at the same address. */
export function isDeposed({ instance }: StateObject): boolean {
  return instance.deposed !== undefined;
}
