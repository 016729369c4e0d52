import * as z from "zod";
import { INSTANCE_SIZE, logRetentionDays, oneOf, text, wholeNumber } from "./values.ts";

const mysqlName = text(
  /^[A-Za-z][A-Za-z0-9_]{0,31}$/,
  "is not a valid database name in MySQL and RDS. Write a letter, then up to 31 letters, digits and underscores.",
);

const logs = z.strictObject({
  /** false: none are exported, and slow queries not written. @default true */
  enabled: z.boolean().default(true),
  /** Days for which they are kept. @default 30 */
  retentionDays: logRetentionDays.default(30),
  /** Seconds from which on a query is slow, 0.1 to 3,600. @default 1 */
  slowQuerySeconds: z
    .number("is not a number of seconds. Write one from 0.1 to 3600.")
    .min(0.1, "is not from 0.1 to 3600 seconds.")
    .max(3600, "is not from 0.1 to 3600 seconds.")
    .default(1),
});

const appUser = z.strictObject({
  /** Its name in MySQL: a letter, then up to 31 letters, digits and underscores; not `username`. @default "rails" */
  name: text(
    /^(?!(?:rdsadmin|root|mysql)$)[A-Za-z][A-Za-z0-9_]{0,31}$/i,
    'is not a valid MySQL user name. Write a letter, then up to 31 letters, digits and underscores; "root", "mysql" and "rdsadmin" are reserved.',
  ).default("rails"),
  /**
   * false: it is there, and Rails logs in as the master still. That is the first step in an environment that runs, and the last
   * before it goes: docs/operation.md, "A database user for Rails". @default true
   */
  used: z.boolean().default(true),
});

/** MySQL in RDS. */
export const database = z.strictObject({
  /** RDS instance class, such as "db.t4g.micro" (about 18 USD a month in Tokyo, twice that with `multiAz`). */
  instanceClass: text(
    new RegExp(`^db\\.[a-z0-9-]+\\.${INSTANCE_SIZE}$`),
    'is not an RDS instance class. Write one such as "db.t4g.micro".',
  ),
  /** Version of MySQL; patch versions come by themselves. @default "8.4" */
  engineVersion: oneOf(["8.4"] as const).default("8.4"),
  /** GiB of gp3 storage. */
  allocatedStorage: wholeNumber(20, 65536, "GiB"),
  /**
   * GiB up to which RDS adds storage by itself, at least a tenth more than `allocatedStorage`: when less than a tenth is free, some minutes later and without
   * a restart, at most every six hours. About 0.14 USD a month and GiB in Tokyo once it is added, and storage never shrinks. The same as
   * `allocatedStorage`: never. @default five times `allocatedStorage`
   */
  maxAllocatedStorage: wholeNumber(20, 65536, "GiB").optional(),
  /** A standby in a second zone, taken over to by itself. */
  multiAz: z.boolean(),
  /** Days for which daily backups are kept. */
  backupRetentionDays: wholeNumber(1, 35, "days"),
  /** Name of the database. */
  name: mysqlName,
  /** Name of the database's master user, which the app logs in as unless there is an `appUser`. At most 16 characters. */
  username: text(
    /^(?!(?:rdsadmin|root|mysql)$)[A-Za-z][A-Za-z0-9_]{0,15}$/i,
    'is not a valid master user name in RDS. Write a letter, then up to 15 letters, digits and underscores; "root", "mysql" and "rdsadmin" are reserved.',
  ),
  /**
   * A user for Rails who reads and writes rows and no more; migrations run as `username`. `bin/infra release` makes it before it migrates,
   * `bin/infra db rotate` changes its password without a lost request, and RDS's rotation of the master's no longer concerns Rails.
   * Its secret costs 0.40 USD a month. @default Rails logs in as `username`, who may do everything
   */
  appUser: appUser.optional(),
  /**
   * Days after which RDS changes the master password. Tasks that run then keep the old one and get no new connections
   * until they are replaced, a few minutes with `ecs.redeployOnNewSecrets`; so it is long here. RDS's own default is 7.
   * @default 365
   */
  passwordRotationDays: wholeNumber(1, 1000, "days").default(365),
  /**
   * Errors and slow queries of MySQL in CloudWatch, for `bin/infra logs` and Logs Insights. Cents a month, unless many queries
   * are slow. A slow query stands there with the values in it. @default on
   */
  logs: logs.prefault({}),
});

/** GiB up to which RDS adds storage by itself; undefined where it adds none. */
export function mostStorage({
  allocatedStorage: size,
  maxAllocatedStorage: most = Math.min(DEFAULT_GROWTH * size, LARGEST),
}: {
  readonly allocatedStorage: number;
  readonly maxAllocatedStorage?: number | undefined;
}): number | undefined {
  return most < size * MIN_GROWTH ? undefined : most;
}

const DEFAULT_GROWTH = 5;
/** RDS takes no smaller room to grow. */
export const MIN_GROWTH = 1.1;
/** RDS takes no more, in GiB. */
const LARGEST = 65_536;
