import type {
  ContainerDefinition,
  Container as ContainerState,
  HealthStatus,
  Task,
  TaskStopCode,
} from "@aws-sdk/client-ecs";
import type { Container } from "../container.ts";
import type { FargateTask } from "../task.ts";
import type { PulledImage } from "./image.ts";

export interface Part {
  readonly definition: ContainerDefinition;
  readonly runtimeId: string;
  image?: PulledImage;
  container?: Container;
  health: HealthStatus;
  status: "PENDING" | "RUNNING" | "STOPPED";
  exitCode?: number;
  reason?: string;
}

/** Why a task is stopped. */
export interface Ending {
  readonly reason: string;
  readonly code: TaskStopCode;
}

/** What is known of a task. */
export interface TaskRecord {
  readonly status: string;
  readonly createdAt: Date;
  readonly startedAt?: Date;
  readonly stoppingAt?: Date;
  readonly stoppedAt?: Date;
  readonly ending?: Ending;
  readonly subnetId?: string;
  readonly parts: readonly Part[];
}

/** A task as `DescribeTasks` shows it. */
export function describeTask({ arn, address, request }: FargateTask, record: TaskRecord): Task {
  const { definition, clusterArn, group, startedBy, overrides, tags, enableExecuteCommand = false } = request;
  const { status, createdAt, startedAt, stoppingAt, stoppedAt, ending, parts } = record;
  return {
    taskArn: arn,
    clusterArn,
    taskDefinitionArn: definition.taskDefinitionArn,
    group,
    startedBy,
    overrides,
    tags: tags && [...tags],
    enableExecuteCommand,
    launchType: "FARGATE",
    platformVersion: "1.4.0",
    platformFamily: "Linux",
    cpu: definition.cpu,
    memory: definition.memory,
    lastStatus: status,
    desiredStatus: ending ? "STOPPED" : "RUNNING",
    healthStatus: healthOf(parts),
    createdAt,
    startedAt,
    stoppingAt,
    stoppedAt,
    stopCode: ending?.code,
    stoppedReason: ending?.reason,
    connectivity: address ? "CONNECTED" : undefined,
    containers: parts.map((part) => describeContainer(part, arn, address, enableExecuteCommand)),
    attachments: address ? [attachment(record, address)] : [],
  };
}

function attachment({ stoppedAt, subnetId }: TaskRecord, address: string) {
  return {
    type: "ElasticNetworkInterface",
    status: stoppedAt ? "DELETED" : "ATTACHED",
    details: [
      { name: "subnetId", value: subnetId },
      { name: "privateIPv4Address", value: address },
    ],
  };
}

function describeContainer(part: Part, taskArn: string, address: string | undefined, exec: boolean): ContainerState {
  const { definition, runtimeId, image, health, status, exitCode, reason } = part;
  return {
    containerArn: `${taskArn.replace(":task/", ":container/")}/${definition.name}`,
    taskArn,
    name: definition.name,
    image: definition.image,
    imageDigest: image?.digest,
    runtimeId,
    lastStatus: status,
    exitCode,
    reason,
    healthStatus: health,
    networkInterfaces: address ? [{ privateIpv4Address: address }] : [],
    managedAgents: exec && status === "RUNNING" ? [{ name: "ExecuteCommandAgent", lastStatus: "RUNNING" }] : undefined,
  };
}

/** That of a task is that of its essential containers that have a check. */
function healthOf(parts: readonly Part[]): HealthStatus {
  const checked = parts.filter(({ definition }) => definition.healthCheck && definition.essential !== false);
  if (checked.some(({ health }) => health === "UNHEALTHY")) return "UNHEALTHY";
  return checked.length > 0 && checked.every(({ health }) => health === "HEALTHY") ? "HEALTHY" : "UNKNOWN";
}
