import {
  type ContainerDefinition,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  paginateListServices,
  paginateListTasks,
  type Service,
  type Task,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import { UserError } from "@operation-app/preflight/input";
import { type Deployment, shortName } from "./deployment.ts";

/** A service of the cluster, called as people call it. */
export interface NamedService {
  readonly name: string;
  readonly service: Service;
}

/** `DescribeServices` takes no more at once. */
const SERVICES_AT_ONCE = 10;
/** `DescribeTasks` takes no more at once. */
const TASKS_AT_ONCE = 100;

/** Every service of the cluster, workers included. @throws UserError where there is none */
export async function listServices(ecs: ECSClient, deployment: Deployment): Promise<NamedService[]> {
  const { cluster } = deployment;
  const arns: string[] = [];
  for await (const page of paginateListServices({ client: ecs }, { cluster })) arns.push(...(page.serviceArns ?? []));
  const found: NamedService[] = [];
  for (const services of chunks(arns, SERVICES_AT_ONCE)) {
    const answer = await ecs.send(new DescribeServicesCommand({ cluster, services }));
    for (const service of answer.services ?? []) {
      found.push({ name: shortName(deployment, service.serviceName ?? ""), service });
    }
  }
  if (found.length === 0) {
    const { name } = deployment.environment;
    throw new UserError(`The cluster "${cluster}" has no services. Run: bin/infra apply ${name}`);
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Tasks of a cluster. ECS shows those that have stopped for about an hour. */
export async function listTasks(
  ecs: ECSClient,
  which: { cluster: string; serviceName?: string; family?: string; desiredStatus: "RUNNING" | "STOPPED" },
): Promise<Task[]> {
  const arns: string[] = [];
  for await (const page of paginateListTasks({ client: ecs }, which)) arns.push(...(page.taskArns ?? []));
  const found: Task[] = [];
  for (const tasks of chunks(arns, TASKS_AT_ONCE)) {
    const answer = await ecs.send(new DescribeTasksCommand({ cluster: which.cluster, tasks }));
    found.push(...(answer.tasks ?? []));
  }
  return found;
}

/** @param which ARN, or a family: then its newest revision */
export async function describeTaskDefinition(ecs: ECSClient, which: string): Promise<TaskDefinition> {
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: which }));
  if (!taskDefinition) throw new UserError(`ECS has no task definition "${which}".`);
  return taskDefinition;
}

/** Where a container's output goes. */
export interface LogPlace {
  readonly group: string;
  /** What its log streams begin with; a stream is `<prefix>/<container>/<task id>`. */
  readonly prefix: string | undefined;
}

/** Nothing where the container logs to something else than CloudWatch. */
export function logPlace({ logConfiguration }: ContainerDefinition): LogPlace | undefined {
  const group = logConfiguration?.options?.["awslogs-group"];
  if (logConfiguration?.logDriver !== "awslogs" || group === undefined) return undefined;
  return { group, prefix: logConfiguration.options?.["awslogs-stream-prefix"] };
}

/** The last part of an ARN: a task's id, a family with its revision. */
export function idIn(arn: string | undefined): string {
  return arn?.split("/").at(-1) ?? "";
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}
