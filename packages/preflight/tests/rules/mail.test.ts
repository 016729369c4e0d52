import { describeRule, type Json } from "../support/rules.ts";
import { workingStack } from "../support/working-stack.ts";

const ZONE = { zone_id: "${data.aws_route53_zone.main.zone_id}", ttl: 300 };
const TOKENS = "aws_sesv2_email_identity.main.dkim_signing_attributes[0].tokens";
const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (Action: string | string[], Resource: string | string[]) => ({ Effect: "Allow", Action, Resource });
const SENDERS = ["${aws_sesv2_email_identity.main.arn}", "${aws_sesv2_configuration_set.main.arn}"];

/** The working stack, with the domain as an identity of SES, all of its records, and an app that may send. */
function withMail(): Json {
  const stack = workingStack();
  Object.assign(stack.resource, {
    aws_sesv2_configuration_set: { main: { configuration_set_name: "shop" } },
    aws_sesv2_email_identity: {
      main: {
        email_identity: "example.com",
        configuration_set_name: "${aws_sesv2_configuration_set.main.configuration_set_name}",
      },
    },
    aws_sesv2_email_identity_mail_from_attributes: {
      main: { email_identity: "example.com", mail_from_domain: "bounce.example.com" },
    },
    aws_sns_topic: { bounces: { name: "bounces" } },
    aws_sesv2_configuration_set_event_destination: {
      main: {
        configuration_set_name: "shop",
        event_destination_name: "bounces",
        event_destination: {
          matching_event_types: ["BOUNCE"],
          sns_destination: { topic_arn: "${aws_sns_topic.bounces.arn}" },
        },
      },
    },
  });
  Object.assign(stack.resource.aws_route53_record, {
    dkim: {
      ...ZONE,
      count: 3,
      name: `\${${TOKENS}[count.index]}._domainkey.example.com`,
      type: "CNAME",
      records: [`\${${TOKENS}[count.index]}.dkim.amazonses.com`],
    },
    mx: { ...ZONE, name: "bounce", type: "MX", records: ["10 feedback-smtp.ap-northeast-1.amazonses.com"] },
    spf: { ...ZONE, name: "bounce", type: "TXT", records: ["v=spf1 include:amazonses.com ~all"] },
    dmarc: { ...ZONE, name: "_dmarc", type: "TXT", records: ["v=DMARC1; p=none;"] },
  });
  stack.resource.aws_iam_role_policy.mail = {
    role: "${aws_iam_role.app.id}",
    policy: policy(allow(["ses:SendEmail", "ses:SendRawEmail"], SENDERS)),
  };
  return stack;
}
const record = (stack: Json, name: string) => stack.resource.aws_route53_record[name];
const setTo = (name: string, attribute: string, value: unknown) => (stack: Json) => {
  record(stack, name)[attribute] = value;
};

describeRule(
  "MAIL-001",
  {
    "a domain without DKIM records": {
      bad: (stack) => {
        delete stack.resource.aws_route53_record.dkim;
      },
      good: (stack) => {
        delete stack.resource.aws_route53_record.dkim;
        stack.data.aws_route53_zone.main.name = "example.net";
        for (const name of ["mx", "spf", "dmarc", "alias"]) delete stack.resource.aws_route53_record[name];
      },
      says: "aws_sesv2_email_identity.main is for example.com, whose zone is here and has no DKIM record of it. Add three CNAME records <token>._domainkey.example.com, one for each of its DKIM tokens.",
    },
    "records of another kind of key": {
      bad: setTo("dkim", "type", "TXT"),
      says: 'aws_route53_record.dkim[0] is a DKIM record of aws_sesv2_email_identity.main, and of the type TXT. Set type to "CNAME".',
    },
    "keys where the region has none": {
      bad: (stack) => {
        stack.provider.aws[0].region = "ap-northeast-3";
      },
      good: (stack) => {
        stack.provider.aws[0].region = "ap-northeast-3";
        record(stack, "dkim").records = [`\${${TOKENS}[count.index]}.dkim.ap-northeast-3.amazonses.com`];
      },
      says: "aws_route53_record.dkim[0] is a DKIM record of aws_sesv2_email_identity.main in ap-northeast-3, and leads to <token>.dkim.amazonses.com. Write <token>.dkim.ap-northeast-3.amazonses.com.",
    },
    "a domain of the older API without any proof": {
      bad: (stack) => {
        stack.resource.aws_ses_domain_identity = { old: { domain: "example.com" } };
      },
      good: (stack) => {
        stack.resource.aws_ses_domain_identity = { old: { domain: "example.com" } };
        stack.resource.aws_route53_record.proof_of_mail = {
          ...ZONE,
          name: "_amazonses.example.com",
          type: "TXT",
          records: ["${aws_ses_domain_identity.old.verification_token}"],
        };
      },
      says: "aws_ses_domain_identity.old is for example.com, whose zone is here and has no DKIM record of it. Add three CNAME records <token>._domainkey.example.com, one for each of its DKIM tokens.",
    },
  },
  withMail,
);

describeRule(
  "MAIL-002",
  {
    "the domain itself for bounces": {
      bad: (stack) => {
        stack.resource.aws_sesv2_email_identity_mail_from_attributes.main.mail_from_domain = "example.com";
      },
      says: 'aws_sesv2_email_identity_mail_from_attributes.main has "example.com", which is not below its identity "example.com". Write a name below it, such as "bounce.example.com".',
    },
    "bounces without MX": {
      bad: (stack) => {
        delete stack.resource.aws_route53_record.mx;
      },
      good: (stack) => {
        delete stack.resource.aws_route53_record.mx;
        stack.resource.aws_route53_record.unknown = {
          ...ZONE,
          name: "${var.name}",
          type: "MX",
          records: ["10 a.example"],
        };
      },
      says: 'aws_sesv2_email_identity_mail_from_attributes.main has "bounce.example.com", which has no MX record. Add one MX record "10 feedback-smtp.ap-northeast-1.amazonses.com".',
    },
    "bounces to another region": {
      bad: setTo("mx", "records", ["10 feedback-smtp.us-east-1.amazonses.com"]),
      good: setTo("mx", "records", ["10 feedback-smtp.ap-northeast-1.amazonses.com."]),
      says: 'aws_route53_record.mx is the MX record of "bounce.example.com", a MAIL FROM domain in ap-northeast-1, and leads to "feedback-smtp.us-east-1.amazonses.com". Write "10 feedback-smtp.ap-northeast-1.amazonses.com".',
    },
    "two mail servers for bounces": {
      bad: setTo("mx", "records", ["10 feedback-smtp.ap-northeast-1.amazonses.com", "20 mail.example.com"]),
      says: 'aws_route53_record.mx is the MX record of "bounce.example.com", a MAIL FROM domain, with 2 values. Leave only "10 feedback-smtp.ap-northeast-1.amazonses.com".',
    },
    "SPF that does not name SES": {
      bad: setTo("spf", "records", ["v=spf1 include:_spf.google.com ~all"]),
      good: setTo("spf", "records", ["v=spf1 include:_spf.google.com include:amazonses.com ~all"]),
      says: 'aws_route53_record.spf is the TXT record of "bounce.example.com", a MAIL FROM domain, and does not name amazonses.com in SPF. Add a TXT record "v=spf1 include:amazonses.com ~all".',
    },
    "bounces without SPF": {
      bad: (stack) => {
        delete stack.resource.aws_route53_record.spf;
      },
      says: 'aws_sesv2_email_identity_mail_from_attributes.main has "bounce.example.com", which has no TXT record with SPF. Add a TXT record "v=spf1 include:amazonses.com ~all".',
    },
  },
  withMail,
);

const includes = (count: number) =>
  Array.from({ length: count }, (_, index) => `include:s${index}.example.com`).join(" ");

describeRule(
  "MAIL-003",
  {
    "two SPF texts": {
      bad: setTo("spf", "records", ["v=spf1 include:amazonses.com ~all", "v=spf1 include:_spf.google.com ~all"]),
      good: setTo("spf", "records", ["v=spf1 include:amazonses.com ~all", "google-site-verification=abc"]),
      says: 'aws_route53_record.spf has 2 SPF texts for "bounce.example.com". Join them: one v=spf1, the mechanisms of both, and one all.',
    },
    "too many questions": {
      bad: setTo("spf", "records", [`v=spf1 a ${includes(10)} ~all`]),
      good: setTo("spf", "records", [`v=spf1 ip4:192.0.2.1 ${includes(10)} ~all`]),
      says: "aws_route53_record.spf has an SPF text that takes 11 DNS lookups, and more for what its includes include. Take out what no longer sends, down to 10 in all.",
    },
    "a text that lets everybody send": {
      bad: setTo("spf", "records", ["v=spf1 include:amazonses.com +all"]),
      says: 'aws_route53_record.spf has an SPF text with "all" that lets everybody send. Write "~all" or "-all".',
    },
    "a sender behind all": {
      bad: setTo("spf", "records", ["v=spf1 -all include:amazonses.com"]),
      good: setTo("spf", "records", ["v=spf1 include:amazonses.com -all exp=why.example.com"]),
      says: 'aws_route53_record.spf has an SPF text with "include:amazonses.com" behind "-all". Put "-all" last.',
    },
    "a text that is nearly SPF": {
      bad: setTo("spf", "records", ["spf1 include:amazonses.com ~all"]),
      says: 'aws_route53_record.spf has "spf1 include:amazonses.com ~all", which does not begin with v=spf1. Begin it with "v=spf1 ".',
    },
  },
  withMail,
);

const DMARC_FORM = 'Write it like "v=DMARC1; p=none; rua=mailto:dmarc@example.com".';

describeRule(
  "MAIL-004",
  {
    "no policy": {
      bad: setTo("dmarc", "records", ["v=DMARC1; rua=mailto:a@example.com"]),
      good: setTo("dmarc", "records", ["v=DMARC1;p=reject;rua=mailto:a@example.com,mailto:b@example.com"]),
      says: `aws_route53_record.dmarc has the DMARC text "v=DMARC1; rua=mailto:a@example.com". ${DMARC_FORM}`,
    },
    "commas between": {
      bad: setTo("dmarc", "records", ["v=DMARC1, p=none"]),
      says: `aws_route53_record.dmarc has the DMARC text "v=DMARC1, p=none". ${DMARC_FORM}`,
    },
    "two records": {
      bad: setTo("dmarc", "records", ["v=DMARC1; p=none", "v=DMARC1; p=reject"]),
      says: "aws_route53_record.dmarc has 2 DMARC texts. Leave one.",
    },
    "reports to a bare address": {
      bad: setTo("dmarc", "records", ["v=DMARC1; p=none; rua=dmarc@example.com"]),
      says: 'aws_route53_record.dmarc sends DMARC reports to "dmarc@example.com", which is no URI. Write "mailto:dmarc@example.com".',
    },
  },
  withMail,
);

const sending =
  (...statements: object[]) =>
  (stack: Json) => {
    stack.resource.aws_iam_role_policy.mail.policy = policy(...statements);
  };

/** A user whose key is an SMTP password. */
const smtpUser = (action: string) => (stack: Json) => {
  Object.assign(stack.resource, {
    aws_iam_user: { smtp: { name: "smtp" } },
    aws_iam_access_key: { smtp: { user: "${aws_iam_user.smtp.name}" } },
    aws_iam_user_policy: { smtp: { user: "${aws_iam_user.smtp.name}", policy: policy(allow(action, "*")) } },
  });
  stack.resource.aws_secretsmanager_secret_version.smtp = {
    secret_id: "${aws_secretsmanager_secret.redis.id}",
    secret_string: "${aws_iam_access_key.smtp.ses_smtp_password_v4}",
  };
};

describeRule(
  "MAIL-005",
  {
    "rights on the identity without its configuration set": {
      bad: sending(allow("ses:SendEmail", SENDERS[0] as string)),
      good: sending(allow("ses:SendEmail", ["arn:aws:ses:*:*:identity/*", "arn:aws:ses:*:*:configuration-set/*"])),
      says: "aws_iam_role.app may call ses:SendEmail on aws_sesv2_email_identity.main, and not on aws_sesv2_configuration_set.main, with which it sends. Add the ARN of aws_sesv2_configuration_set.main to the statement.",
    },
    "rights on the configuration set alone": {
      bad: sending(allow(["ses:SendEmail", "ses:SendRawEmail"], SENDERS[1] as string)),
      says: "aws_iam_role.app may call ses:SendEmail on aws_sesv2_configuration_set.main, and not on aws_sesv2_email_identity.main, with which it sends. Add the ARN of aws_sesv2_email_identity.main to the statement.",
    },
    "an SMTP password that may not send by SMTP": {
      bad: smtpUser("ses:SendEmail"),
      good: smtpUser("ses:SendRawEmail"),
      says: "aws_iam_user.smtp has an access key that is used as an SMTP password, and may call ses:SendEmail only. Allow ses:SendRawEmail as well.",
    },
  },
  withMail,
);

const smtp =
  (variables: Readonly<Record<string, string>>, more: (stack: Json) => void = () => {}) =>
  (stack: Json) => {
    const definition = stack.resource.aws_ecs_task_definition.app;
    const containers = JSON.parse(definition.container_definitions);
    containers[0].environment.push(...Object.entries(variables).map(([name, value]) => ({ name, value })));
    definition.container_definitions = JSON.stringify(containers);
    stack.resource.aws_vpc_security_group_egress_rule.app_to_smtp = {
      security_group_id: "${aws_security_group.app.id}",
      ip_protocol: "tcp",
      from_port: 587,
      to_port: 587,
      cidr_ipv4: "0.0.0.0/0",
    };
    more(stack);
  };
const HOST = { SMTP_ADDRESS: "email-smtp.ap-northeast-1.amazonaws.com" };

describeRule(
  "MAIL-006",
  {
    "a port that SES does not have": {
      bad: smtp({ ...HOST, SMTP_PORT: "586" }),
      good: smtp({ ...HOST, SMTP_PORT: "587" }),
      says: "aws_ecs_task_definition.app gives app SMTP_PORT = 586 for SES. Write 587.",
    },
    "the port that AWS blocks": {
      bad: smtp({ ...HOST, SMTP_PORT: "25" }),
      says: "aws_ecs_task_definition.app gives app SMTP_PORT = 25 for SES. Write 587.",
    },
    "a region in which the domain is no identity": {
      bad: smtp({ SMTP_HOST: "email-smtp.us-east-1.amazonaws.com" }),
      good: smtp({ SMTP_HOST: "email-smtp.us-east-1.amazonaws.com" }, (stack) => {
        stack.resource.aws_sesv2_email_identity.main.email_identity = "${var.domain}";
      }),
      says: "aws_ecs_task_definition.app gives app SMTP_HOST in us-east-1, and the identities here are in ap-northeast-1. Write email-smtp.ap-northeast-1.amazonaws.com.",
    },
    "a group that lets HTTPS out alone": {
      bad: smtp(HOST, ({ resource }) => {
        delete resource.aws_vpc_security_group_egress_rule.app_to_smtp;
      }),
      good: smtp(HOST),
      says: "aws_ecs_service.app can't reach email-smtp.ap-northeast-1.amazonaws.com on port 587: aws_security_group.app lets nothing out to email-smtp.ap-northeast-1.amazonaws.com on 587. Give the VPC an interface endpoint for email-smtp, and let its group pass; or let the group out to 0.0.0.0/0 on 587, where a NAT gateway leads out.",
    },
  },
  withMail,
);

const topic = (attributes: object, Service?: string) => (stack: Json) => {
  Object.assign(stack.resource.aws_sns_topic.bounces, attributes);
  if (Service === undefined) return;
  stack.resource.aws_sns_topic_policy = {
    bounces: {
      arn: "${aws_sns_topic.bounces.arn}",
      policy: policy({ Effect: "Allow", Principal: { Service }, Action: "sns:Publish", Resource: "*" }),
    },
  };
};

describeRule(
  "MAIL-007",
  {
    "a topic whose policy names another service": {
      bad: topic({}, "cloudwatch.amazonaws.com"),
      good: topic({}, "ses.amazonaws.com"),
      says: "aws_sesv2_configuration_set_event_destination.main writes to aws_sns_topic.bounces, whose policy does not name ses.amazonaws.com. Let the service ses.amazonaws.com call sns:Publish there.",
    },
    "a topic with AWS's own key": {
      bad: topic({ kms_master_key_id: "alias/aws/sns" }),
      good: topic({ kms_master_key_id: "${aws_kms_key.secrets.arn}" }),
      says: "aws_sesv2_configuration_set_event_destination.main writes to aws_sns_topic.bounces, which is encrypted with alias/aws/sns. Give aws_sns_topic.bounces an aws_kms_key whose policy lets ses.amazonaws.com use it.",
    },
  },
  withMail,
);

describeRule(
  "MAIL-008",
  {
    "the spelling of the older API": {
      bad: (stack) => {
        stack.resource.aws_sesv2_configuration_set.main.delivery_options = { tls_policy: "Require" };
      },
      good: (stack) => {
        stack.resource.aws_sesv2_configuration_set.main.delivery_options = { tls_policy: "REQUIRE" };
      },
      says: 'aws_sesv2_configuration_set.main has delivery_options.tls_policy = "Require". Write "REQUIRE" or "OPTIONAL".',
    },
  },
  withMail,
);
