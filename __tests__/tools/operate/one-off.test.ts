import {
  GetLogEventsCommand,
  type GetLogEventsCommandInput,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";
import { DescribeTasksCommand, RunTaskCommand, StopTaskCommand, type Task } from "@aws-sdk/client-ecs";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { commandOf, oneOffFor, runOnce } from "../../../tools/operate/one-off.ts";
import {
  answerWithOneService,
  definitionArn,
  service,
  session,
  stoppedTask,
  taskArn,
  taskDefinition,
} from "./deployed.ts";

const ARN = taskArn("0123");
const ONE_OFF = {
  cluster: "operation-app",
  definition: taskDefinition(),
  container: "app",
  command: ["rails", "runner", "1"],
  network: service().networkConfiguration,
};

/** What AWS answers while a task runs: its states one after the other. */
function running(states: readonly (Task | undefined)[], options: { signal?: AbortSignal; timeoutMs?: number } = {}) {
  const { clients } = session();
  const ecs = mockClient(clients.ecs);
  const left = [...states];
  ecs
    .on(RunTaskCommand)
    .resolves({ tasks: [{ taskArn: ARN }] })
    .on(StopTaskCommand)
    .resolves({})
    .on(DescribeTasksCommand)
    .callsFake(async () => {
      const state = left.length > 1 ? left.shift() : left[0];
      return { tasks: state ? [state] : [] };
    });
  const logs = mockClient(clients.logs);
  let looks = 0;
  logs.on(GetLogEventsCommand).callsFake(async ({ nextToken }: GetLogEventsCommandInput) => {
    if (++looks === 1) throw new ResourceNotFoundException({ message: "no stream yet", $metadata: {} });
    if (nextToken === undefined) return { events: [{ message: "one" }, { message: "two" }], nextForwardToken: "f/1" };
    return { events: nextToken === "f/1" ? [{ message: "three" }] : [], nextForwardToken: "f/2" };
  });
  const lines: string[] = [];
  const facts: string[] = [];
  const exitCode = runOnce(clients, ONE_OFF, {
    timeoutMs: options.timeoutMs ?? 60_000,
    signal: options.signal,
    pollMs: 1,
    onLine: (line) => lines.push(line),
    onFact: (fact) => facts.push(fact),
  });
  return { exitCode, lines, facts, ecs, logs };
}

const RUNNING = { lastStatus: "RUNNING" };

describe("a one-off task", () => {
  it("passes its lines on, each once, and ends with the exit code of its container", async () => {
    const stopped = stoppedTask({
      containers: [
        { name: "nginx", exitCode: 0 },
        { name: "app", exitCode: 3 },
      ],
    });
    // It is not found at once, and its log stream comes with its first line.
    const { exitCode, lines, facts, ecs, logs } = running([undefined, { lastStatus: "PENDING" }, RUNNING, stopped]);
    expect(await exitCode).toBe(3);
    expect(lines).toEqual(["one", "two", "three"]);
    expect(facts).toContain("It runs.");
    expect(logs.commandCalls(GetLogEventsCommand)[0]?.args[0].input).toMatchObject({
      logGroupName: "/ecs/operation-app/app",
      logStreamName: "app/app/0123",
    });
    expect(ecs.commandCalls(RunTaskCommand)[0]?.args[0].input).toMatchObject({
      taskDefinition: definitionArn("task-operation-app", 2),
      launchType: "FARGATE",
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1", "subnet-2"], securityGroups: ["sg-app"] } },
      overrides: { containerOverrides: [{ name: "app", command: ["rails", "runner", "1"] }] },
    });
    expect(ecs.commandCalls(StopTaskCommand)).toEqual([]);
  });

  it("that never started is explained", async () => {
    const stoppedReason = "CannotPullContainerError: failed to resolve ref app:9: not found";
    const { exitCode } = running([stoppedTask({ stopCode: "TaskFailedToStart", stoppedReason })]);
    await expect(exitCode).rejects.toThrow(
      /^The task never ran\. ECS says: CannotPullContainerError.*\nWhy: The registry has no image of that version\.\nFix: .+\nhttps:/,
    );
  });

  it("is stopped by an interruption", async () => {
    const ending = new AbortController();
    const { exitCode, facts, ecs } = running([RUNNING], { signal: ending.signal });
    const untilRunning = setInterval(() => facts.includes("It runs.") && ending.abort(), 1);
    await expect(exitCode).rejects.toThrow("The command was interrupted. Task 0123 is stopping");
    clearInterval(untilRunning);
    expect(ecs.commandCalls(StopTaskCommand)[0]?.args[0].input).toMatchObject({ cluster: "operation-app", task: ARN });
  });

  it("is stopped when it takes too long", async () => {
    const { exitCode, ecs } = running([RUNNING], { timeoutMs: 20 });
    await expect(exitCode).rejects.toThrow("The command timed out. Task 0123 is stopping");
    expect(ecs.commandCalls(StopTaskCommand)).toHaveLength(1);
  });

  it("is not started after an interruption", async () => {
    const { exitCode, ecs } = running([], { signal: AbortSignal.abort() });
    await expect(exitCode).rejects.toThrow("No task was started.");
    expect(ecs.calls()).toEqual([]);
  });

  it("that ECS refuses is reported with ECS's reason", async () => {
    const { clients } = session();
    mockClient(clients.ecs)
      .on(RunTaskCommand)
      .resolves({ tasks: [], failures: [{ reason: "Capacity is unavailable at this time." }] });
    await expect(runOnce(clients, ONE_OFF, { timeoutMs: 1_000, onLine: () => {} })).rejects.toThrow(
      "ECS did not start the task: Capacity is unavailable at this time.",
    );
  });
});

describe("where a command runs", () => {
  function asked(app = taskDefinition()) {
    const one = session();
    answerWithOneService(one, app);
    return one;
  }

  it("is the service's own task definition, subnets and groups", async () => {
    expect(await oneOffFor(asked(), "app")).toMatchObject({
      definition: { family: "task-operation-app" },
      container: "app",
      network: { awsvpcConfiguration: { securityGroups: ["sg-app"] } },
    });
  });

  it("is the migration's, in the app's subnets and groups", async () => {
    expect(await oneOffFor(asked(), "migrate")).toMatchObject({
      definition: { family: "task-operation-app-migrate" },
      container: "migrate",
      network: { awsvpcConfiguration: { securityGroups: ["sg-app"] } },
    });
  });

  it("is the migration's where another container would wait for the app to be healthy", async () => {
    const app = taskDefinition();
    const nginx = { name: "nginx", dependsOn: [{ containerName: "app", condition: "HEALTHY" as const }] };
    const together = { ...app, containerDefinitions: [...(app.containerDefinitions ?? []), nginx] };
    expect(await oneOffFor(asked(together), "app")).toMatchObject({ container: "migrate" });
  });

  it("is nowhere where there is no such service", async () => {
    await expect(oneOffFor(asked(), "web")).rejects.toThrow('There is no service "web". There are: app.');
  });
});

it("one text is for a shell, several words are a program and its arguments", () => {
  expect(commandOf(["rails runner 'puts 1'"])).toEqual(["sh", "-c", "rails runner 'puts 1'"]);
  expect(commandOf(["bin/rails", "db:migrate:status"])).toEqual(["bin/rails", "db:migrate:status"]);
  expect(commandOf(["env"])).toEqual(["env"]);
});
