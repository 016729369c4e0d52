import { byLink, grouped } from "../../graph/by-link.ts";
import type { Graph, Resource } from "../../graph/graph.ts";
import { linked, linkedResource } from "../../graph/links.ts";
import { isEmpty, isWritten, referencesIn, text, type Value } from "../../graph/value.ts";
import { kindOf, LB_TYPES, LISTENER_TYPES, lbOf, lbPlace, listenersOf } from "../../network/load-balancers.ts";
import { regionOf } from "../../network/places.ts";
import { defineRule, type Problem, type Rule } from "../../rule.ts";
import { certificateRegion } from "../cognito/domain.ts";
import { ownRegion, quoted, textsOf } from "../shared/attributes.ts";
import { covers, hostNameOf, lbsBehind, plainName } from "../shared/hosts.ts";

const LISTENER = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html";
const VALIDATION =
  "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/acm_certificate_validation";
const LISTENER_CERTIFICATE_TYPES = ["aws_lb_listener_certificate", "aws_alb_listener_certificate"] as const;

/** Protocols that take a certificate, and those that take none. */
const ENCRYPTED = ["HTTPS", "TLS"];
const PLAIN = ["HTTP", "TCP", "UDP", "TCP_UDP"];

function listeners(graph: Graph): readonly Resource[] {
  return graph.ofType(...LISTENER_TYPES);
}

/** HTTP where nothing is written for an application load balancer. */
function protocolOf(listener: Resource): string | undefined {
  const written = listener.get("protocol");
  if (!isEmpty(written)) return text(written)?.toUpperCase();
  const lb = lbOf(listener);
  return lb && kindOf(lb) === "application" ? "HTTP" : undefined;
}

/** A certificate that is made in this configuration. */
function certificateOf(arn: Value | undefined): Resource | undefined {
  return linkedResource(arn, "aws_acm_certificate");
}

/** Its domain must be validated before it can be used: it is neither imported nor of a private CA. */
export function needsValidation(certificate: Resource): boolean {
  const method = text(certificate.get("validation_method"));
  return (method === "DNS" || method === "EMAIL") && isEmpty(certificate.get("certificate_authority_arn"));
}

const validationsByCertificate = byLink("aws_acm_certificate_validation", "certificate_arn", "aws_acm_certificate");

/** What waits for the validation of a certificate. */
export function validationsOf(graph: Graph, certificate: Resource): readonly Resource[] {
  return graph.once(validationsByCertificate).get(certificate) ?? [];
}

/** What takes a certificate for a load balancer: encrypted listeners, and further certificates of listeners. */
function takers(graph: Graph): Resource[] {
  return [
    ...listeners(graph).filter((listener) => ENCRYPTED.includes(protocolOf(listener) ?? "")),
    ...graph.ofType(...LISTENER_CERTIFICATE_TYPES),
  ];
}

/** The region of a load balancer's listener, by its own provider or by the subnets. */
function regionOfTaker(graph: Graph, taker: Resource): string | undefined {
  const own = ownRegion(taker);
  if (own !== undefined) return own;
  const [listener] = linked(taker.get("listener_arn"), ...LISTENER_TYPES).resources;
  const lb = lbOf(listener ?? taker);
  const regions = new Set(lb ? lbPlace(graph, lb).subnets.subnets.map(regionOf) : []);
  return regions.size === 1 ? [...regions][0] : undefined;
}

export const CERTIFICATE_RULES: readonly Rule[] = [
  {
    id: "DNS-011",
    severity: "warning",
    title: "A certificate has its validation records",
    when: "apply",
    prevents:
      "waiting for ACM Certificate (arn:aws:acm:…) to be issued: timeout while waiting for state to become 'ISSUED' (last state: 'PENDING_VALIDATION', timeout: 1h15m0s)",
    cause: "ACM issues a certificate after it has found the records of domain_validation_options.",
    reference: VALIDATION,
    *check(graph) {
      for (const validation of graph.ofType("aws_acm_certificate_validation")) {
        const certificate = certificateOf(validation.get("certificate_arn"));
        if (!certificate || text(certificate.get("validation_method")) !== "DNS" || !certificate.isMade) continue;
        if (!isEmpty(validation.get("validation_record_fqdns")) || graph.once(mayProve)(certificate)) continue;
        yield {
          at: validation,
          message: `waits for ${certificate.address}, and no aws_route53_record is made of its domain_validation_options.`,
          fix: `Add an aws_route53_record for each of ${certificate.address}.domain_validation_options, and list their fqdn in validation_record_fqdns.`,
          attribute: "validation_record_fqdns",
        };
      }
    },
  },
  {
    id: "DNS-012",
    severity: "error",
    title: "A listener waits for the validation of its certificate",
    when: "apply",
    prevents:
      "UnsupportedCertificate: The certificate 'arn:aws:acm:…' must have a fully-qualified domain name, a supported signature, and a supported key size.",
    cause: "The ARN of a certificate is known at once, but the certificate can be used only after its validation.",
    reference: "https://github.com/hashicorp/terraform-provider-aws/issues/41789",
    *check(graph) {
      for (const taker of takers(graph)) {
        const certificate = certificateOf(taker.get("certificate_arn"));
        if (!certificate || !needsValidation(certificate) || !certificate.isMade) continue;
        if (graph.isHandedOn(certificate)) continue;
        const own = validationsOf(graph, certificate);
        if (!own.every((validation) => graph.isOrdered(taker, validation) === false)) continue;
        const [validation] = own;
        yield {
          at: taker,
          message: `uses ${certificate.address}, and ${validation ? `does not wait for ${validation.address}` : "does not wait for its validation"}.`,
          fix: `Write certificate_arn = \${${validation?.address ?? "aws_acm_certificate_validation.<name>"}.certificate_arn}.`,
          attribute: "certificate_arn",
        };
      }
    },
  },
  {
    id: "DNS-013",
    severity: "error",
    title: "An encrypted listener has a certificate",
    when: "apply",
    prevents: "ValidationError: A certificate must be specified for HTTPS listeners",
    cause: "HTTPS and TLS listeners present a certificate.",
    reference: LISTENER,
    *check(graph) {
      for (const listener of listeners(graph)) {
        const protocol = protocolOf(listener) ?? "";
        if (!ENCRYPTED.includes(protocol) || !isEmpty(listener.get("certificate_arn"))) continue;
        yield {
          at: listener,
          message: `has protocol "${protocol}" and no certificate_arn.`,
          fix: "Set certificate_arn to a valid certificate in the region of the load balancer.",
          attribute: "certificate_arn",
        };
      }
    },
  },
  {
    id: "DNS-014",
    severity: "error",
    title: "A certificate is in the region of its load balancer",
    when: "apply",
    prevents: "CertificateNotFound: Certificate 'arn:aws:acm:us-east-1:…:certificate/…' not found",
    cause: "A load balancer uses certificates in its own region; those in us-east-1 are for CloudFront.",
    reference: LISTENER,
    *check(graph) {
      for (const taker of takers(graph)) {
        const [region, home] = [certificateRegion(taker.get("certificate_arn")), regionOfTaker(graph, taker)];
        if (region === undefined || home === undefined || region === home) continue;
        yield {
          at: taker,
          message: `is in ${home} and uses a certificate in ${region}.`,
          fix: `Request the certificate in ${home}.`,
          attribute: "certificate_arn",
        };
      }
    },
  },
  {
    id: "DNS-015",
    severity: "warning",
    title: "The certificates of a load balancer cover its host names",
    when: "runtime",
    prevents: "NET::ERR_CERT_COMMON_NAME_INVALID in the browser",
    cause: "A browser compares the host name with the names in the certificate.",
    reference: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html",
    *check(graph) {
      for (const record of graph.ofType("aws_route53_record")) {
        for (const lb of lbsBehind(record)) {
          const problem = uncoveredHost(graph, record, lb);
          if (problem) yield problem;
        }
      }
    },
  },
  defineRule({
    id: "DNS-016",
    severity: "error",
    title: "A listener without encryption has no certificate",
    reference: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html",
    problems: {
      ssl_policy: {
        when: "apply",
        prevents: "ValidationError: An SSL policy cannot be specifed for HTTP listeners",
        cause: "Only HTTPS and TLS listeners have an ssl_policy.",
      },
      certificate_arn: {
        when: "apply",
        prevents: "ValidationError: A certificate cannot be specified for HTTP listeners",
        cause: "Only HTTPS and TLS listeners have a certificate_arn.",
      },
    },
    *check(graph) {
      // A plan for a listener that is there keeps what the provider has filled in before.
      for (const listener of listeners(graph).filter(({ isMade }) => isMade)) {
        const protocol = protocolOf(listener) ?? "";
        if (!PLAIN.includes(protocol)) continue;
        for (const kind of ["ssl_policy", "certificate_arn"] as const) {
          if (!isWritten(listener.get(kind))) continue;
          yield {
            kind,
            at: listener,
            message: `has ${kind} with protocol ${isWritten(listener.get("protocol")) ? `"${protocol}"` : "HTTP, the default"}.`,
            fix: `Set protocol to "${protocol === "HTTP" ? "HTTPS" : "TLS"}", or take ${kind} out.`,
            attribute: "protocol",
          };
        }
      }
    },
  }),
];

/** Whether a record may be made of a certificate's validation options; other DNS providers may do it too. */
function mayProve(graph: Graph): (certificate: Resource) => boolean {
  const proven = new Set<Resource>();
  let open = graph.resources.some(
    ({ type }) => !/^(data\.)?aws_/.test(type) && /dns|record|domain|certificate/.test(type),
  );
  for (const record of graph.ofType("aws_route53_record")) {
    const references = [...referencesIn(record.get("name")), ...referencesIn(record.get("records"))];
    const certificates = references
      .flatMap(({ resources }) => resources)
      .filter(({ type }) => type === "aws_acm_certificate");
    for (const certificate of certificates) proven.add(certificate);
    if (certificates.length === 0 && text(record.get("name")) === undefined) open = true;
  }
  return (certificate) => open || proven.has(certificate);
}

/** Names that the certificates of a load balancer are made for. */
interface Names {
  readonly written: ReadonlySet<string>;
  readonly plain: ReadonlySet<string>;
}

/** Names in all certificates of HTTPS listeners, by load balancer: those that have some, and all can be known. */
function namesByLb(graph: Graph): ReadonlyMap<Resource, Names> {
  const further = grouped(graph.ofType(...LISTENER_CERTIFICATE_TYPES), (one) => {
    const of = linked(one.get("listener_arn"), ...LISTENER_TYPES);
    return of.certain ? of.resources : listeners(graph);
  });
  const byLb = new Map<Resource, Names>();
  for (const lb of graph.ofType(...LB_TYPES)) {
    const encrypted = listenersOf(graph, lb).filter((listener) => protocolOf(listener) === "HTTPS");
    const names = encrypted.map((listener) => certificateNames([listener, ...(further.get(listener) ?? [])]));
    if (names.length === 0 || names.includes(undefined)) continue;
    const written = new Set(names.flatMap((one) => one ?? []));
    byLb.set(lb, { written, plain: new Set([...written].map(plainName)) });
  }
  return byLb;
}

/** Names in the certificates that are taken; undefined where not all can be known. */
function certificateNames(all: readonly Resource[]): string[] | undefined {
  const names: string[] = [];
  for (const taker of all) {
    const certificate = certificateOf(taker.get("certificate_arn"));
    const domain = certificate && text(certificate.get("domain_name"));
    const others = textsOf(certificate?.get("subject_alternative_names"));
    if (taker.many || !domain || !others.complete) return undefined;
    names.push(domain, ...others.texts);
  }
  return names;
}

function uncoveredHost(graph: Graph, record: Resource, lb: Resource): Problem | undefined {
  const host = hostNameOf(record);
  if (!host?.full || host.name.startsWith("*") || kindOf(lb) !== "application") return undefined;
  const names = graph.once(namesByLb).get(lb);
  if (!names || covers(names.plain, host.name)) return undefined;
  return {
    at: record,
    message: `leads "${host.name}" to ${lb.address}, whose certificates are for ${quoted(names.written)}.`,
    fix: `Add "${host.name}" to subject_alternative_names of the certificate, or another certificate by aws_lb_listener_certificate.`,
    attribute: "name",
  };
}
