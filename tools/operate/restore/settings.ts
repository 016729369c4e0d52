import { isDeepStrictEqual } from "node:util";
import type { DBInstance, ModifyDBInstanceCommandInput, Tag } from "@aws-sdk/client-rds";
import type { Declared } from "./declared.ts";

/** A setting of an instance: what Terraform calls it, and which calls take it. */
interface Setting {
  /** Attribute of `aws_db_instance`. */
  readonly attribute: string;
  /** What an instance has. */
  readonly of: (instance: DBInstance) => unknown;
  /** Parameter of the calls that restore. @default a restore does not take it */
  readonly restore?: string;
  /** Parameter of ModifyDBInstance. @default it can't be changed afterwards */
  readonly modify?: string;
}

const both = (attribute: string, parameter: string, of: Setting["of"]): Setting => ({
  attribute,
  of,
  restore: parameter,
  modify: parameter,
});

/**
 * What a restored instance has to have as the deployed one has it. A restore takes some of it as parameters, and gives
 * RDS's defaults to whatever is not written: the default security group, say.
 *
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceToPointInTime.html
 */
const SETTINGS: readonly Setting[] = [
  both("instance_class", "DBInstanceClass", ({ DBInstanceClass }) => DBInstanceClass),
  {
    attribute: "db_subnet_group_name",
    restore: "DBSubnetGroupName",
    of: (one) => one.DBSubnetGroup?.DBSubnetGroupName,
  },
  both("vpc_security_group_ids", "VpcSecurityGroupIds", ({ VpcSecurityGroups = [] }) =>
    VpcSecurityGroups.map(({ VpcSecurityGroupId }) => VpcSecurityGroupId),
  ),
  both("parameter_group_name", "DBParameterGroupName", (one) => one.DBParameterGroups?.[0]?.DBParameterGroupName),
  both("option_group_name", "OptionGroupName", (one) => one.OptionGroupMemberships?.[0]?.OptionGroupName),
  both("multi_az", "MultiAZ", ({ MultiAZ }) => MultiAZ),
  { attribute: "storage_type", restore: "StorageType", of: ({ StorageType }) => StorageType },
  { attribute: "storage_encrypted", of: ({ StorageEncrypted }) => StorageEncrypted },
  { attribute: "kms_key_id", of: ({ KmsKeyId }) => KmsKeyId },
  both("max_allocated_storage", "MaxAllocatedStorage", ({ MaxAllocatedStorage }) => MaxAllocatedStorage),
  { attribute: "port", restore: "Port", of: ({ Endpoint }) => Endpoint?.Port },
  both("auto_minor_version_upgrade", "AutoMinorVersionUpgrade", (one) => one.AutoMinorVersionUpgrade),
  both("copy_tags_to_snapshot", "CopyTagsToSnapshot", ({ CopyTagsToSnapshot }) => CopyTagsToSnapshot),
  both("deletion_protection", "DeletionProtection", ({ DeletionProtection }) => DeletionProtection),
  both("ca_cert_identifier", "CACertificateIdentifier", (one) => one.CACertificateIdentifier),
  both(
    "iam_database_authentication_enabled",
    "EnableIAMDatabaseAuthentication",
    (one) => one.IAMDatabaseAuthenticationEnabled,
  ),
  {
    attribute: "enabled_cloudwatch_logs_exports",
    restore: "EnableCloudwatchLogsExports",
    of: ({ EnabledCloudwatchLogsExports }) => EnabledCloudwatchLogsExports,
  },
  { attribute: "backup_retention_period", modify: "BackupRetentionPeriod", of: (one) => one.BackupRetentionPeriod },
  { attribute: "backup_window", modify: "PreferredBackupWindow", of: (one) => one.PreferredBackupWindow },
  {
    attribute: "maintenance_window",
    modify: "PreferredMaintenanceWindow",
    of: (one) => one.PreferredMaintenanceWindow,
  },
];

/** What both calls that restore have in common: all that they take, as the deployed instance has it. Never public. */
export function restoreParameters({ attributes }: Declared) {
  const taken = SETTINGS.flatMap(({ attribute, restore }) => {
    const value = attributes[attribute];
    return restore === undefined || isAbsent(value) || isDefaultGroup(value) ? [] : [[restore, value] as const];
  });
  return { ...Object.fromEntries(taken), PubliclyAccessible: false, Tags: tagsOf(attributes) };
}

/**
 * What is changed in an instance right after it was restored. Of MySQL, a restore takes no password that RDS manages
 * (`ManageMasterUserPassword` there is for Oracle).
 *
 * @returns nothing where it is all there already
 */
export function changesAfterRestore(
  declared: Declared,
  restored: DBInstance,
): Omit<ModifyDBInstanceCommandInput, "DBInstanceIdentifier"> | undefined {
  const { attributes } = declared;
  const changed = differing(declared, restored)
    .filter(({ attribute, modify }) => modify !== undefined && !isDefaultGroup(attributes[attribute]))
    .map(({ attribute, modify = "" }) => [modify, attributes[attribute]] as const);
  const key = attributes.master_user_secret_kms_key_id;
  const secret =
    restored.MasterUserSecret || attributes.manage_master_user_password !== true
      ? {}
      : {
          ManageMasterUserPassword: true,
          ...(typeof key === "string" && key !== "" && { MasterUserSecretKmsKeyId: key }),
        };
  const changes = { ...Object.fromEntries(changed), ...secret };
  return Object.keys(changes).length === 0 ? undefined : { ...changes, ApplyImmediately: true };
}

/** What is not yet, or not, as it is in the deployed instance, a line each; none where it can be taken over. */
export function differences(declared: Declared, restored: DBInstance): string[] {
  const { attributes } = declared;
  const { EngineVersion = "", DBInstanceStatus, MasterUserSecret, DBParameterGroups = [], TagList = [] } = restored;
  const version = String(attributes.engine_version ?? "");
  const settings = differing(declared, restored).map(
    ({ attribute, of }) => `${attribute} is ${shown(of(restored))}, but must be ${shown(attributes[attribute])}`,
  );
  const missing = tagsOf(attributes).filter(
    ({ Key, Value }) => !TagList.some((tag) => tag.Key === Key && (tag.Value ?? "") === Value),
  );
  return [
    ...(DBInstanceStatus === "available" ? [] : [`status is ${DBInstanceStatus}`]),
    ...(restored.Engine === attributes.engine && `${EngineVersion}.`.startsWith(`${version}.`)
      ? []
      : [`engine is ${restored.Engine} ${EngineVersion}, but must be ${attributes.engine} ${version}`]),
    ...(restored.PubliclyAccessible ? ["it has a public address"] : []),
    ...settings,
    ...(missing.length === 0 ? [] : [`tags are missing: ${missing.map(({ Key }) => Key).join(", ")}`]),
    ...DBParameterGroups.filter(({ ParameterApplyStatus: status }) => status !== "in-sync").map(
      ({ DBParameterGroupName: name, ParameterApplyStatus: status }) => `parameter group ${name} is ${status}`,
    ),
    ...(MasterUserSecret?.SecretStatus === "active" || attributes.manage_master_user_password !== true
      ? []
      : ["RDS does not manage its password yet"]),
  ];
}

/** What the state does not tell is not judged. */
function differing({ attributes }: Declared, restored: DBInstance): Setting[] {
  return SETTINGS.filter(({ attribute }) => attributes[attribute] !== undefined).filter(
    ({ attribute, of }) => !isSame(attributes[attribute], of(restored)),
  );
}

/** Terraform's tags; what begins with `aws:` is AWS's own. */
function tagsOf(attributes: Declared["attributes"]): Tag[] {
  const tags = Object.entries((attributes.tags_all ?? {}) as Record<string, string>);
  return tags.filter(([key]) => !key.startsWith("aws:")).map(([Key, Value]) => ({ Key, Value }));
}

/** A group that RDS makes by itself; it comes by itself, too. */
function isDefaultGroup(value: unknown): boolean {
  return typeof value === "string" && value.startsWith("default:");
}

/** What Terraform writes, and RDS leaves out, where there is nothing. */
function isAbsent(value: unknown): boolean {
  return [undefined, null, "", 0, false].includes(value as null) || (Array.isArray(value) && value.length === 0);
}

function isSame(a: unknown, b: unknown): boolean {
  if (isAbsent(a) || isAbsent(b)) return isAbsent(a) && isAbsent(b);
  return isDeepStrictEqual(Array.isArray(a) ? a.toSorted() : a, Array.isArray(b) ? b.toSorted() : b);
}

function shown(value: unknown): string {
  return isAbsent(value) ? "not set" : Array.isArray(value) ? value.join(", ") : String(value);
}
