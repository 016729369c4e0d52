import type { Graph, Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { blocks, items, referencesIn, text, type Value } from "../../graph/value.ts";
import { LB_TYPES } from "../../network/load-balancers.ts";

/** Name of a DNS record. */
export interface HostName {
  readonly name: string;
  /** Its zone is known, so that nothing is missing at the end. */
  readonly full: boolean;
}

/** Host names that lead to a load balancer, or those of all records. */
export interface Hosts {
  readonly names: HostName[];
  /** There is a record among them whose name can't be known. */
  open: boolean;
}

const ZONE_TYPES = ["aws_route53_zone", "data.aws_route53_zone"] as const;

/** Name of the zone that a record is in, without the dot at its end; undefined where it can't be known. */
export function zoneNameOf(record: Resource): string | undefined {
  const zone = linked(record.get("zone_id"), ...ZONE_TYPES);
  const [resource] = zone.resources;
  const name = zone.certain && zone.resources.length === 1 && resource ? text(resource.get("name")) : undefined;
  return name === undefined || name === "" ? undefined : plainName(name);
}

/** The name that a record gets: the provider appends the zone's where it is missing. */
export function hostNameOf(record: Resource): HostName | undefined {
  const written = text(record.get("name"));
  if (written === undefined) return undefined;
  const name = plainName(written);
  const zone = zoneNameOf(record);
  if (zone === undefined) return name === "" ? undefined : { name, full: false };
  if (name === "" || name === zone) return { name: zone, full: true };
  return { name: name.endsWith(`.${zone}`) ? name : `${name}.${zone}`, full: true };
}

export function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

/** Load balancers of this configuration that a record leads to. */
export function lbsBehind(record: Resource): readonly Resource[] {
  const targets: Value[] = [
    ...blocks(record.get("alias")).blocks.map(({ name }) => name ?? null),
    ...items(record.get("records")).items,
  ];
  return [...new Set(targets.flatMap((target) => linked(target, ...LB_TYPES).resources))];
}

/** Host names by load balancer, and those of all records. */
export function hostsOf(graph: Graph): { readonly byLb: ReadonlyMap<Resource, Hosts>; readonly all: Hosts } {
  return graph.once(collectHosts);
}

function collectHosts(graph: Graph) {
  const byLb = new Map<Resource, Hosts>();
  const all: Hosts = { names: [], open: false };
  const add = (hosts: Hosts, name: HostName | undefined) => {
    if (name) hosts.names.push(name);
    else hosts.open = true;
    return hosts;
  };
  for (const record of graph.ofType("aws_route53_record")) {
    const name = hostNameOf(record);
    for (const lb of lbsBehind(record)) byLb.set(lb, add(byLb.get(lb) ?? { names: [], open: false }, name));
    if (name || !isProof(record)) add(all, name);
  }
  return { byLb, all };
}

/** It shows a certificate authority whose domain it is: no client connects to it. */
function isProof(record: Resource): boolean {
  const type = text(record.get("type"));
  const isOfCertificate = referencesIn(record.get("name")).some(({ attribute }) =>
    attribute.startsWith("domain_validation_options"),
  );
  return isOfCertificate || (type !== "A" && type !== "AAAA" && type !== "CNAME");
}

/** Whether a record may answer for a host; where its zone can't be known, whatever may follow is taken into account. */
export function mayAnswer({ name, full }: HostName, host: string): boolean {
  if (name.startsWith("*.")) return full ? host.endsWith(name.slice(1)) : true;
  return host === name || (!full && host.startsWith(`${name}.`));
}

/** Whether one of the names of certificates, as `plainName` writes them, covers a host: an asterisk is one label. */
export function covers(names: ReadonlySet<string>, host: string): boolean {
  const dot = host.indexOf(".");
  return names.has(host) || (dot >= 0 && names.has(`*${host.slice(dot)}`));
}

/** Whether a host fits a pattern of a `host_header` condition. */
export function fitsPattern(pattern: string, host: string): boolean {
  const expression = [...pattern.toLowerCase()].map((one) =>
    one === "*" ? ".*" : one === "?" ? "." : one.replace(/[^a-z0-9]/g, "\\$&"),
  );
  return new RegExp(`^${expression.join("")}$`).test(host);
}
