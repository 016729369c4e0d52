import {
  type DBInstance,
  DeleteDBInstanceCommand,
  DescribeDBInstanceAutomatedBackupsCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBInstanceCommand,
  type ModifyDBInstanceCommandInput,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
  type RestoreDBInstanceToPointInTimeCommandInput,
} from "@aws-sdk/client-rds";
import { mockClient } from "aws-sdk-client-mock";
import type { Progress } from "../../../../tools/lib/terminal/progress.ts";
import type { State } from "../../../../tools/lib/terraform/state-file.ts";
import { declaredInstance } from "../../../../tools/operate/restore/declared.ts";
import { session } from "../deployed.ts";

export const OWN_ID = "db-OWN";
export const SECRET = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:rds!db-1-AbCdEf";

/** A state with the instance as the provider writes it, and the rotation of its password. */
export function stateWith(changes: Record<string, unknown> = {}): State {
  const provider = 'provider["registry.terraform.io/hashicorp/aws"]';
  const instance = {
    id: OWN_ID,
    resource_id: OWN_ID,
    identifier: "operation-app",
    db_name: "operation_app",
    engine: "mysql",
    engine_version: "8.4",
    instance_class: "db.t4g.micro",
    db_subnet_group_name: "operation-app",
    vpc_security_group_ids: ["sg-2", "sg-1"],
    parameter_group_name: "operation-app-mysql84",
    option_group_name: "default:mysql-8-4",
    multi_az: false,
    storage_type: "gp3",
    storage_encrypted: true,
    allocated_storage: 20,
    max_allocated_storage: 0,
    port: 3306,
    auto_minor_version_upgrade: true,
    copy_tags_to_snapshot: true,
    deletion_protection: true,
    backup_retention_period: 7,
    backup_window: "13:14-13:44",
    manage_master_user_password: true,
    skip_final_snapshot: false,
    tags_all: { Application: "operation-app", "aws:cloudformation": "none" },
    ...changes,
  };
  const managed = (type: string, name: string, attributes: Record<string, unknown>) => ({
    mode: "managed" as const,
    type,
    name,
    provider,
    instances: [{ schema_version: 2, attributes }],
  });
  return {
    version: 4,
    serial: 7,
    lineage: "a",
    outputs: {},
    resources: [
      managed("aws_db_instance", "database_mysql", instance),
      managed("aws_secretsmanager_secret_rotation", "database_password_rotation", { id: SECRET, secret_id: SECRET }),
      managed("aws_db_subnet_group", "database_subnet_group", { id: "operation-app" }),
    ],
  };
}

export const declared = (changes?: Record<string, unknown>) =>
  declaredInstance(stateWith(changes), session().deployment.environment);

/** An instance that has all that the state wants. Source: API_DBInstance of the RDS API reference. */
export function instance(changes: Partial<DBInstance> = {}): DBInstance {
  const { DBInstanceIdentifier: name = "operation-app" } = changes;
  return {
    DBInstanceIdentifier: name,
    DbiResourceId: name === "operation-app" ? OWN_ID : `db-${name}`,
    DBInstanceStatus: "available",
    DBInstanceClass: "db.t4g.micro",
    Engine: "mysql",
    EngineVersion: "8.4.5",
    DBSubnetGroup: { DBSubnetGroupName: "operation-app" },
    VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-1" }, { VpcSecurityGroupId: "sg-2" }],
    DBParameterGroups: [{ DBParameterGroupName: "operation-app-mysql84", ParameterApplyStatus: "in-sync" }],
    OptionGroupMemberships: [{ OptionGroupName: "default:mysql-8-4", Status: "in-sync" }],
    MultiAZ: false,
    StorageType: "gp3",
    StorageEncrypted: true,
    Endpoint: { Address: `${name}.abc.ap-northeast-1.rds.amazonaws.com`, Port: 3306 },
    AutoMinorVersionUpgrade: true,
    CopyTagsToSnapshot: true,
    DeletionProtection: true,
    BackupRetentionPeriod: 7,
    PreferredBackupWindow: "13:14-13:44",
    PubliclyAccessible: false,
    TagList: [{ Key: "Application", Value: "operation-app" }],
    MasterUserSecret: { SecretArn: `${SECRET}-of-${name}`, SecretStatus: "active" },
    ...changes,
  };
}

export const EARLIEST = new Date("2026-05-25T00:00:00Z");
export const LATEST = new Date("2026-05-31T23:55:00Z");
export const SNAPSHOT = "rds:operation-app-2026-05-31-13-20";
/** One in a vault of AWS Backup, from before the automated ones. */
export const IN_VAULT = "awsbackup:job-0b1f";

const snapshots = [
  [SNAPSHOT, "automated", "2026-05-31T13:20:00Z"],
  [IN_VAULT, "awsbackup", "2026-04-01T17:00:00Z"],
].map(([DBSnapshotIdentifier, SnapshotType, at = ""]) => ({
  DBSnapshotIdentifier,
  SnapshotType,
  Status: "available",
  AllocatedStorage: 20,
  SnapshotCreateTime: new Date(at),
}));

/** RDS with these instances: it restores, changes and renames at once. @param lost what a change has no effect on */
export function fakeRds(instances: DBInstance[], { lost = [] }: { readonly lost?: readonly string[] } = {}) {
  const { rds } = session().clients;
  const calls: { readonly name: string; readonly input: Record<string, unknown> }[] = [];
  const named = (name: unknown) => instances.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === name);
  const restored = (name: string, input: Partial<RestoreDBInstanceToPointInTimeCommandInput>) => {
    calls.push({ name: "restore", input: { ...input } });
    // As RDS does it: no password of its own, and a day of backups.
    const own = { MasterUserSecret: undefined, BackupRetentionPeriod: 1, DeletionProtection: input.DeletionProtection };
    instances.push(instance({ DBInstanceIdentifier: name, ...own, TagList: input.Tags ?? [] }));
    return {};
  };
  mockClient(rds)
    .on(DescribeDBInstancesCommand)
    .callsFake(() => ({ DBInstances: [...instances] }))
    .on(DescribeDBInstanceAutomatedBackupsCommand)
    .resolves({ DBInstanceAutomatedBackups: [{ RestoreWindow: { EarliestTime: EARLIEST, LatestTime: LATEST } }] })
    .on(DescribeDBSnapshotsCommand)
    .callsFake(({ SnapshotType = "automated" }) => ({
      DBSnapshots: snapshots.filter((one) => one.SnapshotType === SnapshotType),
    }))
    .on(RestoreDBInstanceToPointInTimeCommand)
    .callsFake((input) => restored(input.TargetDBInstanceIdentifier, input))
    .on(RestoreDBInstanceFromDBSnapshotCommand)
    .callsFake((input) => restored(input.DBInstanceIdentifier, input))
    .on(DeleteDBInstanceCommand)
    .callsFake((input) => {
      calls.push({ name: "delete", input: { ...input } });
      instances.splice(instances.indexOf(named(input.DBInstanceIdentifier) ?? {}), 1);
      return {};
    })
    .on(ModifyDBInstanceCommand)
    .callsFake((input: ModifyDBInstanceCommandInput) => {
      calls.push({ name: "modify", input: { ...input } });
      const changed = named(input.DBInstanceIdentifier);
      if (!changed) throw new Error("DBInstanceNotFound");
      const { NewDBInstanceIdentifier: name, ManageMasterUserPassword: isManaged } = input;
      const taken = Object.fromEntries(Object.entries(input).filter(([key]) => !lost.includes(key)));
      Object.assign(changed, taken, {
        DBInstanceIdentifier: name ?? input.DBInstanceIdentifier,
        ...(isManaged && { MasterUserSecret: { SecretArn: `${SECRET}-new`, SecretStatus: "active" } }),
      });
      return {};
    });
  return { rds, calls, instances };
}

/** What was told, a line each. */
export function listening(): { readonly progress: Progress; readonly told: string[] } {
  const told: string[] = [];
  const tell = (text: string) => void told.push(text);
  return { told, progress: { step: tell, fact: tell, output: tell, text: tell, live: tell } };
}
