import { describe, expect, it } from "vitest";
import { EnvironmentError, parseEnvironments } from "../../environments/schema/index.ts";
import { type Changes, environmentWith } from "../support/synthesize.ts";

/** The mistakes that are found in production with these changes, which its types would not allow. */
function problems(changes: unknown): readonly string[] {
  try {
    parseEnvironments({ production: environmentWith(changes as Changes) });
    return [];
  } catch (error) {
    if (error instanceof EnvironmentError) return error.problems;
    throw error;
  }
}

const ZONE_A = "ap-northeast-1a";
const BAD: [what: string, changes: unknown, path: string, message: RegExp][] = [
  ["a VPC larger than /16", { network: { cidr: "192.0.0.0/8" } }, "network.cidr", /not between \/16 and \/28/],
  ["a VPC smaller than /28", { network: { cidr: "192.168.0.0/30" } }, "network.cidr", /not between \/16 and \/28/],
  ["a host address as a block", { network: { cidr: "192.168.0.1/16" } }, "network.cidr", /not an IPv4 network/],
  ["an IPv6 block as the VPC's", { network: { cidr: "2001:db8::/56" } }, "network.cidr", /not an IPv4 network/],
  ["a VPC too small to plan", { network: { cidr: "192.168.0.0/25" } }, "network.cidr", /too small to plan/],
  [
    "overlapping subnets",
    { network: { subnets: { [ZONE_A]: { public: "192.168.1.0/24", private: "192.168.1.128/25" } } } },
    `network.subnets.${ZONE_A}.private`,
    /overlaps the public subnet of ap-northeast-1a \(192\.168\.1\.0\/24\)/,
  ],
  [
    "a subnet outside the VPC",
    { network: { subnets: { [ZONE_A]: { public: "10.0.0.0/24", private: "192.168.1.0/24" } } } },
    `network.subnets.${ZONE_A}.public`,
    /outside the VPC/,
  ],
  [
    "a subnet outside /16 to /28",
    { network: { subnets: { [ZONE_A]: { public: "192.168.1.0/29", private: "192.168.2.0/24" } } } },
    `network.subnets.${ZONE_A}.public`,
    /not between \/16 and \/28/,
  ],
  ...(
    [
      ["an id that is none", "id", { id: "lb-2" }],
      ["no address", "address", { address: "here" }],
      ["no reason", "reason", { reason: "" }],
    ] as const
  ).map(([what, setting, wrong]): (typeof BAD)[number] => [
    `an acknowledgement with ${what}`,
    { acknowledgements: [{ id: "LB-002", address: "aws_lb.a", reason: "known", ...wrong }] },
    `acknowledgements.0.${setting}`,
    /./,
  ]),
  ["root as a user", { ecs: { app: { user: "0" } } }, "ecs.app.user", /not a user by number/],
  ["a user by name", { ecs: { nginx: { user: "nginx" } } }, "ecs.nginx.user", /not a user by number/],
  ["a tag that the project sets", { tags: { Application: "payroll" } }, "tags", /has "Application"/],
  [
    "logs that are kept for a day and a half",
    { database: { logs: { retentionDays: 1.5 } } },
    "database.logs.retentionDays",
    /./,
  ],
  [
    "queries that are slow at once",
    { database: { logs: { slowQuerySeconds: 0 } } },
    "database.logs.slowQuerySeconds",
    /not from 0.1/,
  ],
  ["logs that are switched on", { database: { logs: true } }, "database.logs", /./],
  ["another word for no cache", { cache: "off" }, "cache", /neither a group of settings, \{ … \}, nor "none"/],
  ["a cache that is switched on", { cache: true }, "cache", /neither a group of settings/],
  ["a setting of the cache that is none", { cache: { node: 1 } }, "cache.node", /is not a setting.*nodes/],
  ["an engine that is none", { cache: { engine: "memcached" } }, "cache.engine", /one of "valkey", "redis"/],
  [
    "the variable of a cache that is there",
    { ecs: { app: { environment: { REDIS_URL: "redis://x" } } } },
    "ecs.app.environment.REDIS_URL",
    /is taken: the stack sets it/,
  ],
  ["snapshots for a year", { cache: { snapshotRetentionDays: 365 } }, "cache.snapshotRetentionDays", /35/],
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
  ["one zone", { network: { zones: [ZONE_A] } }, "network.zones", /needs two or more/],
  ["no zone", { network: { zones: [] } }, "network.zones", /needs two or more/],
  ["a zone twice", { network: { zones: [ZONE_A, ZONE_A] } }, "network.zones", /has a zone twice/],
  [
    "a zone of another region",
    { network: { zones: [ZONE_A, "us-east-1a"] } },
    "network.zones.1",
    /not a zone of ap-northeast-1/,
  ],
  [
    "subnets of a zone that isn't used",
    { network: { subnets: { "ap-northeast-1d": { public: "192.168.1.0/24", private: "192.168.2.0/24" } } } },
    "network.subnets.ap-northeast-1d",
    /not one of network.zones/,
  ],
  [
    "an IPv6 block as a default route",
    { network: { natRouteDestination: "::/0" } },
    "network.natRouteDestination",
    /IPv6.*Write "0\.0\.0\.0\/0"/,
  ],
  [
    "neither NAT nor endpoints",
    { network: { nat: "none", interfaceEndpoints: "none" } },
    "network.interfaceEndpoints",
    /i\/o timeout/,
  ],
  ["`latest` as a tag", { images: { app: "latest" } }, "images.app", /never "latest"/],
  ["an empty tag", { images: { nginx: "" } }, "images.nginx", /not the version of an image/],
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
      ["that end before they begin", { from: "20:00", to: "08:00" }, "hours", /ends before it begins/],
      ["as a number", { from: 8 }, "hours.from", /is a number|not what belongs here/],
      ["beyond midnight", { to: "24:00" }, "hours.to", /not a time of day/],
      ["on a day that is none", { days: ["MO"] }, "hours.days.0", /one of "MON"/],
      ["on no day", { days: [] }, "hours.days", /is empty/],
      ["on a day twice", { days: ["MON", "MON"] }, "hours.days", /has a day twice/],
      ["of an offset", { timeZone: "+09:00" }, "hours.timeZone", /not a time zone of the IANA's/],
    ] as const
  ).map(([what, wrong, path, message]): (typeof BAD)[number] => [
    `hours ${what}`,
    { ecs: { hours: { from: "08:00", to: "20:00", ...wrong } } },
    `ecs.${path}`,
    message,
  ]),
  ...(
    [
      ["Spot that is switched on", true, "jobs.spot", /group of settings/],
      ["no task left for Spot", { onDemandTasks: 2 }, "jobs", /leaves no task for Spot/],
      ["half a task on demand", { onDemandTasks: 0.5 }, "jobs.spot.onDemandTasks", /0 to 1000 \(tasks\)/],
      ["a setting of Spot that is none", { onDemand: 1 }, "jobs.spot.onDemand", /is not a setting.*onDemandTasks/],
    ] as const
  ).map(([what, spot, path, message]): (typeof BAD)[number] => [
    `a worker with ${what}`,
    {
      ecs: {
        workers: { jobs: { command: ["x"], size: { cpu: 256, memory: 512 }, tasks: { min: 1, max: 2 }, spot } },
      },
    },
    `ecs.workers.${path}`,
    message,
  ]),
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
    /the name that its service has then/,
  ],
  [
    "a worker that takes another's name",
    { ecs: { workers: { app: { command: ["x"], size: { cpu: 256, memory: 512 }, tasks: { min: 1, max: 1 } } } } },
    "ecs.workers",
    /taken/,
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
      ["an offset as a zone", { timeZone: "+09:00" }, "nightly.timeZone", /not a time zone of the IANA's/],
      ["no command", { command: [] }, "nightly.command", /is empty/],
      ["more than a day of retries", { retryMinutes: 1441 }, "nightly.retryMinutes", /0 to 1440 \(minutes\)/],
    ] as const
  ).map(([what, wrong, path, message]): (typeof BAD)[number] => [
    `a schedule with ${what}`,
    { ecs: { schedules: { nightly: { when: "rate(1 day)", command: ["true"], ...wrong } } } },
    `ecs.schedules.${path}`,
    message,
  ]),
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
    "ecs.schedules",
    /taken/,
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
  ["backups kept for no day", { backup: { retentionDays: 0 } }, "backup.retentionDays", /1 to 36500 \(days\)/],
  ["a vault by its name", { backup: { copyToVaultArn: "shop" } }, "backup.copyToVaultArn", /not the ARN of a vault/],
  [
    "a copy beside the database",
    { backup: { copyToVaultArn: "arn:aws:backup:ap-northeast-1:123456789012:backup-vault:copies" } },
    "backup.copyToVaultArn",
    /is in ap-northeast-1, as the database/,
  ],
  ["a firewall that is half on", { lb: { waf: "on" } }, "lb.waf", /not one of "off", "count", "block"/],
  ["a limit below WAF's own", { lb: { wafRequestsPerAddress: 5 } }, "lb.wafRequestsPerAddress", /10 to 2000000000/],
  [
    "a rule that AWS does not have",
    { lb: { wafCountedRules: ["SizeRestriction_BODY"] } },
    "lb.wafCountedRules.0",
    /not a rule of the managed groups/,
  ],
  ["a log of WAF for an odd time", { lb: { wafLogRetentionDays: 2 } }, "lb.wafLogRetentionDays", /not one of 1, 3, 5/],
  [
    "an origin with a path",
    { storage: { uploadOrigins: ["https://a.example.com/"] } },
    "storage.uploadOrigins.0",
    /not an origin/,
  ],
  ["files kept for no day", { storage: { keepDeletedDays: 0 } }, "storage.keepDeletedDays", /1 to 365 \(days\)/],
  [
    "a variable that the bucket brings",
    { storage: {}, ecs: { app: { environment: { STORAGE_BUCKET: "mine" } } } },
    "ecs.app.environment.STORAGE_BUCKET",
    /is taken: the stack sets it/,
  ],
  ...(
    [
      ["an action that is none", { actions: ["SendMesage"] }, "actions.0", /no action of sqs.*"SendMessage"/],
      ["a wildcard", { actions: ["*"] }, "actions.0", /without \*/],
      ["a service that is none", { service: "sqss" }, "service", /no service that IAM knows/],
      ["a service that gives rights", { service: "iam", actions: ["PassRole"] }, "service", /gives rights/],
      ["no action", { actions: [] }, "actions", /is empty/],
      ["a name as a resource", { resources: ["orders"] }, "resources.0", /not the ARN/],
      ["no resource", { resources: [] }, "resources", /is empty/],
    ] as const
  ).map(([what, wrong, path, message]): (typeof BAD)[number] => [
    `a permission with ${what}`,
    { ecs: { app: { permissions: [{ service: "sqs", actions: ["SendMessage"], resources: ["*"], ...wrong }] } } },
    `ecs.app.permissions.0.${path}`,
    message,
  ]),
  ["an unknown region", { region: "ap-north-1" }, "region", /not an AWS region/],
  ...(
    [
      ["a wildcard", [{ name: "*.example.com" }], "0.name", /is a wildcard.*Write them one by one/],
      ["an address", [{ name: "https://www.example.com" }], "0.name", /not a domain name/],
      ["the domain itself", [{ name: "operation-app.example.com" }], "0.name", /is there already/],
      ["one twice", [{ name: "www.example.com" }, { name: "www.example.com" }], "1.name", /is there already/],
      [
        "two alike",
        [{ name: "a.b.example.com" }, { name: "a-b.example.com" }],
        "1.name",
        /differs from a\.b\.example\.com/,
      ],
      ["one of another zone", [{ name: "example.net" }], "0.name", /not in the zone example\.com.*`hostedZone`/],
      [
        "one outside of its zone",
        [{ name: "www.example.com", hostedZone: "example.net" }],
        "0.name",
        /not in the zone example\.net/,
      ],
      ["one that does something else", [{ name: "www.example.com", to: "nginx" }], "0.to", /"redirect", "app"/],
    ] as const
  ).map(([what, aliases, path, message]): (typeof BAD)[number] => [
    `further host names with ${what}`,
    { domain: { aliases } },
    `domain.aliases.${path}`,
    message,
  ]),
  [
    "more host names than a certificate takes",
    { domain: { aliases: Array.from({ length: 10 }, (_, index) => ({ name: `a${index}.example.com` })) } },
    "domain.aliases",
    /takes: 10 with domain\.name/,
  ],
  ...(
    [
      ["a name only", { from: "no-reply" }, "mail.from", /not an address to send from/],
      ["a name and an address", { from: "App <no-reply@example.com>" }, "mail.from", /not an address to send from/],
      [
        "an address of another zone",
        { from: "a@example.net" },
        "mail.from",
        /not of the zone example\.com.*mail\.hostedZone/,
      ],
      ["a policy that is none", { from: "a@example.com", dmarc: "block" }, "mail.dmarc", /"none", "quarantine"/],
      ["no address", {}, "mail.from", /missing/],
    ] as const
  ).map(([what, mail, path, message]): (typeof BAD)[number] => [`mail with ${what}`, { mail }, path, message]),
  [
    "mail without a zone",
    { domain: undefined, lb: { authenticateCognito: false }, mail: { from: "a@example.com" } },
    "mail.hostedZone",
    /is needed where there is no `domain`/,
  ],
  [
    "mail without a way to SES",
    { mail: { from: "a@example.com" }, network: { nat: "none" }, cognito: { domainPrefix: undefined } },
    "mail",
    /needs a way to SES/,
  ],
  [
    "a variable that mail sets",
    { mail: { from: "a@example.com" }, ecs: { app: { environment: { MAIL_FROM: "b@example.com" } } } },
    "ecs.app.environment.MAIL_FROM",
    /is taken/,
  ],
  ["an empty domain", { domain: { name: "" } }, "domain.name", /not a domain name/],
  [
    "a domain outside its zone",
    { domain: { name: "app.example.org" } },
    "domain.hostedZone.name",
    /not a zone that app\.example\.org can be in/,
  ],
  [
    "a certificate of another region",
    { domain: { certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/1" } },
    "domain.certificateArn",
    /another region/,
  ],
  [
    "login at the load balancer without a domain",
    { domain: undefined, lb: { authenticateCognito: true } },
    "lb.authenticateCognito",
    /needs HTTPS/,
  ],
  ["a setting that is missing", { ecs: { logRetentionDays: undefined } }, "ecs.logRetentionDays", /\(missing\)/],
  ["a setting that is not one", { network: { natt: "single" } }, "network.natt", /is not a setting/],
  [
    "a retention period that CloudWatch has not",
    { ecs: { logRetentionDays: 31 } },
    "ecs.logRetentionDays",
    /not one of 1, 3, 5/,
  ],
  [
    "a Cognito prefix with a reserved word",
    { cognito: { domainPrefix: "my-aws-app" } },
    "cognito.domainPrefix",
    /not a prefix/,
  ],
  [
    "a name too long for its resources",
    { app: "operation-application-x" },
    "app",
    /"operation-application-x" is 23 characters; at most 21, because the target group "<app>-nginx-8080" takes 32\./,
  ],
  [
    "a name too long for its port",
    { app: "operation-app-staging", ecs: { nginx: { port: 18080 } } },
    "app",
    /is 21 characters; at most 20, because the target group "<app>-nginx-18080" takes 32\./,
  ],
  ["a reserved database user", { database: { username: "root" } }, "database.username", /reserved/],
  ["a reserved user for Rails", { database: { appUser: { name: "rdsadmin" } } }, "database.appUser.name", /reserved/],
  [
    "a user for Rails who is the master",
    { database: { appUser: { name: "Operation_App" } } },
    "database.appUser.name",
    /is the master user's, database\.username\. Write another, such as "rails"\./,
  ],
  [
    "a NAT route that does not lead to AWS, without endpoints",
    { network: { natRouteDestination: "10.0.0.0/8", interfaceEndpoints: "none" } },
    "network.interfaceEndpoints",
    /NAT leads to 10\.0\.0\.0\/8 only/,
  ],
  [
    "a NAT route into the VPC itself",
    { network: { natRouteDestination: "192.168.0.0/17" } },
    "network.natRouteDestination",
    /inside the VPC/,
  ],
  [
    "a variable that the stack sets",
    { ecs: { app: { environment: { REDIS_URL: "redis://elsewhere" } } } },
    "ecs.app.environment.REDIS_URL",
    /is taken: the stack sets it/,
  ],
  [
    "a secret that is a variable too",
    { ecs: { app: { environment: { SECRET_KEY_BASE: "x" } } } },
    "ecs.app.secrets.SECRET_KEY_BASE",
    /is taken: ecs\.app\.environment has it/,
  ],
  ["a service that would never start", { ecs: { app: { tasks: { min: 0, max: 2 } } } }, "ecs.app.tasks", /never start/],
  [
    "one port for both containers of a task",
    { ecs: { topology: "together", nginx: { port: 3000 } } },
    "ecs.nginx.port",
    /is the app's port too/,
  ],
  [
    "a worker with the cluster's name",
    { ecs: { workers: { cluster: { command: ["x"], size: { cpu: 256, memory: 512 }, tasks: { min: 1, max: 1 } } } } },
    "ecs.workers",
    /taken/,
  ],
  ["a name that no load balancer takes", { app: "internal-tools" }, "app", /not beginning with "internal-"/],
  ["a database user that is too long", { database: { username: "a_very_long_user_name" } }, "database.username", /15/],
  ["a patch version of MySQL", { database: { engineVersion: "8.4.3" } }, "database.engineVersion", /"8\.4"/],
  [
    "a redirect as an answer",
    { lb: { pathRules: [{ paths: ["/x"], to: { status: 301 } }] } },
    "lb.pathRules.0.to.status",
    /is a redirect/,
  ],
  ["a path that Ruby would trip over", { lb: { healthCheckPath: "/it's" } }, "lb.healthCheckPath", /not a path/],
  [
    "an attribute that a user pool has not",
    { cognito: { userPool: { mfaConfigration: "OFF" } } },
    "cognito.userPool.mfaConfigration",
    /is not an attribute/,
  ],
  [
    "login at the load balancer without login pages",
    { cognito: { domainPrefix: undefined }, lb: { authenticateCognito: true } },
    "cognito.domainPrefix",
    /needed by lb\.authenticateCognito/,
  ],
  ["a size that is misspelt", { database: { instanceClass: "db.t4g.mirco" } }, "database.instanceClass", /not an RDS/],
  [
    "storage that may not grow by a tenth",
    { database: { maxAllocatedStorage: 21 } },
    "database.maxAllocatedStorage",
    /Write 22 or more, a tenth more than database\.allocatedStorage; 20, to add none by itself; or leave it out\./,
  ],
  ["a number in quotes", { database: { allocatedStorage: "20" } }, "database.allocatedStorage", /without quotes/],
  [
    "a number where a variable's text belongs",
    { ecs: { app: { environment: { RAILS_LOG_TO_STDOUT: 1 } } } },
    "ecs.app.environment.RAILS_LOG_TO_STDOUT",
    /Write "1", in quotes/,
  ],
  ["a group that is missing", { cognito: undefined }, "cognito", /\(missing\) is needed/],
  ["a list where a group belongs", { ecs: { workers: [] } }, "ecs.workers", /Write a group of settings/],
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
  ["a variable of IAM's", { ci: { repository: "o/r", branch: "${aws:username}" } }, "ci.branch", /one branch/],
  ["any branch", { ci: { repository: "o/r", branch: "*" } }, "ci.branch", /not the name of one branch/],
  ["a ref as a branch", { ci: { repository: "o/r", branch: "refs/heads/main" } }, "ci.branch", /has refs\/ before it/],
  [
    "more than an environment",
    { ci: { repository: "o/r", environment: "a:b" } },
    "ci.environment",
    /GitHub environment/,
  ],
  ...["*", "?", "$", "//", "/./", "/../", "${"].map((part): (typeof BAD)[number] => [
    `a state's path with ${part}`,
    { state: { key: `production/a${part}b/terraform.tfstate` } },
    "state.key",
    /is not a path in a bucket without what IAM or S3 read otherwise \(\*, \?, \$, \/\/, \/\.\.\/\)\. Write one such as/,
  ]),
  ["a state among the plans", { state: { key: "plans/production/x" } }, "state.key", /is in plans\/, which is taken/],
  ["the bootstrap's own state", { state: { key: "bootstrap/terraform.tfstate" } }, "state.key", /which is taken/],
];

describe("a mistake in an environment file", () => {
  it.each(BAD)("%s is one clear line", (_what, changes, path, message) => {
    const found = problems(changes);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^environments/production\\.ts: ${path.replaceAll(".", "\\.")}: \\S`));
    expect(found[0]).toMatch(message);
    expect(found[0]).not.toContain("\n");
  });

  it("in the name of a setting is reported with the name that was probably meant", () => {
    const found = problems({ database: { multiAZ: false }, network: { natt: "single" }, colour: "blue" });
    expect(found).toEqual([
      'environments/production.ts: network.natt: "single" is not a setting. Did you mean "nat"?',
      'environments/production.ts: database.multiAZ: false is not a setting. Did you mean "multiAz"?',
      expect.stringMatching(
        /^environments\/production\.ts: colour: "blue" is not a setting\. Take it out, or use one of app, /,
      ),
    ]);
  });

  it("beside another in the same group is reported too", () => {
    const found = problems({ ecs: { app: { tasks: { min: 4, max: 1, targetCpuPercent: "60" } } } });
    expect(found.map((line) => line.split(": ")[1]).sort()).toEqual([
      "ecs.app.tasks",
      "ecs.app.tasks.targetCpuPercent",
    ]);
  });

  it("does not hide another one: all are reported at once", () => {
    const found = problems({
      region: "mars",
      images: { app: "latest" },
      domain: { name: "" },
      network: { cidr: "10.0.0.0/8", natRouteDestination: "::/0", zones: [ZONE_A] },
      ecs: { app: { size: { cpu: 1, memory: 1 } } },
    });
    expect(found.map((line) => line.split(": ")[1]).sort()).toEqual([
      "domain.name",
      "ecs.app.size",
      "images.app",
      "network.cidr",
      "network.natRouteDestination",
      "network.zones",
      "region",
    ]);
  });

  it.each([undefined, null, 3, "x", []])("is reported even where the whole environment is %j", (input) => {
    expect(() => parseEnvironments({ production: input })).toThrow(EnvironmentError);
  });
});

describe("two environments", () => {
  const production = environmentWith();

  /** Settings of which something is wrong. */
  function settingsOf(environments: Record<string, unknown>): (string | undefined)[] {
    try {
      parseEnvironments(environments);
      return [];
    } catch (error) {
      if (!(error instanceof EnvironmentError)) throw error;
      return error.problems.map((line) => line.split(": ")[1]).sort();
    }
  }

  it("stand side by side when name, domain, state and Cognito prefix are their own", () => {
    const staging = environmentWith({
      app: "operation-app-staging",
      domain: { name: "staging.example.com" },
      cognito: { domainPrefix: "operation-app-staging" },
    });
    expect(parseEnvironments({ production, staging }).map(({ name }) => name)).toEqual(["production", "staging"]);
  });

  it("are refused where they would fight over a name, a domain, a state or a prefix", () => {
    const staging = environmentWith({ state: { key: "production/terraform.tfstate" } });
    expect(settingsOf({ production, staging })).toEqual(["app", "cognito.domainPrefix", "domain.name", "state.key"]);
  });

  it("are refused where an approval of one would deploy the other", () => {
    const ci = { repository: "octo-org/rails", environment: "live" };
    const stagingToo = environmentWith({
      app: "operation-app-stg",
      domain: { name: "staging.example.com" },
      cognito: { domainPrefix: "operation-app-stg" },
      ci,
    });
    for (const same of [ci, { ...ci, environment: "LIVE" }, { ...ci, repository: "Octo-Org@12/rails@345" }])
      expect(settingsOf({ production: { ...production, ci: same }, staging: stagingToo })).toEqual(["ci.environment"]);
  });

  it("are refused with roles where a role can't be named after the file", () => {
    const ci = { repository: "octo-org/rails" };
    expect(settingsOf({ "my production": { ...production, ci } })).toEqual(["ci"]);
  });

  it("are refused with one name in two regions: roles are global", () => {
    const tokyo = environmentWith();
    const virginia = environmentWith({ region: "us-east-1", network: { zones: ["us-east-1a", "us-east-1b"] } });
    expect(settingsOf({ tokyo, virginia })).toEqual(["app", "domain.name", "state.bucket"]);
  });
});
