import {
  DeregisterTaskDefinitionCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import { UserError } from "@operation-app/preflight/input";
import { type OneOff, type OneOffOptions, oneOffFor, runOnce } from "../operate/one-off.ts";
import { idIn } from "../operate/services.ts";
import type { Session } from "../operate/session.ts";

/**
 * Migrates the database with an image that no service runs yet, in a task of its own: with the variables, secrets, roles,
 * subnets and groups of the deployed migration.
 *
 * `RunTask` can't override an image, so a copy of the task definition is registered, under a family of its own, so that
 * Terraform's keeps its numbers; it is deregistered in the end. `db:migrate` skips what has been run, so a second try
 * may run it again.
 *
 * @param image with its tag or digest
 * @throws UserError where it ends with another exit code than 0 or never started; StoppedError where it was interrupted
 */
export async function migrate(session: Session, image: string, options: OneOffOptions): Promise<void> {
  const { ecs } = session.clients;
  const deployed = await oneOffFor(session, "migrate");
  const definition = await registerCopy(session, deployed, image);
  try {
    const exitCode = await runOnce(session.clients, { ...deployed, definition }, options);
    if (exitCode === 0) return;
    throw new UserError(
      `The migration ended with exit code ${exitCode}. Nothing was deployed: what ran before runs on. Where MySQL has run a part of a migration, it can't take it back. Fix it, and release it under a new version.`,
    );
  } finally {
    await deregister(ecs, definition, options);
  }
}

/** Family of the copies. */
export function copyFamily(migrateFamily: string): string {
  return `${migrateFamily}-release`;
}

async function registerCopy({ deployment, clients }: Session, deployed: OneOff, image: string) {
  const { environment, migrateFamily } = deployment;
  const { definition, container } = deployed;
  const tags = { Application: environment.app, Environment: environment.name, ...environment.tags };
  const { taskDefinition } = await clients.ecs.send(
    new RegisterTaskDefinitionCommand({
      ...whatCanBeRegistered(definition),
      family: copyFamily(migrateFamily),
      containerDefinitions: definition.containerDefinitions?.map((one) =>
        one.name === container ? { ...one, image } : one,
      ),
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    }),
  );
  if (!taskDefinition) throw new UserError("ECS did not register the task definition of the migration.");
  return taskDefinition;
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

/** What is left behind costs nothing, so it does not hide how the migration has ended. */
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
