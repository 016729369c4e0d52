import { type Service, services, type TaskDefinition, taskDefinitions } from "../ecs/tasks.ts";
import { byLink } from "../graph/by-link.ts";
import type { Graph, Resource } from "../graph/graph.ts";
import { decodeJsonText } from "../graph/json-text.ts";
import {
  Expression,
  flag,
  isAbsent,
  isBlock,
  isWritten,
  items,
  linked,
  referencesIn,
  text,
  type Value,
} from "../graph/value.ts";
import { type Call, logCalls, pullCalls, secretUses } from "../iam/calls.ts";
import { MANAGED_POLICIES, SERVICE_ROLE_POLICIES } from "../iam/managed-policies.ts";
import { arn, matchesAction, permissionsOf, roleMay, roleOf, targetOf } from "../iam/permissions.ts";
import { type Policy, readPolicy, type Statement } from "../iam/policy.ts";
import { defineRule, type KindOfProblem, type Problem, type Rule } from "../rule.ts";

const EXECUTION_ROLE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html";

/** A call, and the task that needs it. */
interface NeededCall extends Pick<Call, "action" | "target" | "on"> {
  readonly task: TaskDefinition;
}

/** What tasks ask of their execution roles: each call of a role once, however many tasks share it. */
function callsByRole(
  graph: Graph,
  callsOf: (task: TaskDefinition, role: Resource) => readonly Omit<NeededCall, "task">[],
): Map<Resource, Map<string, NeededCall>> {
  const found = new Map<Resource, Map<string, NeededCall>>();
  for (const task of taskDefinitions(graph)) {
    const role = roleOf(task.resource.get("execution_role_arn"));
    if (!role) continue;
    const calls = found.get(role) ?? new Map<string, NeededCall>();
    found.set(role, calls);
    for (const call of callsOf(task, role)) {
      const key = `${call.action} ${call.on}`;
      if (!calls.has(key)) calls.set(key, { ...call, task });
    }
  }
  return found;
}

/** Calls that a role's policies do not allow, those on one thing as one problem. */
function* refusals(
  graph: Graph,
  callsOf: Parameters<typeof callsByRole>[1],
): Generator<Problem & { readonly actions: readonly string[] }> {
  for (const [role, calls] of callsByRole(graph, callsOf)) {
    const permissions = permissionsOf(graph, role);
    const refused = [...calls.values()].filter(({ action, target }) => roleMay(permissions, action, target) === "no");
    for (const on of new Set(refused.map((call) => call.on))) {
      const own = refused.filter((call) => call.on === on);
      const actions = own.map(({ action }) => action);
      yield {
        actions,
        at: role,
        message: `is not allowed to call ${actions.join(", ")} on ${on}, which ${own[0]?.task.resource.address} needs.`,
        fix: `Allow ${actions.join(", ")} on ${on} in a policy of this role.`,
      };
    }
  }
}

/** The customer key that a secret or parameter is encrypted with; undefined for AWS's own keys. */
function keyOf(kept: Resource): Resource | undefined {
  const written = kept.get("kms_key_id") ?? kept.get("key_id");
  const alias = linked(written, "aws_kms_alias").resources[0];
  const key = linked(alias ? alias.get("target_key_id") : written, "aws_kms_key");
  return key.certain ? key.resources[0] : undefined;
}

function decryptCalls(graph: Graph, task: TaskDefinition, role: Resource): Omit<NeededCall, "task">[] {
  return secretUses(graph, task).flatMap(({ kept }) => {
    const key = kept && keyOf(kept);
    if (!key || keyMayGrant(graph, key, role)) return [];
    const written = ["key_id", "id"].map((attribute) => arn("kms", "key/", { hole: `${key.address}@${attribute}` }));
    return [{ action: "kms:Decrypt", target: targetOf(key, ...written), on: key.address }];
  });
}

/** A grant or the key's own policy may let the role decrypt; a policy that is not written leaves it to the role's. */
function keyMayGrant(graph: Graph, key: Resource, role: Resource): boolean {
  if (graph.ofType("aws_kms_grant").some((grant) => mayGrant(grant, key, role))) return true;
  const policy = keyPolicyOf(graph, key);
  if (!policy?.complete) return policy !== undefined;
  const named = policy.statements
    .filter(({ allow }) => allow)
    .flatMap(({ principals }) => Object.values(principals ?? {}).flat());
  return named.some((who) => {
    const known = text(who);
    if (known !== undefined) return known === "*" || !/:root$|^\d{12}$|amazonaws\.com$/.test(known);
    const references = referencesIn(who).flatMap(({ resources }) => resources);
    return references.length === 0 || references.includes(role);
  });
}

/** A grant may be of that key to that role. */
function mayGrant(grant: Resource, key: Resource, role: Resource): boolean {
  const [keys, grantees] = [
    linked(grant.get("key_id"), "aws_kms_key"),
    linked(grant.get("grantee_principal"), "aws_iam_role"),
  ];
  const isOther = grantees.certain && grantees.resources.length > 0 && !grantees.resources.includes(role);
  const operations = items(grant.get("operations"));
  const decrypts = !operations.complete || operations.items.some((one) => (text(one) ?? "Decrypt") === "Decrypt");
  return decrypts && !isOther && (keys.resources.length === 0 || keys.resources.includes(key));
}

const EXEC_ACTIONS = [
  "ssmmessages:CreateControlChannel",
  "ssmmessages:CreateDataChannel",
  "ssmmessages:OpenControlChannel",
  "ssmmessages:OpenDataChannel",
];

/** Task roles of services with ECS Exec, each with one of them. */
function execRoles(graph: Graph): Map<Resource, Service> {
  const roles = new Map<Resource, Service>();
  for (const service of services(graph)) {
    if (flag(service.resource.get("enable_execute_command"), false) !== true) continue;
    const role = roleOf(service.task?.resource.get("task_role_arn"));
    if (role && !roles.has(role)) roles.set(role, service);
  }
  return roles;
}

/** Services that a trust policy names; undefined where it can't be read. */
function trustedServices(graph: Graph, role: Resource): { services: string[]; complete: boolean } {
  const policy = readPolicy(graph, role.get("assume_role_policy"));
  const trusting = policy.statements.filter(
    (statement) => statement.allow && matchesAction(statement, "sts:AssumeRole") !== "no",
  );
  // A service is one only under `Service`; under `AWS` or the like its name means nothing.
  const named = trusting.flatMap(({ principals = {} }) =>
    Object.entries(principals).flatMap(([kind, who]) => who.map((one) => ({ name: text(one), kind }))),
  );
  return {
    services: named.flatMap(({ name, kind }) =>
      name !== undefined && (kind === "Service" || name === "*") ? [name] : [],
    ),
    complete: policy.complete && named.every(({ name }) => name !== undefined),
  };
}

/** Resources that hang a policy on something, and whether it says who may (a trust policy) or what one may. */
const POLICIES = [
  ["aws_iam_role_policy", "policy", "permissions"],
  ["aws_iam_policy", "policy", "permissions"],
  ["aws_iam_role", "assume_role_policy", "trust"],
] as const;
const VERSIONS = ["2012-10-17", "2008-10-17"];

function* malformedPolicies(graph: Graph): Generator<KindOfProblem<Malformed>> {
  for (const [type, attribute, kind] of POLICIES) {
    for (const owner of graph.ofType(type)) {
      const written = owner.get(attribute);
      const wrong = [
        whyNoPolicy(written),
        ...readPolicy(graph, written).statements.map((one) => whyMalformed(one, kind)),
      ].filter((one) => one !== undefined);
      for (const [message, malformed] of new Map(wrong.map(([malformed, message]) => [message, malformed]))) {
        yield { kind: malformed, at: owner, message: `has ${message}.`, fix: FIX[kind], attribute };
      }
    }
  }
}

const FIX = {
  permissions:
    'Write a policy of Version "2012-10-17" whose statements have Effect ("Allow" or "Deny"), Action and Resource.',
  trust: 'Write a policy of Version "2012-10-17" whose statements have Effect, Action and Principal, and no Resource.',
};

type Malformed = "syntax" | "missing" | "principal" | "trust" | "arn";
type Why = readonly [Malformed, message: string] | undefined;

/** What is wrong with the text as a whole. */
function whyNoPolicy(value: Value | undefined): Why {
  const isText = value instanceof Expression ? value.parts !== undefined && value.only === undefined : isWritten(value);
  if (!isText) return undefined;
  const decoded = decodeJsonText(value);
  if (decoded === undefined) return ["syntax", "a policy that is not JSON"];
  const version = isBlock(decoded) ? text(decoded.Version) : undefined;
  return version === undefined || VERSIONS.includes(version)
    ? undefined
    : ["syntax", `the policy version "${version}", which IAM does not know`];
}

function whyMalformed(statement: Statement, kind: "permissions" | "trust"): Why {
  const { actions, notActions, resources, notResources, principals, effect } = statement;
  if (effect !== undefined && effect !== "Allow" && effect !== "Deny")
    return ["syntax", `a statement with the effect "${effect}"`];
  if (!actions && !notActions) return ["missing", "a statement without Action"];
  if (kind === "trust" && !principals) return ["trust", "a trust policy without Principal"];
  if (kind === "trust")
    return resources && ["trust", "a trust policy with Resource, which belongs in a permissions policy"];
  if (principals) return ["principal", "a statement with Principal, which belongs in a trust policy"];
  if (!resources && !notResources) return ["missing", "a statement without Resource"];
  const noArn = (resources ?? []).map(whyNoArn).find((why) => why !== undefined);
  return noArn === undefined ? undefined : ["arn", noArn];
}

/** Attributes that look like an ARN and are none. */
const NO_ARNS = new Set(["repository_url", "name", "url", "dns_name", "address", "endpoint", "bucket", "domain"]);

function whyNoArn(value: Value): string | undefined {
  const known = text(value);
  if (known !== undefined)
    return known === "*" || known.startsWith("arn:") || known.startsWith("*") || known === ""
      ? undefined
      : `"${known}" as Resource, which is no ARN`;
  const only = value instanceof Expression ? value.only : undefined;
  return only && NO_ARNS.has(only.attribute)
    ? `the ${only.attribute} of ${only.resources[0]?.address} as Resource, which is no ARN`
    : undefined;
}

export const IAM_RULES: readonly Rule[] = [
  {
    id: "IAM-001",
    severity: "error",
    title: "ECS may take on the roles of a task",
    when: "runtime",
    prevents:
      "ECS was unable to assume the role 'arn:aws:iam::…:role/…' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions",
    cause: "The trust policy of the role does not name ecs-tasks.amazonaws.com.",
    reference: EXECUTION_ROLE,
    *check(graph) {
      const seen = new Set<Resource>();
      for (const task of taskDefinitions(graph)) {
        for (const attribute of ["execution_role_arn", "task_role_arn"]) {
          const role = roleOf(task.resource.get(attribute));
          if (!role || seen.has(role)) continue;
          seen.add(role);
          const { services: trusted, complete } = trustedServices(graph, role);
          if (!complete || trusted.some((who) => who === "ecs-tasks.amazonaws.com" || who === "*")) continue;
          yield {
            at: role,
            message: `is the ${attribute.replace("_arn", "")} of ${task.resource.address}, and trusts ${trusted.join(", ") || "no principal"}.`,
            fix: 'Name the service "ecs-tasks.amazonaws.com" as Principal in assume_role_policy.',
            attribute: "assume_role_policy",
          };
        }
      }
    },
  },
  defineRule({
    id: "IAM-002",
    severity: "error",
    title: "The execution role may pull the images",
    reference: EXECUTION_ROLE,
    problems: {
      token: {
        when: "runtime",
        prevents: "AccessDeniedException: … is not authorized to perform: ecr:GetAuthorizationToken on resource: *",
        cause:
          "ECS logs in to the registry with the execution role; ecr:GetAuthorizationToken can't be limited to a repository.",
      },
      pull: {
        when: "runtime",
        prevents:
          "CannotPullContainerError: … failed to resolve ref …: unexpected status from HEAD request …: 403 Forbidden",
        cause: "ECS pulls with the execution role, whose policies do not allow it on this repository.",
      },
    },
    *check(graph) {
      for (const { actions, ...problem } of refusals(graph, pullCalls))
        yield { kind: actions.includes("ecr:GetAuthorizationToken") ? "token" : "pull", ...problem };
    },
  }),
  {
    id: "IAM-003",
    severity: "error",
    title: "The execution role may write the logs",
    when: "runtime",
    prevents:
      "ResourceInitializationError: failed to create Cloudwatch log stream: … AccessDeniedException: … is not authorized to perform: logs:CreateLogStream",
    cause: "The log driver writes with the execution role, whose policies do not cover the streams of this log group.",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html",
    check: (graph) => refusals(graph, (task) => logCalls(graph, task)),
  },
  {
    id: "IAM-004",
    severity: "error",
    title: "The execution role may read the secrets",
    when: "runtime",
    prevents:
      "ResourceInitializationError: unable to pull secrets or registry auth: … AccessDeniedException: … is not authorized to perform: secretsmanager:GetSecretValue on resource: …",
    cause: "Secrets are read with the execution role, not with the task's own.",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html",
    check: (graph) => refusals(graph, (task) => secretUses(graph, task).map(({ call }) => call)),
  },
  {
    id: "IAM-005",
    severity: "error",
    title: "The execution role may decrypt the secrets",
    when: "runtime",
    prevents: "ResourceInitializationError: … AccessDeniedException: Access to KMS is not allowed",
    cause: "What is encrypted with a key of one's own takes kms:Decrypt on that key beside the right to read it.",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html",
    check: (graph) => refusals(graph, (task, role) => decryptCalls(graph, task, role)),
  },
  {
    id: "IAM-006",
    severity: "error",
    title: "The task role may open an ECS Exec session",
    when: "runtime",
    prevents:
      "TargetNotConnectedException: An error occurred when calling the ExecuteCommand operation: The execute command failed due to an internal error",
    cause: "The agent in the container opens its channels with the task role.",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html",
    *check(graph) {
      for (const [role, service] of execRoles(graph)) {
        const permissions = permissionsOf(graph, role);
        const missing = EXEC_ACTIONS.filter((action) => roleMay(permissions, action, "*") === "no");
        if (missing.length === 0) continue;
        yield {
          at: role,
          message: `is not allowed to call ${missing.join(", ")}, which ECS Exec of ${service.resource.address} needs.`,
          fix: `Allow ${missing.join(", ")} on "*" in a policy of this role, or set enable_execute_command to false.`,
        };
      }
    },
  },
  defineRule({
    id: "IAM-007",
    severity: "error",
    title: "Policies are whole",
    reference: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html",
    problems: {
      syntax: {
        when: "apply",
        prevents: "MalformedPolicyDocument: Syntax errors in policy.",
        cause: "IAM reads a policy of its own grammar only.",
      },
      missing: {
        when: "apply",
        prevents: "MalformedPolicyDocument: Policy statement must contain resources. (or: actions)",
        cause: "A statement has Effect, Action and, outside of a trust policy, Resource.",
      },
      principal: {
        when: "apply",
        prevents: "MalformedPolicyDocument: Policy document should not specify a principal.",
        cause: "The policy of a role says what the role may do; who may assume it is in assume_role_policy.",
      },
      trust: {
        when: "apply",
        prevents: "MalformedPolicyDocument: Has prohibited field Resource (or: Missing required field Principal)",
        cause: "A trust policy says who may assume the role, and nothing else.",
      },
      arn: {
        when: "apply",
        prevents: 'MalformedPolicyDocument: Resource … must be in ARN format or "*".',
        cause: "Policies name resources by their ARN.",
      },
    },
    check: malformedPolicies,
  }),
  {
    id: "IAM-009",
    severity: "error",
    title: "AWS's own policies are named as AWS names them",
    when: "apply",
    prevents:
      "NoSuchEntity: Policy arn:aws:iam::aws:policy/AmazonECSTaskExecutionRolePolicy does not exist or is not attachable.",
    cause: "The path belongs to the ARN, and some of AWS's policies are under service-role/.",
    reference: "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonECSTaskExecutionRolePolicy.html",
    *check(graph) {
      for (const attachment of graph.ofType("aws_iam_role_policy_attachment", "aws_iam_policy_attachment")) {
        const arn = text(attachment.get("policy_arn"));
        const [, path = "", name = ""] = /^arn:[^:]*:iam::aws:policy\/(.*\/)?([^/]+)$/.exec(arn ?? "") ?? [];
        const isService = SERVICE_ROLE_POLICIES.has(name);
        if (name === "" || (isService ? path === "service-role/" : !(name in MANAGED_POLICIES) || path === ""))
          continue;
        const right = arn?.replace(`policy/${path}`, isService ? "policy/service-role/" : "policy/");
        yield {
          at: attachment,
          message: `attaches ${arn}, which does not exist.`,
          fix: `Write ${right}.`,
          attribute: "policy_arn",
        };
      }
    },
  },
  {
    id: "IAM-008",
    severity: "error",
    title: "A log group's key lets CloudWatch Logs use it",
    when: "apply",
    prevents:
      "AccessDeniedException: The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:…'",
    cause:
      "The service itself encrypts, so the key's policy has to name logs.<region>.amazonaws.com; the default policy does not.",
    reference: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
    *check(graph) {
      for (const group of graph.ofType("aws_cloudwatch_log_group")) {
        const link = linked(group.get("kms_key_id"), "aws_kms_key");
        const [key] = link.resources;
        if (!key || !link.certain || keyServes(graph, key, /^logs(\.|$)/)) continue;
        yield {
          at: group,
          message: `is encrypted with ${key.address}, whose policy does not name CloudWatch Logs.`,
          fix: `Let the service logs.<region>.amazonaws.com use the key in the policy of ${key.address}.`,
          attribute: "kms_key_id",
        };
      }
    },
  },
];

const policiesByKey = byLink("aws_kms_key_policy", "key_id", "aws_kms_key");

/** The policy that is written for a key, on it or beside it. */
function keyPolicyOf(graph: Graph, key: Resource): Policy | undefined {
  const [beside] = graph.once(policiesByKey).get(key) ?? [];
  const value = beside?.get("policy") ?? key.get("policy");
  return isAbsent(value) ? undefined : readPolicy(graph, value);
}

function keyServes(graph: Graph, key: Resource, service: RegExp): boolean {
  const policy = keyPolicyOf(graph, key);
  if (!policy?.complete) return policy !== undefined;
  return policy.statements.some(
    ({ allow, principals }) =>
      allow &&
      Object.values(principals ?? {})
        .flat()
        .some((who) => service.test(text(who) ?? "logs.") || text(who) === "*"),
  );
}
