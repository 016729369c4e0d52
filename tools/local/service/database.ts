import { randomBytes } from "node:crypto";
import {
  type DBInstance,
  DescribeDBInstancesCommand,
  DescribeDBParametersCommand,
  type RDSClient,
} from "@aws-sdk/client-rds";
import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Container } from "./container.ts";
import type { Engine } from "./engine.ts";
import { mysqlImage } from "./images.ts";
import type { NetworkInterface, Vpc } from "./network/vpc.ts";

export interface DatabasesOptions {
  readonly engine: Engine;
  readonly vpc: Vpc;
  readonly rds: RDSClient;
  readonly secrets: SecretsManagerClient;
  /** Before the names of containers. */
  readonly name: string;
}

interface Running {
  readonly network: NetworkInterface;
  readonly container: Container;
  readonly rootPassword: string;
  password: string;
}

/**
 * Stands in for RDS: a real MySQL for each instance, under its endpoint's name, with its parameters, user, managed password and
 * security groups. Nothing but MySQL, one copy, without storage limits, backups or replicas.
 */
export class Databases {
  private readonly options: DatabasesOptions;
  private readonly running = new Map<string, Promise<Running>>();

  constructor(options: DatabasesOptions) {
    this.options = options;
  }

  /** Brings what runs to what is deployed now. */
  async reconcile(): Promise<void> {
    const { DBInstances = [] } = await this.options.rds.send(new DescribeDBInstancesCommand({}));
    const wanted = DBInstances.filter(({ Engine, Endpoint }) => Engine === "mysql" && Endpoint?.Address);
    for (const [id, running] of this.running)
      if (!wanted.some(({ DBInstanceIdentifier }) => DBInstanceIdentifier === id)) await this.remove(id, running);
    for (const instance of wanted) {
      const id = instance.DBInstanceIdentifier ?? "";
      const running = this.running.get(id);
      if (running) await this.update(await running, instance);
      else await this.add(id, instance);
    }
  }

  private async add(id: string, instance: DBInstance): Promise<void> {
    const started = this.start(id, instance);
    this.running.set(id, started);
    await started.catch((error) => {
      this.running.delete(id);
      throw error;
    });
  }

  private async start(id: string, instance: DBInstance): Promise<Running> {
    const { engine, vpc, name } = this.options;
    const image = mysqlImage(instance.EngineVersion?.match(/^\d+\.\d+/)?.[0] ?? "8.4");
    await engine.pull(image);
    const { MasterUsername = "", DBName = "" } = instance;
    const password = await this.passwordOf(instance);
    const rootPassword = randomBytes(16).toString("hex");
    const network = await vpc.attach({
      name: `database-${id}`,
      subnetIds: (instance.DBSubnetGroup?.Subnets ?? []).flatMap(({ SubnetIdentifier }) => SubnetIdentifier ?? []),
      groupIds: (instance.VpcSecurityGroups ?? []).flatMap(({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? []),
      aliases: [instance.Endpoint?.Address ?? ""],
    });
    const container = await engine.run({
      name: `${name}-database-${id}-mysql`,
      image,
      network: { of: network.container.id },
      environment: {
        MYSQL_ROOT_PASSWORD: rootPassword,
        MYSQL_DATABASE: DBName,
        MYSQL_USER: MasterUsername,
        MYSQL_PASSWORD: password,
      },
      command: ["mysqld", `--port=${instance.Endpoint?.Port ?? 3306}`, ...(await this.parametersOf(instance))],
    });
    return { network, container, rootPassword, password };
  }

  /** The password is another one after a rotation. */
  private async update(running: Running, instance: DBInstance): Promise<void> {
    const password = await this.passwordOf(instance);
    if (password === running.password) return;
    const sql = `ALTER USER ${quoted(instance.MasterUsername ?? "")}@'%' IDENTIFIED BY ${quoted(password)};`;
    const client = ["sh", "-c", 'MYSQL_PWD="$MYSQL_ROOT_PASSWORD" mysql -uroot'];
    const { exitCode } = await running.container.exec(client, { input: sql });
    if (exitCode === 0) running.password = password;
  }

  private async remove(id: string, running: Promise<Running>): Promise<void> {
    this.running.delete(id);
    const { container, network } = await running;
    await container.remove();
    await this.options.vpc.detach(network);
  }

  private async passwordOf({ MasterUserSecret }: DBInstance): Promise<string> {
    if (!MasterUserSecret?.SecretArn)
      throw new Error("A database whose password RDS does not manage can't be run here.");
    const command = new GetSecretValueCommand({ SecretId: MasterUserSecret.SecretArn });
    const { SecretString = "{}" } = await this.options.secrets.send(command);
    return (JSON.parse(SecretString) as { password: string }).password;
  }

  private async parametersOf({ DBParameterGroups = [] }: DBInstance): Promise<string[]> {
    const [group] = DBParameterGroups;
    if (!group) return [];
    const { Parameters = [] } = await this.options.rds
      .send(new DescribeDBParametersCommand({ DBParameterGroupName: group.DBParameterGroupName, Source: "user" }))
      .catch(() => ({ Parameters: [] }));
    return Parameters.flatMap(({ ParameterName, ParameterValue }) =>
      ParameterName && ParameterValue !== undefined ? [`--${ParameterName}=${ParameterValue}`] : [],
    );
  }
}

const quoted = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
