import type { Construct } from "constructs";
import { mostStorage } from "../../environments/schema/database.ts";
import { servedHosts } from "../../environments/schema/domain.ts";
import type { Environment } from "../../environments/schema/index.ts";
import { Backup } from "../../modules/backup/index.ts";
import { Cache } from "../../modules/cache/index.ts";
import { Database } from "../../modules/database/index.ts";
import type { Firewall } from "../../modules/firewall/index.ts";
import type { Lb } from "../../modules/lb/index.ts";
import { Mail } from "../../modules/mail/index.ts";
import type { Network } from "../../modules/network/index.ts";
import { Storage } from "../../modules/storage/index.ts";
import { zoneOf } from "./zone.ts";

export function createDatabase(
  scope: Construct,
  { app: name, database, protection }: Environment,
  { privateSubnets: subnets }: Network,
  { database: securityGroup }: Firewall,
): Database {
  return new Database(scope, "database", {
    name,
    subnets,
    securityGroup,
    instanceClass: database.instanceClass,
    engineVersion: database.engineVersion,
    allocatedStorage: database.allocatedStorage,
    maxAllocatedStorage: mostStorage(database),
    multiAz: database.multiAz,
    backupRetentionDays: database.backupRetentionDays,
    databaseName: database.name,
    username: database.username,
    appUser: database.appUser,
    passwordRotationDays: database.passwordRotationDays,
    logs: database.logs.enabled ? database.logs : undefined,
    protection,
  });
}

export function createCache(
  scope: Construct,
  { app: name, cache, protection }: Environment,
  { privateSubnets: subnets }: Network,
  { cache: securityGroup }: Firewall,
): Cache | undefined {
  if (cache === "none" || securityGroup === undefined) return undefined;
  return new Cache(scope, "cache", { name, subnets, securityGroup, ...cache, protection });
}

export function createStorage(
  scope: Construct,
  { app: name, region, domain, storage, protection }: Environment,
  lb: Lb,
): Storage | undefined {
  if (storage === undefined) return undefined;
  const { keepDeletedDays, uploadOrigins, cdn } = storage;
  const pages = domain ? servedHosts(domain).map((host) => `https://${host}`) : [lb.url];
  return new Storage(scope, "storage", {
    name,
    region,
    origins: [...pages, ...uploadOrigins],
    keepDeletedDays,
    cdn: cdn && domain && { host: domain.name, ...cdn },
    protection,
  });
}

export function createMail(scope: Construct, environment: Environment, lb: Lb): Mail | undefined {
  const { app: name, region, mail } = environment;
  if (mail === undefined) return undefined;
  const { from, dmarc } = mail;
  return new Mail(scope, "mail", { name, region, from, zone: zoneOf(mail, environment, () => lb), dmarc });
}

/** AWS Backup takes a bucket that keeps versions, and no other. */
export function createBackup(
  scope: Construct,
  { app: name, region, backup, protection, storage }: Environment,
  { instance: database }: Database,
  files: Storage | undefined,
): void {
  if (backup === undefined) return;
  const bucket = storage?.keepDeletedDays === undefined ? undefined : files?.bucket;
  new Backup(scope, "backup", { name, region, database, bucket, protection, ...backup });
}
