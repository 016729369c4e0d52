import type { Graph, Resource } from "../../graph/graph.ts";
import { Expression, isEmpty, linked, text, type Value } from "../../graph/value.ts";
import type { Rule } from "../../rule.ts";
import { ownRegion } from "../shared/attributes.ts";

const DOMAINS = "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain.html";

function domains(graph: Graph): Resource[] {
  return graph.ofType("aws_cognito_user_pool_domain");
}

/** Texts of a domain prefix as far as they are known, references left out. */
function knownPieces(value: Value | undefined): string[] {
  const whole = text(value);
  if (whole !== undefined) return [whole];
  return value instanceof Expression ? (value.parts ?? []).filter((part) => typeof part === "string") : [];
}

export const DOMAIN_RULES: readonly Rule[] = [
  {
    id: "COG-013",
    severity: "error",
    title: "A domain prefix is one that Cognito takes",
    when: "apply",
    prevents:
      "InvalidParameterException: Domain cannot contain reserved word: aws; or: The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and hyphens. Please enter a different name that follows this format: ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$",
    cause: "A prefix is the first label of a host under amazoncognito.com, and aws, amazon and cognito are reserved.",
    reference: DOMAINS,
    *check(graph) {
      for (const domain of domains(graph)) {
        if (!isEmpty(domain.get("certificate_arn"))) continue;
        const pieces = knownPieces(domain.get("domain"));
        const whole = text(domain.get("domain"));
        if (pieces.some((piece) => piece.includes("."))) continue; // COG-014
        const reserved = ["amazon", "cognito", "aws"].find((word) => pieces.some((piece) => piece.includes(word)));
        const isMisspelt = whole !== undefined && !/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(whole);
        if (!reserved && !isMisspelt && pieces.every((piece) => /^[a-z0-9-]*$/.test(piece))) continue;
        yield {
          at: domain,
          message: `has the domain prefix "${whole ?? pieces.join("…")}"${reserved ? `, which contains the reserved word ${reserved}` : ", which is not made of 1 to 63 lower-case letters, digits and inner hyphens only"}.`,
          fix: "Choose another prefix of lower-case letters, digits and hyphens, without aws, amazon and cognito.",
          attribute: "domain",
        };
      }
    },
  },
  {
    id: "COG-014",
    severity: "error",
    title: "A domain of one's own has a certificate",
    when: "apply",
    prevents:
      "InvalidParameterException: The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and hyphens. Please enter a different name that follows this format: ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$",
    cause: "Without a certificate Cognito takes the name for a prefix under amazoncognito.com.",
    reference: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-add-custom-domain.html",
    *check(graph) {
      for (const domain of domains(graph)) {
        const name = text(domain.get("domain"));
        if (!name?.includes(".") || !isEmpty(domain.get("certificate_arn"))) continue;
        yield {
          at: domain,
          message: `has the domain "${name}" and no certificate_arn.`,
          fix: "Name a certificate of us-east-1 as certificate_arn, or write a prefix without dots.",
          attribute: "domain",
        };
      }
    },
  },
  {
    id: "COG-015",
    severity: "error",
    title: "The certificate of a pool's own domain is in us-east-1",
    when: "apply",
    prevents:
      "InvalidParameterException: The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate chain. (Service: AmazonCloudFront; … InvalidViewerCertificate)",
    cause:
      "The log-in pages are served by CloudFront, which takes its certificates from us-east-1 whatever region the pool is in.",
    reference: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-add-custom-domain.html",
    *check(graph) {
      for (const domain of domains(graph)) {
        const region = certificateRegion(domain.get("certificate_arn"));
        if (region === undefined || region === "us-east-1" || /^(cn|us-gov)-/.test(region)) continue;
        yield {
          at: domain,
          message: `has a certificate of ${region}.`,
          fix: 'Make the certificate with a provider whose region is "us-east-1".',
          attribute: "certificate_arn",
        };
      }
    },
  },
];

/** The region that a certificate is in, by its ARN or by its provider. */
export function certificateRegion(arn: Value | undefined): string | undefined {
  const link = linked(arn, "aws_acm_certificate", "data.aws_acm_certificate");
  const [certificate] = link.resources;
  const written = /^arn:[^:]*:acm:([a-z0-9-]+):/.exec(text(arn) ?? link.literal ?? "")?.[1];
  if (written !== undefined) return written;
  return link.certain && link.resources.length === 1 && certificate ? ownRegion(certificate) : undefined;
}
