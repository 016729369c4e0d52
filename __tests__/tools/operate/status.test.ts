import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListServicesCommand,
  ListTasksCommand,
  type Service,
} from "@aws-sdk/client-ecs";
import { DescribeTargetHealthCommand, type TargetHealth } from "@aws-sdk/client-elastic-load-balancing-v2";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { inspectServices } from "../../../tools/operate/status.ts";
import { statusText } from "../../../tools/operate/status-report.ts";
import { definitionArn, service, session, stoppedTask, taskDefinition } from "./deployed.ts";

interface Answers {
  readonly service?: Partial<Service>;
  /** Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html */
  readonly targets?: readonly TargetHealth[];
  readonly stopped?: Parameters<typeof stoppedTask>[0][];
  readonly revision?: number;
}

async function look({ service: changes, targets = [], stopped = [], revision = 2 }: Answers = {}) {
  const asked = session();
  const one = service(changes);
  mockClient(asked.clients.ecs)
    .on(ListServicesCommand)
    .resolves({ serviceArns: [one.serviceArn ?? ""] })
    .on(DescribeServicesCommand)
    .resolves({ services: [one] })
    .on(DescribeTaskDefinitionCommand)
    .resolves({ taskDefinition: taskDefinition("task-operation-app", "app", revision) })
    .on(ListTasksCommand)
    .resolves({ taskArns: stopped.map((_, index) => `task-${index}`) })
    .on(DescribeTasksCommand)
    .resolves({ tasks: stopped.map(stoppedTask) });
  mockClient(asked.clients.loadBalancing)
    .on(DescribeTargetHealthCommand)
    .resolves({
      TargetHealthDescriptions: targets.map((health) => ({
        Target: { Id: "10.0.1.5", Port: 3000 },
        TargetHealth: health,
      })),
    });
  const [status] = await inspectServices(asked);
  if (!status) throw new Error("no service");
  return status;
}

const BEHIND_LB = { loadBalancers: [{ targetGroupArn: "arn:tg", containerName: "app", containerPort: 3000 }] };

describe("a service is well", () => {
  it("where all run, with what versions, how it was deployed, and healthy targets", async () => {
    const status = await look({ service: BEHIND_LB, targets: [{ State: "healthy" }] });
    expect(status).toMatchObject({
      name: "app",
      wanted: 2,
      running: 2,
      versions: { app: "0.2.0" },
      taskDefinition: "task-operation-app:2",
      rollout: { state: "COMPLETED", circuitBreaker: "on, goes back" },
      problems: [],
    });
    expect(statusText("production", [status])).toContain("every service is healthy.");
    const gone = { what: "database", says: "THERE IS NO INSTANCE", state: "bad" } as const;
    expect(statusText("production", [status], [gone])).toContain(
      "every service is healthy. Problems (above): database.",
    );
  });

  it("where targets come and go", async () => {
    const targets = [{ State: "initial", Reason: "Elb.InitialHealthChecking" }, { State: "draining" }] as const;
    expect((await look({ service: BEHIND_LB, targets })).problems).toEqual([]);
  });

  it("where it stands at zero, as before its first image", async () => {
    expect((await look({ service: { ...BEHIND_LB, desiredCount: 0, runningCount: 0 } })).problems).toEqual([]);
  });

  it("where tasks have stopped on purpose: they are not shown", async () => {
    const stopped = [{ stoppedReason: "Scaling activity initiated by (deployment ecs-svc/1)" }];
    expect((await look({ stopped })).stopped).toEqual([]);
  });
});

describe("a service is not well", () => {
  it("where fewer run than are wanted; and why they have stopped is said", async () => {
    const stopped = [
      { stoppedReason: "Essential container in task exited", containers: [{ name: "app", exitCode: 1 }] },
      { group: "service:another", stoppedReason: "Task failed container health checks" },
    ];
    const status = await look({ service: { runningCount: 1, pendingCount: 1 }, stopped });
    expect(status.problems).toEqual(["1 of 2 tasks are running, 1 are starting."]);
    expect(status.stopped).toHaveLength(1);
    const text = statusText("production", [status]);
    expect(text).toContain("ECS says: Essential container in task exited");
    expect(text).toContain("Why: The app exited with an error.");
    expect(text).toContain("Problems:\n  app: 1 of 2 tasks are running");
  });

  it("where the last deployment has failed", async () => {
    const deployments = [
      {
        status: "PRIMARY",
        rolloutState: "IN_PROGRESS" as const,
        rolloutStateReason: "rolling back to deploymentId ecs-svc/1.",
      },
      {
        status: "ACTIVE",
        rolloutState: "FAILED" as const,
        rolloutStateReason: "ECS deployment circuit breaker: tasks failed to start.",
        failedTasks: 3,
      },
    ];
    const { problems, rollout } = await look({ service: { deployments } });
    expect(rollout).toMatchObject({ state: "FAILED", failedTasks: 3 });
    expect(problems).toEqual(["The last deployment failed: ECS deployment circuit breaker: tasks failed to start."]);
  });

  it("where ECS is going back", async () => {
    const rolloutStateReason = "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1.";
    const deployments = [{ status: "PRIMARY", rolloutState: "IN_PROGRESS" as const, rolloutStateReason }];
    expect((await look({ service: { deployments } })).problems[0]).toContain("rolls back to the previous tasks");
  });

  it("where ECS has rolled back, and says that all is completed", async () => {
    const taskDefinition = definitionArn("task-operation-app", 1);
    expect((await look({ service: { taskDefinition }, revision: 1 })).problems).toEqual([
      "It runs task-operation-app:1, not task-operation-app:2, the latest that Terraform registered: ECS rolled back a failed deployment, or someone did by hand. bin/infra rollback keeps the files in step.",
    ]);
  });

  it("where a target is unhealthy or of no use, with the reason", async () => {
    const targets = [
      {
        State: "unhealthy",
        Reason: "Target.ResponseCodeMismatch",
        Description: "Health checks failed with these codes: [301]",
      },
      { State: "unused", Reason: "Target.NotInUse" },
    ] as const;
    expect((await look({ service: BEHIND_LB, targets })).problems).toEqual([
      "Target 10.0.1.5:3000 is unhealthy: Target.ResponseCodeMismatch: Health checks failed with these codes: [301]",
      "Target 10.0.1.5:3000 is unused: Target.NotInUse",
    ]);
  });

  it("where tasks run that the load balancer does not know", async () => {
    expect((await look({ service: BEHIND_LB })).problems).toEqual([
      "Tasks are running, but none is a target of the load balancer.",
    ]);
  });
});
