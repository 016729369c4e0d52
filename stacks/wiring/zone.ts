import { Lazy } from "cdktf";
import type { Environment } from "../../environments/schema/index.ts";
import type { Lb } from "../../modules/lb/index.ts";

/**
 * The hosted zone that something's records go to: the load balancer's own, or one that is looked up by name.
 *
 * @param lb what has the first, once it is there
 */
export function zoneOf(
  { hostedZone }: { readonly hostedZone?: string },
  { domain }: Environment,
  lb: () => Lb,
): { readonly id: string } | { readonly name: string } {
  return hostedZone === undefined || hostedZone === domain?.hostedZone.name
    ? { id: Lazy.stringValue({ produce: () => lb().zoneId }) }
    : { name: hostedZone };
}
