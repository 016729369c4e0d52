import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type DBInstance,
  DescribeDBInstancesCommand,
  DescribeDBParametersCommand,
  type RDSClient,
} from "@aws-sdk/client-rds";
import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Busy, DatabaseIdentity, KeptDatabases } from "../emulator/gaps/database-identities.ts";
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
  /** What the emulator keeps of instances. */
  readonly kept: KeptDatabases;
}

interface Running extends Server {
  password: string;
  /** Its user is RDS's master. */
  isMaster: boolean;
  readonly resourceId: string;
  /** Name of its database, as a shell takes it. */
  readonly databaseName: string;
}

/**
 * Stands in for RDS: a real MySQL for each instance, under its endpoint's name, with its parameters, user, managed password and
 * security groups. Nothing but MySQL, one copy, without storage limits, backups or replicas.
 *
 * What is restored gets the data that its source has at that moment, whatever time or snapshot was asked for. An instance
 * that gets another name gets another server, with the data of the one before.
 */
export class Databases {
  private readonly options: DatabasesOptions;
  private readonly servers: Servers<Running>;
  /** What a server that is not there yet begins with, by its id. */
  private readonly data = new Map<string, string>();

  constructor(options: DatabasesOptions) {
    this.options = options;
    this.servers = new Servers(options.vpc);
  }

  /** Brings what runs to what is deployed now. */
  async reconcile(): Promise<void> {
    // Before the look: what is asked for meanwhile stays busy until the next one.
    const busy = new Map(this.options.kept.busy);
    const { DBInstances = [] } = await this.options.rds.send(new DescribeDBInstancesCommand({}));
    const wanted = DBInstances.filter(({ Engine, Endpoint }) => Engine === "mysql" && Endpoint?.Address);
    // Before anything is removed: what goes may be what the data of what comes is in.
    for (const instance of wanted) await this.keepData(instance);
    await this.servers.keepOnly(new Set(wanted.map((one) => this.idOf(one))));
    for (const instance of wanted) {
      const running = this.servers.get(this.idOf(instance));
      if (running) await this.update(await running, instance, busy);
      else await this.servers.add(this.idOf(instance), () => this.start(instance));
    }
  }

  private identityOf({ DBInstanceIdentifier = "" }: DBInstance): DatabaseIdentity {
    return this.options.kept.identities.get(DBInstanceIdentifier) ?? { resourceId: DBInstanceIdentifier };
  }

  /** Of a server: that of another instance, once it has the name, is another server. */
  private idOf(instance: DBInstance): string {
    return `${instance.DBInstanceIdentifier} ${this.identityOf(instance).resourceId}`;
  }

  private async keepData(instance: DBInstance): Promise<void> {
    const id = this.idOf(instance);
    if (this.servers.get(id) || this.data.has(id)) return;
    const { resourceId, restoredFrom } = this.identityOf(instance);
    const running = await this.servers.all();
    const source = [resourceId, restoredFrom].flatMap((of) => running.find((one) => one.resourceId === of) ?? [])[0];
    if (source) this.data.set(id, await dataOf(source));
  }

  private async start(instance: DBInstance): Promise<Running> {
    const { resourceId } = this.identityOf(instance);
    const server = await this.startEmpty(instance, resourceId);
    const data = this.data.get(this.idOf(instance));
    if (data !== undefined) await load(server, data);
    this.data.delete(this.idOf(instance));
    return server;
  }

  private async startEmpty(instance: DBInstance, resourceId: string): Promise<Running> {
    const { engine, name } = this.options;
    const id = instance.DBInstanceIdentifier;
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
    return { ...server, password, isMaster: false, resourceId, databaseName: DBName };
  }

  /** The user gets a master's rights once MySQL answers, and another password after a rotation. Then the instance is available. */
  private async update(running: Running, instance: DBInstance, seen: ReadonlyMap<string, Busy>): Promise<void> {
    const { busy } = this.options.kept;
    const id = running.resourceId;
    if ((await this.isUpToDate(running, instance)) && busy?.get(id) === seen.get(id)) busy?.delete(id);
  }

  private async isUpToDate(running: Running, instance: DBInstance): Promise<boolean> {
    const password = await this.passwordOf(instance);
    if (running.isMaster && password === running.password) return true;
    const master = `${quoted(instance.MasterUsername ?? "")}@'%'`;
    const sql = [
      `GRANT ${MASTER_RIGHTS} ON *.* TO ${master} WITH GRANT OPTION;`,
      ...(password === running.password ? [] : [`ALTER USER ${master} IDENTIFIED BY ${quoted(password)};`]),
    ];
    // By TCP: while MySQL is set up, it answers at its socket alone.
    const command = asRoot(`mysql -uroot -h127.0.0.1 -P${instance.Endpoint?.Port ?? 3306}`);
    const { exitCode } = await running.container.exec(command, { input: sql.join("\n") });
    if (exitCode === 0) Object.assign(running, { password, isMaster: true });
    return exitCode === 0;
  }

  private async passwordOf(instance: DBInstance): Promise<string> {
    const { password } = this.identityOf(instance);
    const { MasterUserSecret } = instance;
    if (!MasterUserSecret && password !== undefined) return password;
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

/** All that a database has, as SQL. @throws Error where MySQL does not give it */
async function dataOf({ container, databaseName }: Running): Promise<string> {
  const dump = `mysqldump -uroot --single-transaction --routines --hex-blob ${databaseName} 2>/tmp/problem || { cat /tmp/problem; exit 1; }`;
  const { exitCode, output } = await container.exec(asRoot(dump), {
    timeoutMs: COPY_MS,
    mostBytes: Number.POSITIVE_INFINITY,
  });
  if (exitCode !== 0) throw new Error(`mysqldump: ${output}`);
  return output;
}

/** @throws Error where MySQL refuses it */
async function load(server: Running, data: string): Promise<void> {
  await untilItAnswers(server);
  const command = asRoot(`mysql -uroot ${server.databaseName}`);
  const { exitCode, output } = await server.container.exec(command, { input: data, timeoutMs: COPY_MS });
  if (exitCode !== 0) throw new Error(`mysql: ${output}`);
}

/**
 * Of RDS's master user, as far as a user of MySQL's can have them.
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html
 */
const MASTER_RIGHTS = [
  "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER, SHOW DATABASES, CREATE TEMPORARY TABLES",
  "LOCK TABLES, EXECUTE, REPLICATION SLAVE, REPLICATION CLIENT, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT",
  "TRIGGER, CREATE ROLE, DROP ROLE, APPLICATION_PASSWORD_ADMIN, ROLE_ADMIN, XA_RECOVER_ADMIN",
].join(", ");

const asRoot = (command: string) => ["sh", "-c", `export MYSQL_PWD="$MYSQL_ROOT_PASSWORD"; ${command}`];

async function untilItAnswers({ container }: Running): Promise<void> {
  const ask = asRoot('mysql -uroot -h127.0.0.1 -e "SELECT 1"');
  const deadline = Date.now() + COPY_MS;
  while ((await container.exec(ask)).exitCode !== 0) {
    if (Date.now() > deadline) throw new Error("MySQL does not start.");
    await sleep(500);
  }
}

const COPY_MS = 120_000;

const quoted = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
