import { describe, expect, it } from "vitest";
import { type Changes, synthesize } from "../support/synthesize.ts";

const NIGHTLY = { when: "cron(0 3 * * ? *)", command: ["bundle", "exec", "rails", "reports:send"] };
const HOURLY = { when: "rate(1 hour)", command: ["rails", "runner", "Cleanup.run"], timeZone: "UTC", retryMinutes: 0 };
const SCHEDULE = "aws_scheduler_schedule.schedules_schedule_";
const scheduled = (changes: Changes = {}) =>
  synthesize({
    ...changes,
    images: { nginx: "0.1.0", app: "0.1.0" },
    ecs: { schedules: { nightly: NIGHTLY, hourly: HOURLY }, ...changes.ecs },
  });

describe("a schedule", () => {
  it("starts the newest revision of a task of its own, where the app's tasks run", () => {
    const stack = scheduled();
    const { target, ...schedule } = stack.resource(`${SCHEDULE}nightly`);
    expect(schedule).toMatchObject({
      name: "nightly",
      schedule_expression: "cron(0 3 * * ? *)",
      schedule_expression_timezone: "Asia/Tokyo",
      state: "ENABLED",
      flexible_time_window: { mode: "OFF" },
    });
    expect(target).toMatchObject({
      arn: "${aws_ecs_cluster.ecs_cluster.arn}",
      role_arn: "${aws_iam_role.schedules_role.arn}",
      retry_policy: { maximum_retry_attempts: 185, maximum_event_age_in_seconds: 3600 },
      dead_letter_config: { arn: "${aws_sqs_queue.schedules_dead_letters.arn}" },
    });
    const { network_configuration } = stack.resource("aws_ecs_service.ecs_app_service");
    expect(target.ecs_parameters).toEqual({
      launch_type: "FARGATE",
      network_configuration,
      task_definition_arn:
        "arn:aws:ecs:ap-northeast-1:${data.aws_caller_identity.schedules_account.account_id}:task-definition/${aws_ecs_task_definition.ecs_nightly_task.family}",
    });
  });

  it("runs its command with the app's image, size, variables, secrets and roles, and a log of its own", () => {
    const stack = scheduled();
    const own = stack.resource("aws_ecs_task_definition.ecs_nightly_task");
    const app = stack.resource("aws_ecs_task_definition.ecs_app_task");
    for (const same of ["cpu", "memory", "execution_role_arn", "task_role_arn", "runtime_platform"])
      expect(own[same]).toEqual(app[same]);
    const container = stack.container("nightly", "nightly");
    expect(container).toMatchObject({ command: NIGHTLY.command, image: stack.container("app", "app").image });
    expect(container.secrets).toEqual(stack.container("app", "app").secrets);
    expect(container.logConfiguration.options["awslogs-group"]).toBe(
      "${aws_cloudwatch_log_group.ecs_nightly_log_group.name}",
    );
    expect(container.healthCheck).toBeUndefined();
  });

  it("has its own size and zone where they are written, and is tried once with no minutes to retry", () => {
    const stack = scheduled({ ecs: { schedules: { small: { ...HOURLY, size: { cpu: 256, memory: 512 } } } } });
    expect(stack.resource("aws_ecs_task_definition.ecs_small_task")).toMatchObject({ cpu: "256", memory: "512" });
    const { schedule_expression_timezone, target } = stack.resource(`${SCHEDULE}small`);
    expect(schedule_expression_timezone).toBe("UTC");
    expect(target.retry_policy).toEqual({ maximum_retry_attempts: 0, maximum_event_age_in_seconds: 60 });
  });

  it("tells its hours in Japan's time in Japan, and in UTC elsewhere", () => {
    const zone = (region: "ap-northeast-3" | "eu-central-1") =>
      scheduled({ region, network: { zones: [`${region}a`, `${region}b`] } }).resource(`${SCHEDULE}nightly`)
        .schedule_expression_timezone;
    expect(zone("ap-northeast-3")).toBe("Asia/Tokyo");
    expect(zone("eu-central-1")).toBe("UTC");
  });

  it("waits for the first release, and where it is switched off", () => {
    const state = (changes: Changes) => synthesize(changes).resource(`${SCHEDULE}nightly`).state;
    expect(state({ ecs: { schedules: { nightly: NIGHTLY } } })).toBe("DISABLED");
    expect(state({ images: { app: "0.1.0" }, ecs: { schedules: { nightly: { ...NIGHTLY, enabled: false } } } })).toBe(
      "DISABLED",
    );
  });
});

describe("the scheduler", () => {
  it("may start these tasks in this cluster, hand on their roles to ECS, and report what it could not start", () => {
    const stack = scheduled();
    const [run, pass, send] = stack.statements("aws_iam_role_policy.schedules_role_policy");
    const family = (name: string) =>
      `arn:aws:ecs:ap-northeast-1:\${data.aws_caller_identity.schedules_account.account_id}:task-definition/\${aws_ecs_task_definition.ecs_${name}_task.family}`;
    expect(run).toMatchObject({
      Action: ["ecs:RunTask"],
      Resource: ["nightly", "hourly"].flatMap((name) => [family(name), `${family(name)}:*`]),
      Condition: { ArnEquals: { "ecs:cluster": "${aws_ecs_cluster.ecs_cluster.arn}" } },
    });
    expect(pass).toMatchObject({
      Action: ["iam:PassRole"],
      Resource: ["${aws_iam_role.ecs_app_execution_role.arn}", "${aws_iam_role.ecs_app_role.arn}"],
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    });
    expect(send.Resource).toEqual(["${aws_sqs_queue.schedules_dead_letters.arn}"]);
  });

  it("takes its role on for this group of schedules only", () => {
    const [trust] = scheduled().statements("aws_iam_role.schedules_role", "assume_role_policy");
    expect(trust).toMatchObject({
      Principal: { Service: "scheduler.amazonaws.com" },
      Condition: { ArnLike: { "aws:SourceArn": "${aws_scheduler_schedule_group.schedules_group.arn}" } },
    });
  });

  it("is not there without schedules", () => {
    expect(
      synthesize()
        .addresses()
        .filter((address) => address.includes("schedule")),
    ).toEqual([]);
  });
});

describe("a scheduled task that fails", () => {
  it("is told: one that ends with an error, that never ran, and that could not be started", () => {
    const stack = scheduled();
    const { event_pattern } = stack.resource("aws_cloudwatch_event_rule.alarms_schedules");
    expect(JSON.parse(event_pattern)).toEqual({
      source: ["aws.ecs"],
      "detail-type": ["ECS Task State Change"],
      detail: {
        clusterArn: ["${aws_ecs_cluster.ecs_cluster.arn}"],
        group: ["nightly", "hourly"].map((name) => `family:\${aws_ecs_task_definition.ecs_${name}_task.family}`),
        lastStatus: ["STOPPED"],
        $or: [
          { stopCode: [{ "anything-but": ["EssentialContainerExited"] }] },
          { containers: { exitCode: [{ "anything-but": [0] }] } },
        ],
      },
    });
    expect(stack.resource("aws_cloudwatch_event_target.alarms_schedules_target").arn).toBe(
      "${aws_sns_topic.alarms_topic.arn}",
    );
    expect(stack.resource("aws_cloudwatch_metric_alarm.alarms_schedules_not_started")).toMatchObject({
      alarm_name: "operation-app/schedules-not-started",
      dimensions: { QueueName: "${aws_sqs_queue.schedules_dead_letters.name}" },
    });
  });

  it("has a pattern that EventBridge takes, with the longest names and as many schedules as there may be", () => {
    const schedules = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [
        `a-name-of-31-characters-long${String(index).padStart(3, "-")}`,
        HOURLY,
      ]),
    );
    const stack = scheduled({ app: "a-name-of-20-letters", ecs: { schedules } });
    const { event_pattern } = stack.resource("aws_cloudwatch_event_rule.alarms_schedules");
    const known = (event_pattern as string).replaceAll(
      /\$\{aws_ecs_task_definition\.(\w+)\.family\}/g,
      (_whole, name) => stack.resource(`aws_ecs_task_definition.${name}`).family,
    );
    expect(known.length + "arn:aws:ecs:ap-northeast-1:123456789012:cluster/a-name-of-20-letters".length).toBeLessThan(
      4096,
    );
    const policy = JSON.stringify(stack.statements("aws_iam_role_policy.schedules_role_policy"));
    const written = policy.replaceAll(/\$\{aws_ecs_task_definition\.(\w+)\.family\}/g, "f".repeat(58));
    expect(written.replaceAll(/\$\{[^}]*\}/g, "123456789012").length).toBeLessThan(10_240);
  });
});
