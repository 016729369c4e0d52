import * as z from "zod";
import { INSTANCE_SIZE, oneOf, text, wholeNumber } from "./values.ts";

const mysqlName = text(
  /^[A-Za-z][A-Za-z0-9_]{0,31}$/,
  "is not a name that MySQL and RDS take. Write a letter, then up to 31 letters, digits and underscores.",
);

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
  /** A standby in a second zone, taken over to by itself. */
  multiAz: z.boolean(),
  /** Days for which daily backups are kept. */
  backupRetentionDays: wholeNumber(1, 35, "days"),
  /** Name of the database. */
  name: mysqlName,
  /** Name of the database's master user, which the app logs in as. At most 16 characters. */
  username: text(
    /^(?!(?:rdsadmin|root|mysql)$)[A-Za-z][A-Za-z0-9_]{0,15}$/i,
    'is not a name that RDS takes for its master user. Write a letter, then up to 15 letters, digits and underscores; "root", "mysql" and "rdsadmin" are reserved.',
  ),
  /**
   * Days after which RDS changes the master password. Tasks that run then keep the old one and get no new connections
   * until they are replaced, a few minutes with `ecs.redeployOnNewSecrets`; so it is long here. RDS's own default is 7.
   * @default 365
   */
  passwordRotationDays: wholeNumber(1, 1000, "days").default(365),
});
