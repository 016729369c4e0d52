import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeTasksCommand, RunTaskCommand } from "@aws-sdk/client-ecs";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it, onTestFinished } from "vitest";
import { checkOf, drill, drillLine, durationText, recordDrill } from "../../../../tools/operate/restore/drill.ts";
import { checked, environmentWith } from "../../../support/synthesize.ts";
import { answerWithOneService, session, taskArn } from "../deployed.ts";
import { declared, fakeRds, instance, listening } from "./restorable-database.ts";

const DRILL = "operation-app-drill-202605311320";
const PASSWORD = "a-password-that-nobody-sees";

/** A drill on fake AWS, where the check ends with an exit code. */
function drilling({
  exitCode = 0,
  signal,
  leftOver = false,
  lines = ["[{users: 3}]"],
  appUser,
}: Partial<Drilling> = {}) {
  const one = session();
  const environment = checked(environmentWith({ database: { appUser } }));
  const asked = { ...one, deployment: { ...one.deployment, environment } };
  const earlier = leftOver ? [instance({ DBInstanceIdentifier: "operation-app-drill-202605010000" })] : [];
  const { rds, calls } = fakeRds([instance(), ...earlier]);
  const ecs = answerWithOneService(asked)
    .on(RunTaskCommand)
    .resolves({ tasks: [{ taskArn: taskArn("1") }] })
    .on(DescribeTasksCommand)
    .resolves({
      tasks: [{ lastStatus: "STOPPED", containers: ["app", "migrate"].map((name) => ({ name, exitCode })) }],
    });
  mockClient(asked.clients.logs)
    .on(GetLogEventsCommand)
    .resolves({ nextForwardToken: "end" })
    .on(GetLogEventsCommand, { nextToken: undefined })
    .resolves({ events: lines.map((message) => ({ message })), nextForwardToken: "end" });
  mockClient(asked.clients.secrets)
    .on(GetSecretValueCommand)
    .resolves({ SecretString: JSON.stringify({ username: "u", password: PASSWORD }) });
  const { progress, told } = listening();
  const run = () =>
    drill({
      session: asked,
      rds,
      progress,
      signal,
      declared: declared(),
      check: checkOf(undefined, "SELECT COUNT(*) FROM users"),
      pollMs: 1,
      timeoutMs: 1_000,
    });
  return {
    run,
    calls,
    told,
    deleted: () => calls.filter(({ name }) => name === "delete").map(({ input }) => input),
    started: () => ecs.commandCalls(RunTaskCommand).map(({ args }) => args[0].input),
  };
}

interface Drilling {
  readonly exitCode: number;
  readonly signal: AbortSignal;
  readonly leftOver: boolean;
  readonly lines: readonly string[];
  readonly appUser: object;
}

const TAKEN_DOWN = [{ DBInstanceIdentifier: DRILL, SkipFinalSnapshot: true, DeleteAutomatedBackups: true }];

describe("a drill", () => {
  it("restores the newest automated backup, asks the app, and deletes what it has made", async () => {
    const { run, calls, deleted, started, told } = drilling();
    expect(await run()).toMatchObject({
      dataOf: new Date("2026-05-31T13:20:00Z"),
      check: "SELECT COUNT(*) FROM users",
      said: "[{users: 3}]",
      problem: undefined,
    });
    expect(started()).toMatchObject([
      {
        overrides: {
          containerOverrides: [
            {
              name: "app",
              environment: [
                { name: "DRILL_SQL", value: "SELECT COUNT(*) FROM users" },
                { name: "DATABASE_HOST", value: `${DRILL}.abc.ap-northeast-1.rds.amazonaws.com` },
              ],
            },
          ],
        },
      },
    ]);
    expect(calls.filter(({ name }) => name === "modify").at(-1)?.input).toEqual({
      DBInstanceIdentifier: DRILL,
      MasterUserPassword: PASSWORD,
      ApplyImmediately: true,
    });
    expect(deleted()).toEqual(TAKEN_DOWN);
    expect(told.join("\n") + JSON.stringify(started())).not.toContain(PASSWORD);
  });

  it("asks as the master where Rails has a user of its own, whose password may be another one since", async () => {
    const { run, started } = drilling({ appUser: {} });
    expect(await run()).toMatchObject({ problem: undefined });
    expect(started()).toMatchObject([{ overrides: { containerOverrides: [{ name: "migrate" }] } }]);
  });

  it("has failed where the check fails, and deletes the instance all the same", async () => {
    const { run, deleted } = drilling({ exitCode: 1 });
    expect(await run()).toMatchObject({ problem: "the check failed with exit code 1" });
    expect(deleted()).toEqual(TAKEN_DOWN);
  });

  it("deletes the instance when it is interrupted, and is none then", async () => {
    const { run, deleted } = drilling({ signal: AbortSignal.abort() });
    await expect(run()).rejects.toThrow("Interrupted");
    expect(deleted()).toEqual(TAKEN_DOWN);
  });

  it("names what an earlier one has left, and leaves it alone", async () => {
    const { run, told, deleted } = drilling({ leftOver: true });
    await run();
    expect(told[0]).toBe(
      "operation-app-drill-202605010000 was left by a drill, and costs as much as the database. Delete it: aws rds delete-db-instance --db-instance-identifier operation-app-drill-202605010000 --skip-final-snapshot",
    );
    expect(deleted()).toEqual(TAKEN_DOWN);
  });
});

describe("the check of a drill", () => {
  it("is a command, a statement, or what every Rails app can be asked", () => {
    expect(checkOf("rails runner 'puts 1'", undefined).command).toEqual(["sh", "-c", "rails runner 'puts 1'"]);
    expect(checkOf(undefined, "SELECT 1").environment).toEqual({ DRILL_SQL: "SELECT 1" });
    expect(checkOf(undefined, undefined).environment.DRILL_SQL).toContain("schema_migrations");
    expect(() => checkOf("a", "b")).toThrow("--check and --sql can't be combined.");
  });
});

describe("the record of drills", () => {
  const done = {
    at: new Date("2026-06-01T00:00:00Z"),
    dataOf: new Date("2026-05-31T13:20:30Z"),
    restoredInMs: 754_000,
    tookMs: 800_000,
    check: "SELECT 1",
    said: "3 | three",
    problem: undefined,
  };

  it("has one line for each, which begins with a table's head", () => {
    const directory = mkdtempSync(join(tmpdir(), "drills-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const file = join(directory, "docs/drills.md");
    recordDrill(file, "production", done);
    recordDrill(file, "production", { ...done, dataOf: undefined, restoredInMs: undefined, problem: "no\nroom" });
    const lines = readFileSync(file, "utf8").trim().split("\n");
    expect(lines[0]).toBe("# Restore drills");
    expect(lines.slice(-3)).toEqual([
      "|---|---|---|---|---|---|",
      "| 2026-06-01 | production | 2026-05-31T13:20Z | 12 min 34 s | `SELECT 1` | 3 \\| three |",
      "| 2026-06-01 | production | - | - | `SELECT 1` | **failed**: no room |",
    ]);
  });

  it("tells a time as one says it", () => {
    expect([durationText(59_400), durationText(60_000)]).toEqual(["59 s", "1 min 0 s"]);
    expect(drillLine("production", { ...done, said: "" })).toMatch(/\| good \|$/);
  });
});
