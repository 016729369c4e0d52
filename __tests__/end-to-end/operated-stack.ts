import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { type Environment, stateKey } from "../../environments/schema/index.ts";
import { containerDefinition } from "../../modules/ecs/container-definition.ts";
import { Redeployment } from "../../modules/ecs/redeployment.ts";
import { createExecutionRole } from "../../modules/ecs/roles.ts";
import { createTaskDefinition, Service } from "../../modules/ecs/service.ts";
import { createGeneratedSecret, createSecret } from "../../modules/secret.ts";
import { AddressedStack } from "../../stacks/addressed-stack.ts";
import { useAws } from "../../stacks/aws-provider.ts";
import { keepStateInS3 } from "../../stacks/remote-state.ts";

/** As much of the stack as can be operated: one service, its migration, a secret by hand and one that is made up. */
export class OperationStack extends AddressedStack {
  constructor(scope: Construct, environment: Environment) {
    super(scope, environment.name);
    const { app: name, region, images } = environment;
    useAws(this, { region, tags: {} });
    keepStateInS3(this, { bucket: environment.state.bucket, key: stateKey(environment), region });

    const vpc = new Vpc(this, "vpc", { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true });
    const subnet = new Subnet(this, "subnet", { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" });
    const group = new SecurityGroup(this, "group", { name, vpcId: vpc.id });
    const cluster = new EcsCluster(this, "cluster", { name });

    const repository = new EcrRepository(this, "repository", { name, imageTagMutability: "IMMUTABLE" });

    const secret = (variable: string) => ({ name: `${name}/${variable}`, description: variable, protection: false });
    const { arn } = createSecret(this, "key", secret("RAILS_MASTER_KEY"));
    const secrets = {
      RAILS_MASTER_KEY: { secretArn: arn, valueFrom: arn },
      SECRET_KEY_BASE: createGeneratedSecret(this, "base", secret("SECRET_KEY_BASE"), 128),
    };
    const logGroups = ["app", "migrate"].map((id) => new CloudwatchLogGroup(this, id, { name: `/ecs/${name}/${id}` }));
    const executionRole = createExecutionRole(this, "execution", {
      name,
      region,
      account: "123456789012",
      repositories: [repository],
      logGroups,
      secrets: Object.values(secrets),
    });
    const [app, migrate] = ["app", "migrate"].map((id, index) =>
      createTaskDefinition(this, `${id}_task`, {
        family: id === "app" ? `task-${name}` : `task-${name}-${id}`,
        size: { cpu: 256, memory: 512 },
        architecture: "ARM64",
        executionRole,
        taskRole: executionRole.role,
        containers: [
          {
            ...containerDefinition({
              name: id,
              image: `${repository.repositoryUrl}:${images.app ?? "0.1.0"}`,
              region,
              logGroup: logGroups[index] as CloudwatchLogGroup,
              secrets,
            }),
            // Fargate takes it from the task; moto 5.2.1 starts none without it.
            memoryReservation: 128,
          },
        ],
      }),
    );
    if (!app || !migrate) throw new Error("no task definitions");
    const { service } = new Service(this, "service", {
      name: `${name}-app`,
      cluster,
      taskDefinition: app,
      subnets: [subnet],
      securityGroups: [group],
      tasks: { min: 1, max: 1, targetCpuPercent: 60 },
      released: true,
      exec: false,
    });

    const reading = {
      name,
      region,
      account: "123456789012",
      cluster,
      services: { app: service },
      secrets: Object.values(secrets),
    };
    new Redeployment(this, "redeployment", reading);

    const nginx = new EcrRepository(this, "nginx_repository", { name: `${name}/nginx` });
    const output = (id: string, value: unknown) => new TerraformOutput(this, id, { value });
    output("app_repository_url", repository.repositoryUrl);
    output("nginx_repository_url", nginx.repositoryUrl);
    output("cluster_name", cluster.name);
    output("app_service_name", service.name);
    output("migrate_task_family", migrate.family);
    output(
      "secret_arns",
      Object.fromEntries(Object.entries(secrets).map(([variable, { secretArn }]) => [variable, secretArn])),
    );
  }
}
