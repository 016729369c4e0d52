import { setImmediate } from "node:timers/promises";
import { GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListServicesCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import {
  DescribeSecretCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { createUser, rotatePassword } from "../../../tools/operate/database-user.ts";
import type { Session } from "../../../tools/operate/session.ts";
import { migrate } from "../../../tools/release/database-migration.ts";
import { type Changes, checked, environmentWith } from "../../support/synthesize.ts";
import { definitionArn, secretArn, service, session, stoppedTask, taskArn, taskDefinition } from "./deployed.ts";

const SECRET = secretArn("DATABASE_PASSWORD");
const ROTATED_AT = new Date("2026-11-24T10:00:00Z");
const [BEFORE, AFTER] = [new Date(ROTATED_AT.getTime() - 1), new Date(ROTATED_AT.getTime() + 1)];

/** A Secrets Manager and an ECS with one task after the other, as far as this is about them. What was done is in `done`, in order. */
function database({
  labels = {},
  tasks = [[]],
  exitCode = 0,
  settings = { appUser: {} },
  deployed = true,
  taggedAt = ROTATED_AT,
}: Partial<World> = {}) {
  const asked = session();
  const environment = checked(environmentWith({ database: settings }));
  const deployment = {
    ...asked.deployment,
    environment,
    databaseUserSecretArn: deployed ? SECRET : undefined,
  };
  const of: Session = { ...asked, deployment };
  const done: string[] = [];
  const tokens = new Set<string>();
  const versions = new Map(Object.entries(labels).map(([version, held]) => [version, new Set(held)]));
  mockClient(asked.clients.secrets)
    .on(DescribeSecretCommand)
    .callsFake(async () => ({
      LastChangedDate: looked > 0 ? taggedAt : ROTATED_AT,
      VersionIdsToStages: Object.fromEntries([...versions].map(([version, held]) => [version, [...held]])),
    }))
    .on(PutSecretValueCommand)
    .callsFake(async ({ SecretString, VersionStages, ClientRequestToken: token }) => {
      const value = JSON.parse(SecretString);
      expect(token).toMatch(/^.{32,64}$/);
      if (tokens.has(token)) throw new ResourceExistsException({ message: "in use", $metadata: {} });
      tokens.add(token);
      expect(value).toEqual({ username: "rails", password: expect.stringMatching(/^Aa1-[\w-]{40}$/) });
      done.push(`put ${VersionStages.join(" and ")}`);
      versions.set("new", new Set(VersionStages));
      return { VersionId: "new" };
    })
    .on(UpdateSecretVersionStageCommand)
    .callsFake(async ({ VersionStage, MoveToVersionId, RemoveFromVersionId }) => {
      done.push(`${VersionStage}: ${RemoveFromVersionId} → ${MoveToVersionId}`);
      versions.get(RemoveFromVersionId)?.delete(VersionStage);
      versions.get(MoveToVersionId)?.add(VersionStage);
    });
  let command: string[] = [];
  let looked = 0;
  const ecs = mockClient(asked.clients.ecs)
    .on(ListServicesCommand)
    .resolves({ serviceArns: ["app"] })
    .on(DescribeServicesCommand)
    .resolves({ services: [service()] })
    .on(DescribeTaskDefinitionCommand)
    .resolves({ taskDefinition: { ...taskDefinition("task-operation-app-migrate", "migrate") } })
    .on(DescribeTaskDefinitionCommand, { taskDefinition: "nginx:1" })
    .resolves({ taskDefinition: { containerDefinitions: [{ name: "nginx" }] } })
    .on(RegisterTaskDefinitionCommand)
    .callsFake(async (input) => {
      [{ command = [] }] = input.containerDefinitions;
      return { taskDefinition: { ...input, taskDefinitionArn: definitionArn("copy") } };
    })
    .on(DeregisterTaskDefinitionCommand)
    .resolves({})
    .on(RunTaskCommand)
    .callsFake(async () => {
      const script = command.find((word) => word.includes("ActiveRecord")) ?? "";
      done.push(script.includes("DISCARD OLD PASSWORD") ? "discard" : "make");
      return { tasks: [{ taskArn: taskArn("run") }] };
    })
    .on(DescribeTasksCommand)
    .resolves({ tasks: [stoppedTask({ containers: [{ name: "migrate", exitCode }] })] })
    .on(DescribeTasksCommand, { tasks: ["of the services"] })
    .callsFake(async () => {
      const there = tasks[Math.min(looked++, tasks.length - 1)] ?? [];
      done.push(`${there.length} tasks`);
      return { tasks: there };
    })
    .on(ListTasksCommand, { desiredStatus: "RUNNING" })
    .resolves({ taskArns: ["of the services"] })
    .on(ListTasksCommand, { desiredStatus: "STOPPED" })
    .resolves({ taskArns: [] });
  mockClient(asked.clients.logs).on(GetLogEventsCommand).resolves({});
  const options = { timeoutMs: 1_000, pollMs: 1, onLine() {} };
  const registered = () => ecs.commandCalls(RegisterTaskDefinitionCommand)[0]?.args[0].input;
  return { of, done, options, registered, ecs };
}

interface World {
  /** Labels by the versions of the secret that there are. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  /** What runs, from one look to the next. */
  readonly tasks: readonly (readonly Task[])[];
  readonly exitCode: number;
  readonly settings: NonNullable<Changes["database"]>;
  readonly deployed: boolean;
  /** When the secret is changed in another way, once tasks were looked at. @default never */
  readonly taggedAt: Date;
}

const task = (createdAt: Date, changes: Partial<Task> = {}): Task => ({
  taskArn: taskArn("0123"),
  taskDefinitionArn: definitionArn("task-operation-app"),
  lastStatus: "RUNNING",
  createdAt,
  ...changes,
});

const TO_THE_END = ["AWSCURRENT: old → new", "1 tasks", "discard", "AWSPENDING: new → undefined"];

describe("another password", () => {
  it("takes no new task for an old one where the secret gets a tag meanwhile", async () => {
    const { of, done, options } = database({
      labels: { old: ["AWSCURRENT"] },
      tasks: [[task(BEFORE)], [task(AFTER)]],
      taggedAt: new Date(AFTER.getTime() + 1),
    });
    await rotatePassword(of, { ...options, timeoutMs: 60_000 });
    expect(done.slice(-4)).toEqual(["1 tasks", "1 tasks", "discard", "AWSPENDING: new → undefined"]);
  });

  it("is known to MySQL before a task gets it, and the old one until no task has it", async () => {
    const { of, done, options } = database({
      labels: { old: ["AWSCURRENT"] },
      tasks: [[task(BEFORE), task(BEFORE)], [task(BEFORE), task(AFTER)], [task(AFTER)]],
    });
    expect(await rotatePassword(of, options)).toBe("rails");
    expect(done).toEqual([
      "put AWSPENDING",
      "make",
      "AWSCURRENT: old → new",
      "2 tasks",
      "2 tasks",
      "1 tasks",
      "discard",
      "AWSPENDING: new → undefined",
    ]);
  });

  it.each([
    ["before MySQL knew it", { old: ["AWSCURRENT"], new: ["AWSPENDING"] }, ["make", ...TO_THE_END]],
    ["before tasks were replaced", { old: ["AWSPREVIOUS"], new: ["AWSCURRENT", "AWSPENDING"] }, TO_THE_END.slice(1)],
  ])("goes on where it was interrupted: %s", async (_, labels, expected) => {
    const { of, done, options } = database({ labels, tasks: [[task(AFTER)]] });
    await rotatePassword(of, options);
    expect(done).toEqual(expected);
  });

  it("waits for tasks that are about to stop, and for none that do not read it", async () => {
    const stopping = task(BEFORE, { lastStatus: "DEACTIVATING" });
    const others = [task(BEFORE, { lastStatus: "STOPPED" }), task(BEFORE, { taskDefinitionArn: "nginx:1" })];
    const { of, done, options } = database({
      labels: { new: ["AWSCURRENT", "AWSPENDING"] },
      // Nobody knows which password one has that was asked for in the same millisecond.
      tasks: [[stopping, ...others], [task(ROTATED_AT)], others],
    });
    await rotatePassword(of, options);
    expect(done.slice(0, 4)).toEqual(["3 tasks", "1 tasks", "2 tasks", "discard"]);
  });

  it("waits for a task that is told to stop between two looks", async () => {
    const { of, done, options, ecs } = database({
      labels: { new: ["AWSCURRENT", "AWSPENDING"] },
      tasks: [[task(BEFORE)], []],
    });
    let isStopping = false;
    ecs.on(ListTasksCommand).callsFake(async ({ desiredStatus }) => {
      if (desiredStatus === "RUNNING") await setImmediate();
      const isListed = isStopping === (desiredStatus === "STOPPED");
      isStopping = true;
      return { taskArns: isListed ? ["of the services"] : [] };
    });
    await rotatePassword(of, options);
    expect(done[0]).toBe("1 tasks");
  });

  it("is made up by one of two runs at once", async () => {
    const { of, done, options } = database({ labels: { old: ["AWSCURRENT"] }, tasks: [[task(AFTER)]] });
    const [one, other] = await Promise.allSettled([rotatePassword(of, options), rotatePassword(of, options)]);
    expect(one?.status).toBe("fulfilled");
    expect(other).toMatchObject({
      reason: { message: expect.stringMatching(/^Another run has just changed the password of rails/) },
    });
    expect(done.filter((step) => step.startsWith("put") || step === "make")).toEqual(["put AWSPENDING", "make"]);
  });

  it("takes no password away where tasks are not replaced in time, and says which", async () => {
    const { of, done, options } = database({ labels: { old: ["AWSCURRENT"] }, tasks: [[task(BEFORE)]] });
    await expect(rotatePassword(of, { ...options, timeoutMs: 20 })).rejects.toThrow(
      "Tasks still have the old password: 0123. MySQL accepts both passwords until then. When the tasks are replaced, run it again: bin/infra db rotate production",
    );
    expect(done).not.toContain("discard");
  });

  it("reaches no task where MySQL does not take it", async () => {
    const { of, done, options } = database({ labels: { old: ["AWSCURRENT"] }, exitCode: 1 });
    await expect(rotatePassword(of, options)).rejects.toThrow("Passwords in use are still valid.");
    expect(done).toEqual(["put AWSPENDING", "make"]);
  });

  it.each([
    ["there is no such user", { settings: {} }, "has no database user for Rails. Write database: {"],
    ["its secret is not deployed", { deployed: false }, "not deployed yet. Run: bin/infra apply production"],
    ["it has none yet", { labels: {} }, "rails has no password yet. Run: bin/infra db user production"],
  ])("is refused where %s", async (_, world, expected) => {
    const { of, done, options } = database(world);
    await expect(rotatePassword(of, options)).rejects.toThrow(expected);
    expect(done).toEqual([]);
  });
});

describe("the user", () => {
  it("is made by a task with the master's login, and a password that no argument has", async () => {
    const { of, done, options, registered } = database();
    expect(await createUser(of, options)).toBe("rails");
    expect(done).toEqual(["put AWSCURRENT and UNCONFIRMED", "make", "UNCONFIRMED: new → undefined"]);
    expect(registered()).toMatchObject({
      family: "task-operation-app-migrate-user",
      containerDefinitions: [
        {
          environment: [{ name: "DATABASE_APP_USERNAME", value: "rails" }],
          secrets: expect.arrayContaining([{ name: "DATABASE_APP_PASSWORD", valueFrom: `${SECRET}:password::new` }]),
        },
      ],
    });
    expect(JSON.stringify(registered())).not.toContain("Aa1-");
  });

  it("stays one whom MySQL may not know where its task fails, until one ends well", async () => {
    const failed = database({ exitCode: 1 });
    await expect(createUser(failed.of, failed.options)).rejects.toThrow("Fix the error, and run this again.");
    expect(failed.done).toEqual(["put AWSCURRENT and UNCONFIRMED", "make"]);
    const { of, done, options } = database({ labels: { first: ["AWSCURRENT", "UNCONFIRMED"] } });
    await migrate(of, "registry/app:0.3.0", options);
    expect(done).toEqual(["make", "UNCONFIRMED: first → undefined"]);
  });

  it("is made before a release migrates, in the same task", async () => {
    const { of, done, options, registered } = database({ labels: { old: ["AWSCURRENT"] } });
    await migrate(of, "registry/app:0.3.0", options);
    expect(done).toEqual(["make"]);
    const [container] = registered()?.containerDefinitions ?? [];
    expect(container?.image).toBe("registry/app:0.3.0");
    expect(container?.command?.slice(0, 3)).toEqual([
      "sh",
      "-c",
      'bundle exec rails runner "$0" && exec "$@"',
    ] satisfies string[]);
  });

  it("is left to the next release where its secret is not deployed yet", async () => {
    const { of, options, registered } = database({ deployed: false });
    const facts: string[] = [];
    await migrate(of, "registry/app:0.3.0", { ...options, onFact: (fact) => facts.push(fact) });
    expect(registered()?.containerDefinitions?.[0]).not.toHaveProperty("environment");
    expect(facts[0]).toBe(
      "rails is created by the next release, or by bin/infra db user: its secret is not deployed yet.",
    );
  });
});
