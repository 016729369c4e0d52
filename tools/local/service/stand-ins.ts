import { createServer } from "node:http";
import { basename, join } from "node:path";
import { ACMClient } from "@aws-sdk/client-acm";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAMClient } from "@aws-sdk/client-iam";
import { RDSClient } from "@aws-sdk/client-rds";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { STSClient } from "@aws-sdk/client-sts";
import { listen, listenToo } from "../../lib/process/ports.ts";
import { emulatorClient } from "../aws-environment.ts";
import type { SubnetGroup } from "../emulator/gaps/cache-subnet-groups.ts";
import type { DatabaseIdentity } from "../emulator/gaps/database-identities.ts";
import type { Gap } from "../emulator/gaps/gap.ts";
import { Authority } from "./authority.ts";
import { Caches } from "./cache.ts";
import { Databases } from "./database.ts";
import { createControlPlane } from "./ecs/index.ts";
import { Engine } from "./engine.ts";
import { sessionCalls } from "./execute-command.ts";
import { loadBalancerApi } from "./load-balancer/api.ts";
import { type ListenerUrl, LoadBalancers } from "./load-balancer/load-balancers.ts";
import { AwsEndpoints } from "./network/reach.ts";
import { NamespaceProxies } from "./network/service-connect.ts";
import { Vpc } from "./network/vpc.ts";
import { ImageRegistry } from "./registry.ts";
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
  /** What it keeps of RDS, by an instance's name. */
  readonly databases: ReadonlyMap<string, DatabaseIdentity>;
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

/** How often what was called is looked at. */
const EVERY_MS = 500;

/** Puts the parts together, each of which says what it stands in for. */
export async function createStandIns(options: StandInsOptions): Promise<StandIns> {
  const { directory, region, motoPort, awsPort, onError } = options;
  const engine = await Engine.find(directory);
  if (!engine) throw new Error("No container engine answers any more.");
  const name = `local-${basename(directory)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, "-")}`;
  const client = emulatorClient({ endpoint: `http://127.0.0.1:${motoPort}`, region });
  const ec2 = new EC2Client(client);
  const secrets = new SecretsManagerClient(client);
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
  const registry = await ImageRegistry.start(engine, name);
  const namespaces = new NamespaceProxies();
  const fargate = new LocalFargate({
    engine,
    vpc,
    endpoints: new AwsEndpoints(ec2, vpc),
    namespaces,
    credentials,
    secrets,
    logs: new CloudWatchLogsClient(client),
    region,
    registry: registry.host,
    authority,
    iam: new IAMClient(client),
  });
  const balancers = new LoadBalancers({
    vpc,
    authority,
    clients: {
      elb: new ElasticLoadBalancingV2Client(client),
      acm: new ACMClient(client),
      cognito: new CognitoIdentityProviderClient(client),
    },
    hostedLogin: options.hostedLogin,
    loginServer,
  });
  const controlPlane = createControlPlane({
    ecs: new ECSClient(client),
    fargate,
    targetGroups: balancers,
    serviceConnect: namespaces,
    onError: (service, cause) => onError(`service ${service}`, cause),
  });
  const databases = new Databases({
    engine,
    vpc,
    rds: new RDSClient(client),
    secrets,
    name,
    identities: options.databases,
  });
  const caches = new Caches({
    engine,
    vpc,
    authority,
    groups: options.replicationGroups,
    subnetsOf: (group) => options.cacheSubnetGroups.get(group)?.subnetIds ?? [],
    directory,
    name,
  });
  controlPlane.scheduler.start();
  const loop = new Loop(
    {
      ec2: () => vpc.refresh(),
      rds: () => databases.reconcile(),
      secretsmanager: () => databases.reconcile(),
      elasticache: () => caches.reconcile(),
    },
    () => balancers.reconcile(),
    onError,
  );
  return {
    gaps: [...controlPlane.gaps, ...loadBalancerApi(balancers), ...sessionCalls(fargate, engine)],
    wake: (service) => loop.wake(service),
    get urls() {
      return balancers.urls;
    },
    here: (url) => balancers.here(url),
    registry: `http://AWS:local@${registry.host}`,
    async end() {
      loop.stop();
      controlPlane.scheduler.stop();
      await engine.removeAll();
    },
  };
}

/** Looks after load balancers always, and after each service that was called, one at a time. */
class Loop {
  private readonly work: Readonly<Record<string, () => Promise<void>>>;
  private readonly always: () => Promise<void>;
  private readonly onError: (what: string, cause: unknown) => void;
  private readonly called = new Set<string>();
  private readonly timer: NodeJS.Timeout;
  private isBusy = false;

  constructor(
    work: Readonly<Record<string, () => Promise<void>>>,
    always: () => Promise<void>,
    onError: (what: string, cause: unknown) => void,
  ) {
    this.work = work;
    this.always = always;
    this.onError = onError;
    this.timer = setInterval(() => void this.round(), EVERY_MS);
  }

  wake(service: string): void {
    this.called.add(service);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async round(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    const called = [...this.called];
    this.called.clear();
    await this.always().catch((cause) => this.onError("load balancers", cause));
    for (const service of called) {
      await this.work[service]?.().catch((cause) => {
        this.called.add(service);
        this.onError(service, cause);
      });
    }
    this.isBusy = false;
  }
}
