import type { Resource } from "@operation-app/preflight/graph";
import { type Kind, kindOfType } from "./kinds.ts";

const INTERFACE = "aws_network_interface";

/** What a resource is drawn as; undefined where it is not, or is a part of another thing. */
export function kindOf(resource: Resource): Kind | undefined {
  const kind = resource.isData ? undefined : kindOfType(resource.type);
  if (resource.type === INTERFACE) return forwards(resource) ? kind : undefined;
  return kind === "server" && isMachineOfInterface(resource) ? undefined : kind;
}

/** A network interface is drawn where it forwards packets of others: it is what a route leads to, whichever instance has it. */
function forwards(resource: Resource): boolean {
  return resource.get("source_dest_check") === false;
}

/** Machines that start with such an interface are what forwards, and a part of it. */
function isMachineOfInterface(machine: Resource): boolean {
  return [machine, ...machine.dependencies]
    .flatMap(({ dependencies }) => [...dependencies])
    .some((one) => one.type === INTERFACE && forwards(one));
}
