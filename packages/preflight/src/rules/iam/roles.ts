import { type Service, services, type TaskDefinition, taskDefinitions } from "../../ecs/tasks.ts";
import type { Graph, Resource } from "../../graph/graph.ts";
import { flag } from "../../graph/value.ts";
import { type Call, logCalls, pullCalls, secretUses } from "../../iam/calls.ts";
import { arn, permissionsOf, roleMay, roleOf, targetOf } from "../../iam/permissions.ts";
import { trustedServices } from "../../iam/trust.ts";
import { defineRule, type Problem, type Rule } from "../../rule.ts";
import { keyMayGrant, keyOf } from "./keys.ts";

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

function decryptCalls(graph: Graph, task: TaskDefinition, role: Resource): Omit<NeededCall, "task">[] {
  return secretUses(graph, task).flatMap(({ kept }) => {
    const key = kept && keyOf(kept);
    if (!key || keyMayGrant(graph, key, role)) return [];
    const written = ["key_id", "id"].map((attribute) => arn("kms", "key/", { hole: `${key.address}@${attribute}` }));
    return [{ action: "kms:Decrypt", target: targetOf(key, ...written), on: key.address }];
  });
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

export const ROLE_RULES: readonly Rule[] = [
  {
    id: "IAM-001",
    severity: "error",
    title: "ECS is allowed to assume the roles of a task",
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
];
