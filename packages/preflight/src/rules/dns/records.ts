import type { Graph, Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { type Block, block, flag, isEmpty, referencesIn, text } from "../../graph/value.ts";
import { LB_TYPES } from "../../network/load-balancers.ts";
import { defineRule, type KindOfProblem, type Problem, type Rule } from "../../rule.ts";
import { attributeRule, without } from "../shared/attribute-rule.ts";
import { textsOf } from "../shared/attributes.ts";
import { hostNameOf, plainName, zoneNameOf } from "../shared/hosts.ts";

const ALIASES = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-alias.html";
const RECORD = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/route53_record";

function records(graph: Graph): readonly Resource[] {
  return graph.ofType("aws_route53_record");
}

const ALIAS = { name: "${aws_lb.main.dns_name}", zone_id: "${aws_lb.main.zone_id}", evaluate_target_health: true };

const WITHOUT_ALIAS = {
  types: ["aws_route53_record"],
  of: "all",
  // Terraform has checked a plan, and a state has ttl = 0.
  where: (_: Block, { change }: Resource) => change === undefined,
  takes: without("alias"),
} as const;

export const RECORD_RULES: readonly Rule[] = [
  {
    id: "DNS-001",
    severity: "error",
    title: "An alias names the zone of its target",
    when: "apply",
    prevents:
      "InvalidChangeBatch: [Tried to create an alias that targets ….elb.amazonaws.com., type A in zone Z…, but the alias target name does not lie within the target zone]",
    cause: "alias.zone_id is the zone of the load balancer's name, which is AWS's, and not the record's own.",
    reference: ALIASES,
    *check(graph) {
      for (const record of records(graph)) {
        const alias = block(record.get("alias"));
        const [lb, ...others] = linked(alias?.name, ...LB_TYPES).resources;
        if (!alias || !lb || others.length > 0) continue;
        const zone = linked(alias.zone_id, "aws_route53_zone", "data.aws_route53_zone");
        const [hosted] = zone.resources;
        const literal = text(alias.zone_id);
        const isRecordsOwn = literal !== undefined && literal === text(record.get("zone_id"));
        if (!(hosted && zone.certain) && !isRecordsOwn) continue;
        yield {
          at: record,
          message: `leads to ${lb.address} with the zone_id of ${hosted ? hosted.address : "its own zone"}.`,
          fix: `Write zone_id = \${${lb.address}.zone_id} in the alias.`,
          attribute: "alias",
        };
      }
    },
  },
  {
    id: "DNS-002",
    severity: "error",
    title: "There is no CNAME at the top of a zone",
    when: "apply",
    prevents:
      "InvalidChangeBatch: [RRSet of type CNAME with DNS name example.com. is not permitted at apex in zone example.com.]",
    cause: "A CNAME excludes other records, and the name of the zone itself has NS and SOA records.",
    reference: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html",
    *check(graph) {
      for (const record of records(graph)) {
        const host = hostNameOf(record);
        if (text(record.get("type")) !== "CNAME" || !host?.full || host.name !== zoneNameOf(record)) continue;
        yield {
          at: record,
          message: `is a CNAME for "${host.name}", the name of its zone.`,
          fix: 'Write an alias record of type "A" instead.',
          attribute: "type",
        };
      }
    },
  },
  attributeRule({
    id: "DNS-003",
    severity: "error",
    title: "An alias has no records and no TTL",
    when: "plan",
    prevents: '"alias": conflicts with ttl',
    cause: "An alias gets both from its target.",
    reference: RECORD,
    checks: [
      {
        ...WITHOUT_ALIAS,
        attribute: "ttl",
        fix: "Take ttl out.",
        bad: { name: "shop", type: "A", ttl: 300, alias: ALIAS },
        good: { name: "shop", type: "A", alias: ALIAS },
      },
      {
        ...WITHOUT_ALIAS,
        attribute: "records",
        fix: "Take records out.",
        prevents: '"records": only one of `alias,records` can be specified, but `alias,records` were specified.',
        bad: { name: "shop", type: "A", records: ["192.0.2.1"], alias: ALIAS },
        good: { name: "shop", type: "A", records: ["192.0.2.1"], ttl: 300 },
      },
    ],
  }),
  defineRule({
    id: "DNS-004",
    severity: "error",
    title: "A record is in the zone that its name says",
    reference: RECORD,
    problems: {
      outside: {
        when: "apply",
        prevents: "InvalidChangeBatch: [RRSet with DNS name app-example.com. is not permitted in zone example.com.]",
        cause: "The provider does not append the zone to a name that ends with the same letters.",
      },
      appended: {
        when: "apply",
        prevents: "no error: the record is created, and the intended name does not resolve",
        cause: "The provider appends the zone to a name that does not end with it.",
        severity: "warning",
      },
    },
    *check(graph) {
      const certified = graph.once(certificateNames);
      for (const record of records(graph)) {
        const problem = nameProblem(record, certified);
        if (problem) yield problem;
      }
    },
  }),
  defineRule({
    id: "DNS-005",
    severity: "error",
    title: "A name has one record of a type, or several of one routing policy",
    reference: RECORD,
    problems: {
      second: {
        when: "apply",
        prevents:
          "InvalidChangeBatch: [Tried to create resource record set [name='app.example.com.', type='A'] but it already exists]",
        cause: "Several values go into one record, unless a routing policy and set_identifier distinguish the records.",
      },
      mixed: {
        when: "apply",
        prevents:
          "InvalidChangeBatch: [RRSet with DNS name app.example.com., type A, SetIdentifier blue cannot be created as a non-weighted set exists with the same name and type.]",
        cause: "All records of a name and type have the same routing policy, or there is a single one without.",
      },
      apex: {
        when: "apply",
        prevents:
          "InvalidChangeBatch: [Tried to create resource record set [name='example.com.', type='NS'] but it already exists]",
        cause: "Route 53 makes the NS and SOA records of a zone together with it.",
      },
    },
    *check(graph) {
      yield* doubleRecords(graph);
      yield* recordsOfZones(graph);
    },
  }),
  {
    id: "DNS-007",
    severity: "error",
    title: "A name with a CNAME has no other record",
    when: "apply",
    prevents:
      "InvalidChangeBatch: [RRSet of type CNAME with DNS name www.example.com. is not permitted as it conflicts with other records with the same DNS name in zone example.com.]",
    cause: "A CNAME stands for all that is asked of its name.",
    reference: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html",
    check: besideCnames,
  },
  {
    id: "DNS-006",
    severity: "error",
    title: "A validation record has the type that ACM requires",
    when: "apply",
    prevents:
      "waiting for ACM Certificate (arn:aws:acm:…) to be issued: timeout while waiting for state to become 'ISSUED' (last state: 'PENDING_VALIDATION', timeout: 1h15m0s)",
    cause: "ACM looks for CNAME records.",
    reference: "https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html",
    *check(graph) {
      for (const record of records(graph)) {
        const type = text(record.get("type"));
        if (type === undefined || type === "CNAME") continue;
        const proof = [record.get("name"), record.get("records")].flatMap(referencesIn);
        if (!proof.some(({ attribute }) => attribute.startsWith("domain_validation_options"))) continue;
        yield {
          at: record,
          message: `has type "${type}" for the domain_validation_options of a certificate.`,
          fix: "Set type to the option's resource_record_type.",
          attribute: "type",
        };
      }
    },
  },
];

/** Names that certificates are made for: these are whole host names. */
function certificateNames(graph: Graph): ReadonlySet<string> {
  const certificates = graph.ofType("aws_acm_certificate");
  return new Set(
    certificates.flatMap((one) => [
      text(one.get("domain_name")) ?? "",
      ...textsOf(one.get("subject_alternative_names")).texts,
    ]),
  );
}

function nameProblem(
  record: Resource,
  certified: ReadonlySet<string>,
): KindOfProblem<"outside" | "appended"> | undefined {
  const zone = zoneNameOf(record);
  const name = plainName(text(record.get("name")) ?? "");
  if (zone === undefined || name === zone || name.endsWith(`.${zone}`)) return undefined;
  const fix = `Write a name that ends with .${zone}, or use the zone of "${name}".`;
  // The provider looks at the last letters only, not at the dot before them.
  if (name.endsWith(zone)) {
    const message = `has the name "${name}", which is not in its zone ${zone}.`;
    return { kind: "outside", at: record, message, fix, attribute: "name" };
  }
  // A name of several labels may well be meant as the beginning of one; with the zone's own last label it hardly is.
  const lastLabel = zone.slice(zone.lastIndexOf(".") + 1);
  const looksWhole =
    name.includes(".") && zone.includes(".") && (name.endsWith(`.${lastLabel}`) || certified.has(name));
  if (!looksWhole) return undefined;
  const message = `has the name "${name}" in the zone ${zone}, and becomes ${name}.${zone}.`;
  return { kind: "appended", at: record, message, fix, attribute: "name" };
}

function* besideCnames(graph: Graph): Generator<Problem> {
  const named = records(graph).flatMap((record) => {
    const [host, type] = [hostNameOf(record), text(record.get("type"))];
    const zone = linked(record.get("zone_id"), "aws_route53_zone", "data.aws_route53_zone");
    const zoneId = zone.resources.length === 1 && zone.certain ? zone.resources[0]?.address : zone.literal;
    const isKnown = !record.many && host && type && zoneId !== undefined && text(record.get("name")) !== undefined;
    return isKnown ? [{ record, type, key: `${zoneId} ${host.name}`, name: host.name }] : [];
  });
  const byKey = new Map<string, typeof named>();
  for (const one of named) byKey.set(one.key, [...(byKey.get(one.key) ?? []), one]);
  for (const all of byKey.values()) {
    const cname = all.find(({ type }) => type === "CNAME");
    const other = all.find(({ type }) => type !== "CNAME");
    if (!cname || !other) continue;
    const at = cname.record.isMade || !other.record.isMade ? cname : other;
    const beside = at === cname ? other : cname;
    yield {
      at: at.record,
      message: `is a ${at.type} record for "${at.name}", beside the ${beside.type} record ${beside.record.address}.`,
      fix: "Give one of them another name, or write an alias record in the place of the CNAME.",
      attribute: "name",
    };
  }
}

/** The blocks that make a routing policy. Without any, a record is the only one of its name and type. */
const POLICIES = [
  "weighted_routing_policy",
  "latency_routing_policy",
  "failover_routing_policy",
  "geolocation_routing_policy",
  "geoproximity_routing_policy",
  "cidr_routing_policy",
  "multivalue_answer_routing_policy",
] as const;

/** undefined where it can't be known. */
function policyOf(record: Resource): string | undefined {
  const open = POLICIES.filter((name) => !isEmpty(record.get(name)) && record.get(name) !== false);
  return isEmpty(record.get("set_identifier")) ? (open.length > 0 ? undefined : "simple") : open[0];
}

function* doubleRecords(graph: Graph): Generator<KindOfProblem<"second" | "mixed">> {
  const seen = new Map<string, { readonly record: Resource; readonly policy: string }>();
  for (const record of records(graph)) {
    const [name, type] = [text(record.get("name")), text(record.get("type"))];
    const host = hostNameOf(record);
    const zone = linked(record.get("zone_id"), "aws_route53_zone", "data.aws_route53_zone");
    const zoneId = zone.resources.length === 1 && zone.certain ? zone.resources[0]?.address : zone.literal;
    const policy = policyOf(record);
    const stands = flag(record.get("allow_overwrite"), false) === false;
    if (record.many || name === undefined || !host || !type || !zoneId || !policy || !stands) continue;
    const key = `${zoneId} ${host.name} ${type}`;
    const other = seen.get(key);
    if (!other) seen.set(key, { record, policy });
    else if (other.policy !== policy) yield { kind: "mixed", at: record, ...mixed(host.name, type, policy, other) };
    else if (policy === "simple")
      yield {
        kind: "second",
        at: record,
        message: `is a second ${type} record for "${host.name}", beside ${other.record.address}.`,
        fix: "Put all values into one record, or give both a routing policy and a set_identifier.",
        attribute: "name",
      };
  }
}

function mixed(
  name: string,
  type: string,
  policy: string,
  other: { readonly record: Resource; readonly policy: string },
): Pick<Problem, "message" | "fix" | "attribute"> {
  const words = (one: string) => (one === "simple" ? "no routing policy" : one);
  return {
    message: `is a record of type ${type} for "${name}" with ${words(policy)}, and ${other.record.address} is one with ${words(other.policy)}.`,
    fix: "Give all of them the same kind of routing policy, each with a set_identifier.",
    attribute: policy === "simple" ? "name" : policy,
  };
}

/** Of a zone that is there, the NS and SOA records are there, too. */
function* recordsOfZones(graph: Graph): Generator<KindOfProblem<"apex">> {
  for (const record of records(graph)) {
    const type = text(record.get("type"));
    const host = hostNameOf(record);
    const isNew = record.change === undefined || record.change.actions.includes("create");
    if ((type !== "NS" && type !== "SOA") || !host?.full || host.name !== zoneNameOf(record) || !isNew) continue;
    if (record.change?.imported || flag(record.get("allow_overwrite"), false) !== false) continue;
    yield {
      kind: "apex",
      at: record,
      message: `is the ${type} record of its zone "${host.name}", which is there already.`,
      fix: "Set allow_overwrite to true, or leave the record out.",
      attribute: "allow_overwrite",
    };
  }
}
