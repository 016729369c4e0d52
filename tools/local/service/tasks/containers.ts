import type { ContainerDefinition, Container as ContainerShown, KeyValuePair } from "@aws-sdk/client-ecs";
import type { ContainerCreateOptions } from "dockerode";
import type { Container } from "../container.ts";
import type { LaunchRequest } from "../task.ts";
import type { PulledImage } from "./image.ts";

/** Most processes and threads of a container, so that one that multiplies does not take this machine down. */
const MAX_PROCESSES = 1_024;

/** A container of a task. */
export interface Part {
  readonly definition: ContainerDefinition;
  /** As `DescribeTasks` shows it. */
  readonly shown: ContainerShown;
  /** Variables that it gets of Secrets Manager. */
  secrets?: Readonly<Record<string, string>>;
  image?: PulledImage;
  container?: Container;
}

/** What a container gets of its task. */
export interface TaskContext {
  readonly request: LaunchRequest;
  /** Of its network, whose namespace it shares. */
  readonly holder: Container;
  /** What ECS adds. */
  readonly environment: Readonly<Record<string, string>>;
  /** File with the certificate of the authority that it trusts beside those of its image. */
  readonly authority: string;
}

/** Where that is, and which variable leads OpenSSL there. */
const AUTHORITY = "/etc/local-authority.pem";

/**
 * A container as the engine takes it. What has no counterpart here is left out: volumes other than those that live as long as
 * the task, `ulimits`, `systemControls`, `resourceRequirements`.
 */
export function containerOptions(
  { definition, secrets, image }: Part,
  { request, holder, environment, authority }: TaskContext,
): ContainerCreateOptions {
  const { name, entryPoint, command, user, workingDirectory, linuxParameters, mountPoints = [] } = definition;
  const override = request.overrides?.containerOverrides?.find((one) => one.name === name);
  const { cpu = 256, memory = 512 } = request.definition;
  const bytes = (override?.memory ?? definition.memory ?? Number(memory)) * 1024 * 1024;
  const listed = (list: readonly KeyValuePair[] = []) =>
    list.map(({ name = "", value = "" }) => [name, value] as const);
  const variables = new Map([
    ["SSL_CERT_FILE", AUTHORITY],
    ...Object.entries(environment),
    ...listed(definition.environment),
    ...Object.entries(secrets ?? {}),
    ...listed(override?.environment),
  ]);
  const memoryDirectories = [...(linuxParameters?.tmpfs ?? []), ...mountPoints];
  return {
    name: `${holder.name}-${name}`,
    Image: image?.reference,
    Entrypoint: entryPoint,
    Cmd: override?.command ?? command,
    Env: [...variables].map(([variable, value]) => `${variable}=${value}`),
    User: user,
    WorkingDir: workingDirectory,
    HostConfig: {
      NetworkMode: `container:${holder.id}`,
      Binds: [`${authority}:${AUTHORITY}:ro`],
      Tmpfs: Object.fromEntries(memoryDirectories.map(({ containerPath = "" }) => [containerPath, ""])),
      ReadonlyRootfs: definition.readonlyRootFilesystem ?? false,
      Init: linuxParameters?.initProcessEnabled,
      Memory: bytes,
      MemorySwap: bytes,
      // 1024 units of CPU are one core.
      NanoCpus: Math.round((Number(cpu) / 1024) * 1e9),
      PidsLimit: MAX_PROCESSES,
    },
  };
}

/** Containers in the order in which they may start. @throws Error where they wait for each other */
export function inOrder(parts: readonly Part[]): Part[] {
  const ordered: Part[] = [];
  const left = [...parts];
  while (left.length > 0) {
    const isFree = ({ definition: { dependsOn = [] } }: Part) =>
      dependsOn.every(({ containerName }) => !left.some(({ shown }) => shown.name === containerName));
    const next = left.findIndex(isFree);
    if (next < 0)
      throw new Error(`These containers wait for each other: ${left.map(({ shown }) => shown.name).join(", ")}`);
    ordered.push(...left.splice(next, 1));
  }
  return ordered;
}
