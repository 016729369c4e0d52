import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServicesCommand,
  ListTasksCommand,
  RunTaskCommand,
  StopTaskCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { listen } from "../../../tools/lib/process/ports.ts";
import { emulatorClient, emulatorEnvironment } from "../../../tools/local/aws-environment.ts";
import { createProxy } from "../../../tools/local/emulator/proxy.ts";
import { ecsCalls } from "../../../tools/local/service/ecs/index.ts";
import { Scheduler } from "../../../tools/local/service/ecs/scheduler.ts";
import { listTasks } from "../../../tools/operate/services.ts";
import { type Aws, startAws } from "../../support/aws.ts";
import { World } from "../../tools/local/service/ecs/stage.ts";
import { endToEnd } from "../requirement.ts";

const region = "ap-northeast-1";
const cluster = "main";

const container = (image: string) => ({
  name: "web",
  image,
  essential: true,
  portMappings: [{ name: "http", containerPort: 8080, hostPort: 8080, protocol: "tcp", appProtocol: "http" }],
  healthCheck: { command: ["CMD", "true"], interval: 15, timeout: 5, retries: 3, startPeriod: 60 },
  secrets: [{ name: "KEY", valueFrom: `arn:aws:secretsmanager:${region}:123456789012:secret:key-AbCdEf` }],
  dependsOn: [{ containerName: "web", condition: "START" }],
  linuxParameters: { initProcessEnabled: true },
  readonlyRootFilesystem: true,
  stopTimeout: 30,
  user: "1000",
});

const stack = (image: string, service: object = {}) => ({
  resource: {
    aws_ecs_cluster: { main: { name: cluster } },
    aws_service_discovery_http_namespace: { main: { name: cluster } },
    aws_vpc: { main: { cidr_block: "10.0.0.0/16" } },
    aws_subnet: { main: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.0.0/24" } },
    aws_security_group: { main: { name: "web", vpc_id: "${aws_vpc.main.id}" } },
    aws_ecs_task_definition: {
      web: {
        family: "web",
        requires_compatibilities: ["FARGATE"],
        network_mode: "awsvpc",
        cpu: "256",
        memory: "512",
        runtime_platform: { operating_system_family: "LINUX", cpu_architecture: "ARM64" },
        container_definitions: JSON.stringify([container(image)]),
      },
    },
    aws_ecs_service: {
      web: {
        name: "web",
        cluster: "${aws_ecs_cluster.main.arn}",
        task_definition: "${aws_ecs_task_definition.web.arn}",
        launch_type: "FARGATE",
        desired_count: 0,
        lifecycle: { ignore_changes: ["desired_count"] },
        deployment_circuit_breaker: { enable: true, rollback: true },
        enable_ecs_managed_tags: true,
        propagate_tags: "SERVICE",
        tags: { Application: "a" },
        wait_for_steady_state: true,
        network_configuration: {
          subnets: ["${aws_subnet.main.id}"],
          security_groups: ["${aws_security_group.main.id}"],
        },
        service_connect_configuration: {
          enabled: true,
          namespace: "${aws_service_discovery_http_namespace.main.arn}",
          service: { port_name: "http", discovery_name: "web", client_alias: { dns_name: "web", port: 8080 } },
        },
        ...service,
      },
    },
    aws_appautoscaling_target: {
      web: {
        service_namespace: "ecs",
        resource_id: "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.web.name}",
        scalable_dimension: "ecs:service:DesiredCount",
        min_capacity: 2,
        max_capacity: 4,
      },
    },
  },
});

describe.runIf(await endToEnd())("what stands in for ECS, deployed by Terraform", () => {
  const world = new World();
  let directory: string;
  let aws: Aws;
  let ecs: ECSClient;
  let env: NodeJS.ProcessEnv;
  let proxy: Server;
  let isRunning = true;
  let isPaused = false;
  const errors: unknown[] = [];
  const scheduler = new Scheduler(world, (...error) => errors.push(error));

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "ecs-"));
    aws = await startAws({ directory, startsProvider: true });
    const moto = emulatorClient({ endpoint: aws.emulator.endpoint, region });
    const motoPort = Number(new URL(aws.emulator.endpoint).port);
    proxy = createProxy({ motoPort, gaps: ecsCalls(scheduler, world.fargate, new ECSClient(moto)) });
    const endpoint = `http://127.0.0.1:${await listen(proxy)}`;
    env = { ...aws.env, ...emulatorEnvironment({ endpoint, region }, aws.env) };
    ecs = new ECSClient(emulatorClient({ endpoint, region }));
    (async () => {
      for (; isRunning; await sleep(20)) if (!isPaused) await second();
    })();
  });
  afterAll(async () => {
    isRunning = false;
    proxy?.closeAllConnections();
    proxy?.close();
    await aws?.emulator.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  afterEach(() => expect(errors).toEqual([]));

  const second = async () => {
    world.second();
    await scheduler.tick();
  };
  const terraform = async (...args: string[]) => {
    const { all } = await execa(aws.terraform.command, args, { cwd: directory, env, extendEnv: false, all: true });
    return all;
  };
  const apply = (image: string, service?: object) => {
    writeFileSync(join(directory, "main.tf.json"), JSON.stringify(stack(image, service)));
    return terraform("apply", "-auto-approve", "-no-color");
  };
  const show = async () => {
    const { services: [service] = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: ["web"] }));
    return service ?? {};
  };
  const until = async (isSo: (service: Awaited<ReturnType<typeof show>>) => boolean) => {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const service = await show();
      if (isSo(service)) return service;
      if (Date.now() > deadline) throw new Error(`It did not come to pass: ${JSON.stringify(service)}`);
      await sleep(50);
    }
  };

  it("starts a service from zero, by its scalable target", async () => {
    writeFileSync(join(directory, "main.tf.json"), JSON.stringify(stack("web:1")));
    await terraform("init", "-input=false");
    await apply("web:1");
    const service = await until(({ runningCount }) => runningCount === 2);
    expect(service).toMatchObject({ status: "ACTIVE", desiredCount: 2, pendingCount: 0 });
    expect(service.deployments).toMatchObject([{ status: "PRIMARY", rolloutState: "COMPLETED", runningCount: 2 }]);
    expect(service.events?.at(-1)?.createdAt).toBeInstanceOf(Date);
    expect(await terraform("plan", "-no-color")).toContain("No changes");
    expect(world.published.at(-1)).toMatch(/^web:8080 → 10\.0\.0\.\d+:8080, 10\.0\.0\.\d+:8080$/);
  });

  it("gives tasks what the registered definition says of their containers", async () => {
    const { definition } = world.tasks[0]?.request ?? {};
    expect(definition).toMatchObject({
      family: "web",
      cpu: "256",
      memory: "512",
      networkMode: "awsvpc",
      runtimePlatform: { cpuArchitecture: "ARM64" },
      containerDefinitions: [container("web:1")],
    });
    const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: "web" }));
    expect(taskDefinition).toEqual(definition);
    expect(world.tasks[0]?.request.network.awsvpcConfiguration?.subnets?.[0]).toMatch(/^subnet-/);
    expect(world.tasks[0]?.request.serviceConnect?.enabled).toBe(true);
    expect(world.tasks[0]?.request.tags).toContainEqual({ key: "Application", value: "a" });
  });

  it("lets the provider wait for the new tasks of a release", async () => {
    await apply("web:2");
    const service = await show();
    expect(service.deployments).toHaveLength(1);
    expect(service).toMatchObject({ desiredCount: 2, runningCount: 2 });
    expect(service.taskDefinition).toMatch(/web:2$/);
    expect(await terraform("plan", "-no-color")).toContain("No changes");
  });

  it("shows a rollback while it goes on, and what it went back to", async () => {
    world.fates[3] = "never runs";
    isPaused = true; // or all is over before Terraform has ended
    await apply("web:3", { wait_for_steady_state: false });
    for (let seconds = 0; seconds < 10; seconds += 1) await second();
    const failed = await until(({ deployments = [] }) =>
      deployments.some(({ rolloutState }) => rolloutState === "FAILED"),
    );
    expect(failed.deployments?.[0]?.rolloutStateReason).toMatch(/rolling back to deploymentId ecs-svc\/\d+\.$/);
    isPaused = false;
    const back = await until(({ deployments = [] }) => deployments[0]?.rolloutState === "COMPLETED");
    expect(back.taskDefinition).toMatch(/web:2$/);
    world.fates[3] = "well";
    const plan = await terraform("plan", "-no-color");
    expect(plan).toMatch(/task_definition\s+= ".*web:2" -> ".*web:3"/);
  });

  it("runs a task by itself, and finds tasks by what they are of", async () => {
    const network = world.tasks[0]?.request.network;
    const run = { cluster, taskDefinition: "web", networkConfiguration: network, startedBy: "me", count: 2 };
    const overrides = { containerOverrides: [{ name: "web", command: ["rails", "db:migrate"] }] };
    const { tasks = [], failures } = await ecs.send(new RunTaskCommand({ ...run, overrides }));
    expect(failures).toEqual([]);
    expect(tasks).toMatchObject([{ group: "family:web", lastStatus: "PROVISIONING" }, {}]);
    expect(world.tasks.at(-1)?.request.overrides).toEqual(overrides);

    const arns = tasks.map(({ taskArn }) => taskArn ?? "");
    const found = async (filter: object) => (await ecs.send(new ListTasksCommand({ cluster, ...filter }))).taskArns;
    expect(await found({ startedBy: "me" })).toEqual(arns);
    expect(await found({ family: "web" })).toHaveLength(4);
    expect(await found({ serviceName: "web" })).toHaveLength(2);
    expect(await listTasks(ecs, { cluster, serviceName: "web", desiredStatus: "STOPPED" })).not.toEqual([]);

    const { task } = await ecs.send(new StopTaskCommand({ cluster, task: arns[0], reason: "enough" }));
    expect(task).toMatchObject({ desiredStatus: "STOPPED", stoppedReason: "enough", stopCode: "UserInitiated" });
    const described = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [arns[1] ?? "", "nobody"] }));
    expect(described.tasks).toMatchObject([{ taskArn: arns[1] }]);
    expect(described.failures).toEqual([
      { arn: `arn:aws:ecs:${region}:123456789012:task/main/nobody`, reason: "MISSING" },
    ]);
  });

  it("refuses what ECS refuses, by the same exceptions", async () => {
    const network = world.tasks[0]?.request.network;
    const run = (input: object) =>
      ecs.send(new RunTaskCommand({ cluster, taskDefinition: "web", networkConfiguration: network, ...input }));
    await expect(run({ taskDefinition: "web:1" })).rejects.toThrow("TaskDefinition is inactive");
    await expect(run({ cluster: "nobody" })).rejects.toMatchObject({ name: "ClusterNotFoundException" });
    await expect(run({ taskDefinition: "nobody" })).rejects.toMatchObject({ name: "ClientException" });
    await expect(run({ networkConfiguration: undefined })).rejects.toMatchObject({ name: "InvalidParameterException" });
    await expect(ecs.send(new StopTaskCommand({ cluster, task: "nobody" }))).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
    await expect(
      ecs.send(new UpdateServiceCommand({ cluster, service: "nobody", desiredCount: 1 })),
    ).rejects.toMatchObject({ name: "ServiceNotFoundException" });
  });

  it("stops a task of the service on demand, and replaces it", async () => {
    const [arn = ""] = (await ecs.send(new ListTasksCommand({ cluster, serviceName: "web" }))).taskArns ?? [];
    await ecs.send(new StopTaskCommand({ cluster, task: arn }));
    await until(({ runningCount }) => runningCount === 2);
    const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [arn] }));
    expect(tasks).toMatchObject([
      { desiredStatus: "STOPPED", stopCode: "UserInitiated", stoppedReason: "Task stopped by user" },
    ]);
  });

  it("leaves no task behind when it is destroyed", async () => {
    const list = async () => (await ecs.send(new ListServicesCommand({ cluster }))).serviceArns;
    expect(await list()).toHaveLength(1);
    await terraform("destroy", "-target=aws_ecs_service.web", "-auto-approve", "-no-color");
    expect(await list()).toEqual([]);
    expect(await show()).toMatchObject({ status: "INACTIVE" });
    await terraform("destroy", "-auto-approve", "-no-color");
    expect(
      world.tasks.filter((task) => task.request.group === "service:web").map((task) => task.describe().lastStatus),
    ).not.toContain("RUNNING");
    expect(scheduler.find("main/web")).toBeUndefined();
    expect(world.published.at(-1)).toBe("web:8080 is withdrawn");
  });
});
