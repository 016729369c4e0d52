import { tasksToRegister } from "../../ecs/containers.ts";
import { awslogsOptions } from "../../ecs/tasks.ts";
import type { Graph, Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { isBlock, isEmpty, number, text } from "../../graph/value.ts";
import { defineRule, type Rule } from "../../rule.ts";
import { eachContainer } from "./each.ts";

const AWSLOGS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html";

/** Log drivers of Fargate. */
const FARGATE_DRIVERS = ["awslogs", "splunk", "awsfirelens"];

export const ECS_LOG_RULES: readonly Rule[] = [
  {
    id: "ECS-021",
    severity: "error",
    title: "A Fargate task logs with awslogs, splunk or awsfirelens",
    when: "apply",
    prevents: "ClientException: json-file is not a valid log driver. Must be one of [awslogs,splunk,awsfirelens]",
    cause: "Fargate has no host that other drivers could write to.",
    reference: AWSLOGS,
    check: eachContainer(function* ({ name, block }, { fargate }) {
      if (!fargate) return;
      const driver = isBlock(block.logConfiguration) ? text(block.logConfiguration.logDriver) : undefined;
      if (driver === undefined || FARGATE_DRIVERS.includes(driver)) return;
      yield {
        message: `has the log driver ${driver} on the container ${name}.`,
        fix: 'Set logDriver to "awslogs", with awslogs-group, awslogs-region and awslogs-stream-prefix.',
      };
    }),
  },
  defineRule({
    id: "ECS-022",
    severity: "error",
    title: "awslogs has its group, its region and, on Fargate, its stream prefix",
    reference: AWSLOGS,
    problems: {
      options: {
        when: "apply",
        prevents: "ClientException: Log driver awslogs requires options: awslogs-region, awslogs-group",
        cause: "The driver has no default for the group and its region.",
      },
      prefix: {
        when: "apply",
        prevents:
          "ClientException: Fargate requires log configuration options to include awslogs-stream-prefix to support log driver awslogs.",
        cause: "On Fargate the name of a stream is made of the prefix, the container and the task.",
      },
    },
    check: eachContainer(function* ({ name, block }, { fargate }) {
      const options = awslogsOptions(block);
      const written = isBlock(block.logConfiguration) ? block.logConfiguration.options : undefined;
      if (!options || (!isEmpty(written) && !isBlock(written))) return;
      const required = ["awslogs-group", "awslogs-region", ...(fargate ? ["awslogs-stream-prefix"] : [])];
      const missing = required.filter((option) => isEmpty(options[option]));
      if (missing.length === 0) return;
      yield {
        kind: missing.some((option) => option !== "awslogs-stream-prefix") ? "options" : "prefix",
        message: `logs the container ${name} with awslogs, without ${missing.join(" and ")}.`,
        fix: `Add ${missing.join(" and ")} to the options of its logConfiguration.`,
      };
    }),
  }),
  {
    id: "ECS-020",
    severity: "error",
    title: "awslogs-group and awslogs-region are those of the group",
    when: "runtime",
    prevents:
      "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.",
    cause: "The driver looks for a group of that name in that region.",
    reference: AWSLOGS,
    check: eachContainer(function* ({ name, block }) {
      const options = awslogsOptions(block);
      const link = linked(options?.["awslogs-group"], "aws_cloudwatch_log_group");
      const [group] = link.resources;
      const region = text(options?.["awslogs-region"]);
      if (link.attribute === "arn" || text(options?.["awslogs-group"])?.startsWith("arn:")) {
        yield {
          message: `has the ARN of a log group as awslogs-group of the container ${name}.`,
          fix: group ? `Write \${${group.address}.name}.` : "Write the name of the group.",
        };
      } else if (link.certain && group?.region && region && region !== group.region) {
        yield {
          message: `logs the container ${name} to ${region}, and ${group.address} is in ${group.region}.`,
          fix: `Set awslogs-region to ${group.region}.`,
        };
      }
    }),
  },
  {
    id: "ECS-023",
    severity: "warning",
    title: "Containers log to a group that exists",
    when: "runtime",
    prevents:
      "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.",
    cause: "Tasks make log streams, not log groups.",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html",
    check: eachContainer(function* ({ name, block }, { resource }, graph) {
      const { names, complete } = graph.once(findLogGroups);
      if (!complete) return;
      const options = awslogsOptions(block);
      const group = text(options?.["awslogs-group"]);
      if (!group || group.startsWith("arn:") || names.has(group) || text(options?.["awslogs-create-group"]) === "true")
        return;
      const region = text(options?.["awslogs-region"]);
      if (resource.region !== undefined && region !== undefined && region !== resource.region) return;
      const [other] = graph.once(unusedLogGroups);
      yield {
        message: `logs the container ${name} to the group ${group}, which nothing here makes${other ? `; ${other.address} makes ${text(other.get("name"))}, which no task logs to` : ""}.`,
        fix: other
          ? `Write \${${other.address}.name} as its awslogs-group.`
          : "Make it with aws_cloudwatch_log_group, and name that in awslogs-group.",
        // A group from elsewhere may be meant; but hardly where one is made for it.
        ...(other && { severity: "error" as const }),
      };
    }),
  },
  {
    id: "ECS-032",
    severity: "error",
    title: "Log groups keep logs for one of CloudWatch's periods",
    when: "plan",
    prevents:
      "expected retention_in_days to be one of [0 1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653]",
    cause: "CloudWatch has these periods and no others.",
    reference: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html",
    *check(graph) {
      for (const group of graph.ofType("aws_cloudwatch_log_group")) {
        const days = number(group.get("retention_in_days"));
        if (days === undefined || RETENTION.includes(days)) continue;
        const longer = RETENTION.find((one) => one > days) ?? 3653;
        yield {
          at: group,
          message: `has a retention_in_days of ${days}.`,
          fix: `Set retention_in_days to ${longer}.`,
          attribute: "retention_in_days",
        };
      }
    },
  },
];

/** Days; 0 is for ever. */
const RETENTION = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Names of log groups, and whether these are all. */
function findLogGroups(graph: Graph) {
  const groups = graph.ofType("aws_cloudwatch_log_group", "data.aws_cloudwatch_log_group");
  const names = groups.map((group) => (group.many ? undefined : text(group.get("name"))));
  return {
    names: new Set(names.filter((name) => name !== undefined)),
    complete: !names.includes(undefined) && graph.ofType("data.aws_cloudwatch_log_groups").length === 0,
  };
}

/** What names a log group without writing to it. */
const READERS = /aws_iam_|aws_cloudwatch_(?!log_group)|aws_kms_|aws_ecs_service/;

/** Log groups that nothing writes to, those aside that AWS's own services find by a name like `/aws/lambda/…`. */
function unusedLogGroups(graph: Graph): Resource[] {
  const users = graph.resources.filter(({ type }) => !READERS.test(type));
  const used = new Set<Resource>(users.flatMap((resource) => [...resource.dependencies]));
  const logged = new Set(
    tasksToRegister(graph).flatMap(({ containers }) =>
      containers.map(({ block }) => text(awslogsOptions(block)?.["awslogs-group"])),
    ),
  );
  return graph.ofType("aws_cloudwatch_log_group").filter((group) => {
    const name = text(group.get("name"));
    return !used.has(group) && !logged.has(name) && !name?.startsWith("/aws/");
  });
}
