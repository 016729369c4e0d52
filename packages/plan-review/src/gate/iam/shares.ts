import { GAP } from "@operation-app/preflight/graph";
import { listOf, objectOf } from "../../plan.ts";
import type { Fields } from "../../policy-documents.ts";
import { type ChangedObject, isUnknownAt } from "../changed-objects.ts";
import type { Found } from "../stop.ts";
import { accountOf } from "./accounts.ts";
import { accountsInCondition, isTied } from "./conditions.ts";

/** Attributes that share something without a policy: with an account, a principal's ARN, or everyone. */
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
  aws_eks_access_entry: "principal_arn",
  aws_eks_access_policy_association: "principal_arn",
  aws_lakeformation_permissions: "principal",
  aws_licensemanager_grant: "principal",
  aws_network_interface_permission: "aws_account_id",
  aws_redshift_data_share_authorization: "consumer_identifier",
  aws_redshift_endpoint_authorization: "account",
  aws_db_snapshot: "shared_accounts",
  aws_db_cluster_snapshot: "shared_accounts",
  aws_db_snapshot_copy: "shared_accounts",
};

/** What would be shared with everyone, or with another account. */
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
        const message = `would be shared with everyone (${attribute} ${name}).`;
        return [{ address, action: "public-policy", message, fix: "List the accounts or services that need access." }];
      }
      const account = accountOf(name);
      if (account === undefined || accounts.has(account)) return [];
      const message = `would be shared with account ${account} (${attribute}), which is not known to be your own.`;
      const fix = "Remove it. If the account is trusted, add it to trustedAccounts in the policy.";
      return [{ address, action: "foreign-account", message, fix }];
    });
}

/** Attributes that limit it, with the condition keys that they stand for. */
const HOLDING: Readonly<Record<string, string>> = {
  principal_org_id: "aws:PrincipalOrgID",
  organization_id: "aws:PrincipalOrgID",
  source_account: "aws:SourceAccount",
  source_arn: "aws:SourceArn",
};

/** Who it is shared with; where a condition limits `*`, the accounts that the condition names. */
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
