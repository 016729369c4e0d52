import { CognitoUserPool } from "@cdktf/provider-aws/lib/cognito-user-pool";
import type { Construct } from "constructs";
import type { Environment } from "../../../environments/schema/index.ts";
import { Ecr } from "../../../modules/ecr/index.ts";
import { Ecs } from "../../../modules/ecs/index.ts";
import { Firewall } from "../../../modules/firewall/index.ts";
import { Lb } from "../../../modules/lb/index.ts";
import { Network } from "../../../modules/network/index.ts";
import { InterfaceEndpoints } from "../../../modules/network/interface-endpoints.ts";
import { AddressedStack } from "../../../stacks/addressed-stack.ts";
import { useAws } from "../../../stacks/aws-provider.ts";

/** As much of the stack as requests go through: load balancer, nginx and an app, without database, cache and login. */
export class OperationStack extends AddressedStack {
  constructor(scope: Construct, { app: name, name: environment, region, network: settings }: Environment) {
    super(scope, environment);
    useAws(this, { region, tags: {} });
    const network = new Network(this, "network", { name, region, ...settings, nat: "none" });
    const firewall = new Firewall(this, "firewall", {
      name,
      vpc: network.vpc,
      s3Endpoint: network.s3Endpoint,
      publicPorts: [80],
      nginxPort: 8080,
      appPort: 3000,
      nginxBesideApp: false,
      appBehindLoadBalancer: false,
      loadBalancerAuthenticates: false,
      cache: true,
      interfaceEndpoints: true,
    });
    new InterfaceEndpoints(network, "endpoint", {
      name,
      region,
      network,
      services: ["ecr.api", "ecr.dkr", "logs", "secretsmanager"],
      zones: "single-zone",
      securityGroup: firewall.endpoints,
    });
    const lb = new Lb(this, "lb", {
      name,
      vpc: network.vpc,
      subnets: network.publicSubnets,
      internetGateway: network.internetGateway,
      securityGroup: firewall.alb,
      nginxPort: 8080,
      appPort: 3000,
      healthCheckPath: "/up",
      pathRules: [{ paths: ["/control/*"], to: "nginx", public: true }],
      accessLogRetentionDays: 30,
      protection: false,
    });
    const ecr = new Ecr(this, "ecr", { name, protection: false });
    const server = {
      version: "0.1.0",
      size: { cpu: 256, memory: 512 },
      tasks: { min: 1, max: 1, targetCpuPercent: 60 },
    } as const;
    new Ecs(this, "ecs", {
      name,
      region,
      subnets: network.privateSubnets,
      topology: "separate",
      architecture: process.arch === "arm64" ? "ARM64" : "X86_64",
      exec: false,
      logRetentionDays: 30,
      redeployOnNewSecrets: false,
      nginx: { ...server, repository: ecr.nginx, port: 8080, securityGroup: firewall.nginx, targets: lb.nginxTargets },
      app: {
        ...server,
        repository: ecr.app,
        port: 3000,
        securityGroup: firewall.app,
        healthCheckPath: "/up",
        environment: {},
        secrets: {},
        ownSecrets: { SECRET_KEY_BASE: "generated" },
        migrateCommand: ["true"],
      },
      workers: {},
      listeners: lb.routes,
      userPool: new CognitoUserPool(this, "pool", { name }),
      userRights: "login",
      protection: false,
    });
  }
}
