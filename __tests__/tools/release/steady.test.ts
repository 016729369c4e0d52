import { GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListServicesCommand,
  ListTasksCommand,
  type Service,
  type Task,
} from "@aws-sdk/client-ecs";
import { DescribeTargetHealthCommand, type TargetHealth } from "@aws-sdk/client-elastic-load-balancing-v2";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { untilSteady } from "../../../tools/release/steady.ts";
import { definitionArn, service, session, stoppedTask, taskArn, taskDefinition } from "../operate/deployed.ts";

const OLD = definitionArn("task-operation-app", 1);
const NEW = definitionArn("task-operation-app", 2);
const BEHIND_LB = { loadBalancers: [{ targetGroupArn: "arn:tg", containerName: "app", containerPort: 3000 }] };

/**
 * Deployments of a service in the shapes of `DescribeServices`, by what happens in a rolling update with a circuit breaker.
 *
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html and
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
const ROLLING: Partial<Service> = {
  taskDefinition: NEW,
  runningCount: 3,
  deployments: [
    { status: "PRIMARY", taskDefinition: NEW, rolloutState: "IN_PROGRESS", failedTasks: 1 },
    { status: "ACTIVE", taskDefinition: OLD, rolloutState: "COMPLETED" },
  ],
};
const DONE: Partial<Service> = {
  deployments: [{ status: "PRIMARY", taskDefinition: NEW, rolloutState: "COMPLETED" }],
};
const GOING_BACK: Partial<Service> = {
  taskDefinition: OLD,
  deployments: [
    {
      status: "PRIMARY",
      taskDefinition: OLD,
      rolloutState: "IN_PROGRESS",
      rolloutStateReason: "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1.",
    },
    {
      status: "ACTIVE",
      taskDefinition: NEW,
      rolloutState: "FAILED",
      rolloutStateReason: "ECS deployment circuit breaker: tasks failed to start.",
    },
  ],
};
const GONE_BACK: Partial<Service> = {
  taskDefinition: OLD,
  deployments: [{ status: "PRIMARY", taskDefinition: OLD, rolloutState: "COMPLETED" }],
};

interface Answers {
  readonly targets?: readonly TargetHealth[];
  readonly stopped?: readonly Task[];
  /** In the log of each task. */
  readonly lines?: readonly string[];
  readonly timeoutMs?: number;
}

/** Waits for a service that is in these states, one look after the other. */
async function wait(
  states: readonly Partial<Service>[],
  {
    targets = [],
    stopped = [],
    lines = ["KeyError: key not found: RAILS_MASTER_KEY"],
    timeoutMs = 60_000,
  }: Answers = {},
) {
  const asked = session();
  const left = [...states];
  mockClient(asked.clients.ecs)
    .on(ListServicesCommand)
    .resolves({ serviceArns: ["app"] })
    .on(DescribeServicesCommand)
    .callsFake(async () => ({ services: [service(left.length > 1 ? left.shift() : left[0])] }))
    .on(DescribeTaskDefinitionCommand)
    .resolves({ taskDefinition: taskDefinition() })
    .on(ListTasksCommand)
    .resolves({ taskArns: stopped.map(({ taskArn = "" }) => taskArn) })
    .on(DescribeTasksCommand)
    .resolves({ tasks: [...stopped] });
  const logs = mockClient(asked.clients.logs);
  logs.on(GetLogEventsCommand).resolves({ events: lines.map((message) => ({ message })) });
  mockClient(asked.clients.loadBalancing)
    .on(DescribeTargetHealthCommand)
    .resolves({
      TargetHealthDescriptions: targets.map((TargetHealth, index) => ({
        Target: { Id: `10.0.1.${index}`, Port: 3000 },
        TargetHealth,
      })),
    });
  const said: string[] = [];
  const progress = {
    fact: (text: string) => said.push(`✔ ${text}`),
    output: (text: string) => said.push(text),
    text: (text: string) => said.push(text),
  };
  const options = { timeoutMs, pollMs: 1, versions: { app: "0.2.0", nginx: "0.2.0" }, progress };
  const error = await untilSteady(asked, options).then(
    () => undefined,
    (caught: Error) => caught.message,
  );
  return { error, said, logs };
}

describe("a release is steady", () => {
  it("when the new task definition is the only one, and tells each change once", async () => {
    const { error, said } = await wait([ROLLING, ROLLING, DONE]);
    expect(error).toBeUndefined();
    expect(said).toEqual([
      "app: task-operation-app:2, 3 of 2 tasks run, 1 have failed",
      "✔ app: task-operation-app:2 is steady, 2 of 2 tasks run",
    ]);
  });

  it("not before the load balancer's targets are healthy", async () => {
    const initial = { State: "initial", Reason: "Elb.RegistrationInProgress" } as const;
    const { error } = await wait([{ ...DONE, ...BEHIND_LB }], { targets: [initial], timeoutMs: 20 });
    expect(error).toContain("Timed out. The release is not running:");
    expect(error).toContain("targets: initial, Elb.RegistrationInProgress");
    const healthy = [{ State: "healthy" }, { State: "healthy" }] as const;
    expect((await wait([{ ...DONE, ...BEHIND_LB }], { targets: healthy })).error).toBeUndefined();
  });

  it("not while autoscaling has not yet lifted it from zero", async () => {
    const { error, said } = await wait([{ ...DONE, desiredCount: 0, runningCount: 0 }, DONE]);
    expect(error).toBeUndefined();
    expect(said[0]).toBe("app: task-operation-app:2, 0 of 1 tasks run");
  });
});

describe("a release has failed", () => {
  it.each([
    ["is going back", GOING_BACK, "(ECS deployment circuit breaker: tasks failed to start.)"],
    ["has gone back, and says that all is completed", GONE_BACK, ""],
  ])("where ECS %s", async (_, state, why) => {
    const { error } = await wait([ROLLING, state]);
    expect(error).toContain("app: task-operation-app:1 runs, not task-operation-app:2: ECS has rolled back");
    expect(error).toContain(why);
  });

  it("where the deployment fails without going back", async () => {
    const rolloutStateReason = "ECS deployment circuit breaker: tasks failed to start.";
    const failed = { status: "PRIMARY", taskDefinition: NEW, rolloutState: "FAILED", rolloutStateReason } as const;
    expect((await wait([{ taskDefinition: NEW, deployments: [failed] }])).error).toContain(rolloutStateReason);
  });

  it("with the reason of the tasks that stopped since, and their last lines, and of no other", async () => {
    const containers = [{ name: "app", exitCode: 1, reason: "" }];
    const stopped = [
      stoppedTask({ taskArn: taskArn("new"), stoppedAt: new Date(Date.now() + 1000), containers }),
      stoppedTask({ taskArn: taskArn("older"), stoppedAt: new Date(Date.now() - 60_000), containers }),
    ];
    const { error, logs } = await wait([GOING_BACK], { stopped });
    expect(error).toContain("Why: The app exited with an error.");
    expect(error).toContain("│ KeyError: key not found: RAILS_MASTER_KEY");
    expect(error).not.toContain("older");
    expect(logs.commandCalls(GetLogEventsCommand)[0]?.args[0].input).toMatchObject({
      logGroupName: "/ecs/operation-app/app",
      logStreamName: "app/app/new",
    });
  });

  it("with the error that stands before a long backtrace, in the shapes of Ruby, Rake and Node", async () => {
    const frames = (frame: string) => Array.from({ length: 40 }, () => frame);
    const lines = [
      "=> Booting Puma",
      "config/puma.rb:1:in `_load_from': There is nothing to serve (RuntimeError)",
      ...frames("\tfrom /gems/puma-6.6.0/lib/puma/dsl.rb:185:in `_load_from'"),
      "StandardError: An error has occurred, all later migrations canceled:",
      ...frames("/rails/db/migrate/20260201000000_fail.rb:2:in 'Fail#change'"),
      "Error: Cannot find module 'express'",
      ...frames("    at Module._load (node:internal/modules/cjs/loader:1091:27)"),
    ];
    const { error = "" } = await wait([GOING_BACK], {
      stopped: [stoppedTask({ stoppedAt: new Date(Date.now() + 1_000) })],
      lines,
    });
    const shown = error.split("\n").flatMap((line) => line.match(/^ {4}│ (.*)/)?.[1] ?? []);
    expect(shown.filter((line) => /^=> |Error/.test(line))).toHaveLength(4);
    expect(shown.filter((line) => line.includes("_load_from'") && line.includes("from "))).toHaveLength(3);
    expect(shown).toHaveLength(4 + 3 * (3 + 1));
  });
});
