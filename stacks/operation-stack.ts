import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Annotations, Lazy } from "cdktf";
import type { Construct } from "constructs";
import { mostStorage } from "../environments/schema/database.ts";
import { servedHosts } from "../environments/schema/domain.ts";
import { type Environment, stateKey } from "../environments/schema/index.ts";
import { Alarms } from "../modules/alarms/index.ts";
import { Backup } from "../modules/backup/index.ts";
import { Budget } from "../modules/budget/index.ts";
import { Cache } from "../modules/cache/index.ts";
import { dependOn } from "../modules/cognito/adopted.ts";
import { type CustomDomainProps, parentOf } from "../modules/cognito/custom-domain.ts";
import { Cognito } from "../modules/cognito/index.ts";
import { Database } from "../modules/database/index.ts";
import { Ecr } from "../modules/ecr/index.ts";
import { Ecs, type EcsProps } from "../modules/ecs/index.ts";
import { Firewall } from "../modules/firewall/index.ts";
import { Lb } from "../modules/lb/index.ts";
import { Mail } from "../modules/mail/index.ts";
import { Network } from "../modules/network/index.ts";
import { type EndpointService, InterfaceEndpoints } from "../modules/network/interface-endpoints.ts";
import { NatInstance } from "../modules/network/nat-instance.ts";
import { Schedules } from "../modules/schedules/index.ts";
import { Storage } from "../modules/storage/index.ts";
import { usualTimeZone } from "../modules/time-zone.ts";
import { AddressedStack } from "./addressed-stack.ts";
import { useAws, useUsEast1 } from "./aws-provider.ts";
import { createOutputs } from "./outputs.ts";
import { boundRoles } from "./permissions-boundary.ts";
import { keepStateInS3 } from "./remote-state.ts";

/** Everything that the app needs in one environment, as one Terraform root module. */
export class OperationStack extends AddressedStack {
  constructor(scope: Construct, environment: Environment) {
    super(scope, environment.name);
    const { app: name, region, protection, domain, ecs: containers, images } = environment;
    const { nat, interfaceEndpoints } = environment.network;
    const hosts = domain && servedHosts(domain);
    const natDestination = environment.network.natRouteDestination;

    const tags = { Application: name, Environment: environment.name, ...environment.tags };
    const aws = { region, tags };
    useAws(this, aws);
    const inUsEast1 = useUsEast1(this, aws);
    keepStateInS3(this, { bucket: environment.state.bucket, key: stateKey(environment), region });

    boundRoles(this, environment);

    const network = new Network(this, "network", {
      name,
      region,
      cidr: environment.network.cidr,
      zones: environment.network.zones,
      subnets: environment.network.subnets,
      nat,
      natRouteDestination: natDestination,
      flowLogRetentionDays: environment.network.flowLogRetentionDays,
    });

    const firewall = new Firewall(this, "firewall", {
      name,
      vpc: network.vpc,
      s3Endpoint: network.s3Endpoint,
      publicPorts: domain ? [80, 443] : [80],
      nginxPort: containers.nginx.port,
      appPort: containers.app.port,
      nginxBesideApp: containers.topology === "together",
      appBehindLoadBalancer: environment.lb.pathRules.some(({ to }) => to === "app"),
      loadBalancerAuthenticates: environment.lb.authenticateCognito,
      cache: environment.cache !== "none",
      interfaceEndpoints: interfaceEndpoints !== "none",
      nat:
        nat === "none"
          ? undefined
          : {
              destination: natDestination,
              appPorts: environment.network.outboundPorts,
              byInstance: nat === "instance",
            },
    });

    const natInstance = this.createNatInstance(environment, network, firewall.nat, tags);

    if (interfaceEndpoints !== "none") {
      new InterfaceEndpoints(network, "endpoint", {
        name,
        region,
        network,
        services: calledServices(environment),
        zones: interfaceEndpoints,
        securityGroup: firewall.endpoints,
      });
    }

    const cognito = new Cognito(this, "cognito", {
      name,
      region,
      domainPrefix: environment.cognito.domainPrefix,
      customDomain: this.loginDomainOf(environment, inUsEast1, () => lb),
      userPool: environment.cognito.userPool,
      client: environment.cognito.client,
      adopted: environment.adoptedCognito,
      loadBalancerHosts: environment.lb.authenticateCognito ? hosts : undefined,
      protection,
    });

    const lb = new Lb(this, "lb", {
      name,
      vpc: network.vpc,
      subnets: network.publicSubnets,
      internetGateway: network.internetGateway,
      securityGroup: firewall.alb,
      domain,
      authentication: cognito.loadBalancerClient &&
        cognito.domain && {
          userPool: cognito.userPool,
          client: cognito.loadBalancerClient,
          domain: cognito.domain,
        },
      nginxPort: containers.nginx.port,
      appPort: containers.app.port,
      healthCheckPath: environment.lb.healthCheckPath,
      pathRules: environment.lb.pathRules,
      accessLogRetentionDays: environment.lb.accessLogRetentionDays,
      waf: wafOf(environment),
      protection,
    });

    this.giveAddressToParent(cognito, lb, environment);

    const ecr = new Ecr(this, "ecr", { name, protection });

    const database = new Database(this, "database", {
      name,
      subnets: network.privateSubnets,
      securityGroup: firewall.database,
      instanceClass: environment.database.instanceClass,
      engineVersion: environment.database.engineVersion,
      allocatedStorage: environment.database.allocatedStorage,
      maxAllocatedStorage: mostStorage(environment.database),
      multiAz: environment.database.multiAz,
      backupRetentionDays: environment.database.backupRetentionDays,
      databaseName: environment.database.name,
      username: environment.database.username,
      appUser: environment.database.appUser,
      passwordRotationDays: environment.database.passwordRotationDays,
      logs: environment.database.logs.enabled ? environment.database.logs : undefined,
      protection,
    });

    const cache = this.createCache(environment, network, firewall.cache);

    const storage = this.createStorage(environment, lb);
    const mail = this.createMail(environment, lb);

    this.createBackup(environment, database, storage);

    const ecs = new Ecs(this, "ecs", {
      name,
      region,
      subnets: network.privateSubnets,
      topology: containers.topology,
      architecture: containers.architecture,
      exec: containers.exec,
      logRetentionDays: containers.logRetentionDays,
      redeployOnNewSecrets: containers.redeployOnNewSecrets,
      nginx: {
        repository: ecr.nginx,
        version: images.nginx,
        port: containers.nginx.port,
        user: containers.nginx.user,
        size: containers.nginx.size,
        tasks: containers.nginx.tasks,
        securityGroup: firewall.nginx,
        targets: lb.nginxTargets,
        host: domain?.name,
      },
      app: {
        repository: ecr.app,
        version: images.app,
        port: containers.app.port,
        user: containers.app.user,
        size: containers.app.size,
        tasks: containers.app.tasks,
        securityGroup: firewall.app,
        targets: lb.appTargets,
        healthCheckPath: containers.app.healthCheckPath,
        environment: {
          ...database.login.environment,
          ...cognito.environment,
          ...storage?.environment,
          ...mail?.environment,
          ...(hosts && { APP_HOSTS: hosts.join(",") }),
          ...containers.app.environment,
        },
        secrets: { ...database.login.secrets, ...cache?.secrets, ...cognito.secrets },
        ownSecrets: containers.app.secrets,
        migrateCommand: containers.app.migrateCommand,
        migration: database.migration,
        statements: [...(storage?.statements ?? []), ...(mail?.statements ?? [])],
        permissions: containers.app.permissions,
      },
      hours: hoursOf(environment),
      workers: containers.workers,
      scheduled: containers.schedules,
      listeners: lb.routes,
      userPool: cognito.userPool,
      userRights: environment.cognito.appRights,
      protection,
    });

    const schedules =
      Object.keys(containers.schedules).length > 0
        ? new Schedules(this, "schedules", {
            name,
            region,
            cluster: ecs.cluster,
            subnets: network.privateSubnets,
            securityGroup: firewall.app,
            taskRoles: ecs.appTaskRoles,
            schedules: containers.schedules,
            tasks: ecs.scheduledTasks,
            released: images.app !== undefined,
          })
        : undefined;

    const { enabled: watched, ...alarmed } = environment.alarms;
    const alarms = watched
      ? new Alarms(this, "alarms", {
          name,
          environment: environment.name,
          region,
          ...alarmed,
          loadBalancer: {
            alb: lb.alb,
            targets: { nginx: lb.nginxTargets, ...(lb.appTargets && { app: lb.appTargets }) },
            served: servedTargets(environment),
            certificateArn: lb.certificateArn,
            blocking: lb.waf?.blocking(region),
            mayAllSleep: sleeping(environment, ecs),
          },
          services: { cluster: ecs.cluster, services: ecs.services },
          database: {
            instance: database.instance,
            instanceClass: environment.database.instanceClass,
            allocatedStorage: environment.database.allocatedStorage,
          },
          cache: cache && { replicationGroup: cache.replicationGroup, nodes: cache.nodes },
          natGateways: network.natGateways,
          natInstance: natInstance?.group,
          redeployment: ecs.redeployment?.stateMachine,
          schedules: schedules && {
            cluster: ecs.cluster,
            tasks: Object.values(ecs.scheduledTasks),
            deadLetters: schedules.deadLetters,
          },
          mail: mail?.configurationSet,
        })
      : undefined;

    this.createBudget(environment);

    createOutputs(this, { network, firewall, lb, ecr, ecs, cognito, database, cache, alarms });
  }

  private createNatInstance(
    { app: name, network: { zones, natInstanceType: instanceType, natRouteDestination: destination } }: Environment,
    network: Network,
    securityGroup: SecurityGroup | undefined,
    tags: Readonly<Record<string, string>>,
  ): NatInstance | undefined {
    if (securityGroup === undefined) return undefined;
    const [zone] = zones;
    return new NatInstance(network, "nat_instance", {
      name,
      network,
      zone,
      instanceType,
      securityGroup,
      destination,
      tags,
    });
  }

  private createCache(
    { app: name, cache, protection }: Environment,
    { privateSubnets: subnets }: Network,
    securityGroup: SecurityGroup | undefined,
  ): Cache | undefined {
    if (cache === "none" || securityGroup === undefined) return undefined;
    return new Cache(this, "cache", { name, subnets, securityGroup, ...cache, protection });
  }

  private createStorage({ app: name, region, domain, storage, protection }: Environment, lb: Lb): Storage | undefined {
    if (storage === undefined) return undefined;
    const { keepDeletedDays, uploadOrigins } = storage;
    const pages = domain ? servedHosts(domain).map((host) => `https://${host}`) : [lb.url];
    return new Storage(this, "storage", {
      name,
      region,
      origins: [...pages, ...uploadOrigins],
      keepDeletedDays,
      protection,
    });
  }

  private loginDomainOf(
    environment: Environment,
    provider: AwsProvider | undefined,
    lb: () => Lb,
  ): CustomDomainProps | undefined {
    const { domain } = environment.cognito;
    return (
      domain && {
        name: domain.name,
        zone: this.zoneOf(domain, environment, lb),
        createsParent: domain.parentRecord === "create",
        provider,
      }
    );
  }

  /** Cognito looks for the name above the login pages' own, which may be one of the load balancer's. */
  private giveAddressToParent({ customDomain }: Cognito, { aliases }: Lb, { cognito: { domain } }: Environment): void {
    const parent = domain && aliases.get(parentOf(domain.name));
    if (customDomain && parent) dependOn(customDomain, [parent]);
  }

  /** The zone of `domain.name`, or one that is looked up. @param lb what has the first, once it is there */
  private zoneOf({ hostedZone }: { readonly hostedZone?: string }, { domain }: Environment, lb: () => Lb) {
    const main = domain?.hostedZone.name;
    return hostedZone === undefined || hostedZone === main
      ? { id: Lazy.stringValue({ produce: () => lb().zoneId }) }
      : { name: hostedZone };
  }

  private createMail(environment: Environment, lb: Lb): Mail | undefined {
    const { app: name, region, mail } = environment;
    if (mail === undefined) return undefined;
    const { from, dmarc } = mail;
    return new Mail(this, "mail", { name, region, from, zone: this.zoneOf(mail, environment, () => lb), dmarc });
  }

  /** AWS Backup takes a bucket that keeps versions, and no other. */
  private createBackup(environment: Environment, { instance: database }: Database, files: Storage | undefined): void {
    const { app: name, region, backup, protection, storage } = environment;
    if (backup === undefined) return;
    const bucket = storage?.keepDeletedDays === undefined ? undefined : files?.bucket;
    new Backup(this, "backup", { name, region, database, bucket, protection, ...backup });
  }

  private createBudget({ app: name, budget, alarms }: Environment): void {
    if (budget === undefined) return;
    const { monthlyUsd, counts, emails = alarms.emails } = budget;
    if (emails.length === 0) {
      Annotations.of(this).addWarning(
        "There is no budget: nobody would be told. Write an address into budget.emails or alarms.emails of the environment file.",
      );
      return;
    }
    if (monthlyUsd === "estimated") throw new Error("A budget is estimated before the stack is made: withBudgetLimit.");
    new Budget(this, "budget", { name, monthlyUsd, counts, emails });
  }
}

/** When services have tasks, with the time zone that is meant. */
function hoursOf({ ecs: { hours }, region }: Environment): EcsProps["hours"] {
  return hours && { timeZone: usualTimeZone(region), ...hours };
}

/** The services, where they sleep. */
function sleeping({ ecs: { hours } }: Environment, services: Ecs): Ecs | undefined {
  return hours && services;
}

/** AWS services that the tasks call, each over an endpoint of its own. */
function calledServices({ ecs, network, cognito }: Environment): EndpointService[] {
  return [
    "ecr.api",
    "ecr.dkr",
    "logs",
    "secretsmanager",
    ...(ecs.exec ? (["ssmmessages"] as const) : []),
    // Without NAT, Rails has no other way to Cognito; and this one does not serve a pool that has a domain.
    ...(network.nat === "none" && cognito.domainPrefix === undefined && cognito.domain === undefined
      ? (["cognito-idp"] as const)
      : []),
  ];
}

/** The firewall that the load balancer is to have. */
function wafOf({ lb }: Environment) {
  if (lb.waf === "off") return undefined;
  const { waf: mode, wafRequestsPerAddress: requestsPerAddress, wafCountedRules: countedRules } = lb;
  return { mode, requestsPerAddress, countedRules, logRetentionDays: lb.wafLogRetentionDays };
}

/** Target groups whose tasks run at all times: their images are there, and at least one is wanted. */
function servedTargets({ ecs, images }: Environment): string[] {
  const runs = (name: "nginx" | "app") => images[name] !== undefined && ecs[name].tasks.min > 0;
  if (ecs.topology === "together") return runs("app") && images.nginx !== undefined ? ["nginx", "app"] : [];
  return (["nginx", "app"] as const).filter(runs);
}
