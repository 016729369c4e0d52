import type { Graph, Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { Expression, isEmpty, text, type Value } from "../../graph/value.ts";
import { defineRule, type Rule } from "../../rule.ts";
import { ownRegion } from "../shared/attributes.ts";

const DOMAINS = "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain.html";

const INVALID_NAME =
  "InvalidParameterException: The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and hyphens. Please enter a different name that follows this format: ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$";

function domains(graph: Graph): readonly Resource[] {
  return graph.ofType("aws_cognito_user_pool_domain");
}

/** Texts of a domain prefix as far as they are known, references left out. */
function knownPieces(value: Value | undefined): string[] {
  const whole = text(value);
  if (whole !== undefined) return [whole];
  return value instanceof Expression ? (value.parts ?? []).filter((part) => typeof part === "string") : [];
}

export const DOMAIN_RULES: readonly Rule[] = [
  defineRule({
    id: "COG-013",
    severity: "error",
    title: "Cognito accepts the domain prefix",
    reference: DOMAINS,
    problems: {
      reserved: {
        when: "apply",
        prevents: "InvalidParameterException: Domain cannot contain reserved word: aws",
        cause: "aws, amazon and cognito are reserved.",
      },
      format: {
        when: "apply",
        prevents: INVALID_NAME,
        cause: "A prefix is the first label of a host name under amazoncognito.com.",
      },
    },
    *check(graph) {
      for (const domain of domains(graph)) {
        const pieces = knownPieces(domain.get("domain"));
        // A name with a dot is COG-014's.
        if (!isEmpty(domain.get("certificate_arn")) || pieces.some((piece) => piece.includes("."))) continue;
        const reserved = ["amazon", "cognito", "aws"].find((word) => pieces.some((piece) => piece.includes(word)));
        const whole = text(domain.get("domain"));
        const isPrefix =
          whole === undefined
            ? pieces.every((piece) => /^[a-z0-9-]*$/.test(piece))
            : /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(whole);
        if (!reserved && isPrefix) continue;
        const why = reserved
          ? `contains the reserved word ${reserved}`
          : "is not 1 to 63 lower-case letters, digits and inner hyphens";
        yield {
          kind: reserved ? "reserved" : "format",
          at: domain,
          message: `has the domain prefix "${whole ?? pieces.join("…")}", which ${why}.`,
          fix: "Choose another prefix of lower-case letters, digits and hyphens, without aws, amazon and cognito.",
          attribute: "domain",
        };
      }
    },
  }),
  {
    id: "COG-014",
    severity: "error",
    title: "A custom domain has a certificate",
    when: "apply",
    prevents: INVALID_NAME,
    cause: "Without a certificate Cognito reads the name as a prefix under amazoncognito.com.",
    reference: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-add-custom-domain.html",
    *check(graph) {
      for (const domain of domains(graph)) {
        const name = text(domain.get("domain"));
        if (!name?.includes(".") || !isEmpty(domain.get("certificate_arn"))) continue;
        yield {
          at: domain,
          message: `has the domain "${name}" and no certificate_arn.`,
          fix: "Set certificate_arn to a certificate in us-east-1, or write a prefix without dots.",
          attribute: "domain",
        };
      }
    },
  },
  {
    id: "COG-015",
    severity: "error",
    title: "The certificate of a custom domain is in us-east-1",
    when: "apply",
    prevents:
      "InvalidParameterException: The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate chain. (Service: AmazonCloudFront; … InvalidViewerCertificate)",
    cause:
      "The login pages are served by CloudFront, which uses certificates in us-east-1, whatever region the pool is in.",
    reference: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-add-custom-domain.html",
    *check(graph) {
      for (const domain of domains(graph)) {
        const region = certificateRegion(domain.get("certificate_arn"));
        if (region === undefined || region === "us-east-1" || /^(cn|us-gov)-/.test(region)) continue;
        yield {
          at: domain,
          message: `has a certificate in ${region}.`,
          fix: 'Create the certificate with a provider whose region is "us-east-1".',
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
