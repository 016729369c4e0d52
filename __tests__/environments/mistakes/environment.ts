import type { Mistake } from "./mistake.ts";

/** What is of the whole environment: its name, state, roles, money and alarms. */
export const ENVIRONMENT: readonly Mistake[] = [
  ...(
    [
      ["an id that is none", "id", { id: "lb-2" }],
      ["no address", "address", { address: "here" }],
      ["no reason", "reason", { reason: "" }],
    ] as const
  ).map(
    ([what, setting, wrong]): Mistake => [
      `an acknowledgement with ${what}`,
      { acknowledgements: [{ id: "LB-002", address: "aws_lb.a", reason: "known", ...wrong }] },
      `acknowledgements.0.${setting}`,
      /./,
    ],
  ),
  ["a tag that the project sets", { tags: { Application: "payroll" } }, "tags", /has "Application"/],
  ["a budget of nothing", { budget: { monthlyUsd: 0 } }, "budget.monthlyUsd", /not a budget. Write whole USD/],
  ["a budget of cents", { budget: { monthlyUsd: 10.5 } }, "budget.monthlyUsd", /not a budget/],
  ["a budget of words", { budget: { monthlyUsd: "much" } }, "budget.monthlyUsd", /or "estimated"/],
  ["a budget of something else", { budget: { counts: "team" } }, "budget.counts", /"environment" or "account"|one of/],
  [
    "a budget for a crowd",
    { budget: { emails: Array.from({ length: 11 }, (_, index) => `p${index}@example.com`) } },
    "budget.emails",
    /more than ten/,
  ],
  ["an address that is none", { alarms: { emails: "me" } }, "alarms.emails", /not an e-mail address/],
  [
    "a list with one that is none",
    { alarms: { emails: ["a@example.com", "b"] } },
    "alarms.emails.1",
    /not an e-mail address/,
  ],
  [
    "a share beyond all",
    { alarms: { thresholds: { databaseCpuPercent: 100 } } },
    "alarms.thresholds.databaseCpuPercent",
    /1 to 99/,
  ],
  ["an unknown region", { region: "ap-north-1" }, "region", /not an AWS region/],
  [
    "a name too long for its resources",
    { app: "operation-application-x" },
    "app",
    /"operation-application-x" is 23 characters; at most 21, because the target group "<app>-nginx-8080" may have 32\./,
  ],
  [
    "a name too long for its port",
    { app: "operation-app-staging", ecs: { nginx: { port: 18080 } } },
    "app",
    /is 21 characters; at most 20, because the target group "<app>-nginx-18080" may have 32\./,
  ],
  ["a name that no load balancer takes", { app: "internal-tools" }, "app", /not beginning with "internal-"/],
  [
    "a repository without owner",
    { ci: { repository: "rails" } },
    "ci.repository",
    /not a GitHub repository\. Write "owner/,
  ],
  ["all repositories of an owner", { ci: { repository: "octo-org/*" } }, "ci.repository", /not a GitHub repository/],
  [
    "half of a repository's ids",
    { ci: { repository: "octo-org@1/rails" } },
    "ci.repository",
    /owner@123456\/name@456789/,
  ],
  ["a repository's address", { ci: { repository: "octo-org/rails.git" } }, "ci.repository", /without \.git/],
  ["a variable of IAM's", { ci: { repository: "o/r", branch: "${aws:username}" } }, "ci.branch", /name of a branch/],
  ["any branch", { ci: { repository: "o/r", branch: "*" } }, "ci.branch", /not the name of a branch/],
  ["a ref as a branch", { ci: { repository: "o/r", branch: "refs/heads/main" } }, "ci.branch", /starts with refs\//],
  [
    "more than an environment",
    { ci: { repository: "o/r", environment: "a:b" } },
    "ci.environment",
    /GitHub environment/,
  ],
  ...["*", "?", "$", "//", "/./", "/../", "${"].map(
    (part): Mistake => [
      `a state's path with ${part}`,
      { state: { key: `production/a${part}b/terraform.tfstate` } },
      "state.key",
      /is not an S3 key without characters that are special in IAM or S3 \(\*, \?, \$, \/\/, \/\.\.\/\)\. Write one such as/,
    ],
  ),
  [
    "a state among the plans",
    { state: { key: "plans/production/x" } },
    "state.key",
    /is in plans\/, which is reserved/,
  ],
  ["the bootstrap's own state", { state: { key: "bootstrap/terraform.tfstate" } }, "state.key", /which is reserved/],
];
