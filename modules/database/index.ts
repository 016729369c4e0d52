import { DbInstance, type DbInstanceConfig } from "@cdktf/provider-aws/lib/db-instance";
import { DbParameterGroup } from "@cdktf/provider-aws/lib/db-parameter-group";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { SecretsmanagerSecretRotation } from "@cdktf/provider-aws/lib/secretsmanager-secret-rotation";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import type { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Construct } from "constructs";
import { MYSQL_PORT } from "../firewall/index.ts";
import type { TwoOrMore } from "../network/index.ts";
import type { SecretVariable } from "../secret.ts";
import { AppUser } from "./app-user.ts";
import { DatabaseLogs, EXPORTED_LOGS, slowLogParameters } from "./logs.ts";

export interface DatabaseProps {
  /** Identifier of the instance. */
  readonly name: string;
  /** Private subnets in two zones at least. */
  readonly subnets: TwoOrMore<Subnet>;
  readonly securityGroup: SecurityGroup;
  /** RDS instance class, such as `db.t4g.micro`. */
  readonly instanceClass: string;
  /** Version of MySQL, `8.4`. */
  readonly engineVersion: string;
  /** GiB of gp3 storage. */
  readonly allocatedStorage: number;
  /** GiB up to which RDS adds storage by itself. @default it adds none */
  readonly maxAllocatedStorage?: number | undefined;
  /** A standby in a second zone. */
  readonly multiAz: boolean;
  readonly backupRetentionDays: number;
  readonly databaseName: string;
  readonly username: string;
  /** A user for Rails who is not the master. @default none */
  readonly appUser?: AppUserSettings | undefined;
  /** Days between changes of the master password, which RDS makes by itself. */
  readonly passwordRotationDays: number;
  /** Which logs CloudWatch gets. @default none */
  readonly logs?: LogsProps;
  /** Deletion protection, `prevent_destroy` and a final snapshot. */
  readonly protection: boolean;
}

export interface AppUserSettings {
  /** Name in MySQL. */
  readonly name: string;
  /** false: Rails logs in as the master still. */
  readonly used: boolean;
}

/** How a container finds the database and logs in. */
export interface DatabaseLogin {
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, SecretVariable>>;
}

export interface LogsProps {
  /** Days for which errors and slow queries are kept. */
  readonly retentionDays: number;
  /** Seconds from which on a query is slow. */
  readonly slowQuerySeconds: number;
}

/** MySQL on RDS, reachable from the app's group only and over TLS only. */
export class Database extends Construct {
  readonly instance: DbInstance;
  /** Rails's. */
  readonly login: DatabaseLogin;
  /** The master's, and what a task reads that makes Rails's own user. @default Rails's login is the migration's, too */
  readonly migration?: DatabaseLogin & { readonly reads: readonly SecretVariable[] };

  private readonly props: DatabaseProps;

  constructor(scope: Construct, id: string, props: DatabaseProps) {
    super(scope, id);
    this.props = props;

    this.instance = this.createInstance(this.createSubnetGroup(), this.createParameterGroup());
    const master = this.loginOf(props.username, this.slowDownPasswordRotation());
    this.login = master;
    if (props.appUser === undefined) return;
    const { name, password } = new AppUser(this, "app_user", { app: props.name, name: props.appUser.name });
    this.migration = { ...master, reads: [password] };
    if (props.appUser.used) this.login = this.loginOf(name, password);
  }

  private loginOf(username: string, password: SecretVariable): DatabaseLogin {
    return {
      environment: {
        DATABASE_HOST: this.instance.address,
        DATABASE_PORT: String(MYSQL_PORT),
        DATABASE_NAME: this.props.databaseName,
        DATABASE_USERNAME: username,
      },
      secrets: { DATABASE_PASSWORD: password },
    };
  }

  private createSubnetGroup(): DbSubnetGroup {
    return new DbSubnetGroup(this, "subnet_group", {
      name: this.props.name,
      subnetIds: this.props.subnets.map((subnet) => subnet.id),
    });
  }

  private createParameterGroup(): DbParameterGroup {
    return new DbParameterGroup(this, "parameter_group", {
      name: `${this.props.name}-mysql84`,
      family: "mysql8.4",
      parameter: [
        { name: "require_secure_transport", value: "1" },
        { name: "character_set_server", value: "utf8mb4" },
        { name: "collation_server", value: "utf8mb4_0900_ai_ci" },
        ...(this.props.logs ? slowLogParameters(this.props.logs.slowQuerySeconds) : []),
      ],
    });
  }

  private createInstance(subnetGroup: DbSubnetGroup, parameterGroup: DbParameterGroup): DbInstance {
    const { name, protection } = this.props;
    return new DbInstance(this, "mysql", {
      identifier: name,
      engine: "mysql",
      engineVersion: this.props.engineVersion,
      instanceClass: this.props.instanceClass,
      storageType: "gp3",
      allocatedStorage: this.props.allocatedStorage,
      maxAllocatedStorage: this.props.maxAllocatedStorage,
      storageEncrypted: true,
      dbName: this.props.databaseName,
      username: this.props.username,
      // RDS thinks the password up and keeps it in Secrets Manager: Terraform never sees it.
      manageMasterUserPassword: true,
      port: MYSQL_PORT,
      dbSubnetGroupName: subnetGroup.name,
      vpcSecurityGroupIds: [this.props.securityGroup.id],
      publiclyAccessible: false,
      multiAz: this.props.multiAz,
      parameterGroupName: parameterGroup.name,
      backupRetentionPeriod: this.props.backupRetentionDays,
      copyTagsToSnapshot: true,
      autoMinorVersionUpgrade: true,
      // What was read in the plan happens now, and not in a maintenance window, until which every plan would repeat it.
      applyImmediately: true,
      deletionProtection: protection,
      skipFinalSnapshot: !protection,
      // The group's id is another one with each deployment: its name would be taken by the snapshot of the one before.
      ...(protection && { finalSnapshotIdentifier: `${name}-final-${this.props.securityGroup.id}` }),
      ...this.exportLogs(),
      lifecycle: { preventDestroy: protection },
    });
  }

  private exportLogs(): Pick<DbInstanceConfig, "enabledCloudwatchLogsExports" | "dependsOn"> {
    const { name, logs } = this.props;
    if (logs === undefined) return {};
    const { groups } = new DatabaseLogs(this, "logs", { name, retentionDays: logs.retentionDays });
    return { enabledCloudwatchLogsExports: [...EXPORTED_LOGS], dependsOn: [...groups] };
  }

  /** RDS changes the password every 7 days, and tasks that already run keep the one they started with. */
  private slowDownPasswordRotation(): SecretVariable {
    const secretArn = this.instance.masterUserSecret.get(0).secretArn;
    new SecretsmanagerSecretRotation(this, "password_rotation", {
      secretId: secretArn,
      rotateImmediately: false,
      rotationRules: { automaticallyAfterDays: this.props.passwordRotationDays },
    });
    return { secretArn, valueFrom: `${secretArn}:password::` };
  }
}
