import { DataAwsRoute53Zone } from "@cdktf/provider-aws/lib/data-aws-route53-zone";
import { Route53Zone } from "@cdktf/provider-aws/lib/route53-zone";
import type { Construct } from "constructs";

/** A further host name that leads to the load balancer. */
export interface AliasProps {
  readonly name: string;
  /** `redirect`: to the main name, by 301. `app`: it serves what the main name serves. */
  readonly to: "redirect" | "app";
  /** The Route 53 zone that it is in, looked up. @default the main name's */
  readonly hostedZone?: string;
}

export interface DomainProps {
  readonly name: string;
  /** The Route 53 zone that the name is in, looked up or made here. */
  readonly hostedZone: { readonly name: string; readonly create: boolean };
  /** @default a certificate is requested and validated by DNS */
  readonly certificateArn?: string;
  readonly aliases: readonly AliasProps[];
}

/** A host name, and the zone of its records. */
export interface HostName {
  readonly name: string;
  readonly zoneId: string;
}

/** Every host name with its zone, the main one first. A zone that several are in is looked up once. */
export function hostNames(
  scope: Construct,
  { name, hostedZone, aliases }: DomainProps,
  protection: boolean,
): HostName[] {
  const main = hostedZone.create
    ? new Route53Zone(scope, "zone", { name: hostedZone.name, lifecycle: { preventDestroy: protection } }).zoneId
    : lookUp(scope, "zone", hostedZone.name);
  const ids = new Map([[hostedZone.name, main]]);
  const idOf = (zone: string) => {
    const id = ids.get(zone) ?? lookUp(scope, `zone_${zone}`, zone);
    ids.set(zone, id);
    return id;
  };
  return [
    { name, zoneId: main },
    ...aliases.map((alias) => ({ name: alias.name, zoneId: idOf(alias.hostedZone ?? hostedZone.name) })),
  ];
}

function lookUp(scope: Construct, id: string, name: string): string {
  return new DataAwsRoute53Zone(scope, id, { name, privateZone: false }).zoneId;
}
