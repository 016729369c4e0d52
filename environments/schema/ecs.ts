import { whyNoSchedule } from "@operation-app/preflight/schedule";
import * as z from "zod";
import { hours, timeZone } from "./hours.ts";
import { permission } from "./permissions.ts";
import {
  fargateSize,
  hasNumbers,
  healthCheckPath,
  literalText,
  logRetentionDays,
  oneOf,
  port,
  text,
  wholeNumber,
} from "./values.ts";

const tasks = z
  .strictObject({
    /** Tasks that run at all times, once there is an image. 0, with a `max` of 0, stops the service. */
    min: wholeNumber(0, 1000, "tasks"),
    /** Tasks under load. More than `min` switches autoscaling on. */
    max: wholeNumber(0, 1000, "tasks"),
    /** Average CPU use, in percent, that autoscaling steers to. @default 60 */
    targetCpuPercent: wholeNumber(10, 90, "percent").default(60),
  })
  .refine(({ min, max }) => min <= max, {
    error: "has a min above its max. Lower min, or raise max.",
    when: hasNumbers("min", "max"),
  })
  .refine(({ min, max }) => min > 0 || max === 0, {
    error: "would never start: with zero tasks there is no CPU usage to scale on. Write a min of 1 or more.",
    when: hasNumbers("min", "max"),
  });

const variableName = text(
  /^[A-Za-z_][A-Za-z0-9_]*$/,
  'is not the name of an environment variable, such as "RAILS_ENV".',
);

const user = text(
  /^[1-9][0-9]{0,8}(:[0-9]{1,9})?$/,
  'is not a numeric user. Write a user such as "1000", or with its group "1000:1000"; 0 is root.',
);

/** Names that stand for something else beside the workers and schedules. */
const RESERVED_NAMES = ["nginx", "app", "migrate", "cluster", "namespace"];

/** What runs beside nginx and the app, by name. */
function named<T extends z.ZodType>(what: string, example: string, value: T) {
  return z
    .record(
      text(
        /^[a-z][a-z0-9-]{0,30}$/,
        `is not the name of a ${what}. Write lower-case letters, digits and hyphens, such as "${example}".`,
      ),
      value,
    )
    .superRefine((all, context) => {
      for (const name of Object.keys(all).filter((one) => RESERVED_NAMES.includes(one)))
        context.addIssue({
          code: "custom",
          path: [name],
          message: `can't be called ${name}: the name is already in use.`,
        });
    });
}

const command = z
  .array(literalText(z.string().min(1)), {
    error: ({ input }) =>
      typeof input === "string" ? `is a single string. Write the words as a list: ${wordsOf(input)}.` : undefined,
  })
  .min(1, 'is empty. Write one such as ["bundle", "exec", "sidekiq"].');

/** `["bundle", "exec", "sidekiq"]` */
const wordsOf = (line: string) =>
  `[${line
    .trim()
    .split(/\s+/)
    .map((word) => JSON.stringify(word))
    .join(", ")}]`;

const spot = z.strictObject({
  /** So many of `tasks` stay on demand, where AWS takes nothing back. @default 0 */
  onDemandTasks: wholeNumber(0, 1000, "tasks").default(0),
});

const worker = z
  .strictObject({
    command,
    size: fargateSize,
    tasks,
    /**
     * Tasks on Fargate Spot, up to 70 % off: AWS sets that price, and takes a task back after a warning of two minutes (`SIGTERM`), so its
     * jobs have to bear a second run. Without spare capacity none starts. The service is called `<app>-<worker>-spot`. @default on demand
     */
    spot: spot.optional(),
  })
  .refine(({ spot, tasks }) => spot === undefined || spot.onDemandTasks < Math.max(1, tasks.max), {
    error: "leaves no task for Spot. Write fewer than tasks.max, or remove spot.",
    path: ["spot", "onDemandTasks"],
    when: ({ value }) => worksOut(value),
  });

/** Whether what a check of `spot` looks at is there, whatever else is wrong. */
function worksOut(value: unknown): boolean {
  const { spot, tasks } = value as { spot?: { onDemandTasks?: unknown }; tasks?: { max?: unknown } };
  return Number.isInteger(spot?.onDemandTasks) && Number.isInteger(tasks?.max);
}

const scheduleExpression = z.string().superRefine((written, context) => {
  const wrong = whyNoSchedule(written, { once: false, grammar: true });
  if (wrong) context.addIssue({ code: "custom", message: `is not a schedule: ${wrong.why}. ${wrong.fix}` });
});

const schedule = z.strictObject({
  /**
   * `cron(minutes hours day month weekday year)` with ? in day or weekday, or `rate(…)`: "cron(0 3 * * ? *)" is each night
   * at three, "cron(0/10 8-17 ? * MON-FRI *)" every ten minutes of working hours, "rate(1 hour)" each hour.
   */
  when: scheduleExpression,
  /**
   * Where the hours of `when` are told, by the IANA's name.
   * @default "Asia/Tokyo" in the regions ap-northeast-1 and ap-northeast-3, else "UTC"
   */
  timeZone: timeZone.optional(),
  /** What runs, in a container of the app's image with its variables and secrets. It should bear to be run twice. */
  command,
  /** Size of its task: 0.25 vCPU and 0.5 GB, ten minutes each night, are 0.06 USD a month in Tokyo. @default `ecs.app.size` */
  size: fargateSize.optional(),
  /** Minutes for which a start that AWS refuses is tried again. What has started is not: make its jobs retry. @default 60 */
  retryMinutes: wholeNumber(0, 1440, "minutes").default(60),
  /** false: it is kept, and does not run. @default true */
  enabled: z.boolean().default(true),
});

/** EventBridge takes 4,096 characters in the pattern of the rule that looks at their tasks. */
const MAX_SCHEDULES = 30;

/** The containers: what runs, how large, and how often. */
export const ecs = z.strictObject({
  /** `separate`: nginx and app are services of their own, one container a task. `together`: both in one task. */
  topology: oneOf(["separate", "together"] as const),
  /** What the images are built for. ARM64 costs a fifth less. */
  architecture: oneOf(["ARM64", "X86_64"] as const),
  /** Lets `aws ecs execute-command` into running containers. @default false */
  exec: z.boolean().default(false),
  /** Days for which container logs are kept. */
  logRetentionDays,
  /**
   * Replaces the tasks of the app and of workers, without a gap, when a secret that they read has another value: when RDS has
   * changed the database's password, or after `bin/infra secrets set`. Costs nothing: Step Functions is free up to 4,000 steps
   * a month. @default true
   */
  redeployOnNewSecrets: z.boolean().default(true),
  /**
   * Services sleep outside of these hours: no tasks of nginx, the app and workers, and nothing to pay for them; visitors get 503, and alarms stay
   * quiet. Load balancer, database, cache and NAT go on, and so do `schedules`. For a staging environment: 60 hours of a week's 168 save two
   * thirds of the tasks. @default they run always
   */
  hours: hours.optional(),
  nginx: z.strictObject({
    /** Port that nginx listens on. @default 8080, which needs no root */
    port: port.default(8080),
    /** User by number, "101", or with its group, "101:101", that the container runs as. @default the image's: 101 in images/nginx */
    user: user.optional(),
    /** Size of an nginx task; of no use where nginx is in one task with the app. */
    size: fargateSize,
    tasks,
  }),
  app: z.strictObject({
    /** Port that Rails listens on. @default 3000 */
    port: port.default(3000),
    /**
     * The same for Rails, workers and migrations; "1000:1000" in images that Rails's own Dockerfile makes. ECS Exec's sessions are
     * root's even so. Security Hub's ECS.20 asks for it. @default the image's
     */
    user: user.optional(),
    /** Size of an app task, nginx included where they are together. */
    size: fargateSize,
    tasks,
    /** What the container asks Rails for to know that it is well. @default "/up" */
    healthCheckPath: healthCheckPath.default("/up"),
    /** Variables of your own. No secrets: these are readable in the task definition. @default none */
    environment: z.record(variableName, literalText()).default({}),
    /**
     * Secrets by the name of their variable, kept in Secrets Manager: `generated` once, or put in `by-hand`.
     * A task does not start while one of them has no value.
     */
    secrets: z.record(variableName, oneOf(["generated", "by-hand"] as const)).default({ SECRET_KEY_BASE: "generated" }),
    /**
     * Rights of the app's code to use further services of AWS, without keys. With `ci`, run `bin/infra bootstrap` after each change: until
     * then AWS refuses the calls. @default Cognito's users, and the bucket of `storage`
     */
    permissions: z.array(permission).default([]),
    /** What a one-off `migrate` task runs. @default ["bundle", "exec", "rails", "db:migrate"] */
    migrateCommand: command.default(["bundle", "exec", "rails", "db:migrate"]),
  }),
  /** Services that run the app's image with another command, by name. @default none */
  workers: named("worker", "sidekiq", worker)
    .refine(
      (workers) => !Object.entries(workers).some(([name, { spot }]) => spot && `${name}-spot` in workers),
      "has a worker on Spot, and another worker with the name of its Spot service: <worker>-spot. Rename one.",
    )
    .default({}),
  /**
   * Commands that run at set times, by name, each in a task of its own with the version that runs: EventBridge Scheduler,
   * free up to 14 million runs a month. They begin with the first release. @default none
   */
  schedules: named("schedule", "nightly", schedule)
    .refine(
      (schedules) => Object.keys(schedules).length <= MAX_SCHEDULES,
      `has more than ${MAX_SCHEDULES} schedules. Combine several jobs in one.`,
    )
    .default({}),
});
