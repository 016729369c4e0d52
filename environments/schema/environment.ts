import { usageSchema } from "@operation-app/cost/usage";
import * as z from "zod";
import type { AdoptedCognito } from "../../modules/cognito/adopted.ts";
import { alarms } from "./alarms.ts";
import { backup } from "./backup.ts";
import { budget } from "./budget.ts";
import { cache } from "./cache.ts";
import { ci } from "./ci.ts";
import { cognito } from "./cognito.ts";
import { database } from "./database.ts";
import { domain } from "./domain.ts";
import { ecs } from "./ecs.ts";
import { lb } from "./lb.ts";
import { mail } from "./mail.ts";
import { network } from "./network.ts";
import { storage } from "./storage.ts";
import { imageTag, orNone, region, text } from "./values.ts";

const state = z.strictObject({
  /** Name of the S3 bucket that holds the Terraform state. Bucket names are unique in all of AWS. */
  bucket: text(
    /^(?!xn--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
    "is not the name of an S3 bucket. Write 3 to 63 lower-case letters, digits and hyphens.",
  ),
  /** Path of this environment's state in the bucket. @default `<environment>/terraform.tfstate` */
  key: text(
    /^(?!.*(?:\/\/|\/\.{1,2}\/))[A-Za-z0-9][A-Za-z0-9!_.'()/-]*[A-Za-z0-9]$/,
    'is not an S3 key without characters that are special in IAM or S3 (*, ?, $, //, /../). Write one such as "production/terraform.tfstate".',
  ).optional(),
});

/** `<environment>.versions.json`, beside the environment: `bin/infra release` writes it. */
const images = z.strictObject({
  /** Version of the nginx image. Without one, its service stands at zero tasks. */
  nginx: imageTag.optional(),
  /** Version of the app's image. Without one, its services stand at zero tasks. */
  app: imageTag.optional(),
});

/** A finding of preflight that is accepted. */
const acknowledgement = z.strictObject({
  /** Of the rule, such as "NET-005": packages/preflight/docs/rules.md lists them. */
  id: text(/^[A-Z]{2,5}-\d{3}$/, 'is not the id of a rule. Write an id that preflight prints, such as "NET-005".'),
  /** Address of the resource that the finding names. */
  address: text(
    /^(data\.)?[a-z][a-z0-9_]*\.[A-Za-z0-9_-]+/,
    'is not the address of a resource. Write an address that preflight prints, such as "aws_lb.lb_alb".',
  ),
  /** Why it is accepted. */
  reason: text(/\S.{3,}/, "is too short for a reason. Write a sentence."),
});

/** Everything that differs between two deployments. What a setting means and costs is said beside it. */
export const environmentSchema = z.strictObject({
  /**
   * Name of the app; resources are named after it, so two environments in one account need two. At most 20 characters
   * with any `ecs.nginx.port`, 21 with one of four digits: a target group `<app>-nginx-<port>` has 32.
   */
  app: text(
    /^(?!internal-|sg-|aws-)[a-z](?:[a-z0-9]|-(?=[a-z0-9])){2,}$/,
    'is not a valid name for all resources. Write 3 or more lower-case letters, digits and single hyphens, not beginning with "internal-", "sg-" or "aws-".',
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
      text(/^[\w .:/=+@-]{0,256}$/, "is not a valid tag value."),
    )
    .refine(
      (tags) => !("Application" in tags),
      "has \"Application\", which is the app's name: the roles of GitHub Actions know what is the app's own by it. Take it out.",
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
  /**
   * Redis or Valkey; "none" where the app needs none, such as a Rails 8 app with Solid Queue, Cache and Cable in the database: about 15 USD
   * a month less in Tokyo. There is no `REDIS_URL` then. Turned to "none" later, what is in the cache is lost, Sidekiq's jobs with it.
   */
  cache: orNone(cache),
  /**
   * A private bucket for the files that users upload; `{}` makes it. A task's own disk goes with the task.
   * @default there is none
   */
  storage: storage.optional(),
  /** Mail of the app by SES. With `ci`, run `bin/infra bootstrap` before. @default there is none, and no right to send any */
  mail: mail.optional(),
  /**
   * Daily backups in a vault of AWS Backup, which who can delete the database can't delete; `{}` makes it.
   * @default there are RDS's own, for `database.backupRetentionDays`
   */
  backup: backup.optional(),
  alarms: alarms.prefault({}),
  /** Tells people when a month is going to cost more than expected; free. @default there is none */
  budget: budget.optional(),
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
