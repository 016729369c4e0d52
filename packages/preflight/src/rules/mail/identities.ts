import type { Graph, Resource } from "../../graph/graph.ts";
import { block, GAP, isEmpty, items, referencesIn, text } from "../../graph/value.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { dkimDomain, isDkimDomainKnown } from "../../ses.ts";
import { ownRegion, textsOf } from "../shared/attributes.ts";
import { hostNameOf, plainName } from "../shared/hosts.ts";
import { type DomainIdentity, domainIdentities, isWithin, isZoneHere, recordsOf, writtenText } from "./names.ts";

const UNVERIFIED =
  "MessageRejected: Email address is not verified. The following identities failed the check in region …";
const EASY_DKIM = "https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-easy.html";
const MAIL_FROM = "https://docs.aws.amazon.com/ses/latest/dg/mail-from.html";
const MAIL_FROM_TYPES = ["aws_sesv2_email_identity_mail_from_attributes", "aws_ses_domain_mail_from"] as const;
const NOT_OURS =
  "no error: bounces go to amazonses.com as before, and SPF is not the domain's own; or MailFromDomainNotVerifiedException, where the behavior on failure is to reject";

export const IDENTITY_RULES: readonly Rule[] = [
  defineRule({
    id: "MAIL-001",
    severity: "warning",
    title: "A domain that sends has the DKIM records that SES looks for",
    reference: EASY_DKIM,
    problems: {
      missing: {
        when: "runtime",
        prevents: UNVERIFIED,
        cause: "SES takes a domain for verified once it finds the three CNAMEs of its tokens.",
      },
      target: {
        when: "runtime",
        prevents: UNVERIFIED,
        cause: "The keys are below dkim.amazonses.com, in some regions below dkim.<region>.amazonses.com.",
        severity: "error",
      },
      type: {
        when: "runtime",
        prevents: UNVERIFIED,
        cause: "A token of Easy DKIM is the name of a key, and no key: SES publishes and changes the key itself.",
        severity: "error",
      },
    },
    *check(graph) {
      const keyed = new Set<Resource>();
      for (const record of graph.ofType("aws_route53_record")) {
        const identity = identityOfTokens(record);
        if (identity === undefined) continue;
        keyed.add(identity);
        // The records of a count are one block with one mistake.
        const problem = /\[(?!0\])\d+\]$/.test(record.address) ? undefined : keyProblem(record, identity);
        if (problem) yield problem;
      }
      for (const identity of domainIdentities(graph).filter((one) => isWithoutKeys(graph, one, keyed))) {
        yield {
          kind: "missing",
          at: identity.resource,
          message: `is for ${identity.domain}, whose zone is here and has no DKIM record of it.`,
          fix: `Add three CNAME records <token>._domainkey.${identity.domain}, one for each of its DKIM tokens.`,
          attribute: identity.resource.type === "aws_ses_domain_identity" ? "domain" : "email_identity",
        };
      }
    },
  }),
  defineRule({
    id: "MAIL-002",
    severity: "warning",
    title: "A MAIL FROM domain is below its identity, and has one MX record and SPF",
    reference: MAIL_FROM,
    problems: {
      outside: {
        when: "apply",
        prevents:
          "InvalidParameterValue: Provided MAIL-FROM domain <…> is not subdomain of the domain of the identity <…>",
        cause: "Bounces go to a name below the identity, and never to the identity's own.",
        severity: "error",
      },
      mx: {
        when: "runtime",
        prevents: NOT_OURS,
        cause: "SES uses the domain once it finds exactly one MX record, which points to its feedback endpoint.",
      },
      target: {
        when: "runtime",
        prevents: NOT_OURS,
        cause: "The feedback endpoint is that of the region that the identity is in.",
        severity: "error",
      },
      spf: {
        when: "runtime",
        prevents: "no error: spf=none in the headers of each mail, and receivers take it for less trustworthy",
        cause: "Receivers look at the SPF record of the MAIL FROM domain, which has to name amazonses.com.",
      },
    },
    *check(graph) {
      for (const mailFrom of graph.ofType(...MAIL_FROM_TYPES)) {
        const problems = mailFromProblems(graph, mailFrom);
        for (const problem of problems) yield { at: mailFrom, attribute: "mail_from_domain", ...problem };
      }
    },
  }),
];

/** What has the tokens that a record's name is made of. */
function identityOfTokens(record: Resource): Resource | undefined {
  const tokens = referencesIn(record.get("name")).filter(({ attribute }) => /(?:^|\.)(?:dkim_)?tokens/.test(attribute));
  const [first] = tokens.flatMap(({ resources }) => resources);
  return first && ["aws_sesv2_email_identity", "aws_ses_domain_dkim"].includes(first.type) ? first : undefined;
}

function keyProblem(record: Resource, identity: Resource): KindOfProblem<"target" | "type"> | undefined {
  const type = text(record.get("type"));
  const region = ownRegion(identity);
  if (type !== undefined && type !== "CNAME") {
    return {
      kind: "type",
      at: record,
      message: `is a DKIM record of ${identity.address}, and of the type ${type}.`,
      fix: 'Set type to "CNAME".',
      attribute: "type",
    };
  }
  const [target] = items(record.get("records")).items;
  const written = writtenText(target);
  const end = written.slice(written.lastIndexOf(GAP) + 1);
  if (region === undefined || !isDkimDomainKnown(region) || !written.includes(GAP) || end === "") return undefined;
  const wanted = `.${dkimDomain(region)}`;
  if (end === wanted) return undefined;
  return {
    kind: "target",
    at: record,
    message: `is a DKIM record of ${identity.address} in ${region}, and leads to <token>${end}.`,
    fix: `Write <token>${wanted}.`,
    attribute: "records",
  };
}

/** Nothing shows SES that the domain is ours, and all that could is to be seen. @param keyed what has a record of its tokens */
function isWithoutKeys(graph: Graph, { resource, domain }: DomainIdentity, keyed: ReadonlySet<Resource>): boolean {
  if (!resource.isMade || isOwnKey(resource) || !isZoneHere(graph, domain) || recordsOf(graph).isOpen) return false;
  const holders = [resource, ...dkimOf(graph, domain)];
  if (holders.some((one) => keyed.has(one) || graph.isHandedOn(one)) || hasWrittenKeys(graph, domain)) return false;
  return resource.type !== "aws_ses_domain_identity" || recordsOf(graph).at(`_amazonses.${domain}`, "TXT").length === 0;
}

/** It signs with a key of one's own, whose record is that key. */
function isOwnKey(identity: Resource): boolean {
  const signing = block(identity.get("dkim_signing_attributes"));
  return signing !== undefined && !isEmpty(signing.domain_signing_private_key);
}

function dkimOf(graph: Graph, domain: string): Resource[] {
  return graph.ofType("aws_ses_domain_dkim").filter((one) => [domain, ""].includes(writtenText(one.get("domain"))));
}

/** Records of keys whose tokens were copied from the console. */
function hasWrittenKeys(graph: Graph, domain: string): boolean {
  const names = graph.ofType("aws_route53_record").map((record) => hostNameOf(record)?.name ?? "");
  return names.some((name) => name.endsWith(`._domainkey.${domain}`));
}

type Wrong = Omit<KindOfProblem<"outside" | "mx" | "target" | "spf">, "at"> & { readonly at?: Resource };

function mailFromProblems(graph: Graph, mailFrom: Resource): Wrong[] {
  const isV2 = mailFrom.type === MAIL_FROM_TYPES[0];
  const name = text(mailFrom.get("mail_from_domain"));
  const identity = text(mailFrom.get(isV2 ? "email_identity" : "domain"));
  if (name === undefined || name === "" || mailFrom.many || !mailFrom.isPlanned) return [];
  const host = plainName(name);
  const domain = identity === undefined ? undefined : plainName(identity.slice(identity.indexOf("@") + 1));
  if (domain !== undefined && (host === domain || !isWithin(host, domain))) {
    return [
      {
        kind: "outside",
        message: `has "${host}", which is not below its identity "${domain}".`,
        fix: `Write a name below it, such as "bounce.${domain}".`,
      },
    ];
  }
  if (!isZoneHere(graph, host) || graph.isHandedOn(mailFrom) || recordsOf(graph).isOpen) return [];
  return [...mxProblems(graph, mailFrom, host), ...spfProblems(graph, host)];
}

function mxProblems(graph: Graph, mailFrom: Resource, host: string): Wrong[] {
  const region = ownRegion(mailFrom);
  const endpoint = `feedback-smtp.${region ?? "<region>"}.amazonses.com`;
  const fix = `Add one MX record "10 ${endpoint}".`;
  const [record] = recordsOf(graph).at(host, "MX");
  if (!record) return [{ kind: "mx", message: `has "${host}", which has no MX record.`, fix }];
  const { texts, complete } = textsOf(record.get("records"));
  if (texts.length > 1) {
    const message = `is the MX record of "${host}", a MAIL FROM domain, with ${texts.length} values.`;
    return [{ kind: "mx", at: record, message, fix: `Leave only "10 ${endpoint}".`, attribute: "records" }];
  }
  const [value = ""] = texts;
  const target = plainName(value.split(/\s+/)[1] ?? "");
  if (!complete || region === undefined || target === endpoint) return [];
  return [
    {
      kind: "target",
      at: record,
      message: `is the MX record of "${host}", a MAIL FROM domain in ${region}, and leads to "${target}".`,
      fix: `Write "10 ${endpoint}".`,
      attribute: "records",
    },
  ];
}

function spfProblems(graph: Graph, host: string): Wrong[] {
  const fix = 'Add a TXT record "v=spf1 include:amazonses.com ~all".';
  const records = recordsOf(graph).at(host, "TXT");
  if (records.length === 0) return [{ kind: "spf", message: `has "${host}", which has no TXT record with SPF.`, fix }];
  const { texts, complete } = textsOf(records[0]?.get("records"));
  if (!complete || texts.some((one) => /^v=spf1\b/i.test(one) && /\bamazonses\.com\b|redirect=/i.test(one))) return [];
  const message = `is the TXT record of "${host}", a MAIL FROM domain, and does not name amazonses.com in SPF.`;
  return [{ kind: "spf", at: records[0] as Resource, message, fix, attribute: "records" }];
}
