import { GAP, type Graph, text } from "@operation-app/preflight/graph";
import { listOf, objectOf } from "../../plan.ts";
import type { Fields } from "../../policy-documents.ts";
import { type ChangedObject, isUnknownAt } from "../changed-objects.ts";
import type { Found } from "../stop.ts";
import { testsOf } from "./conditions.ts";
import { actsLike, isLike, textsOf } from "./patterns.ts";
import { plannedPolicy, writtenStatements } from "./planned-policy.ts";

/** Permissions of an administrator, from less to more. */
const POWERS = [
  "",
  "do almost everything on every resource",
  "grant any permission to anyone, itself included",
  "do everything",
] as const;
type Power = 0 | 1 | 2 | 3;

/** AWS's own policies that make an administrator. */
const MANAGED: Readonly<Record<string, Power>> = { AdministratorAccess: 3, IAMFullAccess: 2, PowerUserAccess: 1 };

/** Attributes that hold a policy of an identity. */
const POLICIES: Readonly<Record<string, readonly string[]>> = {
  aws_iam_policy: ["policy"],
  aws_iam_role_policy: ["policy"],
  aws_iam_user_policy: ["policy"],
  aws_iam_group_policy: ["policy"],
  aws_ssoadmin_permission_set_inline_policy: ["inline_policy"],
};
const ATTACHED = ["policy_arn", "policy_arns", "managed_policy_arn", "managed_policy_arns"];
const HOLDERS = ["role", "role_name", "user", "group", "roles", "users", "groups", "permission_set_arn"];

/** Identities that would become administrators, or lose their permissions boundary. */
export function newAdministrators(object: ChangedObject, graph: Graph): Found[] {
  const { address, type } = object;
  if (!/^aws_(iam|ssoadmin)_/.test(type)) return [];
  const after = Math.max(...powersAfter(object, graph)) as Power;
  const before = isOfSameHolder(object) ? Math.max(...powersBefore(object, graph)) : 0;
  const stop = (message: string, fix: string): Found => ({ address, action: "admin-access", message, fix });
  return [
    ...(after > before
      ? [
          stop(
            `would allow its holder to ${POWERS[after]}.`,
            "List the actions and resources that are needed, or attach a policy made for the task.",
          ),
        ]
      : []),
    ...(hasBoundary(object.before) && !hasBoundary(object.after) && object.change.change.after !== null
      ? [stop("would lose its permissions boundary.", "Keep permissions_boundary as it is.")]
      : []),
  ];
}

function hasBoundary(values: Fields): boolean {
  return typeof values.permissions_boundary === "string" && values.permissions_boundary !== "";
}

/** A policy that moves to another identity is new there. */
function isOfSameHolder({ before, after, unknown }: ChangedObject): boolean {
  const isIn = (one: unknown, name: string) =>
    typeof one === "string" ? one === before[name] : listOf(one).every((each) => listOf(before[name]).includes(each));
  return HOLDERS.every(
    (name) => !isUnknownAt(unknown, name) && (!(name in after) || after[name] === null || isIn(after[name], name)),
  );
}

function powersAfter(object: ChangedObject, graph: Graph): Power[] {
  const { type, after } = object;
  const written = (POLICIES[type] ?? []).flatMap((attribute) => plannedPolicy(object, attribute, graph).statements);
  return [...written.map(powerOf), ...powersIn(type, after, graph)];
}

function powersBefore({ type, before }: ChangedObject, graph: Graph): Power[] {
  const written = (POLICIES[type] ?? []).flatMap((attribute) => writtenStatements(before[attribute]));
  return [...written.map(powerOf), ...powersIn(type, before, graph)];
}

/** Attached policies, and a role's inline policies. */
function powersIn(type: string, values: Fields, graph: Graph): Power[] {
  const arns = ATTACHED.flatMap((name) => (typeof values[name] === "string" ? [values[name]] : textsOf(values[name])));
  const inline =
    type === "aws_iam_role"
      ? listOf(values.inline_policy).flatMap((one) => writtenStatements(objectOf(one).policy))
      : [];
  return [0, ...arns.map((arn) => powerOfArn(arn, graph)), ...inline.map(powerOf)];
}

function powerOfArn(arn: string, graph: Graph): Power {
  const name = /^arn:[^:]+:iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
  return (name === undefined ? graph.once(powersByArn).get(arn) : MANAGED[name]) ?? 0;
}

/** Policies that the plan knows, by their ARN. */
function powersByArn(graph: Graph): ReadonlyMap<string, Power> {
  return new Map(
    graph.ofType("aws_iam_policy", "data.aws_iam_policy").flatMap((one): [string, Power][] => {
      const [arn, policy] = [text(one.get("arn")), text(one.get("policy"))];
      return arn === undefined ? [] : [[arn, Math.max(0, ...writtenStatements(policy).map(powerOf)) as Power]];
    }),
  );
}

/**
 * Actions that grant permissions.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 */
const GIVING = [
  "AddUserToGroup",
  "AttachGroupPolicy",
  "AttachRolePolicy",
  "AttachUserPolicy",
  "CreateAccessKey",
  "CreateLoginProfile",
  "CreatePolicyVersion",
  "PutGroupPolicy",
  "PutRolePolicy",
  "PutUserPolicy",
  "SetDefaultPolicyVersion",
  "UpdateAssumeRolePolicy",
  "UpdateLoginProfile",
].map((name) => `iam:${name}`);

const ANY_ACTION = "any-service:AnyAction";
const ACCOUNT = "0".repeat(12);
/** An ARN that no policy names. */
const ANY_ARN = `arn:aws:any-service:any-region:${ACCOUNT}:any/thing`;
const ANY_IDENTITY = ["role", "user", "group", "policy"].map((kind) => `arn:aws:iam::${ACCOUNT}:${kind}/any-thing`);

function powerOf(statement: Fields): Power {
  const { Effect, Resource, NotAction, NotResource, Condition } = statement;
  if (Effect === "Deny") return 0;
  const resources = textsOf(Resource).map((one) =>
    one.replace(/^arn:aws[\w-]*:/, "arn:aws:").replace(/:\d{12}:/, `:${ACCOUNT}:`),
  );
  const covers = (arn: string) => NotResource !== undefined || resources.some((one) => isLike(one, arn));
  const isEverywhere = covers(ANY_ARN);
  if (NotAction !== undefined) {
    if (!isEverywhere) return 0;
    const isLeftOut = (action: string) => textsOf(NotAction).some((one) => actsLike(one, action));
    return GIVING.every(isLeftOut) ? 1 : 3;
  }
  const actions = textsOf(statement.Action).filter((action) => !action.includes(GAP));
  if (isEverywhere && actions.some((one) => actsLike(one, ANY_ACTION))) return 3;
  const mayGive = GIVING.some((action) => actions.some((one) => actsLike(one, action)));
  if (mayGive && ANY_IDENTITY.some(covers) && !isHeld(Condition)) return 2;
  // Services by their first letters are many.
  return isEverywhere && actions.some((one) => /^[^:]*[*?]/.test(one)) ? 1 : 0;
}

/** Permissions may be granted only within a boundary, or only some. */
function isHeld(condition: unknown): boolean {
  return testsOf(condition).some(
    ({ operator, key, values }) =>
      /^(StringEquals|StringLike|ArnEquals|ArnLike)$/i.test(operator) &&
      /^iam:(permissionsboundary|policyarn)$/.test(key) &&
      values.every((value) => !/^[*?]|^arn:aws[\w-]*:iam::(aws|\*):policy\/\*|AdministratorAccess$/.test(value)),
  );
}
