import type { Sesv2ConfigurationSet } from "@cdktf/provider-aws/lib/sesv2-configuration-set";
import type { Watch } from "./alarm.ts";

/**
 * Shares of the mails sent, from 0 to 1, from which AWS puts an account under review; it stops accounts at twice and five times as
 * much. There is no such metric before the first mail.
 *
 * Source: https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html
 */
const LIMITS = {
  bounces: {
    name: "Reputation.BounceRate",
    threshold: 0.05,
    what: "5 % of the mails go to addresses that do not exist",
  },
  complaints: { name: "Reputation.ComplaintRate", threshold: 0.001, what: "0.1 % of the mails were marked as spam" },
} as const;

export function watchMail({ configurationSetName }: Sesv2ConfigurationSet): Watch[] {
  return Object.entries(LIMITS).map(([id, { name, threshold, what }]) => ({
    id: `mail_${id}`,
    severity: "critical" as const,
    means: `More than ${what}: AWS puts accounts under review at that, and then stops their mail. Check the recipients; SES's suppression list shows which addresses failed.`,
    first: "status",
    metrics: [{ namespace: "AWS/SES", name, dimensions: { "ses:configuration-set": configurationSetName } }],
    statistic: "Maximum" as const,
    minutes: 60,
    beyond: ">" as const,
    threshold,
  }));
}
