import { describe, it } from "vitest";
import { describeRule, findingsOf, type Json } from "../support/rules.ts";

const record = (stack: Json) => stack.resource.aws_route53_record.alias;
const listener = (stack: Json) => stack.resource.aws_lb_listener.https;
const certificate = (stack: Json) => stack.resource.aws_acm_certificate.main;

describeRule("DNS-001", {
  "the record's own zone": {
    at: "aws_route53_record.alias",
    bad: (stack) => {
      record(stack).alias.zone_id = "${data.aws_route53_zone.main.zone_id}";
    },
    good: (stack) => {
      record(stack).alias = [
        { name: "dualstack.${aws_lb.main.dns_name}", zone_id: "Z14GRHDCWA56QT", evaluate_target_health: true },
      ];
    },
  },
  "the record's own zone, written out": {
    bad: (stack) => {
      record(stack).zone_id = "Z0123456789ABC";
      record(stack).alias.zone_id = "Z0123456789ABC";
    },
    good: (stack) => {
      record(stack).zone_id = "Z0123456789ABC";
    },
  },
});

const cname = (name: string) => (stack: Json) => {
  const { zone_id } = record(stack);
  stack.resource.aws_route53_record.extra = {
    zone_id,
    name,
    type: "CNAME",
    ttl: 60,
    records: ["${aws_lb.main.dns_name}"],
  };
};

describeRule("DNS-002", {
  "a CNAME for the zone": { bad: cname("example.com"), good: cname("www.example.com") },
  "a CNAME without name": { bad: cname(""), good: cname("www") },
});

describeRule("DNS-003", {
  "an alias with a TTL": {
    bad: (stack) => {
      record(stack).ttl = 300;
    },
    good: (stack) => {
      record(stack).ttl = null;
      record(stack).records = [];
    },
  },
  "an alias with records": {
    bad: (stack) => {
      record(stack).records = ["10.0.0.1"];
    },
  },
});

describeRule("DNS-004", {
  "a name that only ends like the zone": { bad: cname("app-example.com"), good: cname("app.Example.com.") },
  "a name of another domain": { bad: cname("app.other.com"), good: cname("app.staging") },
  "a name that there is a certificate for": {
    bad: (stack) => {
      cname("app.example.org")(stack);
      certificate(stack).subject_alternative_names = ["app.example.org"];
    },
    good: cname("app.example.org"),
  },
});

describeRule("DNS-005", {
  "two records for one name": {
    at: "aws_route53_record.extra",
    bad: (stack) => {
      stack.resource.aws_route53_record.extra = { ...record(stack), name: "shop" };
    },
    good: (stack) => {
      stack.resource.aws_route53_record.extra = { ...record(stack), type: "AAAA" };
    },
  },
  "two records without policy": {
    bad: (stack) => {
      stack.resource.aws_route53_record.extra = { ...record(stack) };
    },
    good: (stack) => {
      Object.assign(record(stack), { set_identifier: "a", weighted_routing_policy: { weight: 1 } });
      stack.resource.aws_route53_record.extra = { ...record(stack), set_identifier: "b" };
    },
  },
});

describeRule("DNS-006", {
  "a proof of another type": {
    at: "aws_route53_record.proof",
    bad: (stack) => {
      stack.resource.aws_route53_record.proof.type = "TXT";
    },
    good: (stack) => {
      stack.resource.aws_route53_record.proof.type = "CNAME";
    },
  },
});

const waitOnly = (stack: Json) => {
  delete stack.resource.aws_route53_record.proof;
  delete stack.resource.aws_acm_certificate_validation.main.validation_record_fqdns;
};

describeRule("DNS-011", {
  "no record that proves anything": {
    at: "aws_acm_certificate_validation.main",
    bad: waitOnly,
    good: (stack) => {
      waitOnly(stack);
      certificate(stack).validation_method = "EMAIL";
    },
  },
  "no record where others might be made elsewhere": {
    bad: waitOnly,
    good: (stack) => {
      waitOnly(stack);
      stack.resource.cloudflare_record = { proof: { name: "${var.name}" } };
    },
  },
  "no record in a loop": {
    bad: waitOnly,
    good: (stack) => {
      waitOnly(stack);
      stack.resource.aws_route53_record.proof = {
        for_each: "${var.names}",
        zone_id: "Z1",
        name: "${each.value}",
        type: "CNAME",
        ttl: 60,
        records: ["x"],
      };
    },
  },
});

const itself = (stack: Json) => {
  listener(stack).certificate_arn = "${aws_acm_certificate.main.arn}";
};

describeRule("DNS-012", {
  "a certificate that is not waited for": {
    at: "aws_lb_listener.https",
    bad: itself,
    good: (stack) => {
      itself(stack);
      listener(stack).depends_on = ["aws_acm_certificate_validation.main"];
    },
  },
  "a certificate that nothing validates": {
    bad: (stack) => {
      itself(stack);
      delete stack.resource.aws_acm_certificate_validation;
    },
    good: (stack) => {
      itself(stack);
      delete stack.resource.aws_acm_certificate_validation;
      stack.resource.aws_acm_certificate.main = { private_key: "${var.key}", certificate_body: "${var.body}" };
    },
  },
  "a certificate of a listener certificate": {
    bad: (stack) => {
      stack.resource.aws_lb_listener_certificate = {
        x: { listener_arn: "${aws_lb_listener.https.arn}", certificate_arn: "${aws_acm_certificate.other.arn}" },
      };
      stack.resource.aws_acm_certificate.other = { domain_name: "other.example.com", validation_method: "DNS" };
    },
    good: (stack) => {
      stack.resource.aws_lb_listener_certificate = {
        x: { listener_arn: "${aws_lb_listener.https.arn}", certificate_arn: "${var.certificate}" },
      };
    },
  },
});

describeRule("DNS-013", {
  "HTTPS without certificate": {
    bad: (stack) => delete listener(stack).certificate_arn,
    good: (stack) => {
      listener(stack).certificate_arn = "${var.certificate}";
    },
  },
  "TLS without certificate": {
    bad: (stack) => Object.assign(listener(stack), { protocol: "TLS", certificate_arn: "" }),
    good: (stack) => {
      Object.assign(listener(stack), { protocol: "HTTP" });
      delete listener(stack).certificate_arn;
    },
  },
});

describeRule("DNS-014", {
  "a certificate of CloudFront's region": {
    bad: (stack) => {
      listener(stack).certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/1";
    },
    good: (stack) => {
      listener(stack).certificate_arn = "arn:aws:iam::123456789012:server-certificate/shop";
    },
  },
  "a certificate of another provider": {
    bad: (stack) => {
      stack.provider.aws.push({ alias: "virginia", region: "us-east-1" });
      certificate(stack).provider = "aws.virginia";
    },
    good: (stack) => {
      stack.provider.aws[0].region = "${var.region}";
      certificate(stack).region = "ap-northeast-1";
    },
  },
  "a certificate of another region than the subnets": {
    bad: (stack) => {
      delete stack.provider;
      listener(stack).certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/1";
    },
    good: (stack) => {
      delete stack.provider;
      listener(stack).certificate_arn = "arn:aws:acm:ap-northeast-1:123456789012:certificate/1";
    },
  },
});

describeRule("DNS-015", {
  "another name": {
    at: "aws_route53_record.alias",
    bad: (stack) => {
      certificate(stack).domain_name = "www.example.com";
    },
    good: (stack) => {
      certificate(stack).domain_name = "*.example.com";
    },
  },
  "a name that an asterisk does not reach": {
    bad: (stack) => {
      Object.assign(certificate(stack), { domain_name: "*.example.com" });
      record(stack).name = "a.shop.example.com";
    },
    good: (stack) => {
      Object.assign(certificate(stack), {
        domain_name: "*.example.com",
        subject_alternative_names: ["a.shop.example.com"],
      });
      record(stack).name = "a.shop.example.com";
    },
  },
  "a name of no certificate": {
    bad: (stack) => {
      certificate(stack).domain_name = "www.example.com";
    },
    good: (stack) => {
      certificate(stack).domain_name = "www.example.com";
      stack.resource.aws_lb_listener_certificate = {
        x: { listener_arn: "${aws_lb_listener.https.arn}", certificate_arn: "${var.certificate}" },
      };
    },
  },
});

describeRule("DNS-016", {
  "a certificate on HTTP": {
    bad: (stack) => Object.assign(listener(stack), { protocol: "HTTP", ssl_policy: null }),
    good: (stack) => Object.assign(listener(stack), { protocol: "HTTP", ssl_policy: "", certificate_arn: null }),
  },
  "a policy where no protocol is written": {
    bad: (stack) => {
      delete listener(stack).protocol;
      delete listener(stack).certificate_arn;
    },
    good: (stack) => {
      listener(stack).protocol = "${var.protocol}";
    },
  },
});

describe("hostile input", () => {
  it.each([null, 7, "x", true, [], {}, [[]], [null], { a: [1] }, "${", "${a.b.c}"])(
    "does not break on %j",
    async (junk) => {
      for (const type of [
        "aws_route53_record",
        "aws_route53_zone",
        "aws_lb_listener",
        "aws_acm_certificate",
        "aws_acm_certificate_validation",
        "aws_lb_listener_certificate",
      ]) {
        const names =
          "zone_id name type alias records ttl protocol certificate_arn ssl_policy domain_name subject_alternative_names listener_arn load_balancer_arn".split(
            " ",
          );
        await findingsOf({ resource: { [type]: { main: Object.fromEntries(names.map((name) => [name, junk])) } } });
      }
    },
  );
});
