import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { ACMClient, RequestCertificateCommand } from "@aws-sdk/client-acm";
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import {
  type Action,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  type CreateRuleCommandInput,
  CreateTargetGroupCommand,
  type CreateTargetGroupCommandInput,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { listen, listenToo } from "../../../tools/lib/process/ports.ts";
import { emulatorClient } from "../../../tools/local/aws-environment.ts";
import { type Emulator, startEmulator } from "../../../tools/local/emulator/start.ts";
import { Authority } from "../../../tools/local/service/authority.ts";
import type { Container } from "../../../tools/local/service/container.ts";
import { Engine } from "../../../tools/local/service/engine.ts";
import { LoadBalancers } from "../../../tools/local/service/load-balancer/load-balancers.ts";
import type { Target } from "../../../tools/local/service/load-balancer/targets.ts";
import { type InterfaceRequest, type NetworkInterface, Vpc } from "../../../tools/local/service/network/vpc.ts";
import { makePublicVpc } from "./public-vpc.ts";

/** Ports of this machine that nothing in these tests leads to. */
const PORTS = { awsPort: 1, credentialsPort: 2 };
const REGION = "ap-northeast-1";
const TARGET_PORT = 3000;
/** Name of the load balancer. */
export const BALANCER = "site";

export interface Group {
  readonly arn: string;
  /** The target's own name, as its answers say it. */
  start(name: string): Promise<Target>;
}

interface Login {
  readonly server: Server;
  readonly port: number;
}

class RecordedVpc extends Vpc {
  readonly containers = new Map<string, Container>();

  override async attach(request: InterfaceRequest): Promise<NetworkInterface> {
    const made = await super.attach(request);
    this.containers.set(request.name, made.container);
    return made;
  }
}

/** A VPC with a load balancer that is deployed to an emulator, and containers as its targets. */
export class Site {
  readonly balancers: LoadBalancers;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly cognito: CognitoIdentityProviderClient;
  private readonly directory: string;
  private readonly emulator: Emulator;
  private readonly engine: Engine;
  private readonly login: Login;
  private readonly vpc: RecordedVpc;
  private readonly acm: ACMClient;
  private readonly ec2: EC2Client;
  private vpcId = "";
  private subnetIds: string[] = [];
  private groupIds = { balancer: "", target: "" };
  private balancerArn = "";
  private exposed: Promise<void> | undefined;

  private constructor(directory: string, emulator: Emulator, engine: Engine, authority: Authority, login: Login) {
    this.login = login;
    this.directory = directory;
    this.emulator = emulator;
    this.engine = engine;
    const settings = emulatorClient({ endpoint: emulator.endpoint, region: REGION });
    this.ec2 = new EC2Client(settings);
    this.acm = new ACMClient(settings);
    this.elb = new ElasticLoadBalancingV2Client(settings);
    this.cognito = new CognitoIdentityProviderClient(settings);
    this.vpc = new RecordedVpc({
      engine,
      ec2: this.ec2,
      name: basename(directory).toLowerCase(),
      ports: { ...PORTS, loginPort: login.port },
      expose: async () => {},
    });
    const clients = { elb: this.elb, acm: this.acm, cognito: this.cognito };
    const { hostedLogin } = emulator;
    this.balancers = new LoadBalancers({ vpc: this.vpc, authority, clients, hostedLogin, loginServer: login.server });
  }

  static async start(): Promise<Site> {
    const directory = mkdtempSync(join(tmpdir(), "lb-"));
    const engine = await Engine.find(directory);
    if (!engine) throw new Error("No container engine answers.");
    const authority = await Authority.create(join(directory, "certificates"));
    const server = createServer();
    const login = { server, port: await listen(server) };
    const site = new Site(directory, await startEmulator({ directory }), engine, authority, login);
    await site.vpc.prepare();
    await site.deploy();
    return site;
  }

  async stop(): Promise<void> {
    await this.engine.removeAll();
    this.login.server.close();
    await this.emulator.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** A target group whose health checks are as quick as ELB lets them be. */
  async createGroup(name: string, settings: Partial<CreateTargetGroupCommandInput> = {}, delay = 5): Promise<Group> {
    const { TargetGroups: [group] = [] } = await this.elb.send(
      new CreateTargetGroupCommand({
        Name: name,
        VpcId: this.vpcId,
        TargetType: "ip",
        Protocol: "HTTP",
        Port: TARGET_PORT,
        HealthCheckPath: "/up",
        HealthCheckIntervalSeconds: 5,
        HealthCheckTimeoutSeconds: 2,
        HealthyThresholdCount: 2,
        UnhealthyThresholdCount: 2,
        ...settings,
      }),
    );
    const arn = group?.TargetGroupArn ?? "";
    await this.elb.send(
      new ModifyTargetGroupAttributesCommand({
        TargetGroupArn: arn,
        Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: String(delay) }],
      }),
    );
    return { arn, start: (target) => this.startTarget(target) };
  }

  /** @returns its ARN */
  async createListener(port: number, defaultAction: Action, domainName?: string): Promise<string> {
    const certificate =
      domainName && (await this.acm.send(new RequestCertificateCommand({ DomainName: domainName }))).CertificateArn;
    const { Listeners: [listener] = [] } = await this.elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: this.balancerArn,
        Port: port,
        Protocol: certificate ? "HTTPS" : "HTTP",
        Certificates: certificate ? [{ CertificateArn: certificate }] : undefined,
        SslPolicy: certificate ? "ELBSecurityPolicy-TLS13-1-2-2021-06" : undefined,
        DefaultActions: [defaultAction],
      }),
    );
    return listener?.ListenerArn ?? "";
  }

  async createRule(rule: CreateRuleCommandInput): Promise<void> {
    await this.elb.send(new CreateRuleCommand(rule));
  }

  /** A user pool with one user, and a client as a load balancer needs it for a domain. */
  async createUserPool(domainName: string, user: { readonly name: string; readonly password: string }) {
    const { UserPool } = await this.cognito.send(new CreateUserPoolCommand({ PoolName: "people" }));
    const UserPoolId = UserPool?.Id ?? "";
    const { UserPoolClient } = await this.cognito.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: "load-balancer",
        GenerateSecret: true,
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ["code"],
        AllowedOAuthScopes: ["openid"],
        CallbackURLs: [`https://${domainName}/oauth2/idpresponse`],
      }),
    );
    const Username = user.name;
    await this.cognito.send(new AdminCreateUserCommand({ UserPoolId, Username }));
    await this.cognito.send(
      new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: user.password, Permanent: true }),
    );
    const UserPoolArn = UserPool?.Arn ?? "";
    return { UserPoolArn, UserPoolClientId: UserPoolClient?.ClientId ?? "", UserPoolDomain: "people" };
  }

  /** Does what the emulator does on each call, and every second. */
  async settle(): Promise<void> {
    this.balancers.invalidate();
    await this.balancers.reconcile();
    // The network's address is there once a container is.
    this.exposed ??= listenToo(this.login.server, this.vpc.machine.address);
    await this.exposed;
  }

  /** The port on this machine of a listener's port. */
  portOf(port: number): number {
    const url = this.balancers.urls.find((listener) => listener.port === port)?.url ?? "";
    return Number(new URL(url).port);
  }

  /** Ends what runs in the container of that name, which is a target's or the load balancer's, and leaves the container. */
  async kill(name: string): Promise<void> {
    const script = 'for p in /proc/[0-9]*; do grep -q haproxy "$p/comm" && kill -9 "${p#/proc/}"; done; true';
    await this.vpc.containers.get(name)?.exec(["sh", "-c", script]);
  }

  /** Starts a container that answers with what it was asked. */
  private async startTarget(name: string): Promise<Target> {
    const { address, container } = await this.vpc.attach({
      name,
      subnetIds: this.subnetIds,
      groupIds: [this.groupIds.target],
    });
    const script = "cat > /tmp/target.cfg && haproxy -D -f /tmp/target.cfg";
    const { exitCode, output } = await container.exec(["sh", "-c", script], { input: targetConfiguration(name) });
    if (exitCode !== 0) throw new Error(output);
    return { address, port: TARGET_PORT };
  }

  private async deploy(): Promise<void> {
    const { vpcId, subnetIds } = await makePublicVpc(this.ec2, "10.71.0.0/16", [
      { AvailabilityZone: "ap-northeast-1a", CidrBlock: "10.71.0.0/24" },
      { AvailabilityZone: "ap-northeast-1c", CidrBlock: "10.71.1.0/24" },
    ]);
    this.vpcId = vpcId;
    this.subnetIds = subnetIds;
    const balancer = await this.createSecurityGroup("balancer");
    const target = await this.createSecurityGroup("target");
    this.groupIds = { balancer, target };
    const open = (FromPort: number, ToPort: number) => ({ IpProtocol: "tcp", FromPort, ToPort });
    await this.ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: balancer,
        IpPermissions: [{ ...open(80, 9000), IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
      }),
    );
    await this.ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: target,
        IpPermissions: [{ ...open(TARGET_PORT, TARGET_PORT), UserIdGroupPairs: [{ GroupId: balancer }] }],
      }),
    );
    await this.ec2.send(
      new AuthorizeSecurityGroupEgressCommand({
        GroupId: balancer,
        IpPermissions: [
          { ...open(TARGET_PORT, TARGET_PORT), UserIdGroupPairs: [{ GroupId: target }] },
          // To Cognito.
          { ...open(443, 443), IpRanges: [{ CidrIp: "0.0.0.0/0" }] },
        ],
      }),
    );
    const { LoadBalancers: [made] = [] } = await this.elb.send(
      new CreateLoadBalancerCommand({
        Name: BALANCER,
        Subnets: this.subnetIds,
        SecurityGroups: [balancer],
        Scheme: "internet-facing",
      }),
    );
    this.balancerArn = made?.LoadBalancerArn ?? "";
  }

  private async createSecurityGroup(name: string): Promise<string> {
    const command = new CreateSecurityGroupCommand({ GroupName: name, Description: name, VpcId: this.vpcId });
    return (await this.ec2.send(command)).GroupId ?? "";
  }
}

/** haproxy in a web server's place: it answers with the headers that it got, and late where `/slow` is asked for. */
function targetConfiguration(name: string): string {
  return [
    "defaults",
    "  mode http",
    "  timeout client 60s",
    "frontend target",
    `  bind :${TARGET_PORT}`,
    "  tcp-request inspect-delay 2s",
    "  tcp-request content accept if !{ path -m beg /slow }",
    "  tcp-request content accept if WAIT_END",
    "  http-request return status 301 hdr Location /elsewhere if { path /moved }",
    `  http-request return status 200 content-type text/plain lf-string "%[method] %[pathq]\\n%[req.hdrs]" hdr X-Target ${name}`,
    "",
  ].join("\n");
}
