import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { ECSClient, ExecuteCommandCommand } from "@aws-sdk/client-ecs";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emulatorClient } from "../../../tools/local/aws-environment.ts";
import { readRecord } from "../../../tools/local/emulator/record.ts";
import { Engine } from "../../../tools/local/service/engine.ts";
import { endToEnd } from "../requirement.ts";
import { checkContainers } from "./requirement.ts";
import { TasksWorld } from "./tasks-world.ts";

/** A container that runs a script. */
const script = (text: string, more: Partial<ContainerDefinition> = {}): ContainerDefinition => ({
  name: "app",
  stopTimeout: 2,
  command: ["bash", "-c", text],
  ...more,
});

/** Asks for a path of another host, without any program for it. */
const GET = (host: string, path: string) =>
  `exec 3<>/dev/tcp/${host} && printf 'GET ${path} HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3`;

const FOREVER = "trap 'echo asked to end; exit 0' TERM; echo up; while true; do sleep 0.1; done";

describe.runIf(await endToEnd(checkContainers))("a task", () => {
  const world = new TasksWorld();

  beforeAll(() => world.start());
  afterAll(async () => {
    await world.end();
    const engine = await Engine.find(world.directory);
    expect(await engine?.containers()).toEqual([]);
    expect(await engine?.resourcesByThing()).toEqual([]);
  });

  it.concurrent("runs its containers to their end: secrets, overrides, log lines, exit code", async () => {
    const secrets = [{ name: "PASSWORD", valueFrom: `${world.secretArn}:password::` }];
    const environment = [
      { name: "COLOUR", value: "blue" },
      { name: "SIZE", value: "small" },
    ];
    const task = await world.run([script("exit 1", { secrets, environment })], {
      overrides: {
        containerOverrides: [
          {
            name: "app",
            command: ["sh", "-c", 'echo "$PASSWORD, $COLOUR and $SIZE"; exit 3'],
            environment: [{ name: "SIZE", value: "large" }],
          },
        ],
      },
    });
    const { stopCode, stoppedReason, containers } = await task.stopped();
    expect(stoppedReason).toBe("Essential container in task exited");
    expect(stopCode).toBe("EssentialContainerExited");
    expect(containers).toMatchObject([{ exitCode: 3, lastStatus: "STOPPED" }]);
    expect(await task.lines()).toEqual(["from the secret, blue and large"]);
  });

  it.concurrent("lets its containers meet on localhost, and start after each other", async () => {
    const serve = 'perl -MIO::Socket -e \'$s = IO::Socket::INET->new(LocalAddr => "127.0.0.1:8080", Listen => 5); ';
    const command = ["CMD", "bash", "-c", ": < /dev/tcp/127.0.0.1/8080"];
    const server = script(`${serve}while ($c = $s->accept) { print $c "hello\\n"; close $c }'`, {
      name: "server",
      essential: false,
      healthCheck: { command, interval: 5, startPeriod: 60 },
    });
    const client = script("cat < /dev/tcp/127.0.0.1/8080", {
      dependsOn: [
        { containerName: "server", condition: "HEALTHY" },
        { containerName: "setup", condition: "SUCCESS" },
      ],
    });
    const setup = script("echo set up", { name: "setup", essential: false });
    const task = await world.run([client, setup, server]);
    const { containers = [] } = await task.stopped();
    expect(containers.find(({ name }) => name === "app")).toMatchObject({ exitCode: 0 });
    expect((await task.lines()).sort()).toEqual(["hello", "set up"]);
  });

  it.concurrent("becomes unhealthy by its check", async () => {
    const healthCheck = { command: ["CMD", "false"], interval: 5, retries: 1 };
    const task = await world.run([script(FOREVER, { healthCheck })]);
    await task.until(({ healthStatus }) => healthStatus === "UNHEALTHY");
    await task.stop();
  });

  it.concurrent("has the credentials of its role", async () => {
    const task = await world.run([script(GET("169.254.170.2/80", "'$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'"))]);
    await task.stopped();
    const { RoleArn, AccessKeyId } = JSON.parse((await task.lines()).at(-1) ?? "{}");
    expect(RoleArn).toMatch(/:role\/task$/);
    expect(AccessKeyId).toMatch(/^\w+$/);
  });

  it.concurrent("opens a session, by the program that stands in for the Session Manager plugin", async () => {
    const task = await world.run([script(FOREVER)]);
    await task.wrote("up");
    const ecs = new ECSClient(emulatorClient({ endpoint: world.emulator.endpoint, region: "ap-northeast-1" }));
    const { session } = await ecs.send(
      new ExecuteCommandCommand({ cluster: "main", task: task.arn, command: "cat", interactive: true }),
    );
    const SESSION = JSON.stringify({ StreamUrl: session?.streamUrl, TokenValue: session?.tokenValue });
    const plugin = "tools/local/service/plugin/session-manager-plugin";
    const { stdout } = await execa(plugin, ["SESSION"], { env: { SESSION }, input: "typed\n\u0004" });
    expect(stdout).toContain("typed");
    const { containers } = await task.stop();
    expect(containers).toMatchObject([{ exitCode: 0 }]);
    expect(await task.lines()).toEqual(["up", "asked to end"]);
  });

  it.concurrent("is killed where it ignores the request to end", async () => {
    const task = await world.run([script("trap 'echo no' TERM; echo up; while true; do sleep 0.1; done")]);
    await task.wrote("up");
    const { stopCode, containers } = await task.stop();
    expect(stopCode).toBe("UserInitiated");
    expect(containers).toMatchObject([{ exitCode: 137 }]);
    expect(await task.lines()).toEqual(["up", "no"]);
  });

  it.concurrent.each([
    [
      "an image that is not in its repository",
      "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/app:none",
      /^CannotPullContainerError: .*app:none: not found$/,
    ],
    ["an image that no registry has", "localhost:1/hostile/none:1", /^CannotPullContainerError: .*localhost:1/],
  ])("does not start with %s", async (_, image, reason) => {
    const { stopCode, stoppedReason, containers } = await (await world.run([script("", { image })])).stopped();
    expect(stopCode).toBe("TaskFailedToStart");
    expect(stoppedReason).toMatch(reason);
    expect(stoppedReason).not.toContain("\n");
    expect(containers?.[0]?.exitCode).toBeUndefined();
  });

  it.concurrent("does not start with a command that its image lacks", async () => {
    const { stopCode, stoppedReason, containers } = await (
      await world.run([{ name: "app", command: ["/nothing"] }])
    ).stopped();
    expect(stopCode).toBe("TaskFailedToStart");
    expect(stoppedReason).toMatch(/^CannotStartContainerError: .*\/nothing/);
    expect(containers?.[0]?.reason).toBe(stoppedReason);
  });

  it.concurrent("does not wait without end for a container that never gets healthy", async () => {
    const healthCheck = { command: ["CMD", "false"], interval: 5, retries: 10 };
    const task = await world.run([
      script(FOREVER, { name: "sick", healthCheck, startTimeout: 2 }),
      script("echo started", { dependsOn: [{ containerName: "sick", condition: "HEALTHY" }] }),
    ]);
    const { stopCode, stoppedReason } = await task.stopped();
    expect(stopCode).toBe("TaskFailedToStart");
    expect(stoppedReason).toBe(
      "Container app was not started: container sick, on which it depends, did not reach HEALTHY within its startTimeout of 2 s.",
    );
    expect(await task.lines()).not.toContain("started");
  });

  it("keeps to its share of processes, whatever it starts", async () => {
    const running = async () => (await execa("ps", ["-A", "-o", "pid="])).stdout.split("\n").length;
    const before = await running();
    const task = await world.run([script("bomb() { bomb | bomb & }; bomb 2>/dev/null; echo lit; exec sleep 1000")]);
    await task.wrote("lit");
    expect(await running()).toBeLessThan(before + 2 * 1_024);
    expect((await task.stop()).containers).toMatchObject([{ lastStatus: "STOPPED" }]);
  });

  it("may write without end: neither the emulator nor what has the logs grows with it", async () => {
    const { pid } = readRecord(world.directory) ?? {};
    const memoryMiB = () => {
      const [, kiB] = /VmRSS:\s+(\d+)/.exec(readFileSync(join("/proc", String(pid), "status"), "utf8")) ?? [];
      return Number(kiB) / 1024;
    };
    const before = memoryMiB();
    const task = await world.run([
      script("yes 'a line of a container that has much to say'", { name: "lines" }),
      script("tr '\\0' a < /dev/zero", { name: "one-line" }),
    ]);
    await task.wrote("a line of a container that has much to say");
    for (let looks = 0; looks < 5; looks++) {
      await sleep(1_000);
      expect(memoryMiB() - before).toBeLessThan(300);
      expect((await task.describe()).lastStatus).not.toBe("STOPPED");
    }
    expect((await task.stop()).containers).toMatchObject([{ lastStatus: "STOPPED" }, { lastStatus: "STOPPED" }]);
  });

  it("goes on where the engine goes away and comes back, and so does the emulator", async () => {
    const task = await world.run([script(FOREVER)]);
    await task.wrote("up");
    world.engine.close();
    const other = await world.run([script("echo never")]);
    expect((await other.stopped()).stopCode).toBe("TaskFailedToStart");
    expect((await task.describe()).lastStatus).toBe("RUNNING");
    await world.engine.open();
    const third = await world.run([script("echo again")]);
    await third.stopped();
    expect(await third.lines()).toEqual(["again"]);
    expect((await task.stop()).containers).toMatchObject([{ exitCode: 0 }]);
  });
});
