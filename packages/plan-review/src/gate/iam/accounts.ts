import type { Policy } from "../../gate-policy.ts";
import { listOf, objectOf, type Plan } from "../../plan.ts";

/** Data sources that look up AWS's own accounts, such as those that deliver load balancer logs. */
const AWS_ACCOUNTS = /^aws_(elb|redshift|cloudtrail|billing)_service_account$/;

/**
 * Accounts that are not foreign: those of existing objects, of the provider's settings, and those that the policy trusts.
 * Planned values do not count: a change could set them.
 */
export function knownAccounts(plan: Plan, { trustedAccounts }: Policy): ReadonlySet<string> {
  const looked = resourcesIn(objectOf(plan.prior_state).values).flatMap(({ mode, type, values }) =>
    mode === "data" ? lookedUp(String(type), objectOf(values)) : [],
  );
  const planned = plan.resource_changes.flatMap(({ mode, change }) =>
    mode === "managed" ? accountIn(objectOf(change.before).arn) : [],
  );
  const accounts = [...looked, ...planned, ...providerAccounts(plan), ...trustedAccounts.map(({ account }) => account)];
  return new Set(accounts.filter((account) => /^\d{12}$/.test(account)));
}

/** The account of a principal, which is written as an account id or an ARN. */
export function accountOf(principal: string): string | undefined {
  return /^(?:arn:[^:]+:(?:iam|sts)::)?(\d{12})(?::|$)/.exec(principal)?.[1];
}

function lookedUp(type: string, values: Readonly<Record<string, unknown>>): string[] {
  if (type === "aws_caller_identity") return [String(values.account_id ?? "")];
  return AWS_ACCOUNTS.test(type) ? [String(values.id ?? "")] : [];
}

function accountIn(arn: unknown): string[] {
  return typeof arn === "string" ? [/^arn:[^:]+:[^:]*:[^:]*:(\d{12}):/.exec(arn)?.[1] ?? ""] : [];
}

/** A provider's allowed_account_ids, and the account of the role that it assumes. */
function providerAccounts({ configuration }: Plan): string[] {
  return Object.values(objectOf(objectOf(configuration).provider_config)).flatMap((provider) => {
    const { allowed_account_ids: allowed, assume_role: role } = objectOf(objectOf(provider).expressions);
    const roles = listOf(role).map((one) => objectOf(objectOf(one).role_arn).constant_value);
    return [...listOf(objectOf(allowed).constant_value).map(String), ...roles.flatMap(accountIn)];
  });
}

function resourcesIn(values: unknown): Readonly<Record<string, unknown>>[] {
  const found: Readonly<Record<string, unknown>>[] = [];
  const open = [objectOf(objectOf(values).root_module)];
  for (let module = open.pop(); module; module = open.pop()) {
    found.push(...listOf(module.resources).map(objectOf));
    open.push(...listOf(module.child_modules).map(objectOf));
  }
  return found;
}
