import type { Graph, Resource } from "../graph/graph.ts";
import { linked, linkedResource } from "../graph/links.ts";
import { remembered, rememberedByKey, rememberedIn } from "../graph/remembered.ts";
import { blocks, Expression, isAbsent, isEmpty, items, text, type Value } from "../graph/value.ts";
import { type Answer, anyOf } from "../network/addresses.ts";
import { MANAGED_POLICIES } from "./managed-policies.ts";
import {
  anything,
  arnOf,
  type Hole,
  holeName,
  isEverything,
  matches,
  type Pattern,
  pattern,
  patternOf,
} from "./pattern.ts";
import { type Policy, readPolicy, type Statement } from "./policy.ts";

/** A thing that a call is made on, by the ARNs that it may be written as. */
export interface Target {
  readonly resource: Resource | undefined;
  readonly arns: readonly Pattern[];
}

/** The role that an attribute names, where it is made in the configuration. */
export function roleOf(value: Value | undefined): Resource | undefined {
  return linkedResource(value, "aws_iam_role");
}

/** What the policies of a role say, and the boundary that cuts them off where there is one. */
export interface Permissions {
  readonly granted: Policy;
  readonly boundary: Policy | undefined;
}

export function permissionsOf(graph: Graph, role: Resource): Permissions {
  const boundary = role.get("permissions_boundary");
  return {
    granted: graph.once(collectPermissions).get(role) ?? { statements: [], complete: false },
    boundary: !isEmpty(boundary) ? attachedPolicy(graph, boundary) : undefined,
  };
}

/** Whether a role is allowed to make a call. What can't be known is `maybe`. */
export function roleMay({ granted, boundary }: Permissions, action: string, target: Target | "*"): Answer {
  const answer = allows(granted, action, target);
  return boundary ? both(answer, allows(boundary, action, target)) : answer;
}

/** Whether it may for any resource at all. */
export function roleMaySomewhere({ granted, boundary }: Permissions, action: string): Answer {
  return roleMay({ granted: anywhere(granted), boundary: boundary && anywhere(boundary) }, action, "*");
}

/** What a policy allows for some resource, as if for all. */
function anywhere(policy: Policy): Policy {
  const statements = policy.statements.map((one) =>
    one.allow ? { ...one, resources: ["*"], notResources: undefined } : one,
  );
  return { ...policy, statements };
}

function collectPermissions(graph: Graph): Map<Resource, Policy> {
  const roles = graph.ofType("aws_iam_role");
  const found = new Map(roles.map((role): [Resource, Policy[]] => [role, ownPolicies(graph, role)]));
  const give = (owner: Value | undefined, policy: Policy) => {
    const link = linked(owner, "aws_iam_role");
    const named = link.literal === undefined ? [] : roles.filter((role) => text(role.get("name")) === link.literal);
    const owners = [...link.resources, ...named];
    // A policy of a role that can't be known may be any role's.
    const open = owners.length === 0 && !link.certain;
    for (const role of open ? roles : owners) {
      found
        .get(role)
        ?.push(link.certain || named.length > 0 ? policy : { statements: policy.statements, complete: false });
    }
  };
  for (const one of graph.ofType("aws_iam_role_policy")) give(one.get("role"), readPolicy(graph, one.get("policy")));
  for (const one of graph.ofType("aws_iam_role_policy_attachment"))
    give(one.get("role"), attachedPolicy(graph, one.get("policy_arn")));
  for (const one of graph.ofType("aws_iam_policy_attachment")) {
    for (const role of items(one.get("roles")).items) give(role, attachedPolicy(graph, one.get("policy_arn")));
  }
  for (const one of graph.ofType("aws_iam_role_policy_attachments_exclusive")) {
    for (const arn of items(one.get("policy_arns")).items) give(one.get("role_name"), attachedPolicy(graph, arn));
  }
  return new Map(
    [...found].map(([role, policies]) => [
      role,
      {
        statements: policies.flatMap(({ statements }) => statements),
        complete: policies.every(({ complete }) => complete),
      },
    ]),
  );
}

function ownPolicies(graph: Graph, role: Resource): Policy[] {
  const inline = blocks(role.get("inline_policy"));
  const managed = items(role.get("managed_policy_arns"));
  // A plan that does not know one of the ARNs tells of none that is written out.
  const unseen = role.get("managed_policy_arns") instanceof Expression;
  return [
    {
      statements: [],
      complete: inline.complete && managed.complete && !unseen && !role.many && !graph.isHandedOn(role),
    },
    ...inline.blocks.map((one) => readPolicy(graph, one.policy)),
    ...managed.items.map((arn) => attachedPolicy(graph, arn)),
  ];
}

export const attachedPolicy = rememberedIn((graph, arn: Value | undefined): Policy => {
  const link = linked(arn, "aws_iam_policy", "data.aws_iam_policy");
  const [policy] = link.resources;
  if (policy?.type === "aws_iam_policy" && link.certain) return readPolicy(graph, policy.get("policy"));
  const name = text(policy?.get("name")) ?? (link.literal ?? text(policy?.get("arn")) ?? text(arn))?.split("/").at(-1);
  const known = name === undefined ? undefined : MANAGED_POLICIES[name];
  return known ? { statements: known.map(readManaged), complete: true } : { statements: [], complete: false };
});

function readManaged(actions: readonly string[]): Statement {
  return {
    sid: undefined,
    effect: "Allow",
    allow: true,
    actions,
    notActions: undefined,
    resources: ["*"],
    notResources: undefined,
    principals: undefined,
    hasNotPrincipal: false,
    hasConditions: false,
    conditions: {},
  };
}

/** Whether a policy allows an action on a target. What it can't tell is `maybe`. */
export function allows(policy: Policy, action: string, target: Target | "*"): Answer {
  const about = statementsByAction(policy)(action);
  const verdict = ({ statement, answer }: StatementAbout): Answer =>
    both(answer, target === "*" ? matchesEverything(statement) : matchesTarget(statement, target));
  const refusals = about.filter(({ statement }) => !statement.allow && !statement.hasConditions).map(verdict);
  if (refusals.includes("yes")) return "no";
  const answer = anyOf(about.filter(({ statement }) => statement.allow).map(verdict));
  if (answer === "no") return policy.complete ? "no" : "maybe";
  return refusals.includes("maybe") ? "maybe" : answer;
}

function both(a: Answer, b: Answer): Answer {
  if (a === "no" || b === "no") return "no";
  return a === "yes" && b === "yes" ? "yes" : "maybe";
}

function not(answer: Answer): Answer {
  return answer === "maybe" ? "maybe" : answer === "yes" ? "no" : "yes";
}

interface StatementAbout {
  readonly statement: Statement;
  readonly answer: "yes" | "maybe";
}

/** Statements of a policy that are about an action, or may be. */
const statementsByAction = remembered(({ statements }: Policy) =>
  rememberedByKey((action: string): readonly StatementAbout[] =>
    statements.flatMap((statement) => {
      const answer = matchesAction(statement, action);
      return answer === "no" ? [] : [{ statement, answer }];
    }),
  ),
);

/** Whether a statement is about an action; it may be written in any case, and with wildcards. */
export function matchesAction({ actions, notActions }: Statement, action: string): Answer {
  const found = pattern(action.toLowerCase());
  if (actions) return anyOf(actions.map((one) => matchesName(one, found)));
  return notActions ? not(anyOf(notActions.map((one) => matchesName(one, found)))) : "no";
}

/** Upper and lower case are the same in names of actions. */
function matchesName(value: Value, action: Pattern): Answer {
  const wanted = typeof value === "string" ? pattern(value.toLowerCase()) : patternOf(value);
  return wanted ? matches(wanted, action) : "maybe";
}

/** For an action that can't be narrowed down to a resource. */
function matchesEverything({ resources, notResources }: Statement): Answer {
  if (notResources) return "maybe";
  return anyOf(
    (resources ?? []).map((one): Answer => {
      const wanted = patternOf(one);
      return wanted ? isEverything(wanted) : "maybe";
    }),
  );
}

function matchesTarget(statement: Statement, target: Target): Answer {
  if (statement.resources) return anyOf(answersOf(statement.resources, target));
  // A policy that hangs on the resource names none.
  return statement.notResources ? not(anyOf(answersOf(statement.notResources, target))) : "yes";
}

function answersOf(resources: readonly Value[], target: Target): Answer[] {
  const { byArn, others, unreadable } = sorted(resources);
  // Whole ARNs of other things have nothing to do with it: a role of many tasks names hundreds of them.
  const own = target.arns.flatMap(([first]) => (typeof first === "object" ? (byArn.get(first.hole) ?? []) : []));
  return [
    ...[...own, ...others].map((wanted) => anyOf(target.arns.map((arn) => matches(wanted, arn)))),
    ...unreadable.map((value) => mayMean(value, target)),
  ];
}

/** Patterns of a statement, those that begin with somebody's whole ARN by that. */
interface SortedPatterns {
  readonly byArn: ReadonlyMap<string, readonly Pattern[]>;
  readonly others: readonly Pattern[];
  readonly unreadable: readonly Value[];
}

const sorted = remembered((resources: readonly Value[]): SortedPatterns => {
  const byArn = new Map<string, Pattern[]>();
  const others: Pattern[] = [];
  const unreadable: Value[] = [];
  for (const value of resources) {
    const wanted = patternOf(value);
    const first = wanted?.[0];
    if (!wanted) unreadable.push(value);
    else if (typeof first === "object" && first.whole)
      byArn.set(first.hole, [...(byArn.get(first.hole) ?? []), wanted]);
    else others.push(wanted);
  }
  return { byArn, others, unreadable };
});

/** A plan tells of an ARN that is not known yet only what it is made of. */
function mayMean(value: Value, { resource }: Target): Answer {
  if (!(value instanceof Expression) || value.references.length === 0) return "maybe";
  const all = value.references.flatMap(({ resources }) => resources);
  const isSure = value.references.every(({ certain }) => certain);
  if (resource === undefined || all.includes(resource)) return "maybe";
  // Secrets and their versions, keys and their aliases: what leads to the target is meant as it.
  return !isSure || all.some((one) => one.dependencies.has(resource) || resource.dependencies.has(one))
    ? "maybe"
    : "no";
}

/** ARN of a resource as its own attribute, and written out. */
export function targetOf(resource: Resource, ...written: readonly Pattern[]): Target {
  return {
    resource,
    arns: [pattern(arnOf(resource)), ...written, ...knownArn(resource)],
  };
}

function knownArn(resource: Resource): Pattern[] {
  const arn = text(resource.get("arn"));
  return arn === undefined ? [] : [pattern(arn)];
}

/** `arn:<any>:<service>:<any>:<any>:<rest>`. */
export function arn(service: string, ...rest: readonly (string | Hole)[]): Pattern {
  return arnIn(undefined, service, ...rest);
}

/** The same, in a region that may be known. */
function arnIn(region: string | undefined, service: string, ...rest: readonly (string | Hole)[]): Pattern {
  return pattern("arn:", anything(), `:${service}:`, region ?? anything(), ":", anything(), ":", ...rest);
}

/** A name as a piece of an ARN: what is known of it, and holes for the rest. */
export function namePattern(resource: Resource, attribute = "name"): Pattern {
  const value = resource.get(attribute);
  if (isAbsent(value)) return [{ hole: holeName(resource.type, resource.address, attribute) }];
  return patternOf(value) ?? [anything()];
}

export const repositoryTarget = remembered((repository: Resource) =>
  targetOf(repository, arnIn(repository.region, "ecr", "repository/", ...namePattern(repository))),
);

/** A stream of a log group, which is what a container writes to. */
export const logStreamTarget = remembered((group: Resource): Target => {
  const stream = [":log-stream:", anything()];
  const known = knownArn(group).map((tokens) => pattern(...tokens, ...stream));
  return {
    resource: group,
    arns: [
      pattern(arnOf(group), ...stream),
      arnIn(group.region, "logs", "log-group:", ...namePattern(group), ...stream),
      ...known,
    ],
  };
});

/** AWS adds a hyphen and six characters to a secret's name. */
export const secretTarget = remembered((secret: Resource) =>
  targetOf(secret, arnIn(secret.region, "secretsmanager", "secret:", ...namePattern(secret), "-", anything())),
);

export const parameterTarget = remembered((parameter: Resource) => {
  const [first, ...others] = namePattern(parameter);
  const name = typeof first === "string" ? [first.replace(/^\//, ""), ...others] : [first ?? "", ...others];
  return targetOf(parameter, arnIn(parameter.region, "ssm", "parameter/", ...name));
});
