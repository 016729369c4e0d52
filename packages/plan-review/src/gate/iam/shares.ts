import { GAP } from "../../../../preflight/src/graph/value.ts";
import { listOf, objectOf } from "../../plan.ts";
import type { Fields } from "../../policy-documents.ts";
import type { Found } from "../stop.ts";
import { type ChangedObject, isUnknownAt } from "../values.ts";
import { accountOf } from "./accounts.ts";
import { accountsInCondition, isTied } from "./conditions.ts";

/** Attributes that name who gets something, where there is no policy: an account, a principal's ARN, or everybody. */
const SHARES: Readonly<Record<string, string>> = {
  aws_lambda_permission: "principal",
  aws_lambda_layer_version_permission: "principal",
  aws_kms_grant: "grantee_principal",
  aws_ami_launch_permission: "account_id",
  aws_snapshot_create_volume_permission: "account_id",
  aws_ram_principal_association: "principal",
  aws_cloudwatch_event_permission: "principal",
  aws_vpc_endpoint_service: "allowed_principals",
  aws_vpc_endpoint_service_allowed_principal: "principal_arn",
  aws_db_snapshot: "shared_accounts",
  aws_db_cluster_snapshot: "shared_accounts",
  aws_db_snapshot_copy: "shared_accounts",
};

/** What would be shared with everybody, or with another account. */
export function newShares(
  { address, type, before, after, unknown }: ChangedObject,
  accounts: ReadonlySet<string>,
): Found[] {
  const attribute = SHARES[type];
  if (attribute === undefined) return [];
  const old = new Set(sharedWith(before, attribute));
  return sharedWith(after, attribute, unknown)
    .filter((name) => !old.has(name))
    .flatMap((name): Found[] => {
      if (/^(\*|all)$/.test(name)) {
        const message = `would be shared with anybody (${attribute} ${name}).`;
        return [{ address, action: "public-policy", message, fix: "Name the accounts or services that need it." }];
      }
      const account = accountOf(name);
      if (account === undefined || accounts.has(account)) return [];
      const message = `would be shared with the account ${account} (${attribute}), of which nothing says that it is this plan's.`;
      const fix = "Take it out. An account that is meant belongs into the policy's trustedAccounts.";
      return [{ address, action: "foreign-account", message, fix }];
    });
}

/** Attributes beside it that say who anybody is, with the keys of a condition that they stand for. */
const HOLDING: Readonly<Record<string, string>> = {
  principal_org_id: "aws:PrincipalOrgID",
  organization_id: "aws:PrincipalOrgID",
  source_account: "aws:SourceAccount",
  source_arn: "aws:SourceArn",
};

/** Who gets it: of anybody who is held by a condition, the accounts that it names. */
function sharedWith(values: Fields, attribute: string, unknown?: unknown): string[] {
  const names = namesIn(values[attribute]);
  const condition = conditionOf(values, unknown);
  return isTied(condition) ? names.flatMap((name) => (name === "*" ? accountsInCondition(condition) : name)) : names;
}

function conditionOf(values: Fields, unknown: unknown): Fields {
  const written = Object.entries(HOLDING).flatMap(([name, key]) => {
    if (isUnknownAt(unknown, name)) return [[key, GAP]];
    return typeof values[name] === "string" ? [[key, values[name]]] : [];
  });
  const own = listOf(values.condition).map(objectOf);
  return {
    ...Object.fromEntries(own.map(({ type, key, value }) => [String(type), { [String(key)]: value ?? GAP }])),
    ...(written.length > 0 && { StringLike: Object.fromEntries(written) }),
  };
}

function namesIn(value: unknown): string[] {
  return (Array.isArray(value) ? listOf(value) : [value]).filter((one) => typeof one === "string");
}
