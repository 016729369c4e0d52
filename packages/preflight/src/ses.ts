/**
 * Regions in which the CNAMEs of Easy DKIM lead to a domain of the region's own, `dkim.<region>.amazonses.com`.
 *
 * Source: https://docs.aws.amazon.com/general/latest/gr/ses.html#ses_dkim_domains
 */
const OWN_DKIM_DOMAIN = new Set([
  ...["af-south-1", "ap-northeast-3", "ap-south-2", "ap-southeast-3", "ap-southeast-5", "ca-west-1"],
  ...["eu-central-2", "eu-south-1", "il-central-1", "me-central-1", "us-gov-east-1"],
]);

/** Those in which they lead to the common one. Of a region that is in neither list, nothing is known. */
const COMMON_DKIM_DOMAIN = new Set([
  ...["ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1"],
  ...["eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "me-south-1", "sa-east-1"],
  ...["us-east-1", "us-east-2", "us-gov-west-1", "us-west-1", "us-west-2"],
]);

/** The domain that the CNAMEs of Easy DKIM lead to in a region. */
export function dkimDomain(region: string): string {
  return OWN_DKIM_DOMAIN.has(region) ? `dkim.${region}.amazonses.com` : "dkim.amazonses.com";
}

/** Whether AWS says to which domain they lead there. */
export function isDkimDomainKnown(region: string): boolean {
  return OWN_DKIM_DOMAIN.has(region) || COMMON_DKIM_DOMAIN.has(region);
}
