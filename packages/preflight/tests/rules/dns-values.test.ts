import { describeRule, type Json, type RuleCase } from "../support/rules.ts";

const record =
  (type: string, ...records: string[]) =>
  (stack: Json) => {
    const zone_id = "${data.aws_route53_zone.main.zone_id}";
    stack.resource.aws_route53_record.extra = { zone_id, name: "extra", type, ttl: 300, records };
  };

/** One value that is wrong, and one that is right. */
const value = (type: string, bad: string, good: string, fix: string): RuleCase => ({
  bad: record(type, bad),
  good: record(type, good),
  says: `aws_route53_record.extra is of the type ${type} and has the value "${bad}". ${fix}`,
});

describeRule("DNS-020", {
  "a host name as A": value("A", "web.example.net", "192.0.2.1", 'Write an IPv4 address, or set type to "CNAME".'),
  "a network as A": value("A", "10.0.0.0/8", "${aws_eip.nat.public_ip}", "Write an IPv4 address."),
  "an IPv4 address as AAAA": value("AAAA", "192.0.2.1", "2001:db8::1", "Write an IPv6 address."),
  "a URL as CNAME": value("CNAME", "https://example.net/", "_a.b.acm-validations.aws.", "Write a host name."),
  "an address as CNAME": value("CNAME", "192.0.2.1", "a.example.net", 'Set type to "A".'),
  "a name server with a port": value("NS", "ns1.example.net:53", "ns1.example.net.", "Write a host name."),
  "an MX without its priority": value(
    "MX",
    "mail.example.com",
    "10 mail.example.com",
    'Write it like "10 mail.example.com".',
  ),
  "an MX with a priority that is too high": value(
    "MX",
    "70000 mail.example.com",
    "0 .",
    'Write it like "10 mail.example.com".',
  ),
  "an SRV without its port": value(
    "SRV",
    "1 10 xmpp.example.com",
    "1 10 5269 xmpp.example.com",
    'Write it like "1 10 5269 xmpp.example.com".',
  ),
  "a CAA without quotes": value(
    "CAA",
    "0 issue amazon.com",
    '0 issue "amazon.com"',
    'Write it like "0 issue \\"amazon.com\\"".',
  ),
  "a CNAME with two values": {
    bad: record("CNAME", "a.example.net", "b.example.net"),
    good: record("A", "192.0.2.1", "192.0.2.2"),
    says: "aws_route53_record.extra is a CNAME with 2 values. Write one value, or records with a routing policy and a set_identifier.",
  },
  "a long text": {
    bad: record("TXT", "x".repeat(300)),
    good: record("TXT", `${"x".repeat(250)}""${"x".repeat(50)}`, `"${"x".repeat(255)}"`),
    says: 'aws_route53_record.extra is of the type TXT and has a value with 300 characters in one text. Write \\"\\" between pieces of at most 255 characters.',
  },
});

describeRule("DNS-021", {
  "values without a TTL": {
    bad: (stack) => {
      record("A", "192.0.2.1")(stack);
      delete stack.resource.aws_route53_record.extra.ttl;
    },
    good: record("A", "192.0.2.1"),
    says: 'aws_route53_record.extra has records = ["192.0.2.1"] and no ttl. Set ttl, such as 300.',
  },
});

describeRule("DNS-022", {
  "a TCP check without a port": {
    bad: (stack) => {
      stack.resource.aws_route53_health_check = { main: { type: "TCP", ip_address: "192.0.2.1" } };
    },
    good: (stack) => {
      stack.resource.aws_route53_health_check = { main: { type: "TCP", ip_address: "192.0.2.1", port: 443 } };
    },
    says: 'aws_route53_health_check.main has type = "TCP" and no port. Set port.',
  },
});

describeRule("DNS-023", {
  "an empty label": {
    bad: ({ resource }) => {
      resource.aws_route53_record.main = { name: "a..example.com", type: "A", ttl: 300, records: ["192.0.2.1"] };
    },
    good: ({ resource }) => {
      resource.aws_route53_record.main = { name: "*.example.com.", type: "A", ttl: 300, records: ["192.0.2.1"] };
    },
    says: 'aws_route53_record.main has name = "a..example.com". Write labels of 1 to 63 characters with a dot between them.',
  },
});
