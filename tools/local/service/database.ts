import { randomBytes } from "node:crypto";
import {
  type DBInstance,
  DescribeDBInstancesCommand,
  DescribeDBParametersCommand,
  type RDSClient,
} from "@aws-sdk/client-rds";
import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Engine } from "./engine.ts";
import { mysqlImage } from "./images.ts";
import type { Vpc } from "./network/vpc.ts";
import { type Server, Servers, startServer } from "./servers.ts";

export interface DatabasesOptions {
  readonly engine: Engine;
  readonly vpc: Vpc;
  readonly rds: RDSClient;
  readonly secrets: SecretsManagerClient;
  /** Before the names of containers. */
  readonly name: string;
}

interface Running extends Server {
  password: string;
}

/**
 * Stands in for RDS: a real MySQL for each instance, under its endpoint's name, with its parameters, user, managed password and
 * security groups. Nothing but MySQL, one copy, without storage limits, backups or replicas.
 */
export class Databases {
  private readonly options: DatabasesOptions;
  private readonly servers: Servers<Running>;

  constructor(options: DatabasesOptions) {
    this.options = options;
    this.servers = new Servers(options.vpc);
  }

  /** Brings what runs to what is deployed now. */
  async reconcile(): Promise<void> {
    const { DBInstances = [] } = await this.options.rds.send(new DescribeDBInstancesCommand({}));
    const wanted = DBInstances.filter(({ Engine, Endpoint }) => Engine === "mysql" && Endpoint?.Address);
    await this.servers.keepOnly(new Set(wanted.map(idOf)));
    for (const instance of wanted) {
      const running = this.servers.get(idOf(instance));
      if (running) await this.update(await running, instance);
      else await this.servers.add(idOf(instance), () => this.start(instance));
    }
  }

  private async start(instance: DBInstance): Promise<Running> {
    const { engine, name } = this.options;
    const id = idOf(instance);
    const { MasterUsername = "", DBName = "", DBSubnetGroup, VpcSecurityGroups = [], Endpoint } = instance;
    const image = mysqlImage(instance.EngineVersion?.match(/^\d+\.\d+/)?.[0] ?? "8.4");
    await engine.pull(image);
    const password = await this.passwordOf(instance);
    const server = await startServer(
      this.options,
      {
        name: `database-${id}`,
        subnetIds: (DBSubnetGroup?.Subnets ?? []).flatMap(({ SubnetIdentifier }) => SubnetIdentifier ?? []),
        groupIds: VpcSecurityGroups.flatMap(({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? []),
        aliases: [Endpoint?.Address ?? ""],
      },
      {
        name: `${name}-database-${id}-mysql`,
        image,
        environment: {
          MYSQL_ROOT_PASSWORD: randomBytes(16).toString("hex"),
          MYSQL_DATABASE: DBName,
          MYSQL_USER: MasterUsername,
          MYSQL_PASSWORD: password,
        },
        command: ["mysqld", `--port=${Endpoint?.Port ?? 3306}`, ...(await this.parametersOf(instance))],
      },
    );
    return { ...server, password };
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

const idOf = ({ DBInstanceIdentifier = "" }: DBInstance) => DBInstanceIdentifier;

const quoted = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
