import { listOf, objectOf, type Plan } from "../plan.ts";
import { type ChangedObject, isUnknownAt, valueAt } from "./changed-objects.ts";
import type { Found } from "./stop.ts";

/** Parameters with which a database refuses connections without TLS, by their parameter groups. */
const GROUPS = /^aws_(db|rds_cluster|docdb_cluster|neptune_cluster|redshift)_parameter_group$/;
const REFUSING = /^(rds\.force_ssl|require_secure_transport|tls|neptune_enforce_ssl|require_ssl)$/i;
const ON = /^(1|on|true|enabled|tls1\.[23]\+?|fips-140-3)$/i;

/** Where a database names its parameter group. */
const NAMED_IN = ["parameter_group_name", "db_cluster_parameter_group_name", "cluster_parameter_group_name"];

/** Databases that would start to accept connections without TLS. */
export function withoutTls(object: ChangedObject, plan: Plan): Found[] {
  const { address, type, before, after } = object;
  const fix = "Keep the parameter as it is, in the group that the database uses.";
  if (GROUPS.test(type)) {
    if (object.change.change.after === null || !refuses(before) || refuses(after)) return [];
    if (isUnknownAt(object.unknown, "parameter")) return [];
    return [
      {
        address,
        action: "encryption-off",
        message: `would accept unencrypted connections (${refusing(before)}).`,
        fix,
      },
    ];
  }
  if (object.change.change.after === null) return [];
  return NAMED_IN.flatMap((path) => {
    if (typeof before[path] !== "string" || before[path] === after[path] || isUnknownAt(object.unknown, path))
      return [];
    if (!groupNamed(plan, "before", before[path]) || groupNamed(plan, "after", after[path])) return [];
    const message = `would use another parameter group (${path}). The old one refuses connections without TLS; nothing says that the new one does.`;
    return [{ address, action: "encryption-off" as const, message, fix }];
  });
}

function refusing({ parameter }: Readonly<Record<string, unknown>>): string | undefined {
  const found = listOf(parameter)
    .map(objectOf)
    .find(({ name, value }) => REFUSING.test(String(name)) && ON.test(String(value)));
  return found && String(found.name);
}

const refuses = (values: Readonly<Record<string, unknown>>) => refusing(values) !== undefined;

/** Whether the group of a name refuses. */
function groupNamed({ resource_changes: changes }: Plan, side: "before" | "after", name: unknown): boolean {
  return changes.some(({ type, change }) => {
    const values = objectOf(change[side]);
    return GROUPS.test(type) && values.name === name && refuses(values);
  });
}

/** Load balancers that would answer over HTTP instead of redirecting to HTTPS. */
export function withoutRedirect({ address, type, before, after }: ChangedObject): Found[] {
  if (!/^aws_(lb|alb)_listener(_rule)?$/.test(type)) return [];
  const path = type.endsWith("_rule") ? "action" : "default_action";
  if (!sendsToHttps(valueAt(before, path)) || sendsToHttps(valueAt(after, path))) return [];
  if (/^(HTTPS|TLS)$/.test(String(after.protocol)) || !forwards(valueAt(after, path))) return [];
  const message = "would answer over plain HTTP instead of redirecting to HTTPS.";
  return [{ address, action: "encryption-off", message, fix: `Keep the redirect to HTTPS in ${path}.` }];
}

function sendsToHttps(actions: unknown): boolean {
  return listOf(actions).some((action) => valueAt(action, "redirect.0.protocol") === "HTTPS");
}

/** Requests are forwarded to a target. */
export function forwards(actions: unknown): boolean {
  return listOf(actions).some((action) => objectOf(action).type === "forward");
}
