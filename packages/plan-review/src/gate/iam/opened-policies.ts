import type { Graph } from "@operation-app/preflight/graph";
import { LOG_ACCOUNTS } from "@operation-app/preflight/network";
import type { Stop } from "../../gate-policy.ts";
import { listOf } from "../../plan.ts";
import type { Fields } from "../../policy-documents.ts";
import { type ChangedObject, isUnknownAt, valueAt } from "../changed-objects.ts";
import type { Found } from "../stop.ts";
import { type Grant, grantsOf, newGrants } from "./grants.ts";
import { plannedPolicy, writtenStatements } from "./planned-policy.ts";

/** Attributes that hold a resource policy or a trust policy. */
export const POLICY_ATTRIBUTES = [
  "policy",
  "assume_role_policy",
  "access_policy",
  "access_policies",
  "resource_policy",
  "registry_policy",
  "queue_policy",
  "policy_document",
];
/** An endpoint's policy names everyone by default; identity policies name no principal. */
const INNER_POLICIES = /^aws_(vpc_endpoint(_policy)?|iam_(policy|(role|user|group)_policy))$/;

/** Attributes that name what a policy belongs to. */
const OWNERS = [
  "arn",
  "backup_vault_name",
  "bucket",
  "domain_name",
  "file_system_id",
  "key_id",
  "queue_url",
  "registry_id",
  "repository",
  "resource_arn",
  "secret_arn",
];

/** A policy that moves to another bucket or queue is new there. */
function isMoved({ type, before, after }: ChangedObject): boolean {
  if (!type.endsWith("_policy")) return false;
  return OWNERS.some(
    (name) => typeof before[name] === "string" && typeof after[name] === "string" && before[name] !== after[name],
  );
}

/** A search domain in a VPC: its policy does not open it to the internet. */
function isInVpc({ type, change, unknown }: ChangedObject, values: Fields): boolean {
  if (!/^aws_(opensearch|elasticsearch)_domain$/.test(type)) return false;
  const subnets = "vpc_options.0.subnet_ids";
  const isOpen = values === change.change.after && isUnknownAt(unknown, subnets);
  return isOpen || listOf(valueAt(values, subnets)).length > 0;
}

const LOG_WRITERS = new Set(Object.values(LOG_ACCOUNTS));

/** Load balancers write their logs to a bucket with an account of AWS's. */
function mayWriteLogs({ type }: ChangedObject, account: string): boolean {
  return type === "aws_s3_bucket_policy" && LOG_WRITERS.has(account);
}

/** Policies that would newly allow everyone, any holder of a token, or another account. */
export function openedPolicies(object: ChangedObject, graph: Graph, accounts: ReadonlySet<string>): Found[] {
  if (INNER_POLICIES.test(object.type)) return [];
  return POLICY_ATTRIBUTES.flatMap((attribute) => {
    const isOwn = (account: string) => accounts.has(account) || mayWriteLogs(object, account);
    const { statements } = plannedPolicy(object, attribute, graph);
    const after = grantsOf(statements, isOwn).filter(({ kind }) => kind !== "public" || !isInVpc(object, object.after));
    if (after.length === 0) return [];
    const isNew = isMoved(object) || (isInVpc(object, object.before) && !isInVpc(object, object.after));
    const before = isNew ? [] : grantsOf(writtenStatements(object.before[attribute]), isOwn);
    const found = newGrants(before, after).map((grant) => stopFor(object, attribute, grant, accounts));
    return found.filter(({ action, message }, index) => {
      return found.findIndex((one) => one.action === action && one.message === message) === index;
    });
  });
}

function stopFor({ address, type }: ChangedObject, attribute: string, grant: Grant, own: ReadonlySet<string>): Found {
  const action: Stop =
    grant.kind === "account" ? "foreign-account" : type.startsWith("aws_s3_bucket") ? "public-bucket" : "public-policy";
  return { address, action, ...WORDS[grant.kind](attribute, grant.who, own) };
}

type Words = (attribute: string, who: string, own: ReadonlySet<string>) => Pick<Found, "message" | "fix">;

const WORDS: Readonly<Record<Grant["kind"], Words>> = {
  public: (attribute) => ({
    message: `would allow access to anyone (${attribute} has Principal "*" without a condition on who that is).`,
    fix: "List the accounts, roles or services, or add a condition such as aws:PrincipalOrgID or aws:SourceVpce.",
  }),
  token: (attribute, who) => ({
    message: `would allow any holder of a token of ${who} (${attribute} has no condition on a subject with an owner).`,
    fix: `Add a condition on ${who}:sub, such as repo:OWNER/REPOSITORY:ref:refs/heads/main on GitHub.`,
  }),
  account: (attribute, who, own) => ({
    message:
      own.size > 0
        ? `would allow access to account ${who} (${attribute}), which is not your own.`
        : `would allow access to account ${who} (${attribute}); the plan does not show whether it is your own.`,
    fix: "Remove it. If the account is trusted, add it to trustedAccounts in the policy.",
  }),
};
