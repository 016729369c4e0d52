import { DescribeLogStreamsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeTasksCommand, ListTasksCommand, type Task } from "@aws-sdk/client-ecs";
import { GetQueueUrlCommand, PurgeQueueCommand, QueueDoesNotExist, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { clearMissed, inspectSchedules, missedRuns, oneOffOf } from "../../../tools/operate/schedules.ts";
import { schedulesText } from "../../../tools/operate/schedules-report.ts";
import type { Session } from "../../../tools/operate/session.ts";
import { answerWithOneService, service, session, taskArn, taskDefinition } from "./deployed.ts";

const NIGHTLY = {
  name: "nightly",
  when: "cron(0 3 * * ? *)",
  timeZone: "Asia/Tokyo",
  enabled: true,
  family: "task-operation-app-nightly",
};
const NOW = new Date("2026-11-30T00:00:00Z");
const QUEUE = "https://sqs/operation-app-dead-letters";

/** A deployment with schedules, whose tasks have ended like this. */
function deployedWith(ended: readonly Task[] = [], schedules = [NIGHTLY]): Session {
  const { clients, deployment } = session();
  const tasks = ended.map((task, index) => ({
    taskArn: taskArn(String(index)),
    lastStatus: "STOPPED",
    startedAt: new Date(NOW.getTime() - (index + 1) * 60_000),
    ...task,
  }));
  answerWithOneService({ clients, deployment }, taskDefinition("task-operation-app-nightly", "nightly"))
    .on(ListTasksCommand, { family: NIGHTLY.family, desiredStatus: "STOPPED" })
    .resolves({ taskArns: tasks.map((task) => task.taskArn as string) })
    .on(ListTasksCommand, { family: NIGHTLY.family, desiredStatus: "RUNNING" })
    .resolves({ taskArns: [] })
    .on(DescribeTasksCommand)
    .resolves({ tasks });
  mockClient(clients.logs)
    .on(DescribeLogStreamsCommand)
    .resolves({ logStreams: [{ lastEventTimestamp: NOW.getTime() - 30_000 }] });
  return { clients, deployment: { ...deployment, schedules, deadLetterQueue: "operation-app-dead-letters" } };
}

describe("schedules", () => {
  it("say when they run next, by this machine's clocks, and how they ended last", async () => {
    const deployed = deployedWith([
      { containers: [{ name: "nightly", exitCode: 1 }] },
      { containers: [{ exitCode: 0 }] },
    ]);
    const [nightly] = await inspectSchedules(deployed, NOW);
    expect(nightly).toMatchObject({
      next: new Date("2026-11-30T18:00:00Z"),
      lastLine: new Date("2026-11-29T23:59:30Z"),
    });
    expect(nightly?.runs.map(({ id, state }) => [id, state])).toEqual([
      ["0", "failed"],
      ["1", "succeeded"],
    ]);
    const text = schedulesText("production", await inspectSchedules(deployed, NOW), [], "Europe/Berlin");
    expect(text).toContain("next (Europe/Berlin)");
    expect(text).toContain("2026-11-30 19:00");
    expect(text).toContain("exit code 1. The app exited with an error., 2026-11-30 00:59");
  });

  it("say so where a task never ran, where one is switched off, and where there is none", async () => {
    const deployed = deployedWith(
      [{ stoppedReason: "CannotPullContainerError: manifest unknown", startedAt: undefined }],
      [{ ...NIGHTLY, enabled: false }],
    );
    const all = await inspectSchedules(deployed, NOW);
    expect(all[0]?.next).toBeUndefined();
    expect(all[0]?.runs[0]?.says).toMatch(/^never ran: CannotPullContainerError.*The registry has no image/);
    expect(schedulesText("production", all, [], "UTC")).toContain("switched off");
    expect(schedulesText("production", [], [])).toBe(
      "production has no schedules. Add one to ecs.schedules in environments/production.ts, and apply.",
    );
  });

  it("say what AWS could not start, and why, until it is cleared", async () => {
    const deployed = deployedWith();
    const queues = mockClient(deployed.clients.queues);
    queues.on(GetQueueUrlCommand).resolves({ QueueUrl: QUEUE });
    const value = (StringValue: string) => ({ DataType: "String", StringValue });
    queues.on(ReceiveMessageCommand).resolves({
      Messages: [
        {
          MessageAttributes: {
            SCHEDULE_ARN: value("arn:aws:scheduler:ap-northeast-1:123456789012:schedule/operation-app/nightly"),
            ERROR_CODE: value("AccessDeniedException"),
            ERROR_MESSAGE: value("not authorized to perform: ecs:RunTask"),
          },
          Attributes: { SentTimestamp: String(NOW.getTime()) },
        },
      ],
    });
    queues.on(PurgeQueueCommand).resolves({});
    const missed = await missedRuns(deployed);
    expect(missed).toEqual([
      { schedule: "nightly", at: NOW, why: "AccessDeniedException: not authorized to perform: ecs:RunTask" },
    ]);
    expect(queues.commandCalls(ReceiveMessageCommand)[0]?.args[0].input.VisibilityTimeout).toBe(0);
    const text = schedulesText("production", [{ ...NIGHTLY, next: NOW, lastLine: undefined, runs: [] }], missed, "UTC");
    expect(text).toContain("  nightly, 2026-11-30 00:00: AccessDeniedException: not authorized");
    await clearMissed(deployed);
    expect(queues.commandCalls(PurgeQueueCommand)[0]?.args[0].input).toEqual({ QueueUrl: QUEUE });
  });

  it("have missed nothing where there is no queue", async () => {
    const deployed = deployedWith();
    mockClient(deployed.clients.queues)
      .on(GetQueueUrlCommand)
      .rejects(new QueueDoesNotExist({ message: "none", $metadata: {} }));
    expect(await missedRuns(deployed)).toEqual([]);
    expect(
      await missedRuns({ ...deployed, deployment: { ...deployed.deployment, deadLetterQueue: undefined } }),
    ).toEqual([]);
  });

  it("are run now with their own task, in the app's subnets and groups", async () => {
    const deployed = deployedWith();
    expect(await oneOffOf(deployed, "nightly")).toMatchObject({
      cluster: "operation-app",
      container: "nightly",
      definition: { family: "task-operation-app-nightly" },
      network: service().networkConfiguration,
    });
    await expect(oneOffOf(deployed, "hourly")).rejects.toThrow('There is no schedule "hourly". There are: nightly.');
  });
});
