import { GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListServicesCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from "@aws-sdk/client-ecs";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { migrate } from "../../../tools/release/database-migration.ts";
import { definitionArn, service, session, stoppedTask, taskArn, taskDefinition } from "../operate/deployed.ts";

const COPY = definitionArn("task-operation-app-migrate-release", 7);

/** Source of the answers' shapes: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html */
function migrating(exitCode: number) {
  const asked = session();
  const ecs = mockClient(asked.clients.ecs);
  const deployed = taskDefinition("task-operation-app-migrate", "migrate");
  ecs
    .on(ListServicesCommand)
    .resolves({ serviceArns: ["app"] })
    .on(DescribeServicesCommand)
    .resolves({ services: [service({ desiredCount: 0, runningCount: 0 })] })
    .on(DescribeTaskDefinitionCommand)
    .resolves({
      taskDefinition: { ...deployed, status: "ACTIVE", registeredBy: "somebody", executionRoleArn: "arn:role" },
    })
    .on(RegisterTaskDefinitionCommand)
    .callsFake(async (input) => ({ taskDefinition: { ...input, taskDefinitionArn: COPY } }))
    .on(DeregisterTaskDefinitionCommand)
    .resolves({})
    .on(RunTaskCommand)
    .resolves({ tasks: [{ taskArn: taskArn("0123") }] })
    .on(DescribeTasksCommand)
    .resolves({ tasks: [stoppedTask({ containers: [{ name: "migrate", exitCode }] })] });
  const logs = mockClient(asked.clients.logs);
  logs.on(GetLogEventsCommand).resolves({ events: [{ message: "== 20261124 CreateUsers: migrated" }] });
  const lines: string[] = [];
  const options = { timeoutMs: 60_000, pollMs: 1, onLine: (line: string) => lines.push(line) };
  return { result: migrate(asked, "registry/app:0.3.0", options), ecs, logs, lines };
}

describe("the migration of a release", () => {
  it("runs a copy of the deployed one with the new image, even where no task of the app runs yet", async () => {
    const { result, ecs, logs, lines } = migrating(0);
    await result;
    const registered = ecs.commandCalls(RegisterTaskDefinitionCommand)[0]?.args[0].input;
    expect(registered).toMatchObject({
      family: "task-operation-app-migrate-release",
      executionRoleArn: "arn:role",
      containerDefinitions: [{ name: "migrate", image: "registry/app:0.3.0" }],
      tags: expect.arrayContaining([{ key: "Application", value: "operation-app" }]),
    });
    expect(registered).not.toHaveProperty("registeredBy");
    expect(ecs.commandCalls(RunTaskCommand)[0]?.args[0].input).toMatchObject({
      taskDefinition: COPY,
      networkConfiguration: { awsvpcConfiguration: { securityGroups: ["sg-app"] } },
    });
    expect(logs.commandCalls(GetLogEventsCommand)[0]?.args[0].input).toMatchObject({
      logStreamName: "migrate/migrate/0123",
    });
    expect(lines[0]).toBe("== 20261124 CreateUsers: migrated");
  });

  it.each([0, 3])("leaves no copy behind, whatever it ends with: %i", async (exitCode) => {
    const { result, ecs } = migrating(exitCode);
    await result.catch(() => {});
    expect(ecs.commandCalls(DeregisterTaskDefinitionCommand).map(({ args }) => args[0].input)).toEqual([
      { taskDefinition: COPY },
    ]);
  });

  it("that fails says so, and that nothing was deployed", async () => {
    await expect(migrating(3).result).rejects.toThrow("failed with exit code 3. Nothing was deployed");
  });
});
