import { randomBytes } from "node:crypto";
import type { Container as ContainerShown, HealthStatus, Task } from "@aws-sdk/client-ecs";
import type { NetworkInterface } from "../network/vpc.ts";
import type { LaunchRequest } from "../task.ts";

/** A task that is asked for, as `DescribeTasks` shows it. */
export function newTask(id: string, request: LaunchRequest): Task {
  const { definition, clusterArn, group, startedBy, overrides, tags, enableExecuteCommand = false } = request;
  const taskArn = `${clusterArn.replace(":cluster/", ":task/")}/${id}`;
  return {
    taskArn,
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
    lastStatus: "PROVISIONING",
    desiredStatus: "RUNNING",
    healthStatus: "UNKNOWN",
    createdAt: new Date(),
    attachments: [],
    containers: (definition.containerDefinitions ?? []).map(({ name, image }) => ({
      containerArn: `${taskArn.replace(":task/", ":container/")}/${name}`,
      taskArn,
      name,
      image,
      runtimeId: `${id}-${randomBytes(5).readUIntBE(0, 5) % 10_000_000_000}`,
      lastStatus: "PENDING",
      healthStatus: "UNKNOWN",
      networkInterfaces: [],
    })),
  };
}

/** What a task shows of its network interface. */
export function attached({ subnetId, address }: NetworkInterface): Partial<Task> {
  const details = [
    { name: "subnetId", value: subnetId },
    { name: "privateIPv4Address", value: address },
  ];
  return { connectivity: "CONNECTED", attachments: [{ type: "ElasticNetworkInterface", status: "ATTACHED", details }] };
}

/** That of a task is that of its essential containers that have a check. */
export function healthOf({ definition }: LaunchRequest, containers: readonly ContainerShown[] = []): HealthStatus {
  const checked = containers.filter((_, index) => {
    const { healthCheck, essential } = definition.containerDefinitions?.[index] ?? {};
    return healthCheck && essential !== false;
  });
  if (checked.some(({ healthStatus }) => healthStatus === "UNHEALTHY")) return "UNHEALTHY";
  return checked.length > 0 && checked.every(({ healthStatus }) => healthStatus === "HEALTHY") ? "HEALTHY" : "UNKNOWN";
}
