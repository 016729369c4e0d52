import type { Permission } from "../ecs/permissions.ts";
import type { Condition, Statement } from "../iam-policy.ts";

/** What a role's policies are written for: one environment of the project, in one account. */
export interface CiTarget {
  /** Name of the app; what its stack makes is named after it. */
  readonly app: string;
  /** Name of the environment. */
  readonly environment: string;
  readonly region: string;
  /** The account's number, twelve digits. */
  readonly account: string;
  readonly stateBucket: string;
  /** Path of the environment's state in the bucket. */
  readonly stateKey: string;
  /** Host names whose records the stack makes. */
  readonly hostNames: readonly string[];
  /** The login pages' own host name, and the one above it where its record is made, too. @default they have none */
  readonly loginDomain?: readonly string[];
  /** Domain that the app sends mail from. @default it sends none */
  readonly mailDomain?: string;
  /** An instance leads out of the private subnets, in place of a NAT gateway. @default false */
  readonly natInstance?: boolean;
  /** CloudFront is in front of users' files. @default false */
  readonly storageCdn?: boolean;
  /** Names of the secrets whose values the state has anyway, and a plan reads again. */
  readonly secretsInState: readonly string[];
  /** Further rights of the app's code. @default none */
  readonly appPermissions?: readonly Permission[];
  /** Other apps of the project in the same account. @default none */
  readonly neighbours?: readonly string[];
  /** Id of an existing user pool that the environment takes over, whatever its tags. @default none */
  readonly adoptedUserPool?: string;
}

/** IAM path of the roles: what the apply role makes has another, so that it can't reach them by name. */
export const CI_PATH = "/ci/";

/** Folder of the state bucket for reviewed plans. */
export const PLANS_FOLDER = "plans/";

/** Where an environment's reviewed plans are kept in the state bucket: `plans/<environment>/`. */
export function plansPrefix(environment: string): string {
  return `${PLANS_FOLDER}${environment}/`;
}

export type CiRole = "plan" | "apply";

/** Name of a role: `<app>-<environment>-plan`, `<app>-<environment>-apply`. */
export function roleName({ app, environment }: Pick<CiTarget, "app" | "environment">, role: CiRole): string {
  return `${app}-${environment}-${role}`;
}

/** Name of the policy that both roles have: `<app>-<environment>-read`. */
export function readPolicyName({ app, environment }: Pick<CiTarget, "app" | "environment">): string {
  return `${app}-${environment}-read`;
}

/** Name of the policy with what the apply role may change by name: `<app>-<environment>-write`. */
export function writePolicyName({ app, environment }: Pick<CiTarget, "app" | "environment">): string {
  return `${app}-${environment}-write`;
}

/** Names of the policies that hold what of these is about things named after the app: one alone has too little room. */
export function namedPolicyNames({ app, environment }: Pick<CiTarget, "app" | "environment">) {
  return { read: `${app}-${environment}-read-named`, write: `${app}-${environment}-write-named` };
}

/** Name of the permissions boundary that every role of the environment has: `<app>-<environment>-boundary`. */
export function boundaryName({ app, environment }: Pick<CiTarget, "app" | "environment">): string {
  return `${app}-${environment}-boundary`;
}

/** ARN of a policy of the bootstrap's. */
export function ciPolicyArn(account: string, name: string): string {
  return `arn:aws:iam::${account}:policy${CI_PATH}${name}`;
}

/** ARN of the permissions boundary. */
export function boundaryArn(target: Pick<CiTarget, "app" | "environment" | "account">): string {
  return ciPolicyArn(target.account, boundaryName(target));
}

/** Refuses what is tagged as another app's, whatever else is allowed. */
export function neighboursRefused(neighbours: readonly string[] = []): Statement[] {
  if (neighbours.length === 0) return [];
  const condition = { StringEquals: { "aws:ResourceTag/Application": neighbours } };
  return [{ effect: "Deny", actions: ["*"], resources: ["*"], condition }];
}

/** What the stack has tagged as the app's: AWS makes up its id, so nothing else tells it from a stranger's. */
export function tagged({ app }: Pick<CiTarget, "app">): Condition {
  return { StringEquals: { "aws:ResourceTag/Application": app } };
}

/** Actions on the environment's user pool, and on no other: its own by its tag, one that is taken over by its id. */
export function onUserPool(target: CiTarget, actions: readonly string[]): Statement[] {
  const own = { actions, resources: [userPoolArn(target, "*")], condition: tagged(target) };
  return [own, ...onAdoptedPool(target, actions)];
}

/** Actions on the user pool that is taken over, where there is one. */
export function onAdoptedPool(target: CiTarget, actions: readonly string[]): Statement[] {
  const { adoptedUserPool: id } = target;
  return id === undefined ? [] : [{ actions, resources: [userPoolArn(target, id)] }];
}

function userPoolArn({ region, account }: CiTarget, id: string): string {
  return `arn:aws:cognito-idp:${region}:${account}:userpool/${id}`;
}

/** AWS's hyphen and six characters after a secret's name, and nothing longer: `REDIS_URL` is not `REDIS_URL_OLD`. */
export function secretArn({ region, account }: CiTarget, name: string): string {
  return `arn:aws:secretsmanager:${region}:${account}:secret:${name}-??????`;
}
