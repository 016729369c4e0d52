import type {
  DescribeTasksCommandInput,
  ECSClient,
  ListTasksCommandInput,
  RunTaskCommandInput,
  StopTaskCommandInput,
  Task,
} from "@aws-sdk/client-ecs";
import type { Gap } from "../../emulator/gaps/gap.ts";
import type { Fargate, FargateTask } from "../task.ts";
import { answerWith, clusterArn, ecsGap, refusal, taskDefinition } from "./calls.ts";
import type { Scheduler } from "./scheduler.ts";

const idOf = (arn: string) => arn.split("/").at(-1) ?? "";

/** Calls about tasks: those of services, and those that were run by themselves. */
export function taskCalls(scheduler: Scheduler, fargate: Fargate, ecs: ECSClient): Gap[] {
  const describe = (task: FargateTask): Task => scheduler.task(task.arn)?.describe() ?? task.describe();
  const tasksOf = (cluster: string) => fargate.tasks().filter(({ request }) => request.clusterArn === cluster);
  const find = (cluster: string, task: string) => tasksOf(cluster).find(({ arn }) => idOf(arn) === idOf(task));

  return [
    ecsGap<RunTaskCommandInput>("RunTask", "the tasks are run", async (input) => {
      const { networkConfiguration: network, count = 1, overrides, startedBy, enableExecuteCommand } = input;
      const cluster = await clusterArn(ecs, input.cluster);
      const { definition, definitionTags } = await taskDefinition(ecs, input.taskDefinition);
      if (network?.awsvpcConfiguration === undefined) {
        throw refusal(
          "InvalidParameterException",
          "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
        );
      }
      const tags = [...(input.propagateTags === "TASK_DEFINITION" ? definitionTags : []), ...(input.tags ?? [])];
      const group = input.group ?? `family:${definition.family}`;
      const request = { clusterArn: cluster, definition, group, startedBy, network, overrides, enableExecuteCommand };
      const started = Array.from({ length: count }, () => fargate.launch({ ...request, tags }));
      return answerWith({ tasks: started.map(describe), failures: [] });
    }),
    ecsGap<StopTaskCommandInput>("StopTask", "the task is stopped", async (input) => {
      const { reason = "Task stopped by user" } = input;
      const task = find(await clusterArn(ecs, input.cluster), input.task ?? "");
      if (!task) throw refusal("InvalidParameterException", "The referenced task was not found.");
      const ofService = scheduler.task(task.arn);
      if (ofService) ofService.retire(reason, "UserInitiated");
      else task.stop(reason, "UserInitiated");
      scheduler.wake();
      return answerWith({ task: describe(task) });
    }),
    ecsGap<DescribeTasksCommandInput>("DescribeTasks", "the tasks as they are", async (input) => {
      const cluster = await clusterArn(ecs, input.cluster);
      const wanted = (input.tasks ?? []).map((which) => ({ which, task: find(cluster, which) }));
      const withTags = input.include?.includes("TAGS");
      return answerWith({
        tasks: wanted.flatMap(({ task }) => {
          if (!task) return [];
          const { tags, ...rest } = describe(task);
          return [withTags ? { ...rest, tags } : rest];
        }),
        failures: wanted.flatMap(({ which, task }) => {
          const arn = `${cluster.replace(":cluster/", ":task/")}/${idOf(which)}`;
          return task ? [] : [{ arn, reason: "MISSING" }];
        }),
      });
    }),
    ecsGap<ListTasksCommandInput>("ListTasks", "the tasks that there are, all on one page", async (input) => {
      const { family, startedBy, serviceName, desiredStatus = "RUNNING" } = input;
      const group = serviceName === undefined ? undefined : `service:${idOf(serviceName)}`;
      const found = tasksOf(await clusterArn(ecs, input.cluster)).filter(
        (task) =>
          describe(task).desiredStatus === desiredStatus &&
          (family === undefined || task.request.definition.family === family) &&
          (startedBy === undefined || task.request.startedBy === startedBy) &&
          (group === undefined || task.request.group === group),
      );
      return answerWith({ taskArns: found.map(({ arn }) => arn) });
    }),
  ];
}
