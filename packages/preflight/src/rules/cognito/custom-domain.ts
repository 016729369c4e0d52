import type { Graph, Resource } from "../../graph/graph.ts";
import { linked, linkedResource } from "../../graph/links.ts";
import { isEmpty, number, text } from "../../graph/value.ts";
import { defineRule, type KindOfProblem, type Problem, type Rule } from "../../rule.ts";
import { needsValidation, validationsOf } from "../dns/certificates.ts";
import { quoted, repeats, textsOf } from "../shared/attributes.ts";
import { covers, hostNameOf, plainName } from "../shared/hosts.ts";
import { clients, settingOf } from "./client.ts";
import { isNew, partsOf, poolOf } from "./parts.ts";

const CUSTOM = "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-add-custom-domain.html";
const NOT_VALID =
  "InvalidParameterException: The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate chain.";
const DOMAIN = "aws_cognito_user_pool_domain";
const RECORD = "aws_route53_record";

export const CUSTOM_DOMAIN_RULES: readonly Rule[] = [
  defineRule({
    id: "COG-016",
    severity: "error",
    title: "The parent of a custom domain has an A record",
    reference: "https://docs.aws.amazon.com/cognito/latest/developerguide/troubleshooting.html",
    problems: {
      missing: {
        when: "apply",
        prevents:
          "InvalidParameterException: Custom domain is not a valid subdomain: Was not able to resolve the root domain, please ensure an A record exists for the root domain.",
        cause: "Cognito asks DNS for the name above the custom domain before it creates it.",
      },
      later: {
        when: "apply",
        prevents:
          "InvalidParameterException: Custom domain is not a valid subdomain: Was not able to resolve the root domain, please ensure an A record exists for the root domain.",
        cause: "The record is made of the domain, so that Terraform creates it only afterwards.",
      },
    },
    *check(graph) {
      for (const domain of customDomains(graph)) {
        const problem = parentProblem(graph, domain);
        if (problem) yield problem;
      }
    },
  }),
  defineRule({
    id: "COG-017",
    severity: "error",
    title: "The certificate of a custom domain is valid, and for its name",
    reference: CUSTOM,
    problems: {
      early: {
        when: "apply",
        prevents: NOT_VALID,
        cause: "The ARN of a certificate is known at once, but the certificate can be used only after its validation.",
      },
      name: {
        when: "apply",
        prevents:
          "InvalidParameterException: … The certificate that is attached to your distribution doesn't cover the alternate domain name (CNAME)",
        cause: "The certificate of a login page is for its host name; an asterisk stands for one label.",
      },
    },
    *check(graph) {
      for (const domain of customDomains(graph)) {
        const certificate = linkedResource(domain.get("certificate_arn"), "aws_acm_certificate");
        if (certificate) yield* certificateProblems(graph, domain, certificate);
      }
    },
  }),
  {
    id: "COG-018",
    severity: "error",
    title: "A pool has one prefix and one custom domain",
    when: "apply",
    prevents: "InvalidParameterException: User pool already has a domain configured.",
    cause: "A second domain of the same kind is refused.",
    reference: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain.html",
    *check(graph) {
      const keyOf = (domain: Resource) => {
        const pool = poolOf(domain);
        const arn = domain.get("certificate_arn");
        if (!pool || domain.many) return undefined;
        return `${isEmpty(arn) ? "prefix" : "custom"} domain of ${pool.address}`;
      };
      for (const { one, earlier } of repeats(graph.ofType(DOMAIN), keyOf)) {
        yield {
          at: one,
          message: `is a second ${keyOf(one)}, beside ${earlier.address}.`,
          fix: "Keep one of the two.",
          attribute: "user_pool_id",
        };
      }
    },
  },
  {
    id: "COG-019",
    severity: "warning",
    title: "Managed login has a style for each client",
    when: "runtime",
    prevents: "Login pages unavailable. Please contact an administrator.",
    cause: "With managed_login_version 2 a client without a branding style has no login page.",
    reference: "https://docs.aws.amazon.com/cognito/latest/developerguide/managed-login-brandingdesigner.html",
    *check(graph) {
      if (graph.resources.some(({ type }) => type.endsWith("managed_login_branding"))) return;
      for (const domain of graph.ofType(DOMAIN).filter(({ isMade }) => isMade)) {
        const pool = number(domain.get("managed_login_version")) === 2 ? poolOf(domain) : undefined;
        const client = pool && clients(graph).find((one) => poolOf(one) === pool && logsPeopleIn(graph, one));
        if (!client) continue;
        yield {
          at: domain,
          message: `has managed_login_version = 2, and ${client.address} has no branding style.`,
          fix: "Add an aws_cognito_managed_login_branding for the client, or set managed_login_version to 1.",
          attribute: "managed_login_version",
        };
      }
    },
  },
  defineRule({
    id: "COG-038",
    severity: "error",
    title: "A login page that is customized has a domain",
    reference:
      "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cognito_user_pool_ui_customization",
    problems: {
      missing: {
        when: "apply",
        prevents: "InvalidParameterException: There has to be an existing domain associated with this user pool",
        cause: "The hosted login page exists only on a domain of the pool.",
      },
      order: {
        when: "apply",
        prevents: "InvalidParameterException: There has to be an existing domain associated with this user pool",
        cause: "Terraform creates the customization without waiting for the domain, where it names the pool.",
      },
    },
    *check(graph) {
      for (const page of graph.ofType("aws_cognito_user_pool_ui_customization").filter(({ isMade }) => isMade)) {
        const problem = pageProblem(graph, page);
        if (problem) yield problem;
      }
    },
  }),
];

function customDomains(graph: Graph): Resource[] {
  return graph.ofType(DOMAIN).filter((domain) => domain.isMade && text(domain.get("domain"))?.includes("."));
}

function logsPeopleIn(graph: Graph, client: Resource): boolean {
  const flows = textsOf(settingOf(graph, client, "allowed_oauth_flows")).texts;
  return flows.includes("code") || flows.includes("implicit");
}

/** Judged in zones that this configuration creates: of another one, it does not tell which records there are. */
function parentProblem(graph: Graph, domain: Resource): KindOfProblem<"missing" | "later"> | undefined {
  const name = plainName(text(domain.get("domain")) ?? "");
  const parent = name.slice(name.indexOf(".") + 1);
  const zone = newZoneOf(graph, parent);
  if (!zone) return undefined;
  const records = graph
    .ofType(RECORD)
    .map((record) => ({ record, host: hostNameOf(record), type: text(record.get("type")) }));
  const answering = records.filter(
    ({ host, type }) => host && answers(host.name, parent) && type !== "TXT" && type !== "MX",
  );
  const isOpen = records.some(({ record, host }) => (!host || record.many) && !isProof(record));
  const [first] = answering;
  if (!first) {
    if (isOpen || graph.isHandedOn(zone)) return undefined;
    return {
      kind: "missing",
      at: domain,
      message: `has the domain "${name}", and ${zone.address} has no A record for "${parent}".`,
      fix: `Add an A record for "${parent}" to the zone, to any address, and name it in depends_on of the domain.`,
      attribute: "domain",
    };
  }
  const isLater = answering.every(({ record }) => graph.isOrdered(record, domain) === true);
  return isLater
    ? {
        kind: "later",
        at: domain,
        message: `has the domain "${name}", and ${first.record.address}, the record for "${parent}", is made of it.`,
        fix: `Let the A record for "${parent}" lead to an address that does not come from this domain.`,
        attribute: "domain",
      }
    : undefined;
}

/** The public zone that a name is in, if this configuration creates it, and it is the only one that can be it. */
function newZoneOf(graph: Graph, name: string): Resource | undefined {
  const zones = graph
    .ofType("aws_route53_zone", "data.aws_route53_zone")
    .map((zone) => ({ zone, name: text(zone.get("name")) }));
  if (zones.some((one) => one.name === undefined)) return undefined;
  const fitting = zones
    .map((one) => ({ zone: one.zone, name: plainName(one.name ?? "") }))
    .filter((one) => name === one.name || name.endsWith(`.${one.name}`))
    .filter(({ zone }) => zone.isData || isEmpty(zone.get("vpc")))
    .sort((a, b) => b.name.length - a.name.length);
  const [best, second] = fitting;
  if (!best || best.zone.isData || best.name === second?.name) return undefined;
  return isNew(graph, best.zone) ? best.zone : undefined;
}

function answers(record: string, name: string): boolean {
  return record === name || (record.startsWith("*.") && name.endsWith(record.slice(1)));
}

/** A validation record of a certificate, whose name is made up by AWS. */
function isProof(record: Resource): boolean {
  return linked(record.get("name"), "aws_acm_certificate").resources.length > 0;
}

function* certificateProblems(
  graph: Graph,
  domain: Resource,
  certificate: Resource,
): Generator<KindOfProblem<"early" | "name">> {
  const base = { at: domain, attribute: "certificate_arn" } satisfies Partial<Problem>;
  if (domain.many || certificate.many) return;
  const own = validationsOf(graph, certificate);
  const isLate = own.every((validation) => !validation.many && graph.isOrdered(domain, validation) === false);
  if (needsValidation(certificate) && certificate.isMade && !graph.isHandedOn(certificate) && isLate) {
    const [validation] = own;
    yield {
      ...base,
      kind: "early",
      message: `uses ${certificate.address}, and does not wait for ${validation?.address ?? "its validation"}.`,
      fix: `Write certificate_arn = \${${validation?.address ?? "aws_acm_certificate_validation.<name>"}.certificate_arn}.`,
    };
  }
  const host = plainName(text(domain.get("domain")) ?? "");
  const others = textsOf(certificate.get("subject_alternative_names"));
  const first = text(certificate.get("domain_name"));
  if (first === undefined || !others.complete) return;
  const names = [first, ...others.texts];
  if (covers(new Set(names.map(plainName)), host)) return;
  yield {
    ...base,
    kind: "name",
    message: `has the domain "${host}", and the certificate ${certificate.address} is for ${quoted(new Set(names))}.`,
    fix: `Add "${host}" to subject_alternative_names of the certificate.`,
  };
}

function pageProblem(graph: Graph, page: Resource): KindOfProblem<"missing" | "order"> | undefined {
  const pool = poolOf(page);
  if (!pool || page.many) return undefined;
  const { parts, complete } = partsOf(graph, pool, "domain");
  const [domain] = parts;
  if (!domain) {
    if (!complete) return undefined;
    return {
      kind: "missing",
      at: page,
      message: `customizes the login page of ${pool.address}, which has no domain.`,
      fix: "Add an aws_cognito_user_pool_domain to the pool, and take its user_pool_id here.",
      attribute: "user_pool_id",
    };
  }
  if (!parts.every((one) => one.isMade && !one.many && graph.isOrdered(page, one) === false)) return undefined;
  return {
    kind: "order",
    at: page,
    message: `customizes the login page of ${pool.address}, and does not wait for ${domain.address}.`,
    fix: `Write user_pool_id = \${${domain.address}.user_pool_id}.`,
    attribute: "user_pool_id",
  };
}
