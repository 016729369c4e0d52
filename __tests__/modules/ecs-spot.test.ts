import { describe, expect, it } from "vitest";
import { IMAGES, WORKERS } from "../support/ecs.ts";
import { type Changes, synthesize } from "../support/synthesize.ts";

const APP_SERVICE = "aws_ecs_service.ecs_app_service";

describe("a worker on Spot", () => {
  const worker = (spot?: object) => ({ ...WORKERS.sidekiq, tasks: { min: 2, max: 2 }, ...(spot && { spot }) });
  const withWorker = (spot?: object) =>
    synthesize({ images: IMAGES, ecs: { workers: { sidekiq: worker(spot) } } } as Changes);

  it("is a service of its own name, so that none is replaced, and has as many on demand as one says", () => {
    const stack = withWorker({ onDemandTasks: 1 });
    expect(stack.names("aws_ecs_service")).not.toContain("ecs_sidekiq_service");
    const service = stack.resource("aws_ecs_service.ecs_sidekiq_spot_service");
    expect(service).toMatchObject({
      name: "operation-app-sidekiq-spot",
      desired_count: 2,
      force_new_deployment: true,
      capacity_provider_strategy: [
        { capacity_provider: "FARGATE", base: 1, weight: 0 },
        { capacity_provider: "FARGATE_SPOT", base: 0, weight: 1 },
      ],
      depends_on: ["aws_ecs_cluster_capacity_providers.ecs_capacity_providers"],
    });
    expect(service).not.toHaveProperty("launch_type");
  });

  it("names Spot alone where none is on demand", () => {
    expect(withWorker({}).resource("aws_ecs_service.ecs_sidekiq_spot_service").capacity_provider_strategy).toEqual([
      { capacity_provider: "FARGATE_SPOT", base: 0, weight: 1 },
    ]);
  });

  it("has the two minutes of Spot's warning to stop, and the log of the worker", () => {
    const container = withWorker({}).container("sidekiq", "sidekiq");
    expect(container.stopTimeout).toBe(120);
    expect(container.logConfiguration.options["awslogs-group"]).toBe(
      "${aws_cloudwatch_log_group.ecs_sidekiq_log_group.name}",
    );
  });

  it("leaves others as they are: without one, the cluster has no capacity providers", () => {
    const stack = withWorker();
    expect(stack.names("aws_ecs_cluster_capacity_providers")).toEqual([]);
    expect(stack.resource("aws_ecs_service.ecs_sidekiq_service").launch_type).toBe("FARGATE");
    expect(stack.container("sidekiq", "sidekiq").stopTimeout).toBe(30);
    expect(withWorker({}).resource(APP_SERVICE).launch_type).toBe("FARGATE");
  });
});
