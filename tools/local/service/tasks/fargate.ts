import type { Fargate, FargateTask, LaunchRequest } from "../task.ts";
import type { Platform } from "./platform.ts";
import { RunningTask } from "./running-task.ts";

/** ECS shows a stopped task for an hour. */
const SHOWN_MS = 3_600_000;

/** Stands in for Fargate, with real containers of this machine's engine. */
export class LocalFargate implements Fargate {
  private readonly platform: Platform;
  private readonly all = new Map<string, RunningTask>();
  private readonly listeners = new Set<() => void>();

  constructor(platform: Platform) {
    this.platform = platform;
  }

  launch(request: LaunchRequest): FargateTask {
    const task = new RunningTask(this.platform, request, () => this.tell());
    this.all.set(task.arn, task);
    void task.run();
    return task;
  }

  tasks(): readonly RunningTask[] {
    const oldest = Date.now() - SHOWN_MS;
    for (const [arn, task] of this.all) {
      const { stoppedAt } = task.describe();
      if (stoppedAt && stoppedAt.getTime() < oldest) this.all.delete(arn);
    }
    return [...this.all.values()];
  }

  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
