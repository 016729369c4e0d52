import { describe, expect, it } from "vitest";
import type { EnvironmentInput } from "../../environments/schema/index.ts";
import { IMAGES, WORKERS } from "../support/ecs.ts";
import { type Changes, synthesize } from "../support/synthesize.ts";

const NGINX_SERVICE = "aws_ecs_service.ecs_nginx_service";

describe("services that sleep", () => {
  const HOURS = { from: "08:30", to: "20:00" };
  const fixed = { tasks: { min: 1, max: 1 } };
  const sleeping = (changes: Changes<EnvironmentInput["ecs"]> = {}) =>
    synthesize({ images: IMAGES, ecs: { nginx: fixed, hours: HOURS, ...changes } });

  it("have their tasks from morning to evening, each service its own", () => {
    const stack = sleeping({ workers: WORKERS });
    expect(stack.names("aws_appautoscaling_scheduled_action")).toEqual(
      ["app", "nginx", "sidekiq"].flatMap((name) => [`ecs_${name}_sleep`, `ecs_${name}_wake`]),
    );
    expect(stack.resource("aws_appautoscaling_scheduled_action.ecs_app_wake")).toMatchObject({
      schedule: "cron(30 8 ? * MON,TUE,WED,THU,FRI *)",
      timezone: "Asia/Tokyo",
      scalable_target_action: { min_capacity: "1", max_capacity: "4" },
    });
    expect(stack.resource("aws_appautoscaling_scheduled_action.ecs_app_sleep")).toMatchObject({
      schedule: "cron(0 20 ? * MON,TUE,WED,THU,FRI *)",
      scalable_target_action: { min_capacity: "0", max_capacity: "0" },
    });
  });

  it("are left asleep by Terraform, also those that CPU use does not scale", () => {
    const stack = sleeping();
    expect(stack.resource(NGINX_SERVICE).lifecycle).toEqual({ ignore_changes: ["desired_count"] });
    expect(stack.resource("aws_appautoscaling_target.ecs_nginx_scaling_target")).toMatchObject({
      min_capacity: 1,
      max_capacity: 1,
      lifecycle: { ignore_changes: ["min_capacity", "max_capacity"] },
    });
    expect(stack.names("aws_appautoscaling_policy")).toEqual(["ecs_app_scaling_policy"]);
  });

  it("are told by the clock of the region, or by one's own", () => {
    const zone = (changes: Changes) =>
      synthesize(changes).resource("aws_appautoscaling_scheduled_action.ecs_app_wake").timezone;
    const europe = { region: "eu-central-1", network: { zones: ["eu-central-1a", "eu-central-1b"] } } as const;
    expect(zone({ images: IMAGES, ecs: { hours: HOURS }, ...europe })).toBe("UTC");
    expect(zone({ images: IMAGES, ecs: { hours: { ...HOURS, timeZone: "Europe/Berlin" } }, ...europe })).toBe(
      "Europe/Berlin",
    );
  });

  it("sleep for ever where none is wanted", () => {
    const stack = sleeping({ app: { tasks: { min: 0, max: 0 } } });
    expect(stack.names("aws_appautoscaling_scheduled_action")).toEqual(["ecs_nginx_sleep", "ecs_nginx_wake"]);
  });

  it("keep alarms quiet while no tasks are wanted, and loud while some are", () => {
    const stack = synthesize({ images: IMAGES, ecs: { hours: HOURS } });
    const expression = (name: string) =>
      stack.resource(`aws_cloudwatch_metric_alarm.alarms_${name}`).metric_query[0].expression;
    expect(expression("nginx_targets_none")).toBe("IF(FILL(m2, 0) > 0, FILL(m1, 0), 1)");
    expect(expression("server_errors")).toBe("IF(FILL(m3, 0) > 0, FILL(m1, 0) + FILL(m2, 0), 0)");
    const [, , , desired] = stack.resource("aws_cloudwatch_metric_alarm.alarms_server_errors").metric_query;
    expect(desired.metric).toMatchObject({
      metric_name: "DesiredTaskCount",
      dimensions: { ServiceName: "${aws_ecs_service.ecs_nginx_service.name}" },
    });
  });
});
