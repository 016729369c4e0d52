import { CognitoUserPool, type CognitoUserPoolConfig } from "@cdktf/provider-aws/lib/cognito-user-pool";
import {
  CognitoUserPoolClient,
  type CognitoUserPoolClientConfig,
} from "@cdktf/provider-aws/lib/cognito-user-pool-client";
import { usageSchema } from "@operation-app/cost/usage";
import * as z from "zod";
import type { AdoptedCognito } from "../../modules/cognito/adopted.ts";
import type { TwoOrMore } from "../../modules/network/index.ts";
import { EVERYWHERE } from "../../modules/network/ipv4.ts";
import { alarms } from "./alarms.ts";
import {
  availabilityZone,
  domainName,
  fargateSize,
  hasNumbers,
  imageTag,
  ipv4Cidr,
  ipv4Destination,
  literalText,
  logRetentionDays,
  oneOf,
  region,
  text,
  wholeNumber,
} from "./values.ts";

const port = wholeNumber(1, 65535, "TCP port");

const state = z.strictObject({
  /** Name of the S3 bucket that holds the Terraform state. Bucket names are unique in all of AWS. */
  bucket: text(
    /^(?!xn--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
    "is not the name of an S3 bucket. Write 3 to 63 lower-case letters, digits and hyphens.",
  ),
  /** Path of this environment's state in the bucket. @default `<environment>/terraform.tfstate` */
  key: text(
    /^(?!.*(?:\/\/|\/\.{1,2}\/))[A-Za-z0-9][A-Za-z0-9!_.'()/-]*[A-Za-z0-9]$/,
    'is not a path in a bucket without what IAM or S3 read otherwise (*, ?, $, //, /../). Write one such as "production/terraform.tfstate".',
  ).optional(),
});

const domain = z.strictObject({
  /** The host name that people type. */
  name: domainName,
  hostedZone: z.strictObject({
    /** The Route 53 zone that the name is in: the name itself, or a domain above it. */
    name: domainName,
    /**
     * false: the zone exists and is looked up. true: it is made here, and the first deployment waits for its
     * certificate until the registrar knows the zone's name servers.
     */
    create: z.boolean(),
  }),
  /** A certificate of your own in ACM, in the same region. @default one is requested, validated by DNS */
  certificateArn: text(
    /^arn:aws:acm:[a-z0-9-]+:\d{12}:certificate\/.+$/,
    "is not the ARN of an ACM certificate. Copy it from the ACM console, or leave it out to have one made.",
  ).optional(),
});

const network = z.strictObject({
  /** IPv4 block of the VPC, /16 to /28. /16 leaves room to grow. */
  cidr: ipv4Cidr,
  /**
   * Two or more availability zones of the region: a load balancer and a database ask for two. What stands in a single
   * zone stands in the first, so put new ones at the end.
   */
  zones: z
    .array(availabilityZone)
    .min(
      2,
      'needs two or more: a load balancer asks for subnets in two zones. Write two such as ["ap-northeast-1a", "ap-northeast-1c"].',
    )
    .refine(
      (zones) => new Set(zones).size === zones.length,
      "has a zone twice. Name each zone once.",
    ) as unknown as z.ZodType<TwoOrMore<string>, TwoOrMore<string>>,
  /** Blocks of your own choice for a zone's subnets. @default planned from the VPC's block and the zone's letter */
  subnets: z.record(z.string(), z.strictObject({ public: ipv4Cidr, private: ipv4Cidr })).default({}),
  /** NAT gateways: `none`, `single` (about 45 USD a month in Tokyo, plus traffic), or one `per-zone`. */
  nat: oneOf(["none", "single", "per-zone"] as const),
  /** What the private subnets reach through the NAT gateway. IPv4. @default "0.0.0.0/0" */
  natRouteDestination: ipv4Destination.default(EVERYWHERE),
  /**
   * Interface endpoints for the AWS services that the tasks use, about 10 USD a month each and zone in Tokyo:
   * `none` (the tasks go through NAT), in a `single-zone`, or `per-zone`. The S3 gateway endpoint is free and always there.
   */
  interfaceEndpoints: oneOf(["none", "single-zone", "per-zone"] as const),
  /** TCP ports, beside 443, on which the app may reach the internet through NAT: 587 to send mail. @default none */
  outboundPorts: z.array(port).default([]),
  /** Keeps a log of the VPC's traffic for so many days. @default none is kept */
  flowLogRetentionDays: logRetentionDays.optional(),
});

/** What a load balancer can answer by itself; it has redirects for 3xx. */
const fixedStatus = wholeNumber(200, 599, "HTTP status").refine(
  (status) => status < 300 || status > 399,
  "is a redirect, which is no fixed answer. Use 2xx, 4xx or 5xx.",
);

const pathRule = z.strictObject({
  /** Path patterns, such as "/assets/*". One to five: AWS takes five condition values a rule. */
  paths: z
    .array(
      text(
        /^\/[A-Za-z0-9_.$/~"'@:+&*?-]{0,127}$/,
        'is not a path pattern that a load balancer takes. Write one such as "/assets/*".',
      ),
    )
    .min(1, "needs at least one path pattern.")
    .max(5, "has more than five path patterns, which a rule can't hold. Split it in two."),
  /** Who answers: nginx, the app itself (past nginx), or the load balancer with a fixed status. */
  to: z.union([oneOf(["nginx", "app"] as const), z.strictObject({ status: fixedStatus })], {
    error: 'is not a destination. Write "nginx", "app" or { status: 404 }.',
  }),
  /** Lets these paths through without login where `authenticateCognito` is on. @default false */
  public: z.boolean().default(false),
});

const healthCheckPath = text(/^\/[A-Za-z0-9/_.~?=&-]{0,1023}$/, 'is not a path. Write one such as "/up".');

const lb = z.strictObject({
  /** Puts a Cognito login in front of everything. Needs a domain, because it works on HTTPS only. @default false */
  authenticateCognito: z.boolean().default(false),
  /** What the load balancer asks nginx for; it must answer 200. @default "/up" */
  healthCheckPath: healthCheckPath.default("/up"),
  /** Rules for single paths, first match wins. @default everything goes to nginx */
  pathRules: z.array(pathRule).default([]),
  /** Days after which access logs are deleted. @default 90 */
  accessLogRetentionDays: wholeNumber(1, 3650, "days").default(90),
});

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
    error: "has a min above its max. Write a min that is at most the max.",
    when: hasNumbers("min", "max"),
  })
  .refine(({ min, max }) => min > 0 || max === 0, {
    error: "would never start: without a task there is no CPU use to scale by. Write a min of 1 or more.",
    when: hasNumbers("min", "max"),
  });

const variableName = text(
  /^[A-Za-z_][A-Za-z0-9_]*$/,
  'is not the name of an environment variable, such as "RAILS_ENV".',
);

/** Names that stand for something else beside the workers. */
const RESERVED_NAMES = ["nginx", "app", "migrate", "cluster", "namespace"];

const command = z
  .array(literalText(z.string().min(1)))
  .min(1, 'is empty. Write one such as ["bundle", "exec", "sidekiq"].');

const ecs = z.strictObject({
  /** `separate`: nginx and app are services of their own, one container a task. `together`: both in one task. */
  topology: oneOf(["separate", "together"] as const),
  /** What the images are built for. ARM64 costs a fifth less. */
  architecture: oneOf(["ARM64", "X86_64"] as const),
  /** Lets `aws ecs execute-command` into running containers. @default false */
  exec: z.boolean().default(false),
  /** Days for which container logs are kept. */
  logRetentionDays,
  nginx: z.strictObject({
    /** Port that nginx listens on. @default 8080, which needs no root */
    port: port.default(8080),
    /** Size of an nginx task; of no use where nginx is in one task with the app. */
    size: fargateSize,
    tasks,
  }),
  app: z.strictObject({
    /** Port that Rails listens on. @default 3000 */
    port: port.default(3000),
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
    /** What a one-off `migrate` task runs. @default ["bundle", "exec", "rails", "db:migrate"] */
    migrateCommand: command.default(["bundle", "exec", "rails", "db:migrate"]),
  }),
  /** Services that run the app's image with another command, by name. @default none */
  workers: z
    .record(
      text(
        /^[a-z][a-z0-9-]{0,30}$/,
        'is not the name of a worker. Write lower-case letters, digits and hyphens, such as "sidekiq".',
      ),
      z.strictObject({ command, size: fargateSize, tasks }),
    )
    .refine(
      (workers) => !Object.keys(workers).some((name) => RESERVED_NAMES.includes(name)),
      `has a name that is taken: one of ${RESERVED_NAMES.join(", ")}.`,
    )
    .default({}),
});

/** `<environment>.versions.json`, beside the environment: `bin/infra release` writes it. */
const images = z.strictObject({
  /** Version of the nginx image. Without one, its service stands at zero tasks. */
  nginx: imageTag.optional(),
  /** Version of the app's image. Without one, its services stand at zero tasks. */
  app: imageTag.optional(),
});

const cognito = z.strictObject({
  /**
   * First label of `<prefix>.auth.<region>.amazoncognito.com`, unique in the region among all of AWS's customers. The
   * login pages are there; the load balancer's login needs it. A pool with a domain can't be reached through a VPC
   * endpoint. Not used where the pool is adopted with a domain, or without one: `<environment>.cognito.json` says.
   * @default the pool has no domain
   */
  domainPrefix: text(
    /^(?!.*(aws|amazon|cognito))[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'is not a prefix that Cognito takes. Write lower-case letters, digits and hyphens, without "aws", "amazon" and "cognito".',
  ).optional(),
  /** Attributes of the user pool that differ from this project's defaults, named as in `CognitoUserPoolConfig`. */
  userPool: attributesOf<CognitoUserPoolConfig>(CognitoUserPool),
  /** The same for the app client, `CognitoUserPoolClientConfig`. */
  client: attributesOf<CognitoUserPoolClientConfig>(CognitoUserPoolClient),
});

/** Some attributes of a resource, by the names that its class knows. `region` is left out: only provider 6 has it. */
function attributesOf<Config>(resource: { readonly prototype: object }) {
  return z
    .custom<Partial<Config>>(
      (value) => typeof value === "object" && value !== null && !Array.isArray(value),
      "is not a group of attributes: { … }",
    )
    .superRefine((attributes, context) => {
      for (const name of Object.keys(attributes as object)) {
        if (name === "lifecycle" || (name !== "region" && name in resource.prototype)) continue;
        context.addIssue({
          code: "custom",
          path: [name],
          message: "is not an attribute. Look its name up in the provider's documentation, and write it in camelCase.",
        });
      }
    })
    .default({});
}

const INSTANCE_SIZE = "(micro|small|medium|large|[0-9]*xlarge)";

const mysqlName = text(
  /^[A-Za-z][A-Za-z0-9_]{0,31}$/,
  "is not a name that MySQL and RDS take. Write a letter, then up to 31 letters, digits and underscores.",
);

const database = z.strictObject({
  /** RDS instance class, such as "db.t4g.micro" (about 18 USD a month in Tokyo, twice that with `multiAz`). */
  instanceClass: text(
    new RegExp(`^db\\.[a-z0-9-]+\\.${INSTANCE_SIZE}$`),
    'is not an RDS instance class. Write one such as "db.t4g.micro".',
  ),
  /** Version of MySQL; patch versions come by themselves. @default "8.4" */
  engineVersion: oneOf(["8.4"] as const).default("8.4"),
  /** GiB of gp3 storage. */
  allocatedStorage: wholeNumber(20, 65536, "GiB"),
  /** A standby in a second zone, taken over to by itself. */
  multiAz: z.boolean(),
  /** Days for which daily backups are kept. */
  backupRetentionDays: wholeNumber(1, 35, "days"),
  /** Name of the database. */
  name: mysqlName,
  /** Name of the database's master user, which the app logs in as. At most 16 characters. */
  username: text(
    /^(?!(?:rdsadmin|root|mysql)$)[A-Za-z][A-Za-z0-9_]{0,15}$/i,
    'is not a name that RDS takes for its master user. Write a letter, then up to 15 letters, digits and underscores; "root", "mysql" and "rdsadmin" are reserved.',
  ),
  /**
   * Days after which RDS changes the master password. Tasks that run then keep the old one and lose new connections
   * until they are deployed again, so it is long here; RDS's own default is 7. @default 365
   */
  passwordRotationDays: wholeNumber(1, 1000, "days").default(365),
});

const cache = z.strictObject({
  /** `valkey` speaks Redis's protocol and costs a fifth less. */
  engine: oneOf(["valkey", "redis"] as const),
  /** ElastiCache node type, such as "cache.t4g.micro" (about 15 USD a month and node in Tokyo). */
  nodeType: text(
    new RegExp(`^cache\\.[a-z0-9-]+\\.${INSTANCE_SIZE}$`),
    'is not an ElastiCache node type. Write one such as "cache.t4g.micro".',
  ),
  /** One node, or more in other zones that take over when one fails. */
  nodes: wholeNumber(1, 6, "nodes"),
});

/** A part of a GitHub name that stands in a token's subject; no `*` or `:`, which would widen it or end it early. */
const gitHubName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

const ci = z.strictObject({
  /**
   * GitHub repository whose workflows may plan and apply: "owner/name", capital letters as GitHub writes them. A
   * repository made or renamed after 15 July 2026, or that has opted in, has its ids in its tokens, and so here:
   * "owner@123456/name@456789". `gh api repos/OWNER/NAME/actions/oidc/customization/sub` tells them (`sub_claim_prefix`).
   * Source: https://docs.github.com/en/actions/reference/security/oidc (immutable subject claims)
   */
  repository: text(
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}(\/[A-Za-z0-9._-]{1,100}|@\d+\/[A-Za-z0-9._-]{1,100}@\d+)$/,
    'is not a GitHub repository. Write "owner/name", or "owner@123456/name@456789" where its OIDC tokens have ids.',
  ).refine(
    (repository) => !/\/\.{1,2}(@|$)|\.git(@|$)/i.test(repository),
    'is no name that GitHub gives a repository. Write "owner/name", without .git.',
  ),
  /** Branch that is deployed; plans on it may read the state, too. @default "main" */
  branch: text(
    /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/,
    'is not the name of one branch. Write one such as "main", without refs/heads/.',
  )
    .refine((branch) => !branch.startsWith("refs/"), 'has refs/ before it. Write the branch alone, such as "main".')
    .default("main"),
  /**
   * GitHub environment whose jobs may apply, capital letters as GitHub writes them. Who has to approve a deployment is
   * set there. @default the name of this environment
   */
  environment: text(
    gitHubName,
    'is not the name of a GitHub environment. Write letters, digits, dots and hyphens, such as "production".',
  ).optional(),
});

/** A finding of preflight that is accepted. */
const acknowledgement = z.strictObject({
  /** Of the rule, such as "NET-005": packages/preflight/docs/rules.md lists them. */
  id: text(/^[A-Z]{2,5}-\d{3}$/, 'is not the id of a rule. Write one such as "NET-005", as preflight prints it.'),
  /** Address of the resource that the finding names. */
  address: text(
    /^(data\.)?[a-z][a-z0-9_]*\.[A-Za-z0-9_-]+/,
    'is not the address of a resource. Write one such as "aws_lb.lb_alb", as preflight prints it.',
  ),
  /** Why it is accepted. */
  reason: text(/\S.{3,}/, "is no reason that helps the next reader. Write a sentence."),
});

/** Everything that differs between two deployments. What a setting means and costs is said beside it. */
export const environmentSchema = z.strictObject({
  /**
   * Name of the app; resources are named after it, so two environments in one account need two. At most 20 characters
   * with any `ecs.nginx.port`, 21 with one of four digits: a target group `<app>-nginx-<port>` has 32.
   */
  app: text(
    /^(?!internal-|sg-|aws-)[a-z](?:[a-z0-9]|-(?=[a-z0-9])){2,}$/,
    'is not a name that all of its resources can take. Write 3 or more lower-case letters, digits and single hyphens, not beginning with "internal-", "sg-" or "aws-".',
  ),
  region,
  state,
  /**
   * Guards what must not be lost: `prevent_destroy`, deletion protection, a final snapshot.
   * Switch it off, deploy, and only then destroy. @default true
   */
  protection: z.boolean().default(true),
  /** Tags on every resource, beside `Application` and `Environment`. @default none */
  tags: z
    .record(
      text(/^[\w .:/=+@-]{1,128}$/, "is not the name of a tag."),
      text(/^[\w .:/=+@-]{0,256}$/, "is not a value that a tag takes."),
    )
    .default({}),
  /** Leave it out to go without: HTTP only, under the load balancer's own name. */
  domain: domain.optional(),
  network,
  lb,
  images: images.default({}),
  ecs,
  cognito,
  database,
  cache,
  alarms: alarms.prefault({}),
  /**
   * Who may deploy from GitHub Actions, without keys: `bin/infra bootstrap` makes a role that plans and one that applies.
   * @default no roles are made
   */
  ci: ci.optional(),
  /** What a month of it is like, for `bin/infra cost` and the reviews of its plans. @default docs/cost.md lists them */
  usage: usageSchema.prefault({}),
  /** Findings of preflight that are known and accepted. One that matches nothing is a warning. @default none */
  acknowledgements: z.array(acknowledgement).default([]),
});

/** What an environment file holds. */
export type EnvironmentInput = z.input<typeof environmentSchema>;

/** An environment that was checked, with its defaults filled in. */
export type Environment = z.output<typeof environmentSchema> & {
  /** Name of the file, without `.ts`: `production`. */
  readonly name: string;
  /** Existing Cognito objects that it takes over: what `<name>.cognito.json` says, beside the file. @default none */
  readonly adoptedCognito?: AdoptedCognito;
};
