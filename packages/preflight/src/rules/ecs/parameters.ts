import { type Block, block, blocks, isBlock, isEmpty, isList, number, text, type Value } from "../../graph/value.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { type AttributeCheck, attributeRule, like, oneOf } from "../shared/attribute-rule.ts";
import { quoted, textsOf } from "../shared/attributes.ts";
import { eachContainer, eachService, eachTask } from "./each.ts";

const PARAMETERS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html";
const SERVICE = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html";
const FIRELENS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_firelens.html";

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
  defineRule({
    id: "ECS-082",
    severity: "error",
    title: "FireLens has one container that routes the logs",
    reference: FIRELENS,
    problems: {
      missing: {
        when: "apply",
        prevents:
          "ClientException: When a container uses the awsfirelens log driver, a container with a firelensConfiguration must be specified in the task definition.",
        cause: "awsfirelens hands the logs to a container of the same task that runs Fluent Bit or Fluentd.",
      },
      several: {
        when: "apply",
        prevents: "ClientException: Only one container in a task definition can have a firelensConfiguration",
        cause: "A task has one log router.",
      },
      type: {
        when: "apply",
        prevents: "ClientException: firelensConfiguration type must be one of [fluentd, fluentbit]",
        cause: "The log router is Fluent Bit or Fluentd.",
      },
      s3: {
        when: "apply",
        prevents: "ClientException: Tasks using the Fargate launch type only support the 'file' config-file-type",
        cause: "On Fargate the log router reads its configuration from its image.",
      },
      router: {
        when: "runtime",
        prevents: "no error: the log router sends its own logs to itself",
        cause: "The log router logs with another driver, such as awslogs.",
        severity: "warning",
      },
    },
    check: eachTask(function* ({ containers, complete, fargate }) {
      const attribute = "container_definitions";
      const routers = containers.filter(({ block }) => !isEmpty(block.firelensConfiguration));
      const users = containers.filter(({ block }) => driverOf(block) === "awsfirelens").map(({ name }) => name);
      if (users.length > 0 && routers.length === 0 && complete) {
        const message = `logs ${users.join(" and ")} with awsfirelens, and no container has a firelensConfiguration.`;
        yield {
          kind: "missing",
          message,
          fix: 'Add a container with firelensConfiguration = { type: "fluentbit" }.',
          attribute,
        };
      }
      if (routers.length > 1) {
        const message = `has a firelensConfiguration on ${routers.map(({ name }) => name).join(" and ")}.`;
        yield { kind: "several", message, fix: "Keep one.", attribute };
      }
      for (const { name, block } of routers) {
        for (const problem of wrongRouter(name, block, fargate)) yield { ...problem, attribute };
      }
    }),
  }),
  defineRule({
    id: "ECS-083",
    severity: "error",
    title: "Log drivers and their options are ones that ECS has",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html",
    problems: {
      driver: {
        when: "apply",
        prevents: "ClientException: cloudwatch is not a valid log driver.",
        cause: "ECS has eight log drivers.",
      },
      option: {
        when: "apply",
        prevents: "ClientException: Log driver awslogs disallows options: awslogs-groups",
        cause: "Each driver has options of its own.",
      },
      value: {
        when: "apply",
        prevents: "ClientException: Log driver awslogs: mode must be blocking or non-blocking",
        cause: "Some options have a few values only.",
      },
      missing: {
        when: "apply",
        prevents: "ClientException: Log driver splunk requires options: splunk-token, splunk-url",
        cause: "Splunk is found, and asked, with both.",
      },
    },
    check: eachContainer(function* ({ name, block }) {
      const configuration = isBlock(block.logConfiguration) ? block.logConfiguration : {};
      const wrong = wrongLogging(configuration);
      if (wrong) yield { ...wrong, message: `has ${wrong.message} in the logConfiguration of the container ${name}.` };
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

function driverOf(container: Block): string | undefined {
  return isBlock(container.logConfiguration) ? text(container.logConfiguration.logDriver) : undefined;
}

type WrongRouter = Omit<KindOfProblem<"type" | "s3" | "router">, "at">;

function* wrongRouter(name: string, container: Block, fargate: boolean): Generator<WrongRouter> {
  const firelens = isBlock(container.firelensConfiguration) ? container.firelensConfiguration : {};
  const type = text(firelens.type);
  const source = isBlock(firelens.options) ? text(firelens.options["config-file-type"]) : undefined;
  if (type !== undefined && !/^fluent(?:d|bit)$/.test(type)) {
    const message = `has a firelensConfiguration of the type "${type}" on ${name}.`;
    yield { kind: "type", message, fix: 'Write "fluentbit" or "fluentd".' };
  }
  if (fargate && source === "s3") {
    const message = `has the config-file-type "s3" on ${name}, on Fargate.`;
    yield { kind: "s3", message, fix: 'Write "file", and put the file into the image.' };
  }
  if (driverOf(container) === "awsfirelens") {
    const message = `logs ${name}, which is the log router itself, with awsfirelens.`;
    yield { kind: "router", message, fix: 'Set its logDriver to "awslogs".' };
  }
}

const DRIVERS = [
  "awslogs",
  "awsfirelens",
  "splunk",
  "json-file",
  "fluentd",
  "gelf",
  "journald",
  "syslog",
  "logentries",
];

/** Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html */
const AWSLOGS = [
  ...["awslogs-group", "awslogs-region", "awslogs-stream-prefix", "awslogs-create-group", "awslogs-endpoint"],
  ...["awslogs-datetime-format", "awslogs-multiline-pattern", "awslogs-format", "awslogs-credentials-endpoint"],
  ...["awslogs-stream", "awslogs-force-flush-interval-seconds", "awslogs-max-buffered-events", "tag"],
  ...["mode", "max-buffer-size"],
];

const VALUES: readonly (readonly [option: string, form: RegExp, example: string])[] = [
  ["mode", /^(?:non-)?blocking$/, '"non-blocking" or "blocking"'],
  ["max-buffer-size", /^\d+(?:\.\d+)?\s*[kmg]?b?$/i, 'a size such as "25m"'],
  ["awslogs-create-group", /^true$/, '"true", or leave it out'],
];

function wrongLogging(
  configuration: Block,
): Omit<KindOfProblem<"driver" | "option" | "value" | "missing">, "at"> | undefined {
  const driver = text(configuration.logDriver);
  const options = isBlock(configuration.options) ? configuration.options : {};
  if (driver !== undefined && !DRIVERS.includes(driver))
    return { kind: "driver", message: `logDriver = "${driver}"`, fix: `Write one of ${DRIVERS.join(", ")}.` };
  const unknown = Object.keys(options).filter((option) => !AWSLOGS.includes(option));
  if (driver === "awslogs" && unknown.length > 0)
    return {
      kind: "option",
      message: `the option ${unknown.join(" and ")}`,
      fix: `Drop it, or write one of ${AWSLOGS.slice(0, 4).join(", ")}.`,
    };
  for (const [option, form, example] of VALUES) {
    const value = text(options[option]);
    if (value !== undefined && !form.test(value))
      return { kind: "value", message: `${option} = "${value}"`, fix: `Write ${example}.` };
  }
  const secrets = textsOf(blocks(configuration.secretOptions).blocks.map(({ name }) => name ?? null)).texts;
  const missing = ["splunk-token", "splunk-url"].filter((name) => isEmpty(options[name]) && !secrets.includes(name));
  return driver === "splunk" && missing.length > 0
    ? {
        kind: "missing",
        message: `logDriver = "splunk" without ${missing.join(" and ")}`,
        fix: `Add ${missing.join(" and ")}.`,
      }
    : undefined;
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
