import { DataAwsRoute53Zone } from "@cdktf/provider-aws/lib/data-aws-route53-zone";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Sesv2ConfigurationSet } from "@cdktf/provider-aws/lib/sesv2-configuration-set";
import { Sesv2EmailIdentity } from "@cdktf/provider-aws/lib/sesv2-email-identity";
import { Sesv2EmailIdentityMailFromAttributes } from "@cdktf/provider-aws/lib/sesv2-email-identity-mail-from-attributes";
import { dkimDomain } from "@operation-app/preflight/ses";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { Statement } from "../iam-policy.ts";
import { bounceDomain, SEND_ACTIONS, senderCondition } from "./names.ts";

/** Easy DKIM has as many public keys. */
const DKIM_KEYS = 3;
/** Seconds. */
const TTL = 300;

export interface MailProps {
  /** Name of the app, and of the configuration set. */
  readonly name: string;
  readonly region: string;
  /** Address that mail is from where a mailer says no other; its domain is the identity. */
  readonly from: string;
  /** The Route 53 zone that the domain is in: its id, or the name of one that is looked up. */
  readonly zone: { readonly id: string } | { readonly name: string };
  /** What receivers do with mail that is not from here. `existing`: the zone has a record already, and none is made. */
  readonly dmarc: "none" | "quarantine" | "reject" | "existing";
}

/** Mail of the app by SES: the domain shows that it is ours, and what bounces comes back to a domain below it. */
export class Mail extends Construct {
  readonly configurationSet: Sesv2ConfigurationSet;
  /** What tells Rails of it. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the app's role needs for it. */
  readonly statements: readonly Statement[];

  private readonly props: MailProps;
  private readonly domain: string;

  constructor(scope: Construct, id: string, props: MailProps) {
    super(scope, id);
    this.props = props;
    this.domain = domainOf(props.from);
    const zoneId = this.findZone();
    this.configurationSet = this.createConfigurationSet();
    const identity = new Sesv2EmailIdentity(this, "identity", {
      emailIdentity: this.domain,
      configurationSetName: this.configurationSet.configurationSetName,
      dkimSigningAttributes: { nextSigningKeyLength: "RSA_2048_BIT" },
    });
    this.sign(identity, zoneId);
    this.createBounceDomain(identity, zoneId);
    this.createDmarc(zoneId);
    this.environment = { MAIL_FROM: props.from, MAIL_REGION: props.region };
    this.statements = [
      {
        actions: SEND_ACTIONS,
        resources: [identity.arn, this.configurationSet.arn],
        condition: senderCondition(this.domain),
      },
    ];
  }

  private findZone(): string {
    const { zone } = this.props;
    return "id" in zone
      ? zone.id
      : new DataAwsRoute53Zone(this, "zone", { name: zone.name, privateZone: false }).zoneId;
  }

  /** Counts bounces and complaints for alarms, and sends nothing more to an address that had one. */
  private createConfigurationSet(): Sesv2ConfigurationSet {
    return new Sesv2ConfigurationSet(this, "configuration_set", {
      configurationSetName: this.props.name,
      reputationOptions: { reputationMetricsEnabled: true },
      suppressionOptions: { suppressedReasons: ["BOUNCE", "COMPLAINT"] },
      deliveryOptions: { tlsPolicy: "REQUIRE" },
    });
  }

  /** Easy DKIM: SES has the private keys, and changes them by itself behind these names. */
  private sign({ dkimSigningAttributes: { tokens } }: Sesv2EmailIdentity, zoneId: string): void {
    for (let index = 0; index < DKIM_KEYS; index++) {
      const token = Fn.element(tokens, index);
      new Route53Record(this, `dkim_${index + 1}`, {
        zoneId,
        name: `${token}._domainkey.${this.domain}`,
        type: "CNAME",
        ttl: TTL,
        records: [`${token}.${dkimDomain(this.props.region)}`],
      });
    }
  }

  /** SPF is asked for at the domain that bounces go to. On a domain of its own it needs no place in the SPF record of other mail. */
  private createBounceDomain(identity: Sesv2EmailIdentity, zoneId: string): void {
    const name = bounceDomain(this.domain);
    new Sesv2EmailIdentityMailFromAttributes(this, "mail_from", {
      emailIdentity: identity.emailIdentity,
      mailFromDomain: name,
    });
    const records = {
      MX: `10 feedback-smtp.${this.props.region}.amazonses.com`,
      TXT: "v=spf1 include:amazonses.com ~all",
    };
    for (const [type, record] of Object.entries(records))
      new Route53Record(this, `bounce_${type.toLowerCase()}`, { zoneId, name, type, ttl: TTL, records: [record] });
  }

  private createDmarc(zoneId: string): void {
    const { dmarc } = this.props;
    if (dmarc === "existing") return;
    new Route53Record(this, "dmarc", {
      zoneId,
      name: `_dmarc.${this.domain}`,
      type: "TXT",
      ttl: TTL,
      records: [`v=DMARC1; p=${dmarc};`],
    });
  }
}

/** What is after the @ of an address. */
export function domainOf(address: string): string {
  return address.slice(address.indexOf("@") + 1);
}
