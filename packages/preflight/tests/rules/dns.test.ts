import { describe, it } from "vitest";
import { describeRule, findingsOf, type Json } from "../support/rules.ts";

const record = (stack: Json) => stack.resource.aws_route53_record.alias;
const listener = (stack: Json) => stack.resource.aws_lb_listener.https;
const certificate = (stack: Json) => stack.resource.aws_acm_certificate.main;

describeRule("DNS-001", {
  "the record's own zone": {
    bad: (stack) => {
      record(stack).alias.zone_id = "${data.aws_route53_zone.main.zone_id}";
    },
    good: (stack) => {
      record(stack).alias = [
        { name: "dualstack.${aws_lb.main.dns_name}", zone_id: "Z14GRHDCWA56QT", evaluate_target_health: true },
      ];
    },
    says: "aws_route53_record.alias leads to aws_lb.main with the zone_id of data.aws_route53_zone.main. Write zone_id = ${aws_lb.main.zone_id} in the alias.",
  },
  "the record's own zone, written out": {
    bad: (stack) => {
      record(stack).zone_id = "Z0123456789ABC";
      record(stack).alias.zone_id = "Z0123456789ABC";
    },
    good: (stack) => {
      record(stack).zone_id = "Z0123456789ABC";
    },
    says: "aws_route53_record.alias leads to aws_lb.main with the zone_id of its own zone. Write zone_id = ${aws_lb.main.zone_id} in the alias.",
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
  "a CNAME for the zone": {
    bad: cname("example.com"),
    good: cname("www.example.com"),
    says: 'aws_route53_record.extra is a CNAME for "example.com", the name of its zone. Write an alias record of type "A" instead.',
  },
  "a CNAME without name": {
    bad: cname(""),
    good: cname("www"),
    says: 'aws_route53_record.extra is a CNAME for "example.com", the name of its zone. Write an alias record of type "A" instead.',
  },
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
    says: "aws_route53_record.alias has both ttl and alias. Take ttl out.",
  },
  "an alias with records": {
    bad: (stack) => {
      record(stack).records = ["10.0.0.1"];
    },
    says: "aws_route53_record.alias has both records and alias. Take records out.",
  },
});

describeRule("DNS-004", {
  "a name that only ends like the zone": {
    bad: cname("app-example.com"),
    good: cname("app.Example.com."),
    says: 'aws_route53_record.extra has the name "app-example.com", which is not in its zone example.com. Write a name that ends with .example.com, or use the zone of "app-example.com".',
  },
  "a name of another domain": {
    bad: cname("app.other.com"),
    good: cname("app.staging"),
    says: 'aws_route53_record.extra has the name "app.other.com" in the zone example.com, and becomes app.other.com.example.com. Write a name that ends with .example.com, or use the zone of "app.other.com".',
  },
  "a name that there is a certificate for": {
    bad: (stack) => {
      cname("app.example.org")(stack);
      certificate(stack).subject_alternative_names = ["app.example.org"];
    },
    good: cname("app.example.org"),
    says: 'aws_route53_record.extra has the name "app.example.org" in the zone example.com, and becomes app.example.org.example.com. Write a name that ends with .example.com, or use the zone of "app.example.org".',
  },
});

const policies = (first: object, second: object) => (stack: Json) => {
  Object.assign(record(stack), { set_identifier: "a", ...first });
  const { weighted_routing_policy, ...own } = record(stack);
  stack.resource.aws_route53_record.extra = { ...own, set_identifier: "b", ...second };
};
const apex = (more: object) => (stack: Json) => {
  const { zone_id } = record(stack);
  const own = { zone_id, name: "example.com", type: "NS", ttl: 60, records: ["ns-1.awsdns-00.org."] };
  stack.resource.aws_route53_record.ns = { ...own, ...more };
};

describeRule("DNS-005", {
  "two records for one name": {
    bad: (stack) => {
      stack.resource.aws_route53_record.extra = { ...record(stack), name: "shop" };
    },
    good: (stack) => {
      stack.resource.aws_route53_record.extra = { ...record(stack), type: "AAAA" };
    },
    says: 'aws_route53_record.extra is a second A record for "shop.example.com", beside aws_route53_record.alias. Put all values into one record, or give both a routing policy and a set_identifier.',
  },
  "two records without policy": {
    bad: (stack) => {
      stack.resource.aws_route53_record.extra = { ...record(stack) };
    },
    good: (stack) => {
      Object.assign(record(stack), { set_identifier: "a", weighted_routing_policy: { weight: 1 } });
      const weighted = { set_identifier: "b", weighted_routing_policy: { weight: 1 } };
      stack.resource.aws_route53_record.extra = { ...record(stack), ...weighted };
    },
    says: 'aws_route53_record.extra is a second A record for "shop.example.com", beside aws_route53_record.alias. Put all values into one record, or give both a routing policy and a set_identifier.',
  },
  "one record with a policy beside one without": {
    bad: (stack) => {
      const weighted = { set_identifier: "b", weighted_routing_policy: { weight: 1 } };
      stack.resource.aws_route53_record.extra = { ...record(stack), ...weighted };
    },
    good: (stack) => {
      const weighted = { set_identifier: "b", weighted_routing_policy: { weight: 1 } };
      stack.resource.aws_route53_record.extra = { ...record(stack), name: "www", ...weighted };
    },
    says: 'aws_route53_record.extra is a record of type A for "shop.example.com" with weighted_routing_policy, and aws_route53_record.alias is one with no routing policy. Give all of them the same kind of routing policy, each with a set_identifier.',
  },
  "records of two policies": {
    bad: policies({ weighted_routing_policy: { weight: 1 } }, { latency_routing_policy: { region: "eu-west-1" } }),
    good: policies({ weighted_routing_policy: { weight: 1 } }, { weighted_routing_policy: { weight: 0 } }),
    says: 'aws_route53_record.extra is a record of type A for "shop.example.com" with latency_routing_policy, and aws_route53_record.alias is one with weighted_routing_policy. Give all of them the same kind of routing policy, each with a set_identifier.',
  },
  "the records of its servers that a zone has": {
    bad: apex({}),
    good: apex({ allow_overwrite: true }),
    says: 'aws_route53_record.ns is the NS record of its zone "example.com", which is there already. Set allow_overwrite to true, or leave the record out.',
  },
  "the NS records of a zone, where others delegate to their own": {
    bad: apex({ name: "" }),
    good: apex({ name: "dev" }),
    says: 'aws_route53_record.ns is the NS record of its zone "example.com", which is there already. Set allow_overwrite to true, or leave the record out.',
  },
});

describeRule("DNS-006", {
  "a proof of another type": {
    bad: (stack) => {
      stack.resource.aws_route53_record.proof.type = "TXT";
    },
    good: (stack) => {
      stack.resource.aws_route53_record.proof.type = "CNAME";
    },
    says: 'aws_route53_record.proof has type "TXT" for the domain_validation_options of a certificate. Set type to the option\'s resource_record_type.',
  },
});

const waitOnly = (stack: Json) => {
  delete stack.resource.aws_route53_record.proof;
  delete stack.resource.aws_acm_certificate_validation.main.validation_record_fqdns;
};

describeRule("DNS-011", {
  "no record that proves anything": {
    bad: waitOnly,
    good: (stack) => {
      waitOnly(stack);
      certificate(stack).validation_method = "EMAIL";
    },
    says: "aws_acm_certificate_validation.main waits for aws_acm_certificate.main, and no aws_route53_record is made of its domain_validation_options. Add an aws_route53_record for each of aws_acm_certificate.main.domain_validation_options, and list their fqdn in validation_record_fqdns.",
  },
  "no record where others might be made elsewhere": {
    bad: waitOnly,
    good: (stack) => {
      waitOnly(stack);
      stack.resource.cloudflare_record = { proof: { name: "${var.name}" } };
    },
    says: "aws_acm_certificate_validation.main waits for aws_acm_certificate.main, and no aws_route53_record is made of its domain_validation_options. Add an aws_route53_record for each of aws_acm_certificate.main.domain_validation_options, and list their fqdn in validation_record_fqdns.",
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
    says: "aws_acm_certificate_validation.main waits for aws_acm_certificate.main, and no aws_route53_record is made of its domain_validation_options. Add an aws_route53_record for each of aws_acm_certificate.main.domain_validation_options, and list their fqdn in validation_record_fqdns.",
  },
});

const itself = (stack: Json) => {
  listener(stack).certificate_arn = "${aws_acm_certificate.main.arn}";
};

describeRule("DNS-012", {
  "a certificate that is not waited for": {
    bad: itself,
    good: (stack) => {
      itself(stack);
      listener(stack).depends_on = ["aws_acm_certificate_validation.main"];
    },
    says: "aws_lb_listener.https uses aws_acm_certificate.main, and does not wait for aws_acm_certificate_validation.main. Write certificate_arn = ${aws_acm_certificate_validation.main.certificate_arn}.",
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
    says: "aws_lb_listener.https uses aws_acm_certificate.main, and does not wait for its validation. Write certificate_arn = ${aws_acm_certificate_validation.<name>.certificate_arn}.",
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
    says: "aws_lb_listener_certificate.x uses aws_acm_certificate.other, and does not wait for its validation. Write certificate_arn = ${aws_acm_certificate_validation.<name>.certificate_arn}.",
  },
});

describeRule("DNS-013", {
  "HTTPS without certificate": {
    bad: (stack) => delete listener(stack).certificate_arn,
    good: (stack) => {
      listener(stack).certificate_arn = "${var.certificate}";
    },
    says: 'aws_lb_listener.https has protocol "HTTPS" and no certificate_arn. Set certificate_arn to a valid certificate in the region of the load balancer.',
  },
  "TLS without certificate": {
    bad: (stack) => Object.assign(listener(stack), { protocol: "TLS", certificate_arn: "" }),
    good: (stack) => {
      Object.assign(listener(stack), { protocol: "HTTP" });
      delete listener(stack).certificate_arn;
    },
    says: 'aws_lb_listener.https has protocol "TLS" and no certificate_arn. Set certificate_arn to a valid certificate in the region of the load balancer.',
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
    says: "aws_lb_listener.https is in ap-northeast-1 and uses a certificate in us-east-1. Request the certificate in ap-northeast-1.",
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
    says: "aws_lb_listener.https is in ap-northeast-1 and uses a certificate in us-east-1. Request the certificate in ap-northeast-1.",
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
    says: "aws_lb_listener.https is in ap-northeast-1 and uses a certificate in us-east-1. Request the certificate in ap-northeast-1.",
  },
});

describeRule("DNS-015", {
  "another name": {
    bad: (stack) => {
      certificate(stack).domain_name = "www.example.com";
    },
    good: (stack) => {
      certificate(stack).domain_name = "*.example.com";
    },
    says: 'aws_route53_record.alias leads "shop.example.com" to aws_lb.main, whose certificates are for "www.example.com". Add "shop.example.com" to subject_alternative_names of the certificate, or another certificate by aws_lb_listener_certificate.',
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
    says: 'aws_route53_record.alias leads "a.shop.example.com" to aws_lb.main, whose certificates are for "*.example.com". Add "a.shop.example.com" to subject_alternative_names of the certificate, or another certificate by aws_lb_listener_certificate.',
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
    says: 'aws_route53_record.alias leads "shop.example.com" to aws_lb.main, whose certificates are for "www.example.com". Add "shop.example.com" to subject_alternative_names of the certificate, or another certificate by aws_lb_listener_certificate.',
  },
});

describeRule("DNS-016", {
  "a certificate on HTTP": {
    bad: (stack) => Object.assign(listener(stack), { protocol: "HTTP", ssl_policy: null }),
    good: (stack) => Object.assign(listener(stack), { protocol: "HTTP", ssl_policy: "", certificate_arn: null }),
    says: 'aws_lb_listener.https has certificate_arn with protocol "HTTP". Set protocol to "HTTPS", or take certificate_arn out.',
  },
  "a policy where no protocol is written": {
    bad: (stack) => {
      delete listener(stack).protocol;
      delete listener(stack).certificate_arn;
    },
    good: (stack) => {
      listener(stack).protocol = "${var.protocol}";
    },
    says: 'aws_lb_listener.https has ssl_policy with protocol HTTP, the default. Set protocol to "HTTPS", or take ssl_policy out.',
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

const beside =
  (type: string, name = "www") =>
  (stack: Json) => {
    cname("www")(stack);
    const { zone_id } = record(stack);
    stack.resource.aws_route53_record.other = { zone_id, name, type, ttl: 60, records: ["192.0.2.1"] };
  };

describeRule("DNS-007", {
  "an address beside a CNAME": {
    bad: beside("A"),
    good: beside("A", "ftp"),
    says: 'aws_route53_record.extra is a CNAME record for "www.example.com", beside the A record aws_route53_record.other. Give one of them another name, or write an alias record in the place of the CNAME.',
  },
});
