import { type Container, type Task, tasksToRegister } from "../../ecs/containers.ts";
import { type Block, blocks, flag, isAbsent, isBlock, isList, text, type Value } from "../../graph/value.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";

const REFERENCE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html";

export const ECS_CONTAINER_RULES: readonly Rule[] = [
  defineRule({
    id: "ECS-008",
    severity: "error",
    title: "dependsOn names another container, and something that it can reach",
    reference:
      "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#container_definition_dependson",
    problems: {
      missing: {
        when: "apply",
        prevents: "ClientException: Cannot depend on container + '…' because it does not exist",
        cause: "A container can only wait for containers of its own task.",
      },
      unhealthy: {
        when: "apply",
        prevents: "ClientException: A dependency container with HEALTHY condition must have health check configured",
        cause: "Without a healthCheck a container never becomes HEALTHY.",
      },
      essential: {
        when: "apply",
        prevents:
          "ClientException: A dependency container with SUCCESS or COMPLETE condition cannot be an essential container",
        cause: "When an essential container ends, ECS stops the whole task.",
      },
      circle: {
        when: "apply",
        prevents: "ClientException: … the dependencies between the containers have a cycle",
        cause: "A container starts when those that it depends on have got to the condition.",
      },
    },
    *check(graph) {
      for (const task of tasksToRegister(graph)) {
        for (const problem of wrongDependencies(task))
          yield { at: task.resource, attribute: "container_definitions", ...problem };
      }
    },
  }),
  defineRule({
    id: "ECS-009",
    severity: "error",
    title: "A Fargate task uses what Fargate has",
    reference: REFERENCE,
    problems: {
      privileged: {
        when: "apply",
        prevents: "ClientException: Fargate requires that the 'privileged' setting be 'false'",
        cause: "On Fargate there is no host that a task could reach into.",
      },
      network: {
        when: "apply",
        prevents:
          "ClientException: Extra hosts are not supported on container when networkMode=awsvpc (or: Links, dnsServers, dnsSearchDomains, hostname …)",
        cause: "A Fargate task has a network interface of its own, with the VPC's DNS.",
      },
      host: {
        when: "apply",
        prevents:
          "ClientException: Fargate compatible task definitions do not support devices (or: sourcePath, dockerVolumeConfiguration, maxSwap, ipcMode …)",
        cause: "On Fargate there is no host that a task could reach into.",
      },
    },
    *check(graph) {
      for (const { resource, containers, fargate } of tasksToRegister(graph)) {
        if (!fargate) continue;
        for (const container of containers) {
          for (const parameter of unsupportedIn(container)) {
            yield {
              kind: kindOfUnsupported(parameter),
              at: resource,
              message: `has ${parameter} on the container ${container.name}, which Fargate does not support.`,
              fix: `Leave ${parameter.split(" ")[0]} out.`,
              attribute: "container_definitions",
            };
          }
        }
        for (const [parameter, attribute] of unsupportedOn(resource.values)) {
          yield {
            kind: "host",
            at: resource,
            message: `has ${parameter}, which Fargate does not support.`,
            fix: `Leave ${parameter} out.`,
            attribute,
          };
        }
      }
    },
  }),
];

type WrongDependency = Omit<KindOfProblem<"missing" | "unhealthy" | "essential" | "circle">, "at">;

function* wrongDependencies({ containers, complete }: Task): Generator<WrongDependency> {
  const byName = new Map(containers.map((container) => [container.name, container]));
  const edges = new Map<string, string[]>();
  for (const { name, block } of containers) {
    for (const { containerName, condition } of blocks(block.dependsOn).blocks) {
      const wanted = text(containerName);
      if (wanted === undefined) continue;
      edges.set(name, [...(edges.get(name) ?? []), wanted]);
      const other = byName.get(wanted);
      const wrong = other ? neverReached(name, other, text(condition)) : complete && missing(name, wanted, byName);
      if (wrong) yield wrong;
    }
  }
  const circle = circleIn(edges);
  if (circle) yield circular(circle);
}

function missing(name: string, wanted: string, containers: ReadonlyMap<string, Container>): WrongDependency {
  return {
    kind: "missing",
    message: `lets the container ${name} depend on ${wanted}, but the task only has ${[...containers.keys()].join(", ")}.`,
    fix: "Name a container of the same task in dependsOn.",
  };
}

function circular(circle: readonly string[]): WrongDependency {
  return {
    kind: "circle",
    message: `has containers that wait for each other: ${circle.join(" → ")}.`,
    fix: "Drop one of these dependsOn.",
  };
}

/** Why a container never gets to the condition that another waits for. */
function neverReached(
  name: string,
  { name: wanted, block }: Container,
  condition: string | undefined,
): WrongDependency | undefined {
  if (condition === "HEALTHY" && isAbsent(block.healthCheck)) {
    return {
      kind: "unhealthy",
      message: `lets the container ${name} wait until ${wanted} is HEALTHY, but ${wanted} has no healthCheck.`,
      fix: `Add a healthCheck to ${wanted}, or wait for START.`,
    };
  }
  if ((condition === "SUCCESS" || condition === "COMPLETE") && flag(block.essential, true) === true) {
    return {
      kind: "essential",
      message: `lets the container ${name} wait for the ${condition} of ${wanted}, which is essential: when it ends, the task ends.`,
      fix: `Set essential to false on ${wanted}.`,
    };
  }
  return undefined;
}

/** A task of ECS has at most ten; more than this is no task. Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const MAX_CONTAINERS = 100;

/** Names that lead back to where they start, if there are such. */
function circleIn(edges: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  if (edges.size > MAX_CONTAINERS) return undefined;
  const done = new Set<string>();
  const follow = (name: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (done.has(name)) return undefined;
    done.add(name);
    for (const next of edges.get(name) ?? []) {
      const circle = follow(next, [...path, name]);
      if (circle) return circle;
    }
    return undefined;
  };
  for (const name of edges.keys()) {
    const circle = follow(name, []);
    if (circle) return circle;
  }
  return undefined;
}

/** Parameters of the network that a task has from the VPC. */
const NETWORK = ["links", "dnsServers", "dnsSearchDomains", "extraHosts", "hostname", "disableNetworking"];

function kindOfUnsupported(parameter: string): "privileged" | "network" | "host" {
  return parameter === "privileged" ? parameter : NETWORK.includes(parameter) ? "network" : "host";
}

/** Parameters whose mere content Fargate refuses. */
const LISTS = ["links", "dnsServers", "dnsSearchDomains", "extraHosts", "dockerSecurityOptions"];
const TEXTS = ["hostname"];
const FLAGS = ["privileged", "disableNetworking"];

function unsupportedIn({ block }: Container): string[] {
  const linux = isBlock(block.linuxParameters) ? block.linuxParameters : {};
  const capabilities = isBlock(linux.capabilities) ? linux.capabilities : {};
  const added = isList(capabilities.add) ? capabilities.add.map(text).filter((one) => one && one !== "SYS_PTRACE") : [];
  const gpus = blocks(block.resourceRequirements).blocks.filter(({ type }) => text(type) === "GPU");
  return [
    ...LISTS.filter((name) => isFilled(block[name])),
    ...TEXTS.filter((name) => text(block[name])),
    ...FLAGS.filter((name) => flag(block[name], false) === true),
    ...["devices"].filter((name) => isFilled(linux[name])).map((name) => `linuxParameters.${name}`),
    ...["sharedMemorySize", "maxSwap"]
      .filter((name) => Number(text(linux[name]) ?? 0) > 0)
      .map((name) => `linuxParameters.${name}`),
    ...(added.length > 0 ? [`linuxParameters.capabilities.add (${added.join(", ")})`] : []),
    ...(gpus.length > 0 ? ["resourceRequirements (GPU)"] : []),
  ];
}

function unsupportedOn(values: Block): [parameter: string, attribute: string][] {
  const volumes = blocks(values.volume).blocks;
  const found: [string, string, boolean][] = [
    ["placement_constraints", "placement_constraints", isFilled(values.placement_constraints)],
    ["ipc_mode", "ipc_mode", Boolean(text(values.ipc_mode))],
    ['pid_mode = "host"', "pid_mode", text(values.pid_mode) === "host"],
    ["host_path in a volume", "volume", volumes.some(({ host_path }) => Boolean(text(host_path)))],
    [
      "docker_volume_configuration in a volume",
      "volume",
      volumes.some((volume) => isFilled(volume.docker_volume_configuration)),
    ],
  ];
  return found.filter(([, , isUsed]) => isUsed).map(([parameter, attribute]) => [parameter, attribute]);
}

function isFilled(value: Value | undefined): boolean {
  return isList(value) ? value.length > 0 : isBlock(value);
}
