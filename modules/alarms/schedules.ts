import type { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import type { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import type { Construct } from "constructs";
import type { Watch } from "./alarm.ts";
import { notifyOfEvents } from "./event.ts";

export interface SchedulesProps {
  readonly cluster: EcsCluster;
  readonly tasks: readonly EcsTaskDefinition[];
  /** Gets a message for each start that was refused to the end. */
  readonly deadLetters: SqsQueue;
}

/**
 * What never started: a message is one time that was missed. The alarm stays on while messages are there: what was sent
 * just now may be shown 15 minutes late by a queue that slept, and no alarm looks back that far.
 *
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export function watchDeadLetters({ deadLetters }: SchedulesProps): Watch[] {
  return [
    {
      id: "schedules_not_started",
      severity: "critical",
      means:
        "AWS could not start a scheduled task, and has stopped trying: it did not run. The alarm stays on until you run `schedules --clear`, or four days have passed.",
      first: "schedules",
      metrics: [
        {
          namespace: "AWS/SQS",
          name: "ApproximateNumberOfMessagesVisible",
          dimensions: { QueueName: deadLetters.name },
        },
      ],
      statistic: "Maximum",
      minutes: 5,
      beyond: ">=",
      threshold: 1,
    },
  ];
}

export interface ScheduledTasksProps extends SchedulesProps {
  readonly name: string;
  readonly environment: string;
  readonly topic: SnsTopic;
}

/**
 * Tells of scheduled tasks that end with another exit code than 0, or that never ran. ECS puts a task into the group
 * `family:<family>` unless who starts it says another.
 *
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
 */
export function watchScheduledTasks(scope: Construct, props: ScheduledTasksProps): void {
  const { name, environment, topic, cluster, tasks } = props;
  notifyOfEvents(scope, "schedules", {
    name: `${name}-schedules`,
    description: `Scheduled tasks of ${name} that fail`,
    pattern: {
      source: ["aws.ecs"],
      "detail-type": ["ECS Task State Change"],
      detail: {
        clusterArn: [cluster.arn],
        group: tasks.map(({ family }) => `family:${family}`),
        lastStatus: ["STOPPED"],
        $or: [
          { stopCode: [{ "anything-but": ["EssentialContainerExited"] }] },
          { containers: { exitCode: [{ "anything-but": [0] }] } },
        ],
      },
    },
    topic,
    paths: { reason: "$.detail.stoppedReason", task: "$.detail.group", arn: "$.detail.taskArn" },
    text: `A scheduled task has failed: <reason> Task: <task>, <arn>. It runs again at its next scheduled time. First: bin/infra schedules ${environment}`,
  });
}
