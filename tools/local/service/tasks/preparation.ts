import type { ContainerDefinition, TaskDefinition } from "@aws-sdk/client-ecs";
import type { ServiceName } from "../network/reach.ts";
import type { NetworkInterface } from "../network/vpc.ts";
import { isInEcr, type PulledImage, pullImage } from "./image.ts";
import { createLogStream, logStreamOf } from "./log-stream.ts";
import type { Platform } from "./platform.ts";
import { readSecrets } from "./secrets.ts";

/** What containers of a task start with. */
export interface Prepared {
  readonly secrets: ReadonlyMap<ContainerDefinition, Readonly<Record<string, string>>>;
  readonly images: ReadonlyMap<ContainerDefinition, PulledImage>;
}

/** The task that is prepared. */
interface Preparation {
  readonly platform: Platform;
  readonly role: string | undefined;
  readonly taskId: string;
  readonly from: NetworkInterface;
}

/**
 * What the ECS agent does before a task's first container: reads its secrets, opens its log streams and pulls its images,
 * with the execution role, and by the way that the task's own interface has to each service. It tries once, where the agent
 * tries for minutes.
 *
 * @throws Error with what ECS shows as `stoppedReason`
 */
export async function prepare(
  platform: Platform,
  definition: TaskDefinition,
  taskId: string,
  from: NetworkInterface,
): Promise<Prepared> {
  const preparation = { platform, role: definition.executionRoleArn, taskId, from };
  const containers = definition.containerDefinitions ?? [];
  const secrets = new Map<ContainerDefinition, Record<string, string>>();
  const images = new Map<ContainerDefinition, PulledImage>();
  for (const container of containers) secrets.set(container, await variables(preparation, container));
  for (const container of containers) await openLog(preparation, container);
  for (const container of containers) images.set(container, await pull(preparation, container.image ?? ""));
  return { secrets, images };
}

async function variables({ platform, role, from }: Preparation, { secrets = [] }: ContainerDefinition) {
  const [first] = secrets;
  if (!first) return {};
  return initializing(async () => {
    const blocked = await blockedAt(platform, from, "secretsmanager");
    if (blocked)
      throw new Error(
        `unable to retrieve secret from asm: There is a connection issue between the task and AWS Secrets Manager. Check your task network configuration. failed to fetch secret ${first.valueFrom} from secrets manager: RequestCanceled: request context canceled caused by: context deadline exceeded: dial tcp ${blocked}: i/o timeout`,
      );
    for (const { valueFrom = "" } of secrets)
      await platform.authorize(role, "secretsmanager:GetSecretValue", valueFrom.split(":").slice(0, 7).join(":"));
    return readSecrets(platform.secrets, secrets);
  });
}

async function openLog(preparation: Preparation, { logConfiguration, name = "" }: ContainerDefinition): Promise<void> {
  const { platform, role, taskId, from } = preparation;
  const place = logStreamOf(logConfiguration, name, taskId);
  if (!place) return;
  const refuse = (why: string) =>
    new Error(
      `ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ${why}`,
    );
  const blocked = await blockedAt(platform, from, "logs");
  if (blocked) throw refuse(`RequestError: send request failed caused by: dial tcp ${blocked}: i/o timeout`);
  try {
    await platform.authorize(role, "logs:CreateLogStream", `log-group:${place.group}`);
    await createLogStream(platform.logs, place);
  } catch (error) {
    throw refuse(`${(error as Error).name}: ${(error as Error).message}`);
  }
}

async function pull({ platform, role, from }: Preparation, image: string): Promise<PulledImage> {
  if (isInEcr(image)) {
    await initializing(() => logIn(platform, role, from));
    for (const service of ["ecr.dkr", "s3"] as const) {
      const blocked = await blockedAt(platform, from, service);
      if (blocked)
        throw new Error(
          `CannotPullContainerError: ref pull has been retried 1 time(s): failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://${service}.${platform.region}.amazonaws.com/": dial tcp ${blocked}: i/o timeout`,
        );
    }
  }
  return pullImage(platform.engine, platform.registry, image);
}

async function logIn(platform: Platform, role: string | undefined, from: NetworkInterface): Promise<void> {
  if (!role) throw new Error("Fargate requires task definition to have execution role ARN to support ECR images.");
  const blocked = await blockedAt(platform, from, "ecr.api");
  if (blocked)
    throw new Error(
      `unable to retrieve ecr registry auth: service call has been retried 1 time(s): RequestError: send request failed caused by: Post "https://api.ecr.${platform.region}.amazonaws.com/": dial tcp ${blocked}: i/o timeout. Please check your task network configuration.`,
    );
  await platform.authorize(role, "ecr:GetAuthorizationToken", "*");
}

async function initializing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new Error(
      `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ${(error as Error).message}`,
    );
  }
}

function blockedAt(platform: Platform, from: NetworkInterface, service: ServiceName): Promise<string | undefined> {
  return platform.endpoints.blockedAt(from, service);
}
