import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { AcmCertificateValidation } from "@cdktf/provider-aws/lib/acm-certificate-validation";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Construct } from "constructs";
import type { HostName } from "./lb/hosts.ts";

export interface CertificateProps {
  /** What it is for, the main name first. */
  readonly hosts: readonly HostName[];
  /** Of the region that it is in. @default the stack's */
  readonly provider?: AwsProvider;
}

/**
 * A certificate of ACM, free of charge, validated by a DNS record for each name and renewed by itself as long as these stand.
 * Other names are another certificate: the new one is valid and in use before the old one goes.
 */
export class Certificate extends Construct {
  /** ARN of the certificate once it is valid: a listener can't take it before. */
  readonly validArn: string;

  constructor(scope: Construct, id: string, { hosts, provider }: CertificateProps) {
    super(scope, id);
    const names = hosts.map(({ name }) => name);
    const certificate = new AcmCertificate(this, "request", {
      domainName: names[0] as string,
      // Written even for one, because the provider would keep names that are no longer written.
      subjectAlternativeNames: names,
      validationMethod: "DNS",
      lifecycle: { createBeforeDestroy: true },
      provider,
    });
    const records = hosts.map((host, index) =>
      this.prove(certificate, host, index === 0 ? "record" : `record_${host.name}`),
    );
    this.validArn = new AcmCertificateValidation(this, "validation", {
      certificateArn: certificate.arn,
      validationRecordFqdns: records.map(({ fqdn }) => fqdn),
      provider,
    }).certificateArn;
  }

  /** The record that shows whose a name is. AWS lists what it wants in an order of its own. */
  private prove(certificate: AcmCertificate, { name, zoneId }: HostName, id: string): Route53Record {
    const wanted = (attribute: string) =>
      `\${one([for proof in ${certificate.fqn}.domain_validation_options : proof.${attribute} if proof.domain_name == "${name}"])}`;
    return new Route53Record(this, id, {
      zoneId,
      name: wanted("resource_record_name"),
      type: wanted("resource_record_type"),
      records: [wanted("resource_record_value")],
      ttl: 300,
      allowOverwrite: true,
    });
  }
}
