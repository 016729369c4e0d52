import type { ContainerDefinition, TaskDefinition } from "@aws-sdk/client-ecs";
import { ELSEWHERE } from "../network/reach.ts";
import type { NetworkInterface } from "../network/vpc.ts";
import { assume, authorize } from "./authorize.ts";
import type { Part } from "./containers.ts";
import { ecrImage, type PulledImage, pullImage } from "./image.ts";
import { createLogStream, logStreamOf } from "./log-stream.ts";
import type { Platform } from "./platform.ts";
import { readSecrets, secretArn } from "./secrets.ts";

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
 * @param parts get their secrets and images
 * @throws Error with what ECS shows as `stoppedReason`
 */
export async function prepare(
  platform: Platform,
  { executionRoleArn: role = "", taskRoleArn }: TaskDefinition,
  parts: readonly Part[],
  taskId: string,
  from: NetworkInterface,
): Promise<void> {
  for (const one of [role, taskRoleArn]) if (one) await assume(platform.iam, one);
  const preparation = { platform, role, taskId, from };
  for (const part of parts) part.secrets = await variables(preparation, part.definition);
  if (parts.some(({ definition }) => ecrImage(definition.image))) await initializing(() => logIn(preparation));
  for (const { definition } of parts) await openLog(preparation, definition);
  for (const part of parts) part.image = await pull(preparation, part.definition.image ?? "");
}

async function variables({ platform, role, from }: Preparation, { secrets = [] }: ContainerDefinition) {
  const [first] = secrets;
  if (!first) return {};
  return initializing(async () => {
    const blocked = await platform.endpoints.blockedAt(from, "secretsmanager");
    if (blocked)
      throw new Error(
        `unable to retrieve secret from asm: There is a connection issue between the task and AWS Secrets Manager. Check your task network configuration. failed to fetch secret ${first.valueFrom} from secrets manager: RequestCanceled: request context canceled caused by: context deadline exceeded: dial tcp ${blocked}: i/o timeout`,
      );
    for (const { valueFrom = "" } of secrets)
      await authorize(platform.iam, role, "secretsmanager:GetSecretValue", secretArn(valueFrom)).catch(
        saying("unable to retrieve secret from asm: service call has been retried 1 time(s): "),
      );
    return readSecrets(platform.secrets, secrets);
  });
}

async function openLog(preparation: Preparation, { logConfiguration, name = "" }: ContainerDefinition): Promise<void> {
  const { platform, role, taskId, from } = preparation;
  const place = logStreamOf(logConfiguration, name, taskId);
  if (!place) return;
  const refusal = "ResourceInitializationError: failed to validate logger args: ";
  const blocked = await platform.endpoints.blockedAt(from, "logs");
  if (blocked)
    throw new Error(
      `${refusal}The task cannot find the Amazon CloudWatch log group defined in the task definition. There is a connection issue between the task and Amazon CloudWatch. Check your network configuration.`,
    );
  const refuse = saying(`${refusal}create stream has been retried 1 times: failed to create Cloudwatch log stream: `);
  await authorize(platform.iam, role, "logs:CreateLogStream", `log-group:${place.group}`).catch(refuse);
  await createLogStream(platform.logs, place).catch(refuse);
}

async function pull({ platform, role, from }: Preparation, image: string): Promise<PulledImage> {
  const { engine, endpoints, iam, region, registry } = platform;
  const ecr = ecrImage(image);
  for (const service of ecr ? (["ecr.dkr", "s3"] as const) : ([ELSEWHERE] as const)) {
    const blocked = await endpoints.blockedAt(from, service);
    const host = service === ELSEWHERE ? image.split("/")[0] : `${service}.${region}.amazonaws.com`;
    if (blocked)
      throw new Error(
        `CannotPullContainerError: ref pull has been retried 1 time(s): failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://${host}/": dial tcp ${blocked}: i/o timeout`,
      );
  }
  for (const action of ecr ? ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"] : [])
    await authorize(iam, role, action, `arn:aws:ecr:${region}:${ecr?.account}:repository/${ecr?.repository}`).catch(
      () => {
        throw new Error(
          `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: unexpected status from HEAD request to https://${ecr?.host}/v2/${ecr?.repository}/manifests/${ecr?.digest ?? ecr?.tag}: 403 Forbidden`,
        );
      },
    );
  return pullImage(engine, registry, image);
}

/** @throws Error where ECR gives no token for the registry */
async function logIn({ platform, role, from }: Preparation): Promise<void> {
  const blocked = await platform.endpoints.blockedAt(from, "ecr.api");
  if (blocked)
    throw new Error(
      `unable to retrieve ecr registry auth: service call has been retried 1 time(s): RequestError: send request failed caused by: Post "https://api.ecr.${platform.region}.amazonaws.com/": dial tcp ${blocked}: i/o timeout. Please check your task network configuration.`,
    );
  await authorize(platform.iam, role, "ecr:GetAuthorizationToken", "*").catch(
    saying("unable to retrieve ecr registry auth: service call has been retried 1 time(s): "),
  );
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
