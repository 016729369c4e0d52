import { createServer } from "node:http";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ACMClient } from "@aws-sdk/client-acm";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAMClient } from "@aws-sdk/client-iam";
import { RDSClient } from "@aws-sdk/client-rds";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { STSClient } from "@aws-sdk/client-sts";
import { listen, listenToo } from "../../lib/process/ports.ts";
import { emulatorClient } from "../aws-environment.ts";
import type { SubnetGroup } from "../emulator/gaps/cache-subnet-groups.ts";
import type { KeptDatabases } from "../emulator/gaps/database-identities.ts";
import type { Gap } from "../emulator/gaps/gap.ts";
import { Authority } from "./authority.ts";
import { bucketsForBrowsers } from "./buckets.ts";
import { Caches } from "./cache.ts";
import { Databases } from "./database.ts";
import { ecsCalls } from "./ecs/index.ts";
import { Scheduler } from "./ecs/scheduler.ts";
import { Engine } from "./engine.ts";
import { sessionCalls } from "./execute-command.ts";
import { type ListenerUrl, LoadBalancers } from "./load-balancer/load-balancers.ts";
import { targetCalls } from "./load-balancer/target-calls.ts";
import { AwsEndpoints } from "./network/reach.ts";
import { NamespaceProxies } from "./network/service-connect.ts";
import { Vpc } from "./network/vpc.ts";
import { startRegistry } from "./registry.ts";
import { CredentialsEndpoint } from "./tasks/credentials.ts";
import { LocalFargate } from "./tasks/fargate.ts";

export interface StandInsOptions {
  /** Of the run. */
  readonly directory: string;
  readonly region: string;
  /** Where moto itself answers. */
  readonly motoPort: number;
  /** Where the proxy in front of it will answer. */
  readonly awsPort: number;
  /** Where the login pages and the OAuth 2.0 endpoints of all user pools are. */
  readonly hostedLogin: string;
  /** Lets that answer at another address of this machine. */
  readonly expose: (address: string) => Promise<void>;
  /** What the emulator keeps of ElastiCache. */
  readonly replicationGroups: ReadonlyMap<string, URLSearchParams>;
  readonly cacheSubnetGroups: ReadonlyMap<string, SubnetGroup>;
  /** What it keeps of RDS. */
  readonly databases: KeptDatabases;
  /** Told what goes wrong in the background. */
  readonly onError: (what: string, cause: unknown) => void;
}

/** Everything that runs containers in the place of AWS. */
export interface StandIns {
  /** Calls that are answered by what containers are really doing. */
  readonly gaps: readonly Gap[];
  /** Told that somebody has called a service, which may have changed what is to run. */
  wake(service: string): void;
  /** Where the listeners of load balancers are reached on this machine. */
  readonly urls: readonly ListenerUrl[];
  /** Where the URL of a deployed listener is reached on this machine; any other URL as it is. */
  here(url: string): string;
  /** Address of the registry behind ECR, as a gap takes it. */
  readonly registry: string;
  /** Stops everything, and removes it. */
  end(): Promise<void>;
}

/** Between two looks at what was called. */
const EVERY_MS = 500;

/** Puts the parts together, each of which says what it stands in for. */
export async function createStandIns(options: StandInsOptions): Promise<StandIns> {
  const { directory, region, motoPort, awsPort, hostedLogin, onError } = options;
  const engine = await Engine.find(directory);
  if (!engine) throw new Error("No container engine answers any more.");
  const run = basename(directory).toLowerCase();
  const name = `local-${run.replaceAll(/[^a-z0-9-]/g, "-")}`;
  const clientOf = (port: number) => emulatorClient({ endpoint: `http://127.0.0.1:${port}`, region });
  const client = clientOf(motoPort);
  const ec2 = new EC2Client(client);
  const authority = await Authority.create(join(directory, "certificates"));
  const credentials = new CredentialsEndpoint(new STSClient(client));
  const loginServer = createServer();
  const vpc = new Vpc({
    engine,
    ec2,
    name,
    ports: { awsPort, credentialsPort: await listen(credentials.server), loginPort: await listen(loginServer) },
    expose: async (address) => {
      await options.expose(address);
      await listenToo(credentials.server, address);
      await listenToo(loginServer, address);
    },
  });
  vpc.prepare().catch((cause) => onError("the image of network interfaces", cause));
  const registry = await startRegistry(engine, name);
  const namespaces = new NamespaceProxies();
  const fargate = new LocalFargate({
    engine,
    vpc,
    endpoints: new AwsEndpoints(ec2, vpc),
    namespaces,
    credentials,
    // By the proxy: which value is the current one, moto does not know.
    secrets: new SecretsManagerClient(clientOf(awsPort)),
    logs: new CloudWatchLogsClient(client),
    region,
    registry,
    authority,
    iam: new IAMClient(client),
    s3: new S3Client({ ...client, forcePathStyle: true }),
  });
  const balancers = new LoadBalancers({
    vpc,
    authority,
    clients: {
      elb: new ElasticLoadBalancingV2Client(client),
      acm: new ACMClient(client),
      cognito: new CognitoIdentityProviderClient(client),
    },
    hostedLogin,
    loginServer,
  });
  const scheduler = new Scheduler(
    { fargate, targetGroups: balancers, serviceConnect: namespaces, now: Date.now },
    (service, cause) => onError(`service ${service}`, cause),
  );
  const databases = new Databases({
    engine,
    vpc,
    rds: new RDSClient(client),
    secrets: new SecretsManagerClient(client),
    name,
    kept: options.databases,
  });
  const { replicationGroups: groups, cacheSubnetGroups: subnetGroups } = options;
  const caches = new Caches({ engine, vpc, authority, groups, subnetGroups, directory, name });

  /** What a call of a service may have changed. */
  const work: Readonly<Record<string, () => Promise<void>>> = {
    ec2: () => vpc.refresh(),
    elasticache: () => caches.reconcile(),
    elasticloadbalancing: async () => balancers.invalidate(),
    rds: () => databases.reconcile(),
    secretsmanager: () => databases.reconcile(),
  };
  const called = new Set<string>();
  let isEnded = false;
  const follow = async () => {
    for (; !isEnded; await sleep(EVERY_MS)) {
      for (const service of [...called]) {
        called.delete(service);
        await work[service]?.().catch((cause) => {
          called.add(service);
          onError(service, cause);
        });
      }
      await balancers.reconcile().catch((cause) => onError("load balancers", cause));
    }
  };
  scheduler.start();
  void follow();
  return {
    gaps: [
      ...ecsCalls(scheduler, fargate, new ECSClient(client)),
      ...targetCalls(balancers),
      ...sessionCalls(fargate, engine),
      ...bucketsForBrowsers((origin) => balancers.deployedOrigin(origin)),
    ],
    wake: (service) => called.add(service),
    get urls() {
      return balancers.urls;
    },
    here: (url) => balancers.here(url),
    registry: `http://AWS:local@${registry}`,
    async end() {
      isEnded = true;
      scheduler.stop();
      await engine.removeAll();
    },
  };
}
