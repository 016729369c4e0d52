import { AppautoscalingPolicy } from "@cdktf/provider-aws/lib/appautoscaling-policy";
import { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target";
import type { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { EcsService, type EcsServiceServiceConnectConfiguration } from "@cdktf/provider-aws/lib/ecs-service";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import type { Subnet } from "@cdktf/provider-aws/lib/subnet";
import type { FargateSize } from "@operation-app/preflight/fargate";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { type Hours, sleepAtNight } from "./hours.ts";
import type { RoleWithPolicy } from "./roles.ts";

export interface TaskProps {
  /** Task definition family, such as `task-operation-app`. */
  readonly family: string;
  /** What goes into `container_definitions`. */
  readonly containers: readonly object[];
  readonly size: FargateSize;
  readonly architecture: "ARM64" | "X86_64";
  readonly executionRole: RoleWithPolicy;
  readonly taskRole: IamRole;
}

/** A task: which containers, how large, with whose rights. Every change is a new revision; the old ones stay. */
export function createTaskDefinition(scope: Construct, id: string, props: TaskProps): EcsTaskDefinition {
  return new EcsTaskDefinition(scope, id, {
    family: props.family,
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: String(props.size.cpu),
    memory: String(props.size.memory),
    runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: props.architecture },
    executionRoleArn: props.executionRole.role.arn,
    taskRoleArn: props.taskRole.arn,
    containerDefinitions: JSON.stringify(props.containers),
    dependsOn: [props.executionRole.policy],
  });
}

/** How many tasks, from at rest to under load. */
export interface Tasks {
  readonly min: number;
  /** More than `min` switches autoscaling on. */
  readonly max: number;
  /** Average CPU use, in percent, that autoscaling steers to. */
  readonly targetCpuPercent: number;
}

export interface ServiceTarget {
  readonly targetGroup: LbTargetGroup;
  /** Container of the task that gets the requests, by its name. */
  readonly container: string;
  readonly port: number;
}

export interface ServiceProps {
  readonly name: string;
  readonly cluster: EcsCluster;
  readonly taskDefinition: EcsTaskDefinition;
  readonly subnets: readonly Subnet[];
  readonly securityGroups: readonly SecurityGroup[];
  readonly tasks: Tasks;
  /** So many of its tasks are on demand, and all others on Spot. @default all are on demand */
  readonly spot?: { readonly onDemandTasks: number };
  /** When it has tasks. @default always */
  readonly hours?: Hours;
  /** Its images are there. false: it stands at zero tasks. */
  readonly released: boolean;
  readonly exec: boolean;
  /** Load balancer targets that its tasks become. @default none */
  readonly targets?: readonly ServiceTarget[];
  /** @default it neither offers nor finds anything by name */
  readonly serviceConnect?: EcsServiceServiceConnectConfiguration;
  /** What must be there before it starts. */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * Where tasks run. A service that changes between a launch type and a strategy is replaced by the provider's version 5, so one on Spot has an
 * address and a name of its own. A change within the strategy asks for `force_new_deployment`.
 *
 * Source: https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/ecs_service#capacity_provider_strategy
 */
function capacity(spot: ServiceProps["spot"]) {
  if (spot === undefined) return { launchType: "FARGATE" };
  return {
    forceNewDeployment: true,
    capacityProviderStrategy: [
      ...(spot.onDemandTasks > 0 ? [{ capacityProvider: "FARGATE", base: spot.onDemandTasks, weight: 0 }] : []),
      { capacityProvider: "FARGATE_SPOT", base: 0, weight: 1 },
    ],
  };
}

/** Keeps a number of tasks running, replaces them without a gap, and goes back by itself when the new ones fail. */
export class Service extends Construct {
  readonly service: EcsService;

  constructor(scope: Construct, id: string, props: ServiceProps) {
    super(scope, id);
    const scalesByCpu = props.tasks.max > props.tasks.min;
    const scaled = scalesByCpu || (props.hours !== undefined && props.tasks.max > 0);

    this.service = new EcsService(this, "service", {
      name: props.name,
      cluster: props.cluster.arn,
      taskDefinition: props.taskDefinition.arn,
      ...capacity(props.spot),
      platformVersion: "LATEST",
      // A scaled service gets its number from the scalable target, which lifts it from zero to the minimum.
      desiredCount: props.released && !scaled ? props.tasks.min : 0,
      lifecycle: scaled ? { ignoreChanges: ["desired_count"] } : undefined,
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      enableExecuteCommand: props.exec,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      networkConfiguration: {
        subnets: props.subnets.map((subnet) => subnet.id),
        securityGroups: props.securityGroups.map((group) => group.id),
        assignPublicIp: false,
      },
      loadBalancer: props.targets?.map(({ targetGroup, container, port }) => ({
        targetGroupArn: targetGroup.arn,
        containerName: container,
        containerPort: port,
      })),
      healthCheckGracePeriodSeconds: props.targets?.length ? 120 : undefined,
      serviceConnectConfiguration: props.serviceConnect,
      dependsOn: props.dependsOn ? [...props.dependsOn] : undefined,
    });
    if (!scaled || !props.released) return;
    const target = this.createTarget(props);
    if (scalesByCpu) this.scaleByCpu(target, props);
    if (props.hours) sleepAtNight(this, { target, hours: props.hours, ...props.tasks });
  }

  /** Registering the target moves the service into its range at once: from zero to `min` with the first image. */
  private createTarget({ cluster, tasks, hours }: ServiceProps): AppautoscalingTarget {
    return new AppautoscalingTarget(this, "scaling_target", {
      serviceNamespace: "ecs",
      resourceId: `service/${cluster.name}/${this.service.name}`,
      scalableDimension: "ecs:service:DesiredCount",
      minCapacity: tasks.min,
      maxCapacity: tasks.max,
      lifecycle: hours && { ignoreChanges: ["min_capacity", "max_capacity"] },
    });
  }

  private scaleByCpu(target: AppautoscalingTarget, { name, tasks }: ServiceProps): void {
    new AppautoscalingPolicy(this, "scaling_policy", {
      name: `${name}-cpu`,
      policyType: "TargetTrackingScaling",
      serviceNamespace: target.serviceNamespace,
      resourceId: target.resourceId,
      scalableDimension: target.scalableDimension,
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
        targetValue: tasks.targetCpuPercent,
        scaleInCooldown: 300,
        scaleOutCooldown: 60,
      },
    });
  }
}
