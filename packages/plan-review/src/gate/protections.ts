import type { Graph } from "@operation-app/preflight/graph";
import type { Policy, Stop } from "../gate-policy.ts";
import type { Plan } from "../plan.ts";
import { lostCopies, shorterBackups } from "./backups.ts";
import {
  type ChangedObject,
  changedObjects,
  goneBuckets,
  goneIds,
  isGoing,
  isLeftToProvider,
  isUnknownAt,
  valueAt,
} from "./changed-objects.ts";
import { withoutEncryption } from "./encryption.ts";
import { expiringData } from "./expiry.ts";
import { weakerFirewall } from "./firewall.ts";
import { lostDenials } from "./iam/denials.ts";
import { lostLogins } from "./login.ts";
import { unsignedMail, weakerDmarc } from "./mail.ts";
import { newPrivileges } from "./privileges.ts";
import { PROTECTIONS } from "./protective-settings.ts";
import { silencedTopics } from "./silence.ts";
import type { Found } from "./stop.ts";
import { withoutRedirect, withoutTls } from "./transport.ts";

/** Objects that protect another one, and what is lost with them. */
const PROTECTING_OBJECTS: Readonly<Record<string, readonly [Stop, string]>> = {
  aws_s3_bucket_versioning: ["backups-off", "overwritten or deleted objects could not be restored"],
  aws_s3_bucket_server_side_encryption_configuration: ["encryption-off", "the bucket would lose its own encryption"],
  aws_ebs_encryption_by_default: ["encryption-off", "new volumes would not be encrypted by default"],
  aws_backup_plan: ["backups-off", "there would be no backups"],
  aws_backup_selection: ["backups-off", "what it selects would not be backed up"],
  aws_db_instance_automated_backups_replication: ["backups-off", "the copy of the backups would be deleted"],
  aws_dlm_lifecycle_policy: ["backups-off", "no snapshots would be made"],
  aws_wafv2_web_acl_association: ["login-weakened", "requests would no longer pass the firewall"],
  aws_s3_bucket_object_lock_configuration: ["deletion-protection-off", "objects in the bucket could be deleted"],
  aws_backup_vault_lock_configuration: ["deletion-protection-off", "backups could be deleted"],
  aws_guardduty_detector: ["deletion-protection-off", "threats would go unreported"],
  aws_cloudtrail: ["deletion-protection-off", "API calls would no longer be recorded"],
  aws_efs_backup_policy: ["backups-off", "there would be no backups"],
  aws_s3_bucket_replication_configuration: ["backups-off", "objects would no longer be copied"],
  aws_route53_hosted_zone_dnssec: ["guard-off", "resolvers could no longer tell forged answers for the zone"],
  aws_secretsmanager_secret_rotation: ["guard-off", "the secret would no longer be rotated"],
  ...guards("threats and mistakes would go unreported", [
    "accessanalyzer_analyzer",
    "config_config_rule",
    "config_configuration_recorder",
    "config_configuration_recorder_status",
    "config_conformance_pack",
    "config_organization_conformance_pack",
    "flow_log",
    "guardduty_detector_feature",
    "guardduty_member",
    "inspector2_enabler",
    "macie2_account",
    "route53_resolver_query_log_config",
    "securityhub_account",
    "securityhub_standards_subscription",
    "wafv2_web_acl_logging_configuration",
  ]),
  ...guards("what it forbids or blocks would be allowed", [
    "cloudwatch_log_data_protection_policy",
    "controltower_control",
    "ebs_snapshot_block_public_access",
    "ec2_image_block_public_access",
    "ec2_instance_metadata_defaults",
    "emr_block_public_access_configuration",
    "fms_policy",
    "iam_account_password_policy",
    "networkfirewall_firewall",
    "organizations_policy",
    "organizations_policy_attachment",
    "rbin_rule",
    "shield_protection",
    "sns_topic_data_protection_policy",
    "vpc_block_public_access_options",
  ]),
};

function guards(what: string, types: readonly string[]): Readonly<Record<string, readonly [Stop, string]>> {
  return Object.fromEntries(types.map((type) => [`aws_${type}`, ["guard-off", what]]));
}

/** Protection that would be switched off. A new object has none to lose. */
export function lostProtection(plan: Plan, graph: Graph, policy: Policy): Found[] {
  const objects = changedObjects(plan);
  const gone = { buckets: goneBuckets(objects), ids: goneIds(objects) };
  const ofExisting = objects
    .filter(({ change }) => change.change.before !== null)
    .flatMap((object) => {
      if (isGoing(object)) return goneProtection(object, gone);
      if (object.change.change.after === null) return [];
      return [
        ...weakened(object, graph),
        ...shorterBackups(object, graph, policy).stopped,
        ...lostCopies(object),
        ...withoutTls(object, plan),
        ...withoutRedirect(object),
        ...weakerFirewall(object),
        ...withoutEncryption(object),
        ...lostDenials(object),
        ...weakerDmarc(object),
      ];
    });
  const ofAny = objects.flatMap((object) => [...newPrivileges(object), ...expiringData(object, plan)]);
  return [...ofExisting, ...ofAny, ...lostLogins(plan, objects), ...silencedTopics(plan), ...unsignedMail(objects)];
}

function weakened(object: ChangedObject, graph: Graph): Found[] {
  const { address, type, before, after, unknown } = object;
  return PROTECTIONS.filter(({ types }) => types?.test(type) ?? true).flatMap(({ path, isWeaker, action, what }) => {
    if (isLeftToProvider(object, path, graph)) return [];
    const old = valueAt(before, path);
    const isOpen = isUnknownAt(unknown, path);
    // A value known after apply may be the weakest.
    const isSet = old !== undefined && old !== null;
    const mayBeWeaker = isSet && [undefined, false, true, 0].some((value) => isWeaker(old, value));
    if (isOpen ? !mayBeWeaker : !isWeaker(old, valueAt(after, path))) return [];
    const name = path.replace(".0.", ".");
    const message = isOpen
      ? `would get a ${name} that is known after apply: perhaps ${what}.`
      : `would change ${name} from ${word(old)} to ${word(valueAt(after, path))}: ${what}.`;
    return [{ address, action, message, fix: `Keep ${name} as it is.` }];
  });
}

function word(value: unknown): string {
  return value === undefined || value === null ? "(none)" : String(value).slice(0, 40);
}

/** Where an object that protects another one names it. */
const OWNERS = [
  "vpc_id",
  "subnet_id",
  "eni_id",
  "resource_arn",
  "secret_id",
  "file_system_id",
  "target_id",
  "log_group_name",
  "hosted_zone_id",
];

interface Gone {
  readonly buckets: ReadonlySet<unknown>;
  readonly ids: ReadonlySet<unknown>;
}

function goneProtection({ address, type, before }: ChangedObject, { buckets, ids }: Gone): Found[] {
  const [action, what] = PROTECTING_OBJECTS[type] ?? [];
  const goesWithOwner = buckets.has(before.bucket ?? null) || OWNERS.some((name) => ids.has(before[name]));
  if (action === undefined || goesWithOwner) return [];
  return [{ address, action, message: `would be deleted: ${what}.`, fix: "Put it back into the configuration." }];
}
