import { portMappingsOf, type Task } from "../../ecs/containers.ts";
import { needsOfTask } from "../../ecs/needs.ts";
import { type Block, block, blocks, flag, isEmpty, number, text } from "../../graph/value.ts";
import { defineRule, type Rule } from "../../rule.ts";
import { eachFargateTask, eachTask } from "./each.ts";

const PARAMETERS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html";

export const ECS_TASK_RULES: readonly Rule[] = [
  defineRule({
    id: "ECS-001",
    severity: "error",
    title: "A Fargate task that uses ECR, awslogs or secrets has an execution role",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html",
    problems: {
      images: {
        when: "apply",
        prevents: "ClientException: Fargate requires task definition to have execution role ARN to support ECR images.",
        cause:
          "ECS pulls images, opens log streams and reads secrets with the rights of the execution role, not with those of the task role.",
      },
      logs: {
        when: "apply",
        prevents:
          "ClientException: Fargate requires task definition to have execution role ARN to support log driver awslogs.",
        cause:
          "ECS pulls images, opens log streams and reads secrets with the rights of the execution role, not with those of the task role.",
      },
      secrets: {
        when: "apply",
        prevents:
          "ClientException: When you are specifying container secrets, you must also specify a value for 'executionRoleArn'",
        cause:
          "ECS pulls images, opens log streams and reads secrets with the rights of the execution role, not with those of the task role.",
      },
    },
    check: eachFargateTask(function* ({ definition }) {
      if (!isEmpty(definition.resource.get("execution_role_arn"))) return;
      const [need] = needsOfTask(definition, undefined).filter(({ kind }) => EXECUTION_ROLE_NEEDS.includes(kind));
      if (need) {
        yield {
          kind: need.kind === "logs" ? "logs" : /^(?:secret|parameter)$/.test(need.kind) ? "secrets" : "images",
          message: `has no execution_role_arn, which it needs to ${need.purpose}.`,
          fix: "Set execution_role_arn to a role that ecs-tasks.amazonaws.com may assume.",
          attribute: "execution_role_arn",
        };
      }
    }),
  }),
  {
    id: "ECS-002",
    severity: "error",
    title: "A Fargate task uses the network mode awsvpc",
    when: "apply",
    prevents: "ClientException: Fargate only supports network mode ‘awsvpc’.",
    cause: "Where network_mode is not written, ECS takes bridge.",
    reference: PARAMETERS,
    check: eachFargateTask(function* ({ resource }) {
      const mode = resource.get("network_mode");
      if (!isEmpty(mode) && (text(mode) ?? "awsvpc") === "awsvpc") return;
      yield {
        message: isEmpty(mode) ? "has no network_mode, which means bridge." : `has the network_mode ${text(mode)}.`,
        fix: 'Set network_mode to "awsvpc".',
        attribute: "network_mode",
      };
    }),
  },
  {
    id: "ECS-006",
    severity: "error",
    title: "In the network mode awsvpc, hostPort is containerPort",
    when: "apply",
    prevents:
      "ClientException: When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
    cause: "A task with a network interface of its own has no host whose ports could be mapped.",
    reference: PARAMETERS,
    check: eachTask(function* (task) {
      if (!isAwsvpc(task)) return;
      for (const { name, block } of task.containers) {
        for (const { port, hostPort } of portMappingsOf(block).mappings) {
          if (!hostPort || port === undefined || hostPort === port) continue;
          yield {
            message: `maps port ${port} of the container ${name} to the host port ${hostPort}.`,
            fix: "Leave hostPort out.",
            attribute: "container_definitions",
          };
        }
      }
    }),
  },
  defineRule({
    id: "ECS-007",
    severity: "error",
    title: "Names and ports are used once in a task",
    reference: PARAMETERS,
    problems: {
      names: {
        when: "apply",
        prevents: "ClientException: Container names must be unique within a Task Definition.",
        cause: "A container's name identifies it in its task.",
      },
      ports: {
        when: "apply",
        prevents: "ClientException: TCP host port '3000' is mapped multiple times in task.",
        cause: "The containers of a task share one network interface.",
      },
      portNames: {
        when: "apply",
        prevents: "ClientException: … port mapping name is already used",
        cause: "Service Connect tells ports apart by their names.",
      },
    },
    check: eachTask(function* (task) {
      const mappings = task.containers.flatMap(({ block }) => portMappingsOf(block).mappings);
      const ports = mappings.flatMap(({ port, protocol }) => (port && protocol ? [`${port}/${protocol}`] : []));
      const used = [
        ["names", "the container name", task.containers.map(({ name }) => name)],
        ["ports", "the port", isAwsvpc(task) ? ports : []],
        ["portNames", "the name of a port mapping", mappings.flatMap(({ name }) => name ?? [])],
      ] as const;
      for (const [kind, what, values] of used) {
        for (const value of repeated(values)) {
          yield {
            kind,
            message: `uses ${what} ${value} more than once.`,
            fix: "Give each its own, or drop one.",
            attribute: "container_definitions",
          };
        }
      }
    }),
  }),
  {
    id: "ECS-010",
    severity: "error",
    title: "A task has an essential container",
    when: "apply",
    prevents: "ClientException: Task definition doesn't have any essential container.",
    cause: "A task runs as long as its essential containers do.",
    reference: PARAMETERS,
    check: eachTask(function* ({ containers, complete }) {
      if (!complete || containers.some(({ block }) => flag(block.essential, true) !== false)) return;
      yield {
        message: `has essential = false on ${containers.map(({ name }) => name).join(" and ")}, and no other container.`,
        fix: "Set essential to true on the container that the task is for.",
        attribute: "container_definitions",
      };
    }),
  },
  {
    id: "ECS-011",
    severity: "error",
    title: "Containers mount volumes that the task has",
    when: "apply",
    prevents: "ClientException: Unknown volume '…'.",
    cause: "sourceVolume is the name of a volume block of the task definition.",
    reference: PARAMETERS,
    check: eachTask(function* ({ resource, containers }) {
      const volumes = blocks(resource.get("volume"));
      const names = volumes.blocks.map(({ name }) => text(name));
      if (!volumes.complete || names.includes(undefined)) return;
      for (const { name, block } of containers) {
        for (const { sourceVolume } of blocks(block.mountPoints).blocks) {
          const wanted = text(sourceVolume);
          if (!wanted || names.includes(wanted)) continue;
          yield {
            message: `mounts the volume ${wanted} in the container ${name}, but has ${names.length === 0 ? "no volume" : `only ${names.join(", ")}`}.`,
            fix: `Add a volume block with the name ${wanted}.`,
            attribute: "volume",
          };
        }
      }
    }),
  },
  defineRule({
    id: "ECS-012",
    severity: "error",
    title: "Times and counts of containers are in ECS's ranges",
    reference: PARAMETERS,
    problems: {
      disk: {
        when: "plan",
        prevents: "expected ephemeral_storage.0.size_in_gib to be in the range (21 - 200), got …",
        cause: "20 GiB are there anyway, and Fargate adds up to 180.",
      },
      stopTimeout: {
        when: "apply",
        prevents:
          "ClientException: Tasks using the Fargate launch type must have a container stop timeout of less than 120 seconds.",
        cause: "Fargate kills a container two minutes after SIGTERM.",
      },
      healthCheck: {
        when: "apply",
        prevents: "ClientException: Invalid value for healthCheck",
        cause: "ECS takes each time and count of a health check in a range only.",
      },
    },
    check: eachTask(function* ({ resource, containers, fargate }) {
      const disk = number(block(resource.get("ephemeral_storage"))?.size_in_gib);
      if (disk !== undefined && (disk < 21 || disk > 200)) {
        yield {
          kind: "disk",
          message: `has an ephemeral_storage of ${disk} GiB, which may be 21 to 200.`,
          fix: "Set size_in_gib to 21 or more, or drop ephemeral_storage: 20 GiB are there anyway.",
          attribute: "ephemeral_storage",
        };
      }
      for (const { name, block } of containers) {
        for (const [parameter, value, low, high] of rangesOf(block, fargate)) {
          if (value === undefined || (value >= low && value <= high)) continue;
          yield {
            kind: parameter === "stopTimeout" ? "stopTimeout" : "healthCheck",
            message: `has a ${parameter} of ${value} on the container ${name}, which may be ${low} to ${high}.`,
            fix: `Set ${parameter} to a number from ${low} to ${high}.`,
            attribute: "container_definitions",
          };
        }
      }
    }),
  }),
];

const EXECUTION_ROLE_NEEDS: readonly string[] = ["registry", "layers", "logs", "secret", "parameter"];

/** Seconds, and times. Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
const HEALTH_CHECK_RANGES = [
  ["interval", 5, 300],
  ["timeout", 2, 60],
  ["retries", 1, 10],
  ["startPeriod", 0, 300],
] as const;

/** Parameters of a container, each with its value and its limits. */
function rangesOf(container: Block, fargate: boolean) {
  const [check = {}] = blocks(container.healthCheck).blocks;
  const stop = ["stopTimeout", number(container.stopTimeout), 2, 120] as const;
  const checks = HEALTH_CHECK_RANGES.map(
    ([key, low, high]) => [`healthCheck.${key}`, number(check[key]), low, high] as const,
  );
  return fargate ? [stop, ...checks] : checks;
}

function isAwsvpc({ resource }: Task): boolean {
  return text(resource.get("network_mode")) === "awsvpc";
}

function repeated(values: readonly string[]): Set<string> {
  const seen = new Set<string>();
  return new Set(values.filter((value) => seen.size === seen.add(value).size));
}
