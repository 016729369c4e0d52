import { isIPv4, isIPv6 } from "node:net";
import type { Resource } from "../../graph/graph.ts";
import { items, number, text } from "../../graph/value.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { type AttributeCheck, attributeRule, between, like, needing, oneOf } from "../shared/attribute-rule.ts";

const TYPES = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html";
const RECORD = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/route53_record";

export const VALUE_RULES: readonly Rule[] = [
  defineRule({
    id: "DNS-020",
    severity: "error",
    title: "The values of a record are of its type",
    reference: TYPES,
    problems: {
      address: {
        when: "apply",
        prevents:
          "InvalidChangeBatch: [Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with 'web.example.net'']",
        cause: "An A record has IPv4 addresses, an AAAA record IPv6 addresses, and a CNAME is for names.",
      },
      several: {
        when: "apply",
        prevents:
          "InvalidChangeBatch: [Invalid Resource Record: 'FATAL problem: MultipleValuesNotAllowed …': a CNAME has one value]",
        cause: "A name can be another name for one name only.",
      },
      host: {
        when: "apply",
        prevents:
          "InvalidChangeBatch: [Invalid Resource Record: 'FATAL problem: DomainLabelEmpty (or: InvalidCharacter) …']",
        cause: "A host name has labels of up to 63 characters between dots, without a scheme, a path or a port.",
      },
      number: {
        when: "runtime",
        prevents: "no error: Route 53 treats the address as a host name, which does not resolve",
        cause: "A CNAME points to a name.",
        severity: "warning",
      },
      fields: {
        when: "apply",
        prevents:
          "InvalidChangeBatch: [Invalid Resource Record: 'FATAL problem: UnparseableValue (Value … is not of the type's form)']",
        cause: "MX, SRV and CAA records have several fields, in an order of their own.",
      },
      long: {
        when: "apply",
        prevents:
          "InvalidChangeBatch: [Invalid Resource Record: 'FATAL problem: CharacterStringTooLong (Value is too long) encountered with …']",
        cause: "A text in a record has up to 255 characters, and a longer one is several texts.",
      },
    },
    *check(graph) {
      for (const record of graph.ofType("aws_route53_record")) {
        if (!record.isPlanned) continue;
        const wrong = whyNoValues(record);
        if (wrong) yield { ...wrong, at: record, attribute: "records" };
      }
    },
  }),
  attributeRule({
    id: "DNS-023",
    severity: "error",
    title: "The name of a record is made of labels",
    when: "apply",
    prevents:
      "InvalidChangeBatch: [FATAL problem: DomainLabelEmpty (Domain label is empty) encountered with 'a..example.com']",
    cause: "Between two dots stand 1 to 63 characters.",
    reference: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html",
    checks: [
      {
        types: ["aws_route53_record"],
        attribute: "name",
        takes: like(/^[^.]{1,63}(?:\.[^.]{1,63})*\.?$/, "labels of 1 to 63 characters with a dot between them"),
        bad: { name: "a..example.com", type: "A", ttl: 300, records: ["192.0.2.1"] },
        good: { name: "a.example.com", type: "A", ttl: 300, records: ["192.0.2.1"] },
      },
    ],
  }),
  attributeRule({
    id: "DNS-021",
    severity: "error",
    title: "A record has what goes with its values and its routing",
    when: "plan",
    prevents: '"records": all of `records,ttl` must be specified',
    cause: "Only an alias takes its TTL from elsewhere.",
    reference: RECORD,
    checks: [
      record("records", needing("ttl"), {
        fix: "Set ttl, such as 300.",
        bad: { records: ["192.0.2.1"] },
        good: { records: ["192.0.2.1"], ttl: 300 },
      }),
      ...["weighted", "latency", "failover", "geolocation", "geoproximity", "cidr"].map((policy) =>
        record(`${policy}_routing_policy`, needing("set_identifier"), {
          prevents: `"${policy}_routing_policy": all of \`set_identifier,${policy}_routing_policy\` must be specified`,
          cause: "Records of one name and type are told apart by their set_identifier.",
          fix: "Set set_identifier to a name that no other record of this name and type has.",
          bad: { [`${policy}_routing_policy`]: [{}] },
          good: { [`${policy}_routing_policy`]: [{}], set_identifier: "tokyo" },
        }),
      ),
      record(
        "type",
        oneOf(
          ...["A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF", "SRV", "SSHFP"],
          ...["SVCB", "TLSA", "TXT"],
        ),
        {
          prevents: "expected type to be one of […], got ALIAS",
          cause: "Route 53 has records of these types.",
          bad: { type: "ALIAS" },
          good: { type: "A" },
        },
      ),
      record("ttl", between(0, 2_147_483_647), {
        when: "apply",
        prevents:
          "InvalidInput: … failed to satisfy constraint: Member must have value less than or equal to 2147483647",
        cause: "A TTL is up to 68 years of seconds.",
        bad: { ttl: -1 },
        good: { ttl: 300 },
      }),
    ],
  }),
  attributeRule({
    id: "DNS-022",
    severity: "error",
    title: "A health check has what its type requires",
    when: "apply",
    prevents: "InvalidInput: Invalid parameter : Basic health checks must specify a search string …",
    cause: "Each type of health check looks at something else.",
    reference: "https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html",
    checks: [
      healthCheck(/_STR_MATCH$/, "search_string", "HTTP_STR_MATCH", "OK"),
      healthCheck(/^TCP$/, "port", "TCP", 443),
      healthCheck(/^CALCULATED$/, "child_healthchecks", "CALCULATED", ["a"]),
      healthCheck(/^CLOUDWATCH_METRIC$/, "cloudwatch_alarm_name", "CLOUDWATCH_METRIC", "alarm"),
      {
        types: ["aws_route53_health_check"],
        attribute: "request_interval",
        takes: oneOf("10", "30"),
        when: "plan",
        prevents: "expected request_interval to be one of [10 30], got 60",
        cause: "Route 53 checks every ten seconds, or every thirty.",
        bad: { request_interval: 60 },
        good: { request_interval: 30 },
      },
      {
        types: ["aws_route53_health_check"],
        attribute: "failure_threshold",
        takes: between(1, 10),
        when: "plan",
        prevents: "expected failure_threshold to be in the range (1 - 10), got …",
        cause: "Route 53 counts up to ten checks.",
        bad: { failure_threshold: 0 },
        good: { failure_threshold: 3 },
      },
    ],
  }),
];

function record(
  attribute: string,
  takes: AttributeCheck["takes"],
  more: Omit<AttributeCheck, "types" | "attribute" | "takes">,
): AttributeCheck {
  return { types: ["aws_route53_record"], attribute, takes, ...more };
}

function healthCheck(types: RegExp, other: string, type: string, value: string | number | string[]): AttributeCheck {
  return {
    types: ["aws_route53_health_check"],
    attribute: "type",
    where: (beside) => types.test(text(beside.type) ?? ""),
    takes: needing(other),
    bad: { type },
    good: { type, [other]: value },
  };
}

type Wrong = Omit<KindOfProblem<"address" | "several" | "host" | "number" | "fields" | "long">, "at">;

function whyNoValues(record: Resource): Wrong | undefined {
  const type = text(record.get("type")) ?? "";
  const listed = items(record.get("records"));
  if (type === "CNAME" && listed.complete && listed.items.length > 1) {
    const message = `is a CNAME with ${listed.items.length} values.`;
    return { kind: "several", message, fix: "Write one value, or records with a routing policy and a set_identifier." };
  }
  const values = listed.items.map(text).filter((value) => value !== undefined);
  return values.map((value) => whyNoValue(type, value)).find((wrong) => wrong !== undefined);
}

function whyNoValue(type: string, value: string): Wrong | undefined {
  const message = `is of the type ${type} and has the value "${shortened(value)}".`;
  switch (type) {
    case "A":
      return isIPv4(value)
        ? undefined
        : { kind: "address", message, fix: `Write an IPv4 address${isHost(value) ? ', or set type to "CNAME"' : ""}.` };
    case "AAAA":
      return isIPv6(value) ? undefined : { kind: "address", message, fix: "Write an IPv6 address." };
    case "CNAME":
      return whyNoName(value, message);
    case "NS":
    case "PTR":
      return isHost(value) ? undefined : { kind: "host", message, fix: "Write a host name." };
    case "TXT":
    case "SPF":
      return whyNoText(type, value);
    default:
      return whyNoFields(type, value, message);
  }
}

function whyNoName(value: string, message: string): Wrong | undefined {
  const type = isIPv4(value) ? "A" : isIPv6(value) ? "AAAA" : undefined;
  if (type) return { kind: "number", message, fix: `Set type to "${type}".` };
  return isHost(value) ? undefined : { kind: "host", message, fix: "Write a host name." };
}

/** Fields of records that have several. Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html */
const FIELDS: Readonly<Record<string, readonly [form: RegExp, numbers: number, example: string]>> = {
  MX: [/^(\d+)\s+(\S+)$/, 1, "10 mail.example.com"],
  SRV: [/^(\d+)\s+(\d+)\s+(\d+)\s+(\S+)$/, 3, "1 10 5269 xmpp.example.com"],
  CAA: [/^(\d+)\s+[A-Za-z0-9]+\s+"[^"]*"$/, 1, '0 issue "amazon.com"'],
};

function whyNoFields(type: string, value: string, message: string): Wrong | undefined {
  const [form, numbers, example] = FIELDS[type] ?? [];
  if (!form || numbers === undefined) return undefined;
  const found = form.exec(value);
  const most = type === "CAA" ? 255 : 65_535;
  const areNumbers = found?.slice(1, numbers + 1).every((one) => (number(one) ?? most + 1) <= most);
  const host = type === "CAA" ? undefined : found?.at(-1);
  if (areNumbers && (host === undefined || isHost(host))) return undefined;
  return { kind: "fields", message, fix: `Write it like ${JSON.stringify(example)}.` };
}

/** The provider puts a text into quotes; quotes in it end one text and begin the next. */
function whyNoText(type: string, value: string): Wrong | undefined {
  const longest = Math.max(
    ...value
      .replace(/^"|"$/g, "")
      .split(/"\s*"/)
      .map((one) => one.replaceAll("\\", "").length),
  );
  if (longest <= 255) return undefined;
  const message = `is of the type ${type} and has a value with ${longest} characters in one text.`;
  return { kind: "long", message, fix: 'Write \\"\\" between pieces of at most 255 characters.' };
}

/** Up to 255 characters, in labels of up to 63; Route 53 takes many more characters than host names have. */
function isHost(value: string): boolean {
  const name = value.replace(/\.$/, "");
  return value === "." || (name.length <= 255 && !/[\s/]|^[a-z]+:|:\d+$/i.test(name) && name.split(".").every(isLabel));
}

function isLabel(label: string): boolean {
  return label.length >= 1 && label.length <= 63;
}

function shortened(value: string): string {
  return value.length > 60 ? `${value.slice(0, 60)}…` : value;
}
