import type { ContainerDefinition, TaskDefinition } from "@aws-sdk/client-ecs";
import { ELSEWHERE, type ServiceName } from "../network/reach.ts";
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
  readonly role: string;
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
  const { executionRoleArn: role = "", taskRoleArn } = definition;
  for (const one of [role, taskRoleArn]) if (one) await platform.assume(one);
  const preparation = { platform, role, taskId, from };
  const containers = definition.containerDefinitions ?? [];
  const secrets = new Map<ContainerDefinition, Record<string, string>>();
  const images = new Map<ContainerDefinition, PulledImage>();
  for (const container of containers) secrets.set(container, await variables(preparation, container));
  if (containers.some(({ image = "" }) => isInEcr(image))) await initializing(() => logIn(preparation));
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
      await platform
        .authorize(role, "secretsmanager:GetSecretValue", valueFrom.split(":").slice(0, 7).join(":"))
        .catch(saying("unable to retrieve secret from asm: service call has been retried 1 time(s): "));
    return readSecrets(platform.secrets, secrets);
  });
}

async function openLog(preparation: Preparation, { logConfiguration, name = "" }: ContainerDefinition): Promise<void> {
  const { platform, role, taskId, from } = preparation;
  const place = logStreamOf(logConfiguration, name, taskId);
  if (!place) return;
  const refusal = "ResourceInitializationError: failed to validate logger args: ";
  const blocked = await blockedAt(platform, from, "logs");
  if (blocked)
    throw new Error(
      `${refusal}The task cannot find the Amazon CloudWatch log group defined in the task definition. There is a connection issue between the task and Amazon CloudWatch. Check your network configuration.`,
    );
  const refuse = saying(`${refusal}create stream has been retried 1 times: failed to create Cloudwatch log stream: `);
  await platform.authorize(role, "logs:CreateLogStream", `log-group:${place.group}`).catch(refuse);
  await createLogStream(platform.logs, place).catch(refuse);
}

async function pull({ platform, role, from }: Preparation, image: string): Promise<PulledImage> {
  for (const service of isInEcr(image) ? (["ecr.dkr", "s3"] as const) : ([ELSEWHERE] as const)) {
    const blocked = await blockedAt(platform, from, service);
    const host = service === ELSEWHERE ? image.split("/")[0] : `${service}.${platform.region}.amazonaws.com`;
    if (blocked)
      throw new Error(
        `CannotPullContainerError: ref pull has been retried 1 time(s): failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://${host}/": dial tcp ${blocked}: i/o timeout`,
      );
  }
  if (isInEcr(image)) await mayPull(platform, role, image);
  return pullImage(platform.engine, platform.registry, image);
}

/** With the execution role, which the registry knows by the token that it has given. */
async function mayPull({ authorize, region }: Platform, role: string, image: string): Promise<void> {
  const [, account, repository] = image.match(/^(\d+)[^/]+\/([^:@]+)/) ?? [];
  for (const action of ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"])
    await authorize(role, action, `arn:aws:ecr:${region}:${account}:repository/${repository}`).catch(() => {
      throw new Error(
        `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: unexpected status from HEAD request to https://${image.split("/")[0]}/v2/${repository}/manifests/${image.split(":").at(-1)}: 403 Forbidden`,
      );
    });
}

/** @throws Error where ECR gives no token for the registry */
async function logIn({ platform, role, from }: Preparation): Promise<void> {
  const blocked = await blockedAt(platform, from, "ecr.api");
  if (blocked)
    throw new Error(
      `unable to retrieve ecr registry auth: service call has been retried 1 time(s): RequestError: send request failed caused by: Post "https://api.ecr.${platform.region}.amazonaws.com/": dial tcp ${blocked}: i/o timeout. Please check your task network configuration.`,
    );
  await platform
    .authorize(role, "ecr:GetAuthorizationToken", "*")
    .catch(saying("unable to retrieve ecr registry auth: service call has been retried 1 time(s): "));
}

/** Passes a refusal on, with words before it. Its name stands in the message where AWS has one. */
function saying(words: string): (error: Error) => never {
  return ({ name, message }) => {
    throw new Error(`${words}${name === "Error" ? "" : `${name}: `}${message}`);
  };
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

function blockedAt(platform: Platform, from: NetworkInterface, service: ServiceName | typeof ELSEWHERE) {
  return platform.endpoints.blockedAt(from, service);
}
