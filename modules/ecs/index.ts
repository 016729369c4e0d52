import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import type { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { EcsClusterCapacityProviders } from "@cdktf/provider-aws/lib/ecs-cluster-capacity-providers";
import type { EcsService, EcsServiceServiceConnectConfiguration } from "@cdktf/provider-aws/lib/ecs-service";
import type { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { ServiceDiscoveryHttpNamespace } from "@cdktf/provider-aws/lib/service-discovery-http-namespace";
import type { FargateSize } from "@operation-app/preflight/fargate";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { createGeneratedSecret, createSecret, type SecretVariable } from "../secret.ts";
import { containerDefinition, railsHealthCheck } from "./container-definition.ts";
import { createLogGroups, saveErrorQuery } from "./logs.ts";
import { permissionStatements } from "./permissions.ts";
import type { EcsProps, MigrationProps, TaskOfAppProps, WorkerProps } from "./props.ts";
import { Redeployment } from "./redeployment.ts";
import {
  createAppRole,
  createExecutionRole,
  createNginxRole,
  type RoleWithPolicy,
  type TaskRoleProps,
} from "./roles.ts";
import { createTaskDefinition, Service, type ServiceProps, type TaskProps } from "./service.ts";

export type * from "./props.ts";

const GENERATED_SECRET_LENGTH = 128;
/** Seconds that Spot leaves a container to stop: no task has more. */
const SPOT_STOP_TIMEOUT = 120;
/** What a task definition names until there is an image; nothing runs it. */
const NO_IMAGE_YET = "not-pushed-yet";

/** The containers: nginx in front, Rails behind it, both on Fargate. */
export class Ecs extends Construct {
  readonly cluster: EcsCluster;
  readonly namespace: ServiceDiscoveryHttpNamespace;
  /** The service that gets the load balancer's requests. */
  readonly nginxService: Service;
  /** The service that runs Rails; the same as `nginxService` where they are together. */
  readonly appService: Service;
  /** Every service, workers included, by the name that people have for it. */
  readonly services: Readonly<Record<string, EcsService>>;
  /** Runs `rails db:migrate` when it is started by hand or by a release; no service does. */
  readonly migrateTask: EcsTaskDefinition;
  /** Redeploys the services that read secrets. @default undefined where `redeployOnNewSecrets` is off */
  readonly redeployment?: Redeployment;
  /** What schedules start, by name. */
  readonly scheduledTasks: Readonly<Record<string, EcsTaskDefinition>>;
  /** The roles of every task that runs the app's image. */
  readonly appTaskRoles: readonly RoleWithPolicy[];
  /** Every secret that the app's containers get, by variable. */
  readonly secrets: Readonly<Record<string, SecretVariable>>;

  private readonly props: EcsProps;
  private readonly logGroups: Readonly<Record<string, CloudwatchLogGroup>>;
  private readonly appExecutionRole: RoleWithPolicy;
  private readonly appRole: RoleWithPolicy;
  private readonly place: Pick<TaskRoleProps, "region" | "account">;

  constructor(scope: Construct, id: string, props: EcsProps) {
    super(scope, id);
    this.props = props;

    this.place = { region: props.region, account: new DataAwsCallerIdentity(this, "account", {}).accountId };
    this.cluster = this.createCluster();
    this.namespace = new ServiceDiscoveryHttpNamespace(this, "namespace", { name: props.name });
    const logging = ["nginx", "app", "migrate", ...Object.keys({ ...props.workers, ...props.scheduled })];
    this.logGroups = createLogGroups(this, logging, props);
    saveErrorQuery(this, props.name, Object.values(this.logGroups));
    this.secrets = { ...props.app.secrets, ...this.createOwnSecrets() };
    this.appExecutionRole = this.createAppExecutionRole();
    this.appRole = createAppRole(this, "app_role", {
      name: `${props.name}-app`,
      ...this.place,
      userPool: props.userPool,
      userRights: props.userRights,
      exec: props.exec,
      statements: [
        ...(props.app.statements ?? []),
        ...permissionStatements(props.app.permissions ?? [], { app: props.name, ...this.place }),
      ],
    });
    this.appTaskRoles = [this.appExecutionRole, this.appRole];
    if (props.topology === "separate") {
      this.appService = this.createAppService();
      this.nginxService = this.createNginxService(this.appService);
    } else {
      this.nginxService = this.createCombinedService();
      this.appService = this.nginxService;
    }
    this.migrateTask = this.createMigrateTask();
    this.scheduledTasks = Object.fromEntries(
      Object.entries(props.scheduled ?? {}).map(([name, task]) => [name, this.createTaskOfApp(name, task)]),
    );
    const spot = this.createCapacityProviders();
    const reading = {
      app: this.appService.service,
      ...Object.fromEntries(
        Object.entries(props.workers).map(([name, worker]) => [name, this.createWorker(name, worker, spot).service]),
      ),
    };
    this.services = { ...reading, ...(props.topology === "separate" && { nginx: this.nginxService.service }) };
    if (props.redeployOnNewSecrets) this.redeployment = this.redeploy(reading);
  }

  private createCluster(): EcsCluster {
    return new EcsCluster(this, "cluster", {
      name: this.props.name,
      setting: [{ name: "containerInsights", value: "enabled" }],
    });
  }

  private createOwnSecrets(): Record<string, SecretVariable> {
    const { name: prefix, protection, app } = this.props;
    return Object.fromEntries(
      Object.entries(app.ownSecrets).map(([variable, origin]) => {
        const props = { name: `${prefix}/${variable}`, description: `${variable} of the app`, protection };
        const id = `secret_${variable.toLowerCase()}`;
        if (origin === "generated") return [variable, createGeneratedSecret(this, id, props, GENERATED_SECRET_LENGTH)];
        const { arn } = createSecret(this, id, props);
        return [variable, { secretArn: arn, valueFrom: arn }];
      }),
    );
  }

  private createMigrateTask(): EcsTaskDefinition {
    const { name, app } = this.props;
    const { migrateCommand: command, migration } = app;
    if (migration === undefined) return this.createTaskOfApp("migrate", { command });
    const secrets = { ...this.secrets, ...migration.secrets };
    const executionRole = createExecutionRole(this, "migrate_execution_role", {
      name: `${name}-migrate-execution`,
      ...this.place,
      repositories: [app.repository],
      logGroups: [this.logGroup("migrate")],
      secrets: [...Object.values(secrets), ...migration.reads],
    });
    const container = this.appContainer("migrate", command, { environment: migration.environment, secrets });
    return this.createTask("migrate", [container], app.size, { executionRole, taskRole: this.appRole.role });
  }

  /** May pull the app's image and read its secrets; nginx's too where one task has both. */
  private createAppExecutionRole(): RoleWithPolicy {
    const { name, topology, nginx, app } = this.props;
    const { nginx: nginxLogGroup, ...appLogGroups } = this.logGroups;
    const together = topology === "together" && nginxLogGroup !== undefined;
    return createExecutionRole(this, "app_execution_role", {
      name: `${name}-app-execution`,
      ...this.place,
      repositories: together ? [app.repository, nginx.repository] : [app.repository],
      logGroups: [...Object.values(appLogGroups), ...(together ? [nginxLogGroup] : [])],
      secrets: Object.values(this.secrets),
    });
  }

  /** Rails, which others find as `app:<port>`. */
  private createAppService(): Service {
    const { app } = this.props;
    return this.createService("app", {
      taskDefinition: this.createTask("app", [this.appContainer("app")], app.size),
      tasks: app.tasks,
      released: app.version !== undefined,
      securityGroups: [app.securityGroup],
      targets: this.appTargets(),
      serviceConnect: this.serviceConnectOfApp(),
      dependsOn: app.targets ? this.props.listeners : undefined,
    });
  }

  /** nginx, deployed after the app: a client that starts before its server is there doesn't find it by name. */
  private createNginxService(app: Service): Service {
    const { nginx, name, exec } = this.props;
    const roles = {
      executionRole: createExecutionRole(this, "nginx_execution_role", {
        name: `${name}-nginx-execution`,
        ...this.place,
        repositories: [nginx.repository],
        logGroups: [this.logGroup("nginx")],
        secrets: [],
      }),
      taskRole: createNginxRole(this, "nginx_role", { name: `${name}-nginx`, ...this.place, exec }),
    };
    return this.createService("nginx", {
      taskDefinition: this.createTask("nginx", [this.nginxContainer()], nginx.size, roles),
      tasks: nginx.tasks,
      released: nginx.version !== undefined,
      securityGroups: [nginx.securityGroup],
      targets: this.nginxTargets(),
      serviceConnect: { enabled: true, namespace: this.namespace.arn },
      dependsOn: [...this.props.listeners, app.service],
    });
  }

  /** nginx and Rails in one task, speaking over its loopback. */
  private createCombinedService(): Service {
    const { nginx, app } = this.props;
    return this.createService("app", {
      taskDefinition: this.createTask("app", [this.appContainer("app"), this.nginxContainer()], app.size),
      tasks: app.tasks,
      released: app.version !== undefined && nginx.version !== undefined,
      securityGroups: [nginx.securityGroup, app.securityGroup],
      targets: [...this.nginxTargets(), ...this.appTargets()],
      dependsOn: this.props.listeners,
    });
  }

  /** Lets services of the cluster name Spot, where one does. */
  private createCapacityProviders(): EcsClusterCapacityProviders | undefined {
    if (!Object.values(this.props.workers).some(({ spot }) => spot)) return undefined;
    return new EcsClusterCapacityProviders(this, "capacity_providers", {
      clusterName: this.cluster.name,
      capacityProviders: ["FARGATE", "FARGATE_SPOT"],
    });
  }

  /** @param capacityProviders where Spot is offered */
  private createWorker(name: string, worker: WorkerProps, capacityProviders?: ITerraformDependable): Service {
    const { app } = this.props;
    const { spot, tasks } = worker;
    return this.createService(spot ? `${name}-spot` : name, {
      taskDefinition: this.createTaskOfApp(name, worker, spot && SPOT_STOP_TIMEOUT),
      tasks,
      spot,
      released: app.version !== undefined,
      securityGroups: [app.securityGroup],
      dependsOn: spot && capacityProviders ? [capacityProviders] : undefined,
    });
  }

  private createService(id: string, props: Omit<ServiceProps, "name" | "cluster" | "subnets" | "exec">): Service {
    return new Service(this, id, {
      name: `${this.props.name}-${id}`,
      cluster: this.cluster,
      subnets: this.props.subnets,
      exec: this.props.exec,
      hours: this.props.hours,
      ...props,
    });
  }

  /** @param services those whose tasks read secrets */
  private redeploy(services: Readonly<Record<string, EcsService>>): Redeployment {
    const secrets = Object.values(this.secrets);
    return new Redeployment(this, "redeployment", {
      name: this.props.name,
      ...this.place,
      cluster: this.cluster,
      services,
      secrets,
    });
  }

  /** @param stopTimeout seconds that it has to stop, if not the usual */
  private createTaskOfApp(
    name: string,
    { command, size = this.props.app.size }: TaskOfAppProps,
    stopTimeout?: number,
  ): EcsTaskDefinition {
    return this.createTask(name, [this.appContainer(name, command, { stopTimeout })], size);
  }

  /** @param roles the app's own, unless others are given */
  private createTask(
    id: string,
    containers: readonly object[],
    size: FargateSize,
    roles: Pick<TaskProps, "executionRole" | "taskRole"> = {
      executionRole: this.appExecutionRole,
      taskRole: this.appRole.role,
    },
  ): EcsTaskDefinition {
    const { name, architecture } = this.props;
    const family = id === "app" ? `task-${name}` : `task-${name}-${id}`;
    return createTaskDefinition(this, `${id}_task`, { family, containers, size, architecture, ...roles });
  }

  private nginxContainer(): object {
    const { nginx, app, topology, region } = this.props;
    const together = topology === "together";
    return containerDefinition({
      name: "nginx",
      image: imageOf(nginx),
      user: nginx.user,
      region,
      logGroup: this.logGroup("nginx"),
      port: nginx.port,
      environment: {
        APP_UPSTREAM: `${together ? "127.0.0.1" : "app"}:${app.port}`,
        NGINX_PORT: String(nginx.port),
        ...(nginx.host && { APP_HOST: nginx.host }),
      },
      startsAfter: together ? ["app"] : undefined,
    });
  }

  /** A container of the app's image: Rails itself, or another command beside it. */
  private appContainer(
    name: string,
    command?: readonly string[],
    others: Partial<Pick<MigrationProps, "environment" | "secrets">> & {
      readonly stopTimeout?: number | undefined;
    } = {},
  ): object {
    const { app, region } = this.props;
    const serves = command === undefined;
    return containerDefinition({
      name,
      image: imageOf(app),
      user: app.user,
      region,
      logGroup: this.logGroup(name),
      command,
      stopTimeout: others.stopTimeout,
      port: serves ? app.port : undefined,
      healthCheck: serves ? railsHealthCheck(app.port, app.healthCheckPath) : undefined,
      environment: { ...app.environment, ...(serves && { PORT: String(app.port) }), ...others.environment },
      secrets: others.secrets ?? this.secrets,
    });
  }

  private logGroup(name: string): CloudwatchLogGroup {
    return this.logGroups[name] as CloudwatchLogGroup;
  }

  private nginxTargets() {
    const { targets, port } = this.props.nginx;
    return [{ targetGroup: targets, container: "nginx", port }];
  }

  private appTargets() {
    const { targets, port } = this.props.app;
    return targets ? [{ targetGroup: targets, container: "app", port }] : [];
  }

  private serviceConnectOfApp(): EcsServiceServiceConnectConfiguration {
    return {
      enabled: true,
      namespace: this.namespace.arn,
      service: [{ portName: "app", discoveryName: "app", clientAlias: { dnsName: "app", port: this.props.app.port } }],
    };
  }
}

function imageOf({ repository, version }: { repository: EcrRepository; version?: string }): string {
  return `${repository.repositoryUrl}:${version ?? NO_IMAGE_YET}`;
}
