import type { Mistake } from "./mistake.ts";

/** Database, cache, files and backups. */
export const DATA: readonly Mistake[] = [
  [
    "logs that are kept for a day and a half",
    { database: { logs: { retentionDays: 1.5 } } },
    "database.logs.retentionDays",
    /./,
  ],
  [
    "queries that are slow at once",
    { database: { logs: { slowQuerySeconds: 0 } } },
    "database.logs.slowQuerySeconds",
    /not from 0.1/,
  ],
  ["logs that are switched on", { database: { logs: true } }, "database.logs", /./],
  ["another word for no cache", { cache: "off" }, "cache", /neither a group of settings, \{ … \}, nor "none"/],
  ["a cache that is switched on", { cache: true }, "cache", /neither a group of settings/],
  ["a setting of the cache that is none", { cache: { node: 1 } }, "cache.node", /is not a setting.*nodes/],
  ["an engine that is none", { cache: { engine: "memcached" } }, "cache.engine", /one of "valkey", "redis"/],
  ["snapshots for a year", { cache: { snapshotRetentionDays: 365 } }, "cache.snapshotRetentionDays", /35/],
  ["backups kept for no day", { backup: { retentionDays: 0 } }, "backup.retentionDays", /1 to 36500 \(days\)/],
  ["a vault by its name", { backup: { copyToVaultArn: "shop" } }, "backup.copyToVaultArn", /not the ARN of a vault/],
  [
    "a copy beside the database",
    { backup: { copyToVaultArn: "arn:aws:backup:ap-northeast-1:123456789012:backup-vault:copies" } },
    "backup.copyToVaultArn",
    /is in ap-northeast-1, the database's region/,
  ],
  [
    "an origin with a path",
    { storage: { uploadOrigins: ["https://a.example.com/"] } },
    "storage.uploadOrigins.0",
    /not an origin/,
  ],
  ["files kept for no day", { storage: { keepDeletedDays: 0 } }, "storage.keepDeletedDays", /1 to 365 \(days\)/],
  ["a reserved database user", { database: { username: "root" } }, "database.username", /reserved/],
  ["a reserved user for Rails", { database: { appUser: { name: "rdsadmin" } } }, "database.appUser.name", /reserved/],
  [
    "a user for Rails who is the master",
    { database: { appUser: { name: "Operation_App" } } },
    "database.appUser.name",
    /is the master user, database\.username\. Choose another, such as "rails"\./,
  ],
  ["a database user that is too long", { database: { username: "a_very_long_user_name" } }, "database.username", /15/],
  ["a patch version of MySQL", { database: { engineVersion: "8.4.3" } }, "database.engineVersion", /"8\.4"/],
  ["a size that is misspelt", { database: { instanceClass: "db.t4g.mirco" } }, "database.instanceClass", /not an RDS/],
  [
    "storage that may not grow by a tenth",
    { database: { maxAllocatedStorage: 21 } },
    "database.maxAllocatedStorage",
    /Write 22 or more, 10 % above database\.allocatedStorage; 20 to switch autoscaling off; or leave it out\./,
  ],
  ["a number in quotes", { database: { allocatedStorage: "20" } }, "database.allocatedStorage", /without quotes/],
];
