import type { ContainerDefinition, ContainerOverride, TaskDefinition } from "@aws-sdk/client-ecs";
import type { ContainerSpec } from "../container.ts";

/** Most processes and threads of a container, so that one that multiplies does not take this machine down. */
const MOST_PROCESSES = 1_024;

export interface TaskContainer {
  readonly definition: ContainerDefinition;
  readonly task: TaskDefinition;
  readonly override?: ContainerOverride;
  /** Of the engine's container. */
  readonly name: string;
  readonly image: string;
  /** Id of the container whose network namespace it shares. */
  readonly namespace: string;
  readonly secrets: Readonly<Record<string, string>>;
  /** What ECS adds. */
  readonly environment: Readonly<Record<string, string>>;
  readonly cpuUnits: number;
  /** Certificate of the authority that it trusts beside those of its image. */
  readonly authority: string;
}

/** Where that is, and which variable leads OpenSSL there. */
const AUTHORITY = "/etc/local-authority.pem";

/**
 * A container definition as the engine takes it. What has no counterpart here is left out: volumes other than those that
 * live as long as the task, `ulimits`, `systemControls`, `resourceRequirements`.
 */
export function containerSpec(container: TaskContainer): ContainerSpec {
  const { definition, override = {}, task, secrets, environment } = container;
  const listed = (list: readonly { name?: string; value?: string }[] = []) =>
    Object.fromEntries(list.map(({ name = "", value = "" }) => [name, value]));
  return {
    name: container.name,
    image: container.image,
    entrypoint: definition.entryPoint,
    command: override.command ?? definition.command,
    environment: {
      SSL_CERT_FILE: AUTHORITY,
      ...environment,
      ...listed(definition.environment),
      ...secrets,
      ...listed(override.environment),
    },
    network: { of: container.namespace },
    files: { [AUTHORITY]: container.authority },
    user: definition.user,
    workingDirectory: definition.workingDirectory,
    readonlyRoot: definition.readonlyRootFilesystem,
    memoryMiB: override.memory ?? definition.memory ?? Number(task.memory ?? 512),
    cpuUnits: container.cpuUnits,
    pids: MOST_PROCESSES,
    init: definition.linuxParameters?.initProcessEnabled,
    tmpfs: [
      ...(definition.linuxParameters?.tmpfs ?? []).flatMap(({ containerPath }) => containerPath ?? []),
      ...(definition.mountPoints ?? []).flatMap(({ containerPath }) => containerPath ?? []),
    ],
  };
}

/** Containers in the order in which they may start. @throws Error where they wait for each other */
export function inOrder(definitions: readonly ContainerDefinition[]): ContainerDefinition[] {
  const ordered: ContainerDefinition[] = [];
  const left = [...definitions];
  while (left.length > 0) {
    const isFree = ({ dependsOn = [] }: ContainerDefinition) =>
      dependsOn.every(({ containerName }) => !left.some(({ name }) => name === containerName));
    const next = left.findIndex(isFree);
    if (next < 0) throw new Error(`These containers wait for each other: ${left.map(({ name }) => name).join(", ")}`);
    ordered.push(...left.splice(next, 1));
  }
  return ordered;
}
