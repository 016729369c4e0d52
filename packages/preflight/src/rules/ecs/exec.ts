import { containersOf } from "../../ecs/containers.ts";
import type { Resource } from "../../graph/graph.ts";
import { type Block, blocks, flag, isEmpty, text } from "../../graph/value.ts";
import type { Rule } from "../../rule.ts";
import { eachService } from "./each.ts";

const EXEC = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html";

export const ECS_EXEC_RULES: readonly Rule[] = [
  {
    id: "ECS-055",
    severity: "error",
    title: "ECS Exec needs a task role",
    when: "apply",
    prevents:
      "InvalidParameterException: The service couldn't be created because a valid taskRoleArn is not being used. Specify a valid task role in your task definition and try again.",
    cause: "The agent in the container opens its channel with the rights of the task role.",
    reference: EXEC,
    check: eachService(function* ({ resource, task }) {
      if (!task || !hasExec(resource) || !isEmpty(task.resource.get("task_role_arn"))) return;
      yield {
        message: `has enable_execute_command, and ${task.resource.address} has no task_role_arn.`,
        fix: "Set task_role_arn to a role with the four ssmmessages actions.",
        attribute: "enable_execute_command",
      };
    }),
  },
  {
    id: "ECS-056",
    severity: "error",
    title: "ECS Exec needs a root file system that can be written",
    when: "runtime",
    prevents:
      "InvalidParameterException: The execute command failed because execute command was not enabled when the task was run or the execute command agent isn't running.",
    cause: "The agent writes its files into the container.",
    reference: EXEC,
    check: eachService(function* ({ resource, task }) {
      if (!task || !hasExec(resource)) return;
      const { containers, complete } = containersOf(task);
      const closed = containers.filter(
        ({ block: one }) => flag(one.readonlyRootFilesystem, false) === true && !hasRoomForAgent(one),
      );
      if (closed.length === 0) return;
      yield {
        message: `has enable_execute_command, and readonlyRootFilesystem on the container ${closed.map(({ name }) => name).join(" and ")}.`,
        fix: "Drop readonlyRootFilesystem, or mount volumes at /var/lib/amazon and /var/log/amazon, or drop enable_execute_command.",
        attribute: "enable_execute_command",
        // Where another container can be entered, that may be all that is wanted.
        ...((!complete || closed.length < containers.length) && { severity: "warning" as const }),
      };
    }),
  },
];

function hasExec(resource: Resource): boolean {
  return flag(resource.get("enable_execute_command"), false) === true;
}

/** Volumes where the agent of ECS Exec writes. */
function hasRoomForAgent(container: Block): boolean {
  return blocks(container.mountPoints).blocks.some(({ containerPath }) =>
    /^\/var(?:\/lib(?:\/amazon)?)?(?:\/ssm)?\/?$/.test(text(containerPath) ?? ""),
  );
}
