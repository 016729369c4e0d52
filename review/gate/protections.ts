import type { Plan } from "../plan.ts";
import type { Stop } from "../policy.ts";
import { isGoing } from "./openings.ts";
import type { Found } from "./stop.ts";
import { type ChangedObject, changedObjects, isUnknownAt, valueAt } from "./values.ts";

/** A setting that protects, and how it gets weaker. */
interface Protection {
  readonly path: string;
  readonly types?: RegExp;
  readonly isWeaker: (before: unknown, after: unknown) => boolean;
  readonly action: Stop;
  readonly what: string;
}

const turnsOff = (before: unknown, after: unknown) => isOn(before) && !isOn(after);
const turnsOn = (before: unknown, after: unknown) => !isOn(before) && isOn(after);
const toNothing = (before: unknown, after: unknown) => Number(before ?? 0) > 0 && Number(after ?? 0) === 0;
const gets = (less: readonly string[]) => (before: unknown, after: unknown) =>
  less.indexOf(String(before)) >= 0 && less.indexOf(String(after ?? less.at(-1))) > less.indexOf(String(before));
const lowers = (before: unknown, after: unknown) => Number(before ?? 0) > Number(after ?? 0);

function isOn(value: unknown): boolean {
  return value === true || /^(true|active|enabled|on)$/i.test(String(value));
}

/** From https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs. */
const PROTECTIONS: readonly Protection[] = [
  ...["deletion_protection", "enable_deletion_protection", "deletion_protection_enabled"].map((path) => ({
    path,
    isWeaker: turnsOff,
    action: "deletion-protection-off" as const,
    what: "AWS would not refuse to delete it any more",
  })),
  ...["skip_final_snapshot", "force_destroy", "force_delete"].map((path) => ({
    path,
    isWeaker: turnsOn,
    action: "deletion-protection-off" as const,
    what: "it could be deleted with all that is in it",
  })),
  {
    path: "deletion_window_in_days",
    types: /^aws_kms_/,
    isWeaker: lowers,
    action: "deletion-protection-off",
    what: "there would be less time to save a deleted key",
  },
  {
    path: "recovery_window_in_days",
    types: /^aws_secretsmanager_/,
    isWeaker: toNothing,
    action: "deletion-protection-off",
    what: "a deleted secret could not be brought back",
  },
  {
    path: "is_enabled",
    types: /^aws_kms_/,
    isWeaker: turnsOff,
    action: "encryption-off",
    what: "what it has encrypted could not be read",
  },
  {
    path: "image_tag_mutability",
    types: /^aws_ecr_/,
    isWeaker: gets(["IMMUTABLE", "MUTABLE"]),
    action: "deletion-protection-off",
    what: "an image that runs could be overwritten",
  },
  ...["backup_retention_period", "snapshot_retention_limit", "automatic_backup_retention_days"].map((path) => ({
    path,
    isWeaker: toNothing,
    action: "backups-off" as const,
    what: "there would be no backups, and those that there are would go",
  })),
  { path: "delete_automated_backups", isWeaker: turnsOn, action: "backups-off", what: "its backups would go with it" },
  {
    path: "point_in_time_recovery.0.enabled",
    isWeaker: turnsOff,
    action: "backups-off",
    what: "there would be no backups",
  },
  {
    path: "versioning_configuration.0.status",
    isWeaker: (before, after) => before === "Enabled" && after !== "Enabled",
    action: "backups-off",
    what: "what is overwritten or deleted could not be brought back",
  },
  {
    path: "versioning.0.enabled",
    isWeaker: turnsOff,
    action: "backups-off",
    what: "what is overwritten or deleted could not be brought back",
  },
  ...[
    "storage_encrypted",
    "encrypted",
    "at_rest_encryption_enabled",
    "transit_encryption_enabled",
    "enable_key_rotation",
  ].map((path) => ({
    path,
    isWeaker: turnsOff,
    action: "encryption-off" as const,
    what: path === "enable_key_rotation" ? "its key would stay the same for ever" : "it would not be encrypted",
  })),
  {
    path: "transit_encryption_mode",
    isWeaker: gets(["required", "preferred"]),
    action: "encryption-off",
    what: "it would take connections that are not encrypted",
  },
  {
    path: "protocol",
    types: /^aws_(lb|alb)_listener$/,
    isWeaker: (before, after) => /^(HTTPS|TLS)$/.test(String(before)) && !/^(HTTPS|TLS)$/.test(String(after)),
    action: "encryption-off",
    what: "it would not be encrypted",
  },
  {
    path: "enable_logging",
    types: /^aws_cloudtrail$/,
    isWeaker: turnsOff,
    action: "deletion-protection-off",
    what: "nobody would know any more who did what",
  },
  {
    path: "mfa_configuration",
    types: /^aws_cognito_user_pool$/,
    isWeaker: gets(["ON", "OPTIONAL", "OFF"]),
    action: "login-weakened",
    what: "users could log in without an authenticator app",
  },
  {
    path: "software_token_mfa_configuration.0.enabled",
    types: /^aws_cognito_user_pool$/,
    isWeaker: turnsOff,
    action: "login-weakened",
    what: "authenticator apps would not be asked any more",
  },
  {
    path: "password_policy.0.minimum_length",
    types: /^aws_cognito_user_pool$/,
    isWeaker: lowers,
    action: "login-weakened",
    what: "shorter passwords would do",
  },
  {
    path: "admin_create_user_config.0.allow_admin_create_user_only",
    types: /^aws_cognito_user_pool$/,
    isWeaker: turnsOff,
    action: "login-weakened",
    what: "anybody could sign up",
  },
  {
    path: "user_pool_add_ons.0.advanced_security_mode",
    types: /^aws_cognito_user_pool$/,
    isWeaker: gets(["ENFORCED", "AUDIT", "OFF"]),
    action: "login-weakened",
    what: "suspicious log-ins would not be stopped",
  },
  {
    path: "prevent_user_existence_errors",
    types: /^aws_cognito_user_pool_client$/,
    isWeaker: gets(["ENABLED", "LEGACY"]),
    action: "login-weakened",
    what: "it would tell who has an account",
  },
];

/** Objects that are themselves a protection of another one, and what goes with them. */
const PROTECTING_OBJECTS: Readonly<Record<string, readonly [Stop, string]>> = {
  aws_s3_bucket_versioning: ["backups-off", "what is overwritten or deleted could not be brought back"],
  aws_s3_bucket_server_side_encryption_configuration: ["encryption-off", "the bucket's own encryption would end"],
  aws_backup_plan: ["backups-off", "there would be no backups"],
  aws_backup_selection: ["backups-off", "there would be no backups of what it selects"],
  aws_wafv2_web_acl_association: ["login-weakened", "the firewall would not look at requests any more"],
  aws_cloudtrail: ["deletion-protection-off", "nobody would know any more who did what"],
};

/** Protection that would be switched off. What is made is not judged: it had none to lose. */
export function lostProtection(plan: Plan): Found[] {
  const objects = changedObjects(plan);
  const buckets = new Set(
    objects.filter((one) => isGoing(one) && one.type === "aws_s3_bucket").map(({ before }) => before.bucket),
  );
  return objects
    .filter(({ change }) => change.change.before !== null)
    .flatMap((object) => {
      if (isGoing(object)) return goneProtection(object, buckets);
      if (object.change.change.after === null) return [];
      return [...weakened(object), ...withoutLogin(object)];
    });
}

function weakened({ address, type, before, after, unknown }: ChangedObject): Found[] {
  return PROTECTIONS.filter(({ types }) => types?.test(type) ?? true).flatMap(({ path, isWeaker, action, what }) => {
    const old = valueAt(before, path);
    const isOpen = isUnknownAt(unknown, path);
    // What may become anything may become the weakest of all.
    const isSet = old !== undefined && old !== null;
    const mayBeWeaker = isSet && [undefined, false, true, 0].some((value) => isWeaker(old, value));
    if (isOpen ? !mayBeWeaker : !isWeaker(old, valueAt(after, path))) return [];
    const name = path.replace(".0.", ".");
    const message = isOpen
      ? `would have a ${name} that is only known after apply: it may be that ${what}.`
      : `would have its ${name} changed from ${word(old)} to ${word(valueAt(after, path))}: ${what}.`;
    return [{ address, action, message, fix: `Leave ${name} as it is.` }];
  });
}

/** Settings of a few words, none of them a secret. */
function word(value: unknown): string {
  return value === undefined || value === null ? "(none)" : String(value).slice(0, 40);
}

function goneProtection({ address, type, before }: ChangedObject, buckets: ReadonlySet<unknown>): Found[] {
  const [action, what] = PROTECTING_OBJECTS[type] ?? [];
  if (action === undefined || buckets.has(before.bucket ?? null)) return [];
  return [{ address, action, message: `would be deleted: ${what}.`, fix: "Put it back into the configuration." }];
}

/** The log-in that a load balancer has in front of everything. */
function withoutLogin({ address, type, before, after }: ChangedObject): Found[] {
  if (!/^aws_(lb|alb)_listener(_rule)?$/.test(type)) return [];
  const path = type.endsWith("_rule") ? "action" : "default_action";
  if (!hasLogin(valueAt(before, path)) || hasLogin(valueAt(after, path))) return [];
  const message = "would not ask for a log-in any more.";
  return [{ address, action: "login-weakened", message, fix: `Leave the authenticating ${path} in it.` }];
}

function hasLogin(actions: unknown): boolean {
  return Array.isArray(actions) && actions.some(({ type }) => /^authenticate-/.test(String(type)));
}
