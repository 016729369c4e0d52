import { GAP } from "@operation-app/preflight/graph";
import { objectOf } from "../../plan.ts";
import { isBlock, isInternet, publicAddresses } from "../addresses.ts";

/** One test of a condition: an operator, a key, and the values of which one has to match. */
export interface Test {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** Operators that hold only where a request has the key, and one of the values. */
export function narrowingTests(condition: unknown): Test[] {
  return testsOf(condition).filter(({ operator }) => !/Not|IfExists|Null|^ForAllValues/i.test(operator));
}

/** Every test of a condition. */
export function testsOf(condition: unknown): Test[] {
  return Object.entries(objectOf(condition)).flatMap(([operator, keys]) =>
    Object.entries(objectOf(keys)).map(([key, values]) => ({
      operator,
      key: key.toLowerCase(),
      values: (Array.isArray(values) ? values : [values]).map(String),
    })),
  );
}

/** A complete id: with a wildcard it could match anyone's. */
const isWhole = (value: string) => !/[*?]/.test(value);

/**
 * An ARN of one account. Anyone can create a resource of the same name, except a bucket. A whole segment may be a
 * wildcard, such as the region. A part that is known after apply counts as one account's.
 */
const isOfAccount = (value: string) =>
  value.startsWith(GAP) ||
  /^arn:[^:*?]+:([^:*?]*|\*):([^:*?]*|\*):(\d{12}|\0)(:|$)/.test(value) ||
  /^arn:[^:*?]+:s3:[^:]*:[^:]*:[^:*?/]{3,}(\/|$)/.test(value);

/** Keys that tie a request to an account, an organization, a network or a resource, and the values that do. */
const TIES: readonly (readonly [RegExp, (value: string) => boolean])[] = [
  [
    /^aws:(principalarn|sourcearn|sourcevpcarn)$|^s3:dataaccesspointarn$|^elasticfilesystem:accesspointarn$/,
    isOfAccount,
  ],
  // A mount target is in a VPC, behind a security group.
  [/^elasticfilesystem:accessedviamounttarget$/, (value) => value.toLowerCase() === "true"],
  [/^aws:(principalorgpaths|sourceorgpaths|resourceorgpaths)$/, (value) => /^o-[a-z0-9]+\//.test(value)],
  // The id of a role or user, and the session name, which the caller chooses.
  [/^aws:userid$/, (value) => isWhole(value) || /^A[A-Z0-9]{15,}:/.test(value)],
  [
    /^aws:(principalorgid|principalaccount|sourceaccount|sourceorgid|sourceowner|sourcevpc|sourcevpce)$|^kms:calleraccount$|^s3:dataaccesspointaccount$/,
    isWhole,
  ],
];

/** Whether a condition limits who is allowed: one of its tests does so with each of its values. */
export function isTied(condition: unknown): boolean {
  return narrowingTests(condition).some(saysWho);
}

function saysWho({ key, values }: Test): boolean {
  if (/^aws:(vpc)?sourceip$/.test(key)) return values.every(isBlock) && !isInternet(publicAddresses(values));
  const [, ties] = TIES.find(([name]) => name.test(key)) ?? [];
  return ties !== undefined && values.every(ties);
}

/** Whether a condition of a Deny covers everyone except those that it names; with a second test it would cover fewer. */
export function isForOthers(condition: unknown): boolean {
  const [test, ...more] = testsOf(condition);
  if (test === undefined || more.length > 0) return false;
  return /^(StringNotEquals|StringNotLike|ArnNotEquals|ArnNotLike|NotIpAddress)$/i.test(test.operator) && saysWho(test);
}

/** Accounts that a condition names. */
export function accountsInCondition(condition: unknown): string[] {
  return accountsIn(narrowingTests(condition));
}

/** Accounts that the condition of a Deny exempts. */
export function accountsNotRefused(condition: unknown): string[] {
  return accountsIn(testsOf(condition));
}

function accountsIn(tests: readonly Test[]): string[] {
  return tests.flatMap(({ key, values }) => {
    if (/^aws:(principalaccount|sourceaccount|sourceowner)$|^kms:calleraccount$/.test(key)) return values;
    if (!/^aws:(principalarn|sourcearn)$/.test(key)) return [];
    return values.flatMap((value) => /^arn:[^:]+:[^:]*:[^:]*:(\d{12})(?::|$)/.exec(value)?.[1] ?? []);
  });
}

/**
 * Claims that identify the owner of a token. Others, such as `aud`, are chosen by the requester; with Cognito, Google,
 * Amazon and Facebook, `aud` and `app_id` are the app that users log in to.
 *
 * Sources: https://docs.github.com/en/actions/reference/security/oidc,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
 */
const CLAIMS =
  /:(sub|repository|repository_id|repository_owner|repository_owner_id|job_workflow_ref|enterprise|enterprise_id)$/;
const APPS =
  /^(cognito-identity\.amazonaws\.com:aud|accounts\.google\.com:(aud|oaud|email|hd)|www\.amazon\.com:(app_id|user_id)|graph\.facebook\.com:(app_id|id))$/;

/** Whether a condition limits whose tokens are accepted: a subject with an owner. */
export function isTiedToSubject(condition: unknown): boolean {
  return narrowingTests(condition).some(
    ({ key, values }) =>
      (APPS.test(key) && values.every(isWhole)) ||
      (CLAIMS.test(key) && values.every((value) => isWhole(value) || hasOwner(key, value))),
  );
}

/**
 * Before the first wildcard stands a whole name: `repo:owner/`, `organization:name:`, `system:serviceaccount:space:`, the
 * `org/ID/` of CircleCI, or the id of a repository that Bitbucket has.
 */
function hasOwner(key: string, value: string): boolean {
  if (/:(repository|job_workflow_ref)$/.test(key)) return /^[^*?/]+\//.test(value);
  if (!key.endsWith(":sub")) return false;
  if (/^org\/[^*?/]+\/|^\{[0-9a-f-]{36}\}/.test(value)) return true;
  const kind = /^system:serviceaccount:/.exec(value)?.[0] ?? /^[A-Za-z_]+:/.exec(value)?.[0];
  return kind !== undefined && /^[^*?:/]+[:/]/.test(value.slice(kind.length));
}

/** The operators and keys of a condition, for comparison. */
export function testedKeys(condition: unknown): ReadonlySet<string> {
  return new Set(testsOf(condition).map(({ operator, key }) => `${operator.toLowerCase()} ${key}`));
}
