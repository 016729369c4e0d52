import * as z from "zod";
import type { Thresholds } from "../../modules/alarms/thresholds.ts";
import { oneOf, text, wholeNumber } from "./values.ts";

const email = text(
  /^[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@([A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}$/,
  'is not an e-mail address. Write one such as "you@example.com".',
);

/** Addresses, written as one or as a list; each once. */
export const emails = z
  .union([email, z.array(email)], {
    error: 'is neither an e-mail address nor a list of them. Write one such as "you@example.com".',
  })
  .transform((emails) => [...new Set([emails].flat())]);

const percent = wholeNumber(1, 99, "percent");
const minutes = wholeNumber(1, 60, "minutes");

const thresholds = z.strictObject({
  /**
   * Answers 5xx to visitors in 5 minutes, the app's and the load balancer's own. A deployment or a crawler makes one or
   * two; ten is no accident. @default 10
   */
  serverErrors: wholeNumber(1, 1_000_000, "answers").default(10),
  /**
   * Requests that `lb.waf` blocks in 5 minutes. Scanners come every day with some hundreds; one address beyond its limit
   * has more. Used with "block". @default 1,000
   */
  blockedRequests: wholeNumber(1, 1_000_000_000, "requests").default(1000),
  /** Minutes for which a task fails its health checks. A task that restarts is well again after two or three. @default 5 */
  unhealthyTargetMinutes: minutes.default(5),
  /**
   * Minutes for which a service has fewer tasks than it should. A deployment, or autoscaling, has the new ones running
   * within ten. @default 15
   */
  missingTaskMinutes: minutes.default(15),
  /** Percent of `database.allocatedStorage` that is free. At 15 there is time to raise it before MySQL stops. @default 15 */
  databaseFreeDiskPercent: percent.default(15),
  /** Percent of the database's CPU, on average of 15 minutes. Beyond 80, queries wait for each other. @default 80 */
  databaseCpuPercent: percent.default(80),
  /**
   * Percent of the connections that MySQL takes by its class's memory: 85 on `db.t4g.micro`, of which RDS's own processes
   * take about a fifth. @default 70
   */
  databaseConnectionsPercent: percent.default(70),
  /** Percent of the database's memory that is free. MySQL uses all but about a tenth on purpose. @default 5 */
  databaseFreeMemoryPercent: percent.default(5),
  /** Percent of the cache's memory that data fill. Beyond 80, a snapshot or a replica may find no room. @default 80 */
  cacheMemoryPercent: percent.default(80),
  /**
   * Keys that the cache drops in 5 minutes for lack of memory. One is too many where it holds Sidekiq's jobs; write more
   * where it only caches. @default 1
   */
  cacheEvictions: wholeNumber(1, 1_000_000_000, "keys").default(1),
  /** Seconds that a replica of the cache is behind; below one as a rule. Used with two nodes or more. @default 10 */
  cacheReplicationLagSeconds: wholeNumber(1, 3600, "seconds").default(10),
  /** Days until the certificate ends. ACM renews 60 days ahead: at 30, it has failed for a month. @default 30 */
  certificateDays: wholeNumber(1, 300, "days").default(30),
  /** Connections to the internet in 5 minutes for which NAT had no port left. One is already a failed call. @default 1 */
  natErrors: wholeNumber(1, 1_000_000, "connections").default(1),
}) satisfies z.ZodType<Thresholds>;

/** Who is told when something is wrong, and when that is. */
export const alarms = z.strictObject({
  /** Makes alarms, their topic and a dashboard: about 2 USD a month in Tokyo, and 3 for a dashboard beyond the account's third. @default true */
  enabled: z.boolean().default(true),
  /**
   * One address, or a list. Each gets a mail of AWS first, and alarms only after its link was followed.
   * @default nobody is told: synth and `bin/infra status` say so
   */
  emails: emails.default([]),
  /**
   * The least severe alarms that are made. `critical`: visitors notice, or will within hours. `warning`: those too that
   * announce it, such as a busy CPU. @default "warning"
   */
  severity: oneOf(["warning", "critical"] as const).default("warning"),
  /** When each alarm goes off. @default see each */
  thresholds: thresholds.prefault({}),
});
