import { type Block, blocks, isBlock, isEmpty, text } from "../../graph/value.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { textsOf } from "../shared/attributes.ts";
import { eachContainer, eachTask } from "./each.ts";

const FIRELENS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_firelens.html";

export const ECS_LOG_DRIVER_RULES: readonly Rule[] = [
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
];

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
