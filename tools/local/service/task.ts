import type {
  NetworkConfiguration,
  ServiceConnectConfiguration,
  Tag,
  Task,
  TaskDefinition,
  TaskOverride,
  TaskStopCode,
} from "@aws-sdk/client-ecs";

/** What ECS asks Fargate to run. */
export interface LaunchRequest {
  readonly clusterArn: string;
  readonly definition: TaskDefinition;
  /** `service:<name>` or `family:<name>`. */
  readonly group: string;
  readonly startedBy?: string;
  readonly network: NetworkConfiguration;
  readonly overrides?: TaskOverride;
  readonly serviceConnect?: ServiceConnectConfiguration;
  readonly enableExecuteCommand?: boolean;
  readonly tags?: readonly Tag[];
}

/** A task, from the moment that it is asked for until an hour after it has stopped. */
export interface FargateTask {
  readonly arn: string;
  readonly request: LaunchRequest;
  /** Private address of its network interface, once it has one. */
  readonly address: string | undefined;
  /** As `DescribeTasks` shows it at this moment. */
  describe(): Task;
  /** Begins to stop it, and returns at once; the reason is shown as its `stoppedReason`. */
  stop(reason: string, code: TaskStopCode): void;
}

/** What stands in for Fargate. */
export interface Fargate {
  /** Returns at once; the task is `PROVISIONING`. */
  launch(request: LaunchRequest): FargateTask;
  /** All tasks that run, and those that have stopped in the last hour. */
  tasks(): readonly FargateTask[];
  /** Called whenever the state of a task has changed. */
  onChange(listener: () => void): void;
}
