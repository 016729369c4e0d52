import type { Mistake } from "./mistake.ts";

/** Containers, images, workers and schedules. */
export const CONTAINERS: readonly Mistake[] = [
  ["root as a user", { ecs: { app: { user: "0" } } }, "ecs.app.user", /not a numeric user/],
  [
    "a command as one text",
    { ecs: { app: { migrateCommand: "bin/rails db:migrate" } } },
    "ecs.app.migrateCommand",
    /Write the words as a list: \["bin\/rails", "db:migrate"\]/,
  ],
  ["a list that is a number", { network: { outboundPorts: 587 } }, "network.outboundPorts", /Write \[587\]\.$/],
  [
    "a text where a group belongs",
    { mail: "no-reply@example.com" },
    "mail",
    /group of settings: \{ … \}, with from, hostedZone, dmarc\.$/,
  ],
  [
    "a setting of workers in the app",
    { ecs: { app: { spot: {} } } },
    "ecs.app.spot",
    /ecs\.workers\.<name> has one of this name/,
  ],
  ["a user by name", { ecs: { nginx: { user: "nginx" } } }, "ecs.nginx.user", /not a numeric user/],
  [
    "the variable of a cache that is there",
    { ecs: { app: { environment: { REDIS_URL: "redis://x" } } } },
    "ecs.app.environment.REDIS_URL",
    /is already in use: the stack sets it/,
  ],
  ["`latest` as a tag", { images: { app: "latest" } }, "images.app", /never "latest"/],
  ["an empty tag", { images: { nginx: "" } }, "images.nginx", /not an image version/],
  [
    "an impossible CPU/memory pair",
    { ecs: { app: { size: { cpu: 256, memory: 4096 } } } },
    "ecs.app.size",
    /With 256 units, memory is 512, 1024, 2048/,
  ],
  [
    "a CPU that Fargate has not",
    { ecs: { app: { size: { cpu: 300, memory: 512 } } } },
    "ecs.app.size",
    /Use one of 256, 512/,
  ],
  [
    "more tasks at rest than under load",
    { ecs: { app: { tasks: { min: 3, max: 2 } } } },
    "ecs.app.tasks",
    /min above its max/,
  ],
  ...(
    [
      ["that end before they begin", { from: "20:00", to: "08:00" }, "hours", /ends before it starts/],
      ["as a number", { from: 8 }, "hours.from", /is not a time of day.*"08:30"/],
      ["beyond midnight", { to: "24:00" }, "hours.to", /not a time of day/],
      ["on a day that is none", { days: ["MO"] }, "hours.days.0", /one of "MON"/],
      ["on no day", { days: [] }, "hours.days", /is empty/],
      ["on a day twice", { days: ["MON", "MON"] }, "hours.days", /has a day twice/],
      ["of an offset", { timeZone: "+09:00" }, "hours.timeZone", /not an IANA time zone/],
    ] as const
  ).map(
    ([what, wrong, path, message]): Mistake => [
      `hours ${what}`,
      { ecs: { hours: { from: "08:00", to: "20:00", ...wrong } } },
      `ecs.${path}`,
      message,
    ],
  ),
  ...(
    [
      ["Spot that is switched on", true, "jobs.spot", /group of settings/],
      ["no task left for Spot", { onDemandTasks: 2 }, "jobs.spot.onDemandTasks", /leaves no task for Spot/],
      ["half a task on demand", { onDemandTasks: 0.5 }, "jobs.spot.onDemandTasks", /0 to 1000 \(tasks\)/],
      ["a setting of Spot that is none", { onDemand: 1 }, "jobs.spot.onDemand", /is not a setting.*onDemandTasks/],
    ] as const
  ).map(
    ([what, spot, path, message]): Mistake => [
      `a worker with ${what}`,
      {
        ecs: {
          workers: { jobs: { command: ["x"], size: { cpu: 256, memory: 512 }, tasks: { min: 1, max: 2 }, spot } },
        },
      },
      `ecs.workers.${path}`,
      message,
    ],
  ),
  [
    "a worker with the name of another one's service on Spot",
    {
      ecs: {
        workers: Object.fromEntries(
          ["jobs", "jobs-spot"].map((name) => [
            name,
            { command: ["x"], size: { cpu: 256, memory: 512 }, tasks: { min: 1, max: 1 }, spot: {} },
          ]),
        ),
      },
    },
    "ecs.workers",
    /the name of its Spot service/,
  ],
  [
    "a worker that takes another's name",
    { ecs: { workers: { app: { command: ["x"], size: { cpu: 256, memory: 512 }, tasks: { min: 1, max: 1 } } } } },
    "ecs.workers.app",
    /in use/,
  ],
  ...(
    [
      ["cron as Unix writes it", { when: "0 3 * * *" }, "nightly.when", /Write "cron\(0 3 \* \* \? \*\)"/],
      [
        "cron without ?",
        { when: "cron(0 3 * * * *)" },
        "nightly.when",
        /neither of day of the month and day of the week/,
      ],
      ["a time instead of times", { when: "at(2030-01-01T00:00:00)" }, "nightly.when", /not cron\(…\) or rate\(…\)/],
      ["an offset as a zone", { timeZone: "+09:00" }, "nightly.timeZone", /not an IANA time zone/],
      ["no command", { command: [] }, "nightly.command", /is empty/],
      ["more than a day of retries", { retryMinutes: 1441 }, "nightly.retryMinutes", /0 to 1440 \(minutes\)/],
    ] as const
  ).map(
    ([what, wrong, path, message]): Mistake => [
      `a schedule with ${what}`,
      { ecs: { schedules: { nightly: { when: "rate(1 day)", command: ["true"], ...wrong } } } },
      `ecs.schedules.${path}`,
      message,
    ],
  ),
  [
    "a schedule with a worker's name",
    {
      ecs: {
        workers: { mail: { command: ["x"], size: { cpu: 256, memory: 512 }, tasks: { min: 1, max: 1 } } },
        schedules: { mail: { when: "rate(1 day)", command: ["x"] } },
      },
    },
    "ecs.schedules.mail",
    /has the name of a worker/,
  ],
  [
    "a schedule whose name is none",
    { ecs: { schedules: { Nightly: { when: "rate(1 day)", command: ["x"] } } } },
    "ecs.schedules.Nightly",
    /"Nightly" is not the name of a schedule/,
  ],
  [
    "a schedule that takes another's name",
    { ecs: { schedules: { migrate: { when: "rate(1 day)", command: ["x"] } } } },
    "ecs.schedules.migrate",
    /in use/,
  ],
  [
    "more schedules than the rule that looks at them takes",
    {
      ecs: {
        schedules: Object.fromEntries(
          Array.from({ length: 31 }, (_, index) => [`job-${index}`, { when: "rate(1 day)", command: ["x"] }]),
        ),
      },
    },
    "ecs.schedules",
    /more than 30/,
  ],
  [
    "a variable that the bucket brings",
    { storage: {}, ecs: { app: { environment: { STORAGE_BUCKET: "mine" } } } },
    "ecs.app.environment.STORAGE_BUCKET",
    /is already in use: the stack sets it/,
  ],
  ...(
    [
      ["an action that is none", { actions: ["SendMesage"] }, "actions.0", /not an IAM action of sqs.*"SendMessage"/],
      ["an action with its service", { actions: ["sqs:SendMessage"] }, "actions.0", /without the service/],
      [
        "a placeholder that is none",
        { resources: ["arn:aws:sqs:{region}:{account}:{name}"] },
        "resources.0",
        /Write \{app\}/,
      ],
      ["a wildcard", { actions: ["*"] }, "actions.0", /without \*/],
      ["a service that is none", { service: "sqss" }, "service", /not an IAM service prefix/],
      ["a service that gives rights", { service: "iam", actions: ["PassRole"] }, "service", /could grant permissions/],
      ["no action", { actions: [] }, "actions", /is empty/],
      ["a name as a resource", { resources: ["orders"] }, "resources.0", /not the ARN/],
      ["no resource", { resources: [] }, "resources", /is empty/],
    ] as const
  ).map(
    ([what, wrong, path, message]): Mistake => [
      `a permission with ${what}`,
      { ecs: { app: { permissions: [{ service: "sqs", actions: ["SendMessage"], resources: ["*"], ...wrong }] } } },
      `ecs.app.permissions.0.${path}`,
      message,
    ],
  ),
  [
    "a variable that mail sets",
    { mail: { from: "a@example.com" }, ecs: { app: { environment: { MAIL_FROM: "b@example.com" } } } },
    "ecs.app.environment.MAIL_FROM",
    /is already in use/,
  ],
  ["a setting that is missing", { ecs: { logRetentionDays: undefined } }, "ecs.logRetentionDays", /\(missing\)/],
  [
    "a retention period that CloudWatch has not",
    { ecs: { logRetentionDays: 31 } },
    "ecs.logRetentionDays",
    /not one of 1, 3, 5/,
  ],
  [
    "a variable that the stack sets",
    { ecs: { app: { environment: { REDIS_URL: "redis://elsewhere" } } } },
    "ecs.app.environment.REDIS_URL",
    /is already in use: the stack sets it/,
  ],
  [
    "a secret that is a variable too",
    { ecs: { app: { environment: { SECRET_KEY_BASE: "x" } } } },
    "ecs.app.secrets.SECRET_KEY_BASE",
    /is already in use: ecs\.app\.environment has it/,
  ],
  ["a service that would never start", { ecs: { app: { tasks: { min: 0, max: 2 } } } }, "ecs.app.tasks", /never start/],
  [
    "one port for both containers of a task",
    { ecs: { topology: "together", nginx: { port: 3000 } } },
    "ecs.nginx.port",
    /is also the app's port/,
  ],
  [
    "a worker with the cluster's name",
    { ecs: { workers: { cluster: { command: ["x"], size: { cpu: 256, memory: 512 }, tasks: { min: 1, max: 1 } } } } },
    "ecs.workers.cluster",
    /in use/,
  ],
  [
    "a number where a variable's text belongs",
    { ecs: { app: { environment: { RAILS_LOG_TO_STDOUT: 1 } } } },
    "ecs.app.environment.RAILS_LOG_TO_STDOUT",
    /Write "1", in quotes/,
  ],
  ["a list where a group belongs", { ecs: { workers: [] } }, "ecs.workers", /Write a group of settings/],
];
