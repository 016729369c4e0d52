import type { Graph, Resource } from "../../graph/graph.ts";
import { linkedResource } from "../../graph/links.ts";
import { isEmpty, referencesIn, text, textWithGaps, type Value } from "../../graph/value.ts";
import { hostNameOf, plainName } from "../shared/hosts.ts";

export const IDENTITIES = ["aws_sesv2_email_identity", "aws_ses_domain_identity"] as const;
const ZONES = ["aws_route53_zone", "data.aws_route53_zone"] as const;

/** A domain that SES sends for. */
export interface DomainIdentity {
  readonly resource: Resource;
  readonly domain: string;
}

/** The domains that a configuration makes identities of; an address is none. */
export function domainIdentities(graph: Graph): DomainIdentity[] {
  return graph.ofType(...IDENTITIES).flatMap((resource) => {
    const domain = text(resource.get(resource.type === "aws_ses_domain_identity" ? "domain" : "email_identity"));
    return domain === undefined || domain === "" || domain.includes("@") || resource.many
      ? []
      : [{ resource, domain: plainName(domain) }];
  });
}

/** The text that Terraform makes, each part of it that can't be known as GAP; "" where nothing can be. */
export function writtenText(value: Value | undefined): string {
  return plainName(textWithGaps(value) ?? "");
}

/** The records of a configuration, and whether one may stand at a name. */
export interface Records {
  /** Those at a name, of a type. */
  readonly at: (name: string, type: string) => readonly Resource[];
  /** There is one whose name can't be known, or another DNS service that may have any. */
  readonly isOpen: boolean;
}

export function recordsOf(graph: Graph): Records {
  return graph.once(collectRecords);
}

function collectRecords(graph: Graph): Records {
  const records = graph.ofType("aws_route53_record");
  const named = records.map((record) => ({ record, name: hostNameOf(record)?.name, type: text(record.get("type")) }));
  return {
    at: (name, type) => named.flatMap((one) => (one.name === name && one.type === type ? [one.record] : [])),
    isOpen:
      named.some(({ record, name, type }) => (type === undefined || name === undefined) && !isShown(record)) ||
      graph.resources.some(({ type }) => !/^(data\.)?aws_/.test(type) && /dns|record|domain/.test(type)),
  };
}

/** AWS makes its name up: a proof for a certificate, or a key of DKIM. */
function isShown(record: Resource): boolean {
  return referencesIn(record.get("name")).some(({ attribute, resources }) =>
    resources.some(({ type }) => type === "aws_acm_certificate" || /token/.test(attribute)),
  );
}

/** Whether the records of a name are this configuration's: a public zone that the name is in is here, and no other one may be. */
export function isZoneHere(graph: Graph, name: string): boolean {
  const zones = graph.ofType(...ZONES);
  const names = zones.filter(isPublic).map((zone) => text(zone.get("name")));
  const above = names.filter((zone) => zone !== undefined && isWithin(name, plainName(zone)));
  return above.length > 0 && !names.includes(undefined) && !zones.some((zone) => graph.isHandedOn(zone));
}

function isPublic(zone: Resource): boolean {
  return zone.isData ? text(zone.get("private_zone")) !== "true" : isEmpty(zone.get("vpc"));
}

/** Whether a name is a domain or one below it. */
export function isWithin(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}

/** The one configuration set that something names. */
export function configurationSetOf(value: Value | undefined): Resource | undefined {
  return linkedResource(value, "aws_sesv2_configuration_set", "aws_ses_configuration_set");
}
