import {
  type ContainerDefinition,
  DeregisterTaskDefinitionCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import { UserError } from "@operation-app/preflight/input";
import { type OneOff, type OneOffOptions, runOnce } from "./one-off.ts";
import { idIn } from "./services.ts";
import type { Session } from "./session.ts";

/** What a copy has in place of the deployed, or beside it. */
export interface CopyChanges {
  /** Of its own, so that Terraform's keeps its numbers. */
  readonly family: string;
  /** With its tag or digest. @default the deployed one */
  readonly image?: string;
  /** @default the deployed one */
  readonly command?: readonly string[];
  /** Further variables. @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Further variables, by the `valueFrom` of their secrets. @default none */
  readonly secrets?: Readonly<Record<string, string>>;
}

/**
 * Runs a copy of a deployed task definition to its end: with its variables, secrets, roles, subnets and groups, and with what
 * `RunTask` can't override. The copy is deregistered in the end.
 *
 * @returns the exit code of the container
 * @throws UserError where it never started; StoppedError where it was interrupted
 */
export async function runCopy(
  session: Session,
  deployed: OneOff,
  changes: CopyChanges,
  options: OneOffOptions,
): Promise<number> {
  const { ecs } = session.clients;
  const definition = await registerCopy(session, deployed, changes);
  try {
    return await runOnce(session.clients, { ...deployed, definition }, options);
  } finally {
    await deregister(ecs, definition, options);
  }
}

async function registerCopy({ deployment, clients }: Session, deployed: OneOff, changes: CopyChanges) {
  const { environment } = deployment;
  const { definition, container } = deployed;
  const tags = { Application: environment.app, Environment: environment.name, ...environment.tags };
  const { taskDefinition } = await clients.ecs.send(
    new RegisterTaskDefinitionCommand({
      ...whatCanBeRegistered(definition),
      family: changes.family,
      containerDefinitions: definition.containerDefinitions?.map((one) =>
        one.name === container ? changed(one, changes) : one,
      ),
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    }),
  );
  if (!taskDefinition) throw new UserError(`ECS did not register the task definition ${changes.family}.`);
  return taskDefinition;
}

function changed(container: ContainerDefinition, changes: CopyChanges): ContainerDefinition {
  const { image = container.image, command = container.command, environment = {}, secrets = {} } = changes;
  const added = Object.entries(environment).map(([name, value]) => ({ name, value }));
  const read = Object.entries(secrets).map(([name, valueFrom]) => ({ name, valueFrom }));
  return {
    ...container,
    image,
    ...(command && { command: [...command] }),
    ...(added.length > 0 && { environment: [...(container.environment ?? []), ...added] }),
    ...(read.length > 0 && { secrets: [...(container.secrets ?? []), ...read] }),
  };
}

/** What `DescribeTaskDefinition` answers, without what ECS has added. */
function whatCanBeRegistered(definition: TaskDefinition) {
  const { taskRoleArn, executionRoleArn, networkMode, volumes, cpu, memory, runtimePlatform } = definition;
  const { requiresCompatibilities, ephemeralStorage } = definition;
  return {
    taskRoleArn,
    executionRoleArn,
    networkMode,
    volumes,
    cpu,
    memory,
    runtimePlatform,
    requiresCompatibilities,
    ephemeralStorage,
  };
}

/** What is left behind costs nothing, so it does not hide how the task has ended. */
async function deregister(
  ecs: ECSClient,
  { taskDefinitionArn }: TaskDefinition,
  { onFact = () => {} }: OneOffOptions,
): Promise<void> {
  try {
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: taskDefinitionArn }));
  } catch (error) {
    onFact(`${idIn(taskDefinitionArn)} is still registered: ${(error as Error).message}`);
  }
}
