import { CloudfrontDistribution } from "@cdktf/provider-aws/lib/cloudfront-distribution";
import { Construct } from "constructs";
import { FILES_PATH } from "./actions.ts";

/**
 * AWS's own policy of answers: `nosniff`, HSTS, no foreign frames.
 * Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html
 */
const SECURITY_HEADERS = "67f7725c-6f97-4210-82d7-5512b31e9d03";

export interface StorageCdnProps {
  readonly name: string;
  /** Host name of the app, which answers there over HTTPS. */
  readonly host: string;
  /** Hours after which CloudFront asks the app again, at most. */
  readonly keepHours: number;
}

/** CloudFront in front of the files that Rails sends itself, and of nothing else of the app. */
export class StorageCdn extends Construct {
  readonly distribution: CloudfrontDistribution;
  /** What tells Rails of it. */
  readonly environment: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, { name, host, keepHours }: StorageCdnProps) {
    super(scope, id);
    this.distribution = new CloudfrontDistribution(this, "distribution", {
      comment: `Files of ${name}`,
      enabled: true,
      isIpv6Enabled: true,
      httpVersion: "http2and3",
      priceClass: "PriceClass_All",
      origin: [
        {
          originId: "app",
          domainName: host,
          originPath: FILES_PATH,
          customOriginConfig: {
            httpPort: 80,
            httpsPort: 443,
            originProtocolPolicy: "https-only",
            originSslProtocols: ["TLSv1.2"],
          },
        },
      ],
      defaultCacheBehavior: {
        targetOriginId: "app",
        allowedMethods: ["GET", "HEAD"],
        cachedMethods: ["GET", "HEAD"],
        viewerProtocolPolicy: "redirect-to-https",
        responseHeadersPolicyId: SECURITY_HEADERS,
        // Without cookies, no answer is one person's own. A cache policy would be a thing of the account that has no tags.
        forwardedValues: {
          queryString: true,
          queryStringCacheKeys: ["disposition"],
          cookies: { forward: "none" },
        },
        minTtl: 0,
        defaultTtl: 0,
        maxTtl: keepHours * 3600,
      },
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: { cloudfrontDefaultCertificate: true },
    });
    this.environment = { STORAGE_CDN_HOST: this.distribution.domainName };
  }
}
