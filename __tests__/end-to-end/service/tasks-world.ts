import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { CreateSecurityGroupCommand, EC2Client } from "@aws-sdk/client-ec2";
import { CreateRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import {
  type ContainerDefinition,
  CreateClusterCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { emulatorClient } from "../../../tools/local/aws-environment.ts";
import { type Emulator, startEmulator } from "../../../tools/local/emulator/start.ts";
import { Engine } from "../../../tools/local/service/engine.ts";
import { makePublicVpc } from "./public-vpc.ts";

const region = "ap-northeast-1";
const group = "/ecs/tasks";
const PATIENCE_MS = 120_000;

/** What containers run that are about no image. */
export const IMAGE = "docker.io/library/debian:trixie-slim";

/** The engine of this machine, behind a socket that can be closed: to whoever uses that, it has gone away. */
class EngineSocket {
  readonly address: string;
  private readonly path: string;
  private readonly server: Server;
  private readonly connections = new Set<Socket>();

  constructor(directory: string, engine: string) {
    this.path = join(directory, "engine.sock");
    this.address = `unix://${this.path}`;
    const { protocol, hostname, port, pathname } = new URL(engine);
    this.server = createServer({ allowHalfOpen: true }, (incoming) => {
      const options = {
        allowHalfOpen: true,
        ...(protocol === "unix:" ? { path: pathname } : { host: hostname, port: Number(port) }),
      };
      const upstream = connect(options);
      for (const [one, other] of [
        [incoming, upstream],
        [upstream, incoming],
      ] as const) {
        this.connections.add(one);
        one.on("error", () => other.destroy()).on("close", () => this.connections.delete(one));
        one.pipe(other);
      }
    });
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(this.path, resolve));
  }

  close(): void {
    this.server.close();
    for (const connection of this.connections) connection.destroy();
  }
}

/** A cluster with all that a task needs, made by calls, in an emulator that runs containers. */
export class TasksWorld {
  readonly directory = mkdtempSync(join(tmpdir(), "tasks-"));
  emulator!: Emulator;
  engine!: EngineSocket;
  secretArn = "";
  private ecs!: ECSClient;
  private logs!: CloudWatchLogsClient;
  private roleArn = "";
  private network: RunTaskCommandInput["networkConfiguration"];

  async start(): Promise<void> {
    const { directory } = this;
    this.engine = new EngineSocket(directory, (await Engine.find(directory))?.address ?? "");
    await this.engine.open();
    const env = { ...process.env, DOCKER_HOST: this.engine.address };
    this.emulator = await startEmulator({ directory, region, env, runsContainers: true });
    const client = emulatorClient({ endpoint: this.emulator.endpoint, region });
    this.ecs = new ECSClient(client);
    this.logs = new CloudWatchLogsClient(client);
    const ec2 = new EC2Client(client);
    const { vpcId: VpcId, subnetIds } = await makePublicVpc(ec2, "10.77.0.0/16", [{ CidrBlock: "10.77.1.0/24" }]);
    const { GroupId } = await ec2.send(
      new CreateSecurityGroupCommand({ VpcId, GroupName: "task", Description: "task" }),
    );
    this.network = {
      awsvpcConfiguration: {
        subnets: subnetIds,
        securityGroups: [GroupId ?? ""],
        assignPublicIp: "ENABLED",
      },
    };
    await this.ecs.send(new CreateClusterCommand({ clusterName: "main" }));
    await this.logs.send(new CreateLogGroupCommand({ logGroupName: group }));
    const secret = { Name: "app", SecretString: JSON.stringify({ password: "from the secret" }) };
    this.secretArn = (await new SecretsManagerClient(client).send(new CreateSecretCommand(secret))).ARN ?? "";
    this.roleArn = await makeRole(new IAMClient(client));
    await new ECRClient(client).send(new CreateRepositoryCommand({ repositoryName: "app" }));
  }

  async end(): Promise<void> {
    await this.emulator?.stop();
    this.engine?.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Runs a task of these containers. */
  async run(containers: readonly ContainerDefinition[], options: Partial<RunTaskCommandInput> = {}): Promise<Running> {
    const { taskDefinition } = await this.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: "app",
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        cpu: "256",
        memory: "512",
        executionRoleArn: this.roleArn,
        taskRoleArn: this.roleArn,
        containerDefinitions: containers.map((container) => ({ image: IMAGE, ...this.logging(), ...container })),
      }),
    );
    const { tasks: [task] = [] } = await this.ecs.send(
      new RunTaskCommand({
        cluster: "main",
        taskDefinition: taskDefinition?.taskDefinitionArn,
        networkConfiguration: this.network,
        enableExecuteCommand: true,
        ...options,
      }),
    );
    return new Running(this.ecs, this.logs, task?.taskArn ?? "");
  }

  private logging(): Partial<ContainerDefinition> {
    const options = { "awslogs-group": group, "awslogs-region": region, "awslogs-stream-prefix": "app" };
    return { logConfiguration: { logDriver: "awslogs", options } };
  }
}

/** A task that was started. */
export class Running {
  readonly arn: string;
  private readonly ecs: ECSClient;
  private readonly logs: CloudWatchLogsClient;

  constructor(ecs: ECSClient, logs: CloudWatchLogsClient, arn: string) {
    this.ecs = ecs;
    this.logs = logs;
    this.arn = arn;
  }

  async describe(): Promise<Task> {
    const { tasks: [task] = [] } = await this.ecs.send(
      new DescribeTasksCommand({ cluster: "main", tasks: [this.arn] }),
    );
    return task ?? {};
  }

  /** Waits until it is as wanted. */
  async until(isSo: (task: Task) => boolean): Promise<Task> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const task = await this.describe();
      if (isSo(task)) return task;
      if (task.lastStatus === "STOPPED" || Date.now() > deadline)
        throw new Error(`It did not come to pass: ${JSON.stringify(task)}`);
      await sleep(100);
    }
  }

  stopped(): Promise<Task> {
    return this.until(({ lastStatus }) => lastStatus === "STOPPED");
  }

  async stop(): Promise<Task> {
    await this.ecs.send(new StopTaskCommand({ cluster: "main", task: this.arn }));
    return this.stopped();
  }

  /** What it has written, so far and at most a page of it, one container after the other. */
  async lines(): Promise<string[]> {
    const id = this.arn.split("/").at(-1) ?? "";
    const { logStreams = [] } = await this.logs.send(new DescribeLogStreamsCommand({ logGroupName: group }));
    const names = logStreams.flatMap(({ logStreamName = "" }) => (logStreamName.endsWith(id) ? [logStreamName] : []));
    if (names.length === 0) return [];
    const filter = { logGroupName: group, logStreamNames: names };
    const { events = [] } = await this.logs.send(new FilterLogEventsCommand(filter));
    return events.map(({ message = "" }) => message);
  }

  /** Waits until it has written a line. */
  async wrote(line: string): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await this.lines()).includes(line)) {
      const { lastStatus, stoppedReason } = await this.describe();
      if (lastStatus === "STOPPED" || Date.now() > deadline)
        throw new Error(`It did not write ${line}: ${stoppedReason}, ${JSON.stringify(await this.lines())}`);
      await sleep(100);
    }
  }
}

/** A role that tasks run with, and that may all that a task needs to start. */
async function makeRole(iam: IAMClient): Promise<string> {
  const document = (statement: object) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
  const trust = document({ Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" });
  const role = { RoleName: "task", AssumeRolePolicyDocument: trust };
  const { Role } = await iam.send(new CreateRoleCommand(role));
  const PolicyDocument = document({ Action: ["ecr:*", "logs:*", "secretsmanager:*"], Resource: "*" });
  await iam.send(new PutRolePolicyCommand({ RoleName: "task", PolicyName: "task", PolicyDocument }));
  return Role?.Arn ?? "";
}
