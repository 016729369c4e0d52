import { ACMClient, DescribeCertificateCommand } from "@aws-sdk/client-acm";
import { UserError } from "@operation-app/preflight/input";
import { namesOf } from "../../../environments/schema/domain.ts";
import type { Environment } from "../../../environments/schema/index.ts";
import { AwsError, explainingAwsErrors } from "./errors.ts";

/**
 * Stops where `domain.certificateArn` is a certificate that visitors' browsers would refuse: without one of the environment's host names, or not
 * issued. Where ACM does not tell, or has none of this ARN, as in a local run, Terraform has words of its own.
 *
 * @throws UserError with the names that it lacks
 */
export async function refuseUnfitCertificate({ name, region, domain }: Environment): Promise<void> {
  if (domain?.certificateArn === undefined) return;
  const certificate = await describe(region, domain.certificateArn);
  if (certificate === undefined) return;
  const { DomainName = "", SubjectAlternativeNames = [], Status } = certificate;
  const covered = [...new Set([DomainName, ...SubjectAlternativeNames])];
  const missing = namesOf(domain).filter((host) => !covered.some((pattern) => covers(pattern, host)));
  const setting = `environments/${name}.ts: domain.certificateArn`;
  if (missing.length > 0)
    throw new UserError(
      `${setting}: this certificate is for ${covered.join(", ")}, not for ${missing.join(", ")}. Use one with all names, or leave it out to have one created.`,
    );
  if (Status !== "ISSUED")
    throw new UserError(
      `${setting}: ACM has not issued this certificate; its status is ${Status}. Use one that is ISSUED.`,
    );
}

/** A wildcard stands for one label. */
function covers(pattern: string, host: string): boolean {
  return pattern.startsWith("*.") ? host.slice(host.indexOf(".")) === pattern.slice(1) : host === pattern;
}

async function describe(region: string, CertificateArn: string) {
  const client = new ACMClient({ region });
  try {
    const ask = () => client.send(new DescribeCertificateCommand({ CertificateArn }));
    return (await explainingAwsErrors(ask, "look at certificates")).Certificate;
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}
