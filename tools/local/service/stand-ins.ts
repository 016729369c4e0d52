import { createServer, type Server } from "node:http";
import { basename, join } from "node:path";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECSClient } from "@aws-sdk/client-ecs";
import { IAMClient } from "@aws-sdk/client-iam";
import { RDSClient } from "@aws-sdk/client-rds";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { STSClient } from "@aws-sdk/client-sts";
import { listen } from "../../lib/process/ports.ts";
import { emulatorClient } from "../aws-environment.ts";
import type { SubnetGroup } from "../emulator/gaps/cache-subnet-groups.ts";
import type { Gap } from "../emulator/gaps/gap.ts";
import { Authority } from "./authority.ts";
import { Caches } from "./cache.ts";
import { Databases } from "./database.ts";
import { createControlPlane } from "./ecs/index.ts";
import type { Engine } from "./engine.ts";
import { AwsEndpoints } from "./network/reach.ts";
import { NamespaceProxies } from "./network/service-connect.ts";
import { Vpc } from "./network/vpc.ts";
import { authorize } from "./tasks/authorize.ts";
import { CredentialsEndpoint } from "./tasks/credentials.ts";
import { LocalFargate } from "./tasks/fargate.ts";

export interface StandInsOptions {
  readonly engine: Engine;
  /** Of the run. */
  readonly directory: string;
  readonly region: string;
  /** Where moto itself answers. */
  readonly motoPort: number;
  /** The proxy in front of it, which listens on the loopback. */
  readonly aws: Server;
  /** What the emulator keeps of ElastiCache. */
  readonly replicationGroups: ReadonlyMap<string, URLSearchParams>;
  readonly cacheSubnetGroups: ReadonlyMap<string, SubnetGroup>;
  /** Told what goes wrong in the background. */
  readonly onError: (what: string, cause: unknown) => void;
}

/** Everything that runs containers in the place of AWS. */
export interface StandIns {
  /** Calls that are answered by what containers are really doing. */
  readonly gaps: readonly Gap[];
  /** Told that somebody has called a service, which may have changed what is to run. */
  wake(service: string): void;
  stop(): void;
}

/** How often what was called is looked at. */
const EVERY_MS = 500;

/** Puts the parts together, each of which says what it stands in for. */
export async function createStandIns(options: StandInsOptions): Promise<StandIns> {
  const { engine, directory, region, motoPort, onError } = options;
  const name = `local-${basename(directory).toLowerCase().replaceAll(/[^a-z0-9-]/g, "-")}`;
  const client = emulatorClient({ endpoint: `http://127.0.0.1:${motoPort}`, region });
  const ec2 = new EC2Client(client);
  const secrets = new SecretsManagerClient(client);
  const iam = new IAMClient(client);
  const authority = await Authority.create(join(directory, "certificates"));
  const credentials = new CredentialsEndpoint(new STSClient(client));
  const vpc = new Vpc({
    engine,
    ec2,
    name,
    ports: {
      awsPort: portOf(options.aws),
      credentialsPort: await listen(credentials.server),
    },
    expose: async (address) => {
      for (const server of [options.aws, credentials.server]) await listenToo(server, address);
    },
  });
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
    authority,
    authorize: (role, action, resource) => authorize(iam, role, action, resource),
  });
  const controlPlane = createControlPlane({
    ecs: new ECSClient(client),
    fargate,
    targetGroups,
    serviceConnect: namespaces,
    onError: (service, cause) => onError(`service ${service}`, cause),
  });
  const databases = new Databases({ engine, vpc, rds: new RDSClient(client), secrets, name });
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
    onError,
  );
  return {
    gaps: controlPlane.gaps,
    wake: (service) => loop.wake(service),
    stop() {
      loop.stop();
      controlPlane.scheduler.stop();
    },
  };
}

/** Looks after each service that was called, one at a time. */
class Loop {
  private readonly work: Readonly<Record<string, () => Promise<void>>>;
  private readonly onError: (what: string, cause: unknown) => void;
  private readonly called = new Set<string>();
  private readonly timer: NodeJS.Timeout;
  private isBusy = false;

  constructor(work: Readonly<Record<string, () => Promise<void>>>, onError: (what: string, cause: unknown) => void) {
    this.work = work;
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
    for (const service of called) {
      await this.work[service]?.().catch((cause) => {
        this.called.add(service);
        this.onError(service, cause);
      });
    }
    this.isBusy = false;
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

/** Lets a server answer at another address of this machine, at the same port. */
function listenToo(server: Server, host: string): Promise<void> {
  const other = createServer((request, response) => server.emit("request", request, response));
  other.unref();
  return new Promise((resolve, reject) => {
    other.once("error", reject);
    other.listen(portOf(server), host, resolve);
  });
}
