import type { Construct } from "constructs";
import { servedHosts } from "../../environments/schema/domain.ts";
import type { Environment } from "../../environments/schema/index.ts";
import type { Cache } from "../../modules/cache/index.ts";
import type { Cognito } from "../../modules/cognito/index.ts";
import type { Database } from "../../modules/database/index.ts";
import type { Ecr } from "../../modules/ecr/index.ts";
import { Ecs } from "../../modules/ecs/index.ts";
import type { Firewall } from "../../modules/firewall/index.ts";
import type { Lb } from "../../modules/lb/index.ts";
import type { Mail } from "../../modules/mail/index.ts";
import type { Network } from "../../modules/network/index.ts";
import { Schedules } from "../../modules/schedules/index.ts";
import type { Storage } from "../../modules/storage/index.ts";
import { usualTimeZone } from "../../modules/time-zone.ts";

/** What the tasks run in, and what they are told of. */
export interface Surroundings {
  readonly network: Network;
  readonly firewall: Firewall;
  readonly ecr: Ecr;
  readonly lb: Lb;
  readonly cognito: Cognito;
  readonly database: Database;
  readonly cache?: Cache;
  readonly storage?: Storage;
  readonly mail?: Mail;
}

export function createEcs(scope: Construct, environment: Environment, surroundings: Surroundings): Ecs {
  const { app: name, region, domain, ecs, images, protection } = environment;
  const { network, firewall, ecr, lb, cognito, database, cache, storage, mail } = surroundings;
  return new Ecs(scope, "ecs", {
    name,
    region,
    subnets: network.privateSubnets,
    topology: ecs.topology,
    architecture: ecs.architecture,
    exec: ecs.exec,
    logRetentionDays: ecs.logRetentionDays,
    redeployOnNewSecrets: ecs.redeployOnNewSecrets,
    nginx: {
      repository: ecr.nginx,
      version: images.nginx,
      port: ecs.nginx.port,
      user: ecs.nginx.user,
      size: ecs.nginx.size,
      tasks: ecs.nginx.tasks,
      securityGroup: firewall.nginx,
      targets: lb.nginxTargets,
      host: domain?.name,
    },
    app: {
      repository: ecr.app,
      version: images.app,
      port: ecs.app.port,
      user: ecs.app.user,
      size: ecs.app.size,
      tasks: ecs.app.tasks,
      securityGroup: firewall.app,
      targets: lb.appTargets,
      healthCheckPath: ecs.app.healthCheckPath,
      environment: {
        ...database.login.environment,
        ...cognito.environment,
        ...storage?.environment,
        ...mail?.environment,
        ...(domain && { APP_HOSTS: servedHosts(domain).join(",") }),
        ...ecs.app.environment,
      },
      secrets: { ...database.login.secrets, ...cache?.secrets, ...cognito.secrets },
      ownSecrets: ecs.app.secrets,
      migrateCommand: ecs.app.migrateCommand,
      migration: database.migration,
      statements: [...(storage?.statements ?? []), ...(mail?.statements ?? [])],
      permissions: ecs.app.permissions,
    },
    hours: ecs.hours && { timeZone: usualTimeZone(region), ...ecs.hours },
    workers: ecs.workers,
    scheduled: ecs.schedules,
    listeners: lb.routes,
    userPool: cognito.userPool,
    userRights: environment.cognito.appRights,
    protection,
  });
}

export function createSchedules(
  scope: Construct,
  { app: name, region, images, ecs: { schedules } }: Environment,
  { privateSubnets: subnets }: Network,
  { app: securityGroup }: Firewall,
  ecs: Ecs,
): Schedules | undefined {
  if (Object.keys(schedules).length === 0) return undefined;
  return new Schedules(scope, "schedules", {
    name,
    region,
    cluster: ecs.cluster,
    subnets,
    securityGroup,
    taskRoles: ecs.appTaskRoles,
    schedules,
    tasks: ecs.scheduledTasks,
    released: images.app !== undefined,
  });
}
