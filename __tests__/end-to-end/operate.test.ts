import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudWatchLogsClient, CreateLogStreamCommand, PutLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withoutColors } from "../../tools/lib/process/run-tool.ts";
import { emulatorClient } from "../../tools/local/aws-environment.ts";
import type { Emulator } from "../../tools/local/emulator/start.ts";
import { layFoundations } from "../../tools/local/foundations.ts";
import { startAws } from "../support/aws.ts";
import { ProjectCopy } from "../support/project-copy.ts";
import { endToEnd } from "./requirement.ts";

const REGION = "ap-northeast-1";
const BUCKET = "operation-app-terraform-state";
const FAMILY = "task-operation-app";
const SERVICE = "aws_ecs_service.service_service";
const VALUE = "a-value-that-nobody-sees";

/**
 * What the emulator can't show: containers that start and write, targets of a load balancer, ECS Exec. Log lines are
 * put in by hand, and a task ends after a few looks, with exit code 0 whatever it was to do.
 */
describe.runIf(await endToEnd())("operating what the real Terraform has deployed", () => {
  const directory = mkdtempSync(join(tmpdir(), "operate-"));
  const project = new ProjectCopy();
  let emulator: Emulator;
  let env: NodeJS.ProcessEnv;
  let ecs: ECSClient;

  beforeAll(async () => {
    const aws = await startAws({ directory });
    emulator = aws.emulator;
    env = withoutColors({ ...aws.env, INIT_CWD: undefined });
    project.putStack("operated-stack.ts");
    project.edit("environments/production.ts", {
      'SECRET_KEY_BASE: "generated"': 'SECRET_KEY_BASE: "generated", RAILS_MASTER_KEY: "by-hand"',
      "// prevent_destroy, deletion protection, a final snapshot.": `acknowledgements: ${JSON.stringify(
        ["NET-101", "NET-103", "NET-104"].map((id) => ({ id, address: SERVICE, reason: "nothing runs here" })),
      )},`,
    });
    ecs = new ECSClient(emulatorClient({ endpoint: emulator.endpoint, region: REGION }));
  });
  afterAll(async () => {
    project.remove();
    await emulator?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  async function lastDeployment() {
    const of = { cluster: "operation-app", services: ["operation-app-app"] };
    const { services = [] } = await ecs.send(new DescribeServicesCommand(of));
    return services[0]?.deployments?.find(({ status }) => status === "PRIMARY")?.id;
  }

  function start(command: string, args: readonly string[] = [], input = "") {
    return project.start("bin/infra", [command, ...args], env, input);
  }

  async function run(...how: Parameters<typeof start>) {
    const { exitCode, all } = await start(...how);
    return { exitCode, text: all };
  }

  it("says what to run before there is anything", async () => {
    const { exitCode, text } = await run("status");
    expect(text).toMatch(/^The state bucket "operation-app-terraform-state" does not exist yet\. Run: .+$/);
    expect(exitCode).toBe(1);
    await layFoundations(emulator.endpoint, { region: REGION, stateBucket: BUCKET, hostedZones: [] });
    const { text: notDeployed } = await run("status");
    expect(notDeployed).toMatch(/^production is not deployed yet \(s3:.+\)\. Run: bin\/infra apply production$/);
  });

  it("shows what runs, and that an older revision runs than was deployed", async () => {
    const older = { family: FAMILY, containerDefinitions: [{ name: "app", image: "registry.example.com/app:0.0.9" }] };
    await ecs.send(
      new RegisterTaskDefinitionCommand({ ...older, requiresCompatibilities: ["FARGATE"], cpu: "256", memory: "512" }),
    );
    const deployed = await run("apply", ["production", "--yes"]);
    expect(deployed.exitCode, deployed.text).toBe(0);

    const good = await run("status");
    expect(good.exitCode, good.text).toBe(0);
    expect(good.text).toMatch(/app +│ 1 +│ 1 +│ 0 +│ app 0\.1\.0 +│ task-operation-app:2 +│ COMPLETED/);
    expect(good.text).toContain("production: every service is healthy.");

    const service = { cluster: "operation-app", service: "operation-app-app" };
    await ecs.send(new UpdateServiceCommand({ ...service, taskDefinition: `${FAMILY}:1` }));
    const back = await run("status");
    await ecs.send(new UpdateServiceCommand({ ...service, taskDefinition: `${FAMILY}:2` }));
    expect(back.exitCode, back.text).toBe(1);
    expect(back.text).toContain(
      "app: It runs task-operation-app:1, not task-operation-app:2, the latest that Terraform registered",
    );
  });

  it("gives a secret its value, and shows none", async () => {
    const missing = await run("secrets", ["missing"]);
    expect(missing.exitCode, missing.text).toBe(1);
    expect(missing.text).toBe("RAILS_MASTER_KEY has no value yet (needed by app, migrate)");
    const refused = await run("secrets", ["set", "SECRET_KEY_BASE", "--environment", "production"], VALUE);
    expect(refused.exitCode, refused.text).toBe(2);
    const before = await lastDeployment();
    const set = await run("secrets", ["set", "RAILS_MASTER_KEY", "--environment", "production"], `${VALUE}\n`);
    expect(set.exitCode, set.text).toBe(0);
    expect(await lastDeployment(), "the rule, its state machine and the deployment that it starts").not.toBe(before);
    const list = await run("secrets", ["list"]);
    expect(list.text).toMatch(/RAILS_MASTER_KEY +│ operation-app\/RAILS_MASTER_KEY +│ by-hand +│ yes/);
    expect((await run("secrets", ["missing"])).exitCode).toBe(0);
    expect(set.text + list.text).not.toContain(VALUE);
    const secrets = new SecretsManagerClient(emulatorClient({ endpoint: emulator.endpoint, region: REGION }));
    const kept = await secrets.send(new GetSecretValueCommand({ SecretId: "operation-app/RAILS_MASTER_KEY" }));
    expect(kept.SecretString).toBe(VALUE);
  });

  it("shows logs of all groups in the order of time, and follows until Ctrl-C", async () => {
    await write("app", "1", 60_000, "first");
    await write("migrate", "2", 40_000, "second ERROR");
    await write("app", "3", 30_000, "third");
    await write("app", "4", 7_200_000, "long ago");
    const words = (text: string) => text.split("\n").map((line) => line.replace(/^\S+ /, ""));
    const all = await run("logs", ["--since", "1h"]);
    expect(words(all.text)).toEqual(["app     first", "migrate second ERROR", "app     third"]);
    expect(words((await run("logs", ["--service", "migrate", "--filter", "ERROR"])).text)).toEqual([
      "migrate second ERROR",
    ]);

    const following = start("logs", ["--follow", "--service", "app"]);
    const seen: string[] = [];
    for await (const line of following.iterable()) {
      seen.push(...words(line));
      if (line.includes("third")) await write("app", "5", 0, "fourth");
      if (line.includes("fourth")) following.kill("SIGINT");
    }
    expect(seen).toEqual(["app first", "app third", "app fourth"]);
    expect((await following).exitCode).toBe(0);
  });

  it("runs a command in a task of its own, passes its lines on, and ends with its exit code", async () => {
    const running = start("run", ["--environment", "production", "--", "bin/rails", "db:migrate:status"]);
    const lines: string[] = [];
    let id = "";
    for await (const line of running.iterable({ from: "all" })) {
      lines.push(line);
      if (id) continue;
      id = line.match(/^Task (\S+) of task-operation-app:2 is starting/)?.[1] ?? "";
      if (id) await write("app", id, 0, "up 20261124 Create users");
    }
    expect((await running).exitCode, lines.join("\n")).toBe(0);
    expect(lines.slice(1)).toEqual(["up 20261124 Create users", "Exit code 0."]);
    expect(await task(id)).toMatchObject({
      startedBy: "npm-run-run",
      launchType: "FARGATE",
      overrides: { containerOverrides: [{ name: "app", command: ["bin/rails", "db:migrate:status"] }] },
    });
  });

  it("stops the task at Ctrl-C", async () => {
    const running = start("run", ["--environment", "production", "--service", "migrate"]);
    const lines: string[] = [];
    for await (const line of running.iterable({ from: "all" })) {
      lines.push(line);
      if (line.includes("is starting")) running.kill("SIGINT");
    }
    expect((await running).exitCode, lines.join("\n")).toBe(130);
    const [, id = ""] = lines.at(-1)?.match(/^The command was interrupted\. Task (\S+) is stopping/) ?? [];
    expect(await task(id)).toMatchObject({ desiredStatus: "STOPPED", stoppedReason: "The command was interrupted." });
  });

  async function task(id: string) {
    return (await ecs.send(new DescribeTasksCommand({ cluster: "operation-app", tasks: [id] }))).tasks?.[0];
  }

  /** What a container would have written. */
  async function write(container: string, id: string, agoMs: number, message: string): Promise<void> {
    const logs = new CloudWatchLogsClient(emulatorClient({ endpoint: emulator.endpoint, region: REGION }));
    const place = { logGroupName: `/ecs/operation-app/${container}`, logStreamName: `${container}/${container}/${id}` };
    await logs.send(new CreateLogStreamCommand(place));
    await logs.send(new PutLogEventsCommand({ ...place, logEvents: [{ timestamp: Date.now() - agoMs, message }] }));
  }
});
