import { describe, expect, it } from "vitest";
import { bootstrapStack, withRoles } from "../support/bootstrap-stack.ts";
import { type Changes, synthesize } from "../support/synthesize.ts";
import { may, type Statement } from "./github-actions/evaluate.ts";

const FROM = "no-reply@example.com";
const mailing = (mail: Partial<NonNullable<Changes["mail"]>> = {}, changes: Changes = {}) =>
  synthesize({ ...changes, mail: { from: FROM, ...mail } });

/** Type and values of the records of mail, by name. */
function recordsOf(stack: ReturnType<typeof synthesize>) {
  const names = stack.names("aws_route53_record").filter((name) => name.startsWith("mail_"));
  return Object.fromEntries(
    names.map((name) => {
      const { zone_id: _zone, ttl: _ttl, ...record } = stack.resource(`aws_route53_record.${name}`);
      return [name, [record.type, record.name, ...record.records]];
    }),
  );
}

describe("mail", () => {
  it("is not there unless it is asked for, and the app has no right to send any", () => {
    const stack = synthesize();
    expect(stack.addresses().filter((address) => /ses|mail_/.test(address.split(".")[1] ?? ""))).toEqual([]);
    expect(JSON.stringify(stack.json)).not.toMatch(/ses:Send|MAIL_FROM/);
  });

  it("is from a domain that shows that it is ours, and takes its bounces back below it", () => {
    const stack = mailing();
    expect(stack.resource("aws_sesv2_email_identity.mail_identity")).toMatchObject({
      email_identity: "example.com",
      dkim_signing_attributes: { next_signing_key_length: "RSA_2048_BIT" },
    });
    expect(stack.resource("aws_sesv2_email_identity_mail_from_attributes.mail_mail_from")).toMatchObject({
      mail_from_domain: "bounce.example.com",
    });
    expect(recordsOf(stack)).toEqual({
      ...Object.fromEntries(
        [0, 1, 2].map((key) => [
          `mail_dkim_${key + 1}`,
          [
            "CNAME",
            expect.stringMatching(new RegExp(`tokens, ${key}\\)\\}\\._domainkey\\.example\\.com$`)),
            expect.stringMatching(/\.dkim\.amazonses\.com$/),
          ],
        ]),
      ),
      mail_bounce_mx: ["MX", "bounce.example.com", "10 feedback-smtp.ap-northeast-1.amazonses.com"],
      mail_bounce_txt: ["TXT", "bounce.example.com", "v=spf1 include:amazonses.com ~all"],
      mail_dmarc: ["TXT", "_dmarc.example.com", "v=DMARC1; p=none;"],
    });
  });

  it("has its keys where SES has them in its region", () => {
    const inOsaka = {
      region: "ap-northeast-3",
      network: { zones: ["ap-northeast-3a", "ap-northeast-3b"] },
    } satisfies Changes;
    expect(recordsOf(mailing({}, inOsaka)).mail_dkim_1?.[2]).toMatch(/\.dkim\.ap-northeast-3\.amazonses\.com$/);
  });

  it("tells receivers what to do with what is not from here, unless the zone does already", () => {
    expect(recordsOf(mailing({ dmarc: "reject" })).mail_dmarc).toContain("v=DMARC1; p=reject;");
    expect(recordsOf(mailing({ dmarc: "existing" })).mail_dmarc).toBeUndefined();
  });

  it("has its records in the zone of the domain, or in one of its own", () => {
    const zoneOf = (stack: ReturnType<typeof synthesize>) =>
      stack.resource("aws_route53_record.mail_bounce_mx").zone_id;
    expect(zoneOf(mailing())).toBe("${data.aws_route53_zone.lb_zone.zone_id}");
    expect(zoneOf(mailing({ hostedZone: "example.com" }))).toBe("${data.aws_route53_zone.lb_zone.zone_id}");
    const other = { from: "a@mail.example.net", hostedZone: "example.net" };
    expect(zoneOf(mailing(other))).toBe("${data.aws_route53_zone.mail_zone.zone_id}");
    expect(zoneOf(mailing(other, { domain: undefined }))).toBe("${data.aws_route53_zone.mail_zone.zone_id}");
  });

  it("tells the app, and lets it send from addresses of the domain only", () => {
    const stack = mailing();
    for (const name of ["app", "migrate"]) {
      const { environment } = stack.container(name, name);
      expect(environment).toContainEqual({ name: "MAIL_FROM", value: FROM });
      expect(environment).toContainEqual({ name: "MAIL_REGION", value: "ap-northeast-1" });
    }
    const statements = stack.statements("aws_iam_role_policy.ecs_app_role_policy");
    expect(statements.filter(({ Action }) => JSON.stringify(Action).includes("ses:"))).toEqual([
      {
        Effect: "Allow",
        Action: ["ses:SendEmail", "ses:SendRawEmail"],
        Resource: [
          "${aws_sesv2_email_identity.mail_identity.arn}",
          "${aws_sesv2_configuration_set.mail_configuration_set.arn}",
        ],
        Condition: { StringLike: { "ses:FromAddress": "*@example.com" } },
      },
    ]);
  });

  it("goes out over TLS only, is watched for bounces and complaints where AWS begins to look, and not sent again to who had one", () => {
    const stack = mailing();
    expect(stack.resource("aws_sesv2_configuration_set.mail_configuration_set")).toMatchObject({
      delivery_options: { tls_policy: "REQUIRE" },
      reputation_options: { reputation_metrics_enabled: true },
      suppression_options: { suppressed_reasons: ["BOUNCE", "COMPLAINT"] },
    });
    const thresholds = ["bounces", "complaints"].map((what) => {
      const alarm = stack.resource(`aws_cloudwatch_metric_alarm.alarms_mail_${what}`);
      expect(Object.keys(alarm.dimensions)).toEqual(["ses:configuration-set"]);
      return [alarm.metric_name, alarm.threshold];
    });
    expect(thresholds).toEqual([
      ["Reputation.BounceRate", 0.05],
      ["Reputation.ComplaintRate", 0.001],
    ]);
  });
});

describe("the roles of GitHub Actions", () => {
  const IDENTITY = "arn:aws:ses:ap-northeast-1:123456789012:identity/example.com";
  const OTHER = "arn:aws:ses:ap-northeast-1:123456789012:identity/example.net";
  const stack = bootstrapStack([withRoles({ mail: { from: FROM } })]);
  const boundary: Statement[] = stack.statements("aws_iam_policy.ci_production_boundary");
  const write: Statement[] = stack.statements("aws_iam_policy.ci_production_write_named");

  it("change the identity of this app, no other, and send nothing", () => {
    expect(may(write, "ses:CreateEmailIdentity", IDENTITY)).toBe(true);
    expect(may(write, "ses:PutEmailIdentityMailFromAttributes", IDENTITY)).toBe(true);
    expect(may(write, "ses:DeleteEmailIdentity", OTHER)).toBe(false);
    expect(may(write, "ses:SendEmail", IDENTITY)).toBe(false);
  });

  it("let the app's role send as this domain within the boundary", () => {
    expect(may(boundary, "ses:SendEmail", IDENTITY)).toBe(true);
    expect(may(boundary, "ses:SendEmail", OTHER)).toBe(false);
    const without: Statement[] = bootstrapStack([withRoles()]).statements("aws_iam_policy.ci_production_boundary");
    expect(may(without, "ses:SendEmail", IDENTITY)).toBe(false);
  });
});
