import { linkedResource } from "../../graph/links.ts";
import { type Block, block, blocks, isEmpty, isList, number, text, type Value } from "../../graph/value.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { type AttributeCheck, attributeRule, like, oneOf } from "../shared/attribute-rule.ts";
import { quoted, textsOf } from "../shared/attributes.ts";
import { eachContainer, eachService, eachTask } from "./each.ts";

const PARAMETERS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html";
const FILE_SYSTEM = "aws_efs_file_system";
const SERVICE = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html";

export const ECS_PARAMETER_RULES: readonly Rule[] = [
  {
    id: "ECS-080",
    severity: "error",
    title: "A service starts tasks that are for its launch type",
    when: "apply",
    prevents: "InvalidParameterException: Task definition does not support launch_type FARGATE.",
    cause: "requires_compatibilities says what ECS checked the task definition for.",
    reference: PARAMETERS,
    check: eachService(function* ({ resource, task }) {
      const compatible = textsOf(task?.resource.get("requires_compatibilities"));
      const launchType = text(resource.get("launch_type")) ?? providerType(resource.get("capacity_provider_strategy"));
      const isFor = compatible.texts.some((one) => one.toUpperCase() === launchType);
      if (!task || !launchType || !compatible.complete || compatible.texts.length === 0 || isFor) return;
      yield {
        message: `runs on ${launchType}, and ${task.resource.address} requires ${compatible.texts.join(" and ")}.`,
        fix: `Add "${launchType}" to requires_compatibilities of ${task.resource.address}.`,
        attribute: "launch_type",
      };
    }),
  },
  {
    id: "ECS-090",
    severity: "error",
    title: "A limit of a container is not above its hard limit",
    when: "apply",
    prevents:
      "ClientException: Invalid setting for container 'app'. Soft limit must be less than or equal to hard limit.",
    cause: "A process may raise its soft limit up to the hard one.",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html",
    check: eachContainer(function* ({ name, block }) {
      for (const limit of blocks(block.ulimits).blocks) {
        const [soft, hard] = [number(limit.softLimit), number(limit.hardLimit)];
        if (soft === undefined || hard === undefined || hard < 0 || (soft >= 0 && soft <= hard)) continue;
        yield {
          message: `has the soft limit ${soft} above the hard limit ${hard} of ${text(limit.name)} on the container ${name}.`,
          fix: `Set softLimit to ${hard} or less.`,
        };
      }
    }),
  },
  attributeRule({
    id: "ECS-091",
    severity: "error",
    title: "A service names a task definition by its family, or with a revision",
    when: "apply",
    prevents: "InvalidParameterException: Invalid revision number. Number: latest",
    cause: "Revisions are numbers; without one, ECS takes the newest.",
    reference: SERVICE,
    checks: [
      {
        types: ["aws_ecs_service"],
        attribute: "task_definition",
        takes: like(
          /^(?:arn:[^:]+:ecs:[^:]*:\d*:task-definition\/)?[A-Za-z0-9_-]{1,255}(?::\d+)?$/,
          "a family, or a family and a revision, such as shop-app:3",
        ),
        bad: { name: "app", task_definition: "shop-app:latest" },
        good: { name: "app", task_definition: "shop-app:3" },
      },
    ],
  }),
  defineRule({
    id: "ECS-081",
    severity: "error",
    title: "The command of a health check can be run",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html",
    problems: {
      form: {
        when: "apply",
        prevents: "ClientException: The health check command must start with CMD or CMD-SHELL",
        cause: "The first text says whether a shell runs the rest: CMD-SHELL, or none: CMD.",
      },
      program: {
        when: "runtime",
        prevents: "(task …) failed container health checks",
        cause: "With CMD each text is one argument, so a whole command line is taken for the name of a program.",
      },
      arguments: {
        when: "runtime",
        prevents: "no error: the shell runs the first text only, so that the check may pass without having asked",
        cause: "With CMD-SHELL a single text is the whole command line.",
        severity: "warning",
      },
    },
    check: eachContainer(function* ({ name, block }) {
      for (const { command } of blocks(block.healthCheck).blocks) {
        const wrong = whyNoCommand(command);
        if (wrong) yield { ...wrong, message: `has ${wrong.message} as health check of the container ${name}.` };
      }
    }),
  }),
  {
    id: "ECS-084",
    severity: "error",
    title: "Parameters of containers have values that ECS has",
    when: "apply",
    prevents: "ClientException: Invalid 'protocol' setting for container (or: condition, appProtocol, ulimit name …)",
    cause: "ECS takes these parameters from lists.",
    reference: PARAMETERS,
    check: eachContainer(function* ({ name, block }) {
      for (const [list, parameter, values] of LISTS) {
        for (const entry of blocks(block[list]).blocks) {
          const value = text(entry[parameter]);
          if (value === undefined || value === "" || values.includes(value)) continue;
          yield {
            message: `has ${parameter} = "${value}" in ${list} of the container ${name}.`,
            fix: `Write ${quoted(values).replace(/, ([^,]*)$/, " or $1")}.`,
          };
        }
      }
      for (const { containerPort } of blocks(block.portMappings).blocks) {
        const port = number(containerPort);
        if (port === undefined || (port >= 0 && port <= 65_535)) continue;
        yield { message: `has the containerPort ${port} on the container ${name}.`, fix: "Write a port up to 65535." };
      }
    }),
  },
  attributeRule({
    id: "ECS-085",
    severity: "error",
    title: "Task definitions, services and clusters have values that ECS has",
    when: "plan",
    prevents: 'expected requires_compatibilities.0 to be one of ["EC2" "FARGATE" "EXTERNAL"], got fargate',
    cause: "ECS takes these from lists, in upper case.",
    reference: SERVICE,
    checks: [
      {
        types: ["aws_ecs_task_definition"],
        attribute: "requires_compatibilities",
        takes: eachOneOf("EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"),
        bad: { requires_compatibilities: ["Fargate"] },
        good: { requires_compatibilities: ["FARGATE", "EC2"] },
      },
      row("aws_ecs_task_definition", "network_mode", "bridge", "host", "awsvpc", "none"),
      row("aws_ecs_task_definition", "pid_mode", "task", "host"),
      row("aws_ecs_task_definition", "ipc_mode", "task", "host", "none"),
      row("aws_ecs_service", "launch_type", "FARGATE", "EC2", "EXTERNAL", "MANAGED_INSTANCES"),
      row("aws_ecs_service", "scheduling_strategy", "REPLICA", "DAEMON"),
      row("aws_ecs_service", "propagate_tags", "SERVICE", "TASK_DEFINITION", "NONE"),
      row("aws_ecs_service", "deployment_controller.type", "ECS", "CODE_DEPLOY", "EXTERNAL"),
      row("aws_ecs_service", "availability_zone_rebalancing", "ENABLED", "DISABLED"),
      row("aws_ecs_cluster", "setting.value", "enabled", "enhanced", "disabled"),
      {
        types: ["aws_ecs_service"],
        attribute: "platform_version",
        takes: like(/^(?:LATEST|\d+\.\d+\.\d+)$/, '"LATEST", or a version such as "1.4.0"'),
        when: "apply",
        prevents: "InvalidParameterException: The specified platform version is not valid.",
        cause: "A platform version has three numbers.",
        bad: { platform_version: "1.4" },
        good: { platform_version: "1.4.0" },
      },
      ...[
        ["aws_ecs_service", "name"],
        ["aws_ecs_task_definition", "family"],
        ["aws_ecs_cluster", "name"],
      ].map(
        ([type = "", attribute = ""]): AttributeCheck => ({
          types: [type],
          of: "all",
          attribute,
          takes: like(/^[A-Za-z0-9_-]{1,255}$/, "up to 255 letters, digits, hyphens and underscores"),
          prevents: "invalid value for name (must only contain alphanumeric characters, hyphens and underscores)",
          cause: "A name is a part of ARNs.",
          bad: { [attribute]: "shop.app" },
          good: { [attribute]: "shop_app-1" },
        }),
      ),
    ],
  }),
  defineRule({
    id: "ECS-086",
    severity: "error",
    title: "A volume on EFS is mounted with what its access needs",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html",
    problems: {
      encryption: {
        when: "apply",
        prevents: "ClientException: Transit encryption must be enabled if an access point or IAM authorization is used",
        cause: "EFS tells who mounts by TLS.",
      },
      root: {
        when: "apply",
        prevents: "ClientException: Root directory must be omitted or set to / if an access point is used",
        cause: "An access point has its own directory.",
      },
    },
    check: eachTask(function* ({ resource }) {
      for (const volume of blocks(resource.get("volume")).blocks) {
        for (const efs of blocks(volume.efs_volume_configuration).blocks) {
          for (const problem of wrongMount(text(volume.name) ?? "", efs)) yield { ...problem, attribute: "volume" };
        }
      }
    }),
  }),
  {
    id: "ECS-092",
    severity: "error",
    title: "A file system that is mounted has a mount target",
    when: "runtime",
    prevents:
      'ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: … Failed to resolve "fs-….efs.….amazonaws.com"',
    cause: "The name of a file system resolves to its mount targets, one in each zone.",
    reference: "https://docs.aws.amazon.com/efs/latest/ug/accessing-fs.html",
    check: eachTask(function* ({ resource }, graph) {
      const targets = graph
        .ofType("aws_efs_mount_target")
        .map((one) => linkedResource(one.get("file_system_id"), FILE_SYSTEM));
      if (targets.includes(undefined)) return;
      for (const { efs_volume_configuration: mounts } of blocks(resource.get("volume")).blocks) {
        for (const { file_system_id: id } of blocks(mounts).blocks) {
          const files = linkedResource(id, FILE_SYSTEM);
          if (!files?.isMade || graph.isHandedOn(files) || targets.includes(files)) continue;
          yield {
            message: `mounts ${files.address}, which has no aws_efs_mount_target.`,
            fix: "Add one in each subnet that tasks start in.",
            attribute: "volume",
          };
        }
      }
    }),
  },
  {
    id: "ECS-087",
    severity: "error",
    title: "Daemons run on instances",
    when: "apply",
    prevents:
      "InvalidParameterException: The daemon scheduling strategy is not supported for Fargate tasks (or: with CODE_DEPLOY)",
    cause: "A daemon is one task on each instance, and Fargate has no instances.",
    reference: SERVICE,
    check: eachService(function* ({ resource, fargate }) {
      const controller = text(block(resource.get("deployment_controller"))?.type) ?? "ECS";
      if (text(resource.get("scheduling_strategy")) !== "DAEMON" || (!fargate && controller === "ECS")) return;
      yield {
        message: `has scheduling_strategy = "DAEMON" ${fargate ? "on Fargate" : `with the deployment_controller ${controller}`}.`,
        fix: 'Write "REPLICA", with a desired_count.',
        attribute: "scheduling_strategy",
      };
    }),
  },
];

/** What capacity providers run tasks on, where all are Fargate's. */
function providerType(strategy: Value | undefined): string | undefined {
  const names = blocks(strategy).blocks.map(({ capacity_provider }) => text(capacity_provider) ?? "");
  return names.length > 0 && names.every((name) => /^FARGATE(?:_SPOT)?$/.test(name)) ? "FARGATE" : undefined;
}

type WrongCommand = Omit<KindOfProblem<"form" | "program" | "arguments">, "at"> | undefined;

function whyNoCommand(command: Value | undefined): WrongCommand {
  const { texts, complete } = textsOf(command);
  const [first, second, ...others] = texts;
  if (!isList(command) || !complete || first === undefined) return undefined;
  const message = JSON.stringify(texts);
  if (!/^(?:CMD|CMD-SHELL|NONE)$/.test(first)) {
    const fix = `Write ["CMD-SHELL", ${JSON.stringify(texts.join(" "))}].`;
    return { kind: "form", message, fix };
  }
  if (first === "CMD" && second?.includes(" ") && others.length === 0)
    return { kind: "program", message, fix: 'Write "CMD-SHELL" instead of "CMD".' };
  if (first !== "CMD-SHELL" || others.length === 0) return undefined;
  return { kind: "arguments", message, fix: `Write ["CMD-SHELL", ${JSON.stringify(texts.slice(1).join(" "))}].` };
}

/** Lists of a container, a parameter of their entries, and its values. Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html */
const LISTS: readonly (readonly [list: string, parameter: string, values: readonly string[]])[] = [
  ["portMappings", "protocol", ["tcp", "udp"]],
  ["portMappings", "appProtocol", ["http", "http2", "grpc"]],
  ["dependsOn", "condition", ["START", "COMPLETE", "SUCCESS", "HEALTHY"]],
  ["environmentFiles", "type", ["s3"]],
  ["resourceRequirements", "type", ["GPU", "InferenceAccelerator"]],
  [
    "ulimits",
    "name",
    [
      ...["core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio"],
      ...["rttime", "sigpending", "stack"],
    ],
  ],
];

function* wrongMount(name: string, efs: Block): Generator<Omit<KindOfProblem<"encryption" | "root">, "at">> {
  const access = block(efs.authorization_config) ?? {};
  const hasPoint = !isEmpty(access.access_point_id);
  const hasIam = text(access.iam) === "ENABLED";
  const isOff = isEmpty(efs.transit_encryption) || text(efs.transit_encryption) === "DISABLED";
  if ((hasPoint || hasIam) && isOff) {
    const what = hasPoint ? "an access point" : "IAM authorization";
    const message = `mounts ${name} with ${what}, and without transit_encryption.`;
    yield { kind: "encryption", message, fix: 'Set transit_encryption to "ENABLED".' };
  }
  const root = text(efs.root_directory) ?? "/";
  if (hasPoint && root !== "/" && root !== "") {
    const message = `mounts ${name} with an access point and root_directory = "${root}".`;
    yield { kind: "root", message, fix: "Drop root_directory." };
  }
}

function row(type: string, attribute: string, ...values: readonly string[]): AttributeCheck {
  const [outer = "", inner] = attribute.split(".");
  const holding = (value: string): Block => ({ [outer]: inner === undefined ? value : [{ [inner]: value }] });
  return {
    types: [type],
    attribute,
    takes: oneOf(...values),
    prevents: `expected ${attribute} to be one of […], got …`,
    bad: holding("other"),
    good: holding(values[0] ?? ""),
  };
}

function eachOneOf(...values: readonly string[]): AttributeCheck["takes"] {
  return (attribute, value) => {
    const wrong = textsOf(value).texts.filter((one) => !values.includes(one));
    if (wrong.length === 0) return undefined;
    return { message: `has ${quoted(wrong)} in ${attribute}.`, fix: `Write some of ${quoted(values)}.` };
  };
}
