import type { Graph } from "../../../preflight/src/graph/graph.ts";
import type { Policy, Stop } from "../gate-policy.ts";
import type { Plan } from "../plan.ts";
import { shorterBackups } from "./backups.ts";
import { weakerFirewall } from "./firewall.ts";
import { PROTECTIONS } from "./protective-settings.ts";
import type { Found } from "./stop.ts";
import { forwards, withoutRedirect, withoutTls } from "./transport.ts";
import {
  type ChangedObject,
  changedObjects,
  goneBuckets,
  isGoing,
  isLeftToProvider,
  isUnknownAt,
  valueAt,
} from "./values.ts";

/** Objects that are themselves a protection of another one, and what goes with them. */
const PROTECTING_OBJECTS: Readonly<Record<string, readonly [Stop, string]>> = {
  aws_s3_bucket_versioning: ["backups-off", "what is overwritten or deleted could not be brought back"],
  aws_s3_bucket_server_side_encryption_configuration: ["encryption-off", "the bucket's own encryption would end"],
  aws_ebs_encryption_by_default: ["encryption-off", "new volumes would not be encrypted where that is not written"],
  aws_backup_plan: ["backups-off", "there would be no backups"],
  aws_backup_selection: ["backups-off", "there would be no backups of what it selects"],
  aws_wafv2_web_acl_association: ["login-weakened", "the firewall would not look at requests any more"],
  aws_s3_bucket_object_lock_configuration: ["deletion-protection-off", "what is in the bucket could be deleted"],
  aws_backup_vault_lock_configuration: ["deletion-protection-off", "backups could be deleted"],
  aws_guardduty_detector: ["deletion-protection-off", "nobody would be told of an attack"],
  aws_cloudtrail: ["deletion-protection-off", "nobody would know any more who did what"],
};

/** Protection that would be switched off. What is made is not judged: it had none to lose. */
export function lostProtection(plan: Plan, graph: Graph, policy: Policy): Found[] {
  const objects = changedObjects(plan);
  const buckets = goneBuckets(objects);
  const ofExisting = objects
    .filter(({ change }) => change.change.before !== null)
    .flatMap((object) => {
      if (isGoing(object)) return goneProtection(object, buckets);
      if (object.change.change.after === null) return [];
      return [
        ...weakened(object, graph),
        ...shorterBackups(object, graph, policy).stopped,
        ...withoutTls(object, plan),
        ...withoutRedirect(object),
        ...withoutLogin(object),
        ...weakerFirewall(object),
      ];
    });
  return [...ofExisting, ...waysAroundLogin(plan, objects)];
}

function weakened(object: ChangedObject, graph: Graph): Found[] {
  const { address, type, before, after, unknown } = object;
  return PROTECTIONS.filter(({ types }) => types?.test(type) ?? true).flatMap(({ path, isWeaker, action, what }) => {
    if (isLeftToProvider(object, path, graph)) return [];
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

/** Rules of a listener that asks for a log-in, which hand requests on without one. */
function waysAroundLogin({ resource_changes: changes }: Plan, objects: readonly ChangedObject[]): Found[] {
  const guarded = new Set(
    changes
      .filter(
        ({ type, change }) => /^aws_(lb|alb)_listener$/.test(type) && hasLogin(valueAt(change.after, "default_action")),
      )
      .flatMap(({ change }) => [valueAt(change.before, "arn"), valueAt(change.after, "arn")])
      .filter((arn) => typeof arn === "string"),
  );
  return objects
    .filter(({ type, change, after }) => {
      if (!/^aws_(lb|alb)_listener_rule$/.test(type) || !guarded.has(String(after.listener_arn))) return false;
      return change.change.before === null && forwards(after.action) && !hasLogin(after.action);
    })
    .map(({ address }) => ({
      address,
      action: "login-weakened",
      message: "would hand requests on without the log-in that its listener asks for.",
      fix: "Put the authenticating action in front of it.",
    }));
}
