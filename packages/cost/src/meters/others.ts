import { blocks, type Resource, text } from "@operation-app/preflight/graph";
import { rangeOf } from "../usage.ts";
import { byUse, type Line, type Meters, monthly, numberOr, type Stack, shareOf, textOr, unknown } from "./meter.ts";

/** Users of a pool that are free each month, on the tiers Lite and Essentials. */
const FREE_USERS = 10_000;
const FREE_DASHBOARDS = 3;
const DAYS_OF_MONTH = 365 / 12;
/** An alarm of an anomaly has its metric, and an upper and a lower bound. Source: https://aws.amazon.com/cloudwatch/pricing/ */
const METRICS_OF_BAND = 3;

/** What CloudFront does for an account for nothing each month. */
const FREE_CDN = { gb: 1024, requests: 10_000_000 };
const IDENTITIES = ["aws_ses_domain_identity", "aws_ses_email_identity", "aws_sesv2_email_identity"];

function sentMails(_: Resource, stack: Stack): Line[] {
  const count = IDENTITIES.reduce((sum, type) => sum + stack.count(type), 0);
  return [byUse("mails sent", "ses-mail", shareOf(stack.usage.appMails, count))];
}

/** Logs, alarms, secrets, keys, storage, DNS, users, mail, CloudFront, web ACLs. */
export const OTHERS: Meters = {
  // Stored logs are billed as they are compressed, which nobody tells beforehand: at most what was written.
  aws_cloudwatch_log_group: (group, stack) => {
    const written = shareOf(stack.usage.logGb, stack.count("aws_cloudwatch_log_group"));
    const days = numberOr(group.get("retention_in_days"), 0);
    const months = days === undefined || days === 0 ? undefined : days / DAYS_OF_MONTH;
    return [
      byUse("logs written", "logs-gb", written),
      months === undefined
        ? unknown("logs stored", "they are kept for ever, or retention_in_days is not known")
        : byUse("logs stored", "logs-stored-gb", { low: 0, high: written.high * months }),
    ];
  },

  aws_cloudwatch_metric_alarm: (alarm) => {
    const queries = blocks(alarm.get("metric_query")).blocks;
    const metrics = queries.flatMap(({ metric }) => blocks(metric).blocks);
    const isAnomaly = queries.some(({ expression }) => /ANOMALY_DETECTION_BAND/.test(text(expression) ?? ""));
    const periods = [alarm.get("period"), ...metrics.map(({ period }) => period)].map((one) => numberOr(one, 60));
    if (periods.includes(undefined)) return [unknown("alarm", "its period is not known")];
    const isHigh = periods.some((period) => (period ?? 60) < 60);
    const count = Math.max(metrics.length, 1) * (isAnomaly ? METRICS_OF_BAND : 1);
    return [monthly(isHigh ? "alarm of high resolution" : "alarm", isHigh ? "alarm-high" : "alarm", count)];
  },
  aws_cloudwatch_composite_alarm: () => [monthly("composite alarm", "composite-alarm")],

  // The first three of an account are free, and nothing here knows its others.
  aws_cloudwatch_dashboard: (_, stack) => {
    const count = stack.count("aws_cloudwatch_dashboard");
    return [monthly("dashboard", "dashboard", { low: Math.max(count - FREE_DASHBOARDS, 0) / count, high: 1 })];
  },

  aws_sns_topic: (_, stack) => [
    byUse("notifications by mail", "sns-mail", shareOf(stack.usage.mails, stack.count("aws_sns_topic"))),
  ],

  // 4,000 steps a month are free, which what few events start never has. What traffic starts is not in a configuration.
  aws_sfn_state_machine: (machine) =>
    textOr(machine.get("type"), "STANDARD") === "STANDARD" ? [] : [unknown("requests", "of an express state machine")],

  aws_secretsmanager_secret: (secret) => [monthly("secret", "secret", 1 + blocks(secret.get("replica")).blocks.length)],
  aws_kms_key: () => [monthly("key", "kms-key")],

  aws_s3_bucket: (_, stack) => [byUse("storage", "s3-gb", shareOf(stack.usage.s3Gb, stack.count("aws_s3_bucket")))],

  aws_route53_zone: () => [monthly("hosted zone", "hosted-zone")],

  aws_cognito_user_pool: (pool, stack) => {
    const tier = textOr(pool.get("user_pool_tier"), "ESSENTIALS");
    if (tier !== "ESSENTIALS" && tier !== "LITE") return [unknown("users", `user_pool_tier ${tier ?? "is not known"}`)];
    // The free users are those of an account: of several pools together.
    const { low, high } = rangeOf(stack.usage.users);
    const pools = stack.count("aws_cognito_user_pool");
    const paid = (users: number) => Math.max(users - FREE_USERS, 0) / pools;
    return [byUse("users above 10,000", `cognito-${tier.toLowerCase()}-user`, { low: paid(low), high: paid(high) })];
  },

  aws_ses_domain_identity: sentMails,
  aws_ses_email_identity: sentMails,
  aws_sesv2_email_identity: sentMails,

  aws_cloudfront_distribution: (_, stack) => {
    const count = stack.count("aws_cloudfront_distribution");
    const [gb, requests] = [shareOf(stack.usage.cdnGb, count), shareOf(stack.usage.cdnRequests, count)];
    return [
      byUse("data to visitors", "cdn-gb", { low: Math.max(gb.low - FREE_CDN.gb, 0), high: gb.high }),
      byUse("requests", "cdn-10k-requests", {
        low: Math.max(requests.low - FREE_CDN.requests, 0) / 10_000,
        high: requests.high / 10_000,
      }),
    ];
  },

  aws_wafv2_web_acl: (acl, stack) => {
    const millions = shareOf(stack.usage.requests, stack.count("aws_wafv2_web_acl"));
    return [
      monthly("web ACL", "web-acl"),
      monthly("rules", "web-acl-rule", blocks(acl.get("rule")).blocks.length),
      byUse("requests", "web-acl-million-requests", { low: millions.low / 1e6, high: millions.high / 1e6 }),
    ];
  },
};
