import { InputError, UserError } from "@operation-app/preflight/input";
import * as z from "zod";
import { type Environment, statePlace } from "../../environments/schema/index.ts";
import { readEnvironmentState } from "../lib/aws/environment-state.ts";
import { attributeIn, type State } from "../lib/terraform/state-file.ts";

/** What of a deployed stack its operation needs: read from the state, so that nothing is guessed from names. */
export interface Deployment {
  readonly environment: Environment;
  readonly cluster: string;
  /** Name in ECS of the service that runs Rails. */
  readonly appService: string;
  /** Family of the task definition that migrates the database. */
  readonly migrateFamily: string;
  /** ARNs of the secrets by the variable that the app gets them as. */
  readonly secretArns: Readonly<Record<string, string>>;
  /** ARN of the secret with the password of the database's user for Rails. @default there is none */
  readonly databaseUserSecretArn?: string | undefined;
  /** ARN of the task definition that Terraform has registered last, by family. */
  readonly taskDefinitions: Readonly<Record<string, string>>;
  /** What runs at set times, in the order of the names. */
  readonly schedules: readonly Schedule[];
  /** Name of the queue of what could not be started. @default there are no schedules */
  readonly deadLetterQueue?: string | undefined;
  readonly watched: Watched;
  readonly userPoolId?: string | undefined;
  /** ARN of the listener that visitors' requests end at. */
  readonly listenerArn?: string | undefined;
}

/** Something that runs at set times. */
export interface Schedule {
  readonly name: string;
  /** `cron(…)` or `rate(…)`. */
  readonly when: string;
  /** Name of the IANA. */
  readonly timeZone: string;
  readonly enabled: boolean;
  /** Family of its task definition. */
  readonly family: string;
}

/** What is looked at beside the services, as far as it is there. */
interface Watched {
  /** ARN of the topic that alarms are told. */
  readonly topicArn?: string | undefined;
  /** Identifier of the database's instance. */
  readonly database?: string | undefined;
  /** ARN of the certificate of the load balancer. */
  readonly certificateArn?: string | undefined;
  /** Domain that the app sends mail from. */
  readonly mailDomain?: string | undefined;
}

/** `outputs` of a state, format version 4. */
const outputsSchema = z.record(z.string(), z.looseObject({ value: z.unknown(), sensitive: z.boolean().optional() }));

const neededSchema = z.object({
  cluster_name: z.string(),
  app_service_name: z.string(),
  migrate_task_family: z.string(),
  secret_arns: z.record(z.string(), z.string()),
  alarm_topic_arn: z.string().optional(),
  cognito_user_pool_id: z.string().optional(),
});

/** @throws UserError in one line that says what to run, where the environment is not deployed; AwsError where S3 can't be asked */
export async function readDeployment(environment: Environment): Promise<Deployment> {
  const state = await readEnvironmentState(environment);
  if (!state) throw notDeployed(environment, "is not deployed yet");
  return deploymentIn(state, environment);
}

/** @throws UserError where the state has not all of the outputs */
export function deploymentIn(state: State, environment: Environment): Deployment {
  const { data: outputs } = neededSchema.safeParse(readOutputs(state));
  if (!outputs) throw notDeployed(environment, "is not deployed, or not completely");
  return {
    environment,
    cluster: outputs.cluster_name,
    appService: outputs.app_service_name,
    migrateFamily: outputs.migrate_task_family,
    secretArns: outputs.secret_arns,
    databaseUserSecretArn: attributeIn(state, "aws_secretsmanager_secret", "database_app_user_secret", "arn"),
    taskDefinitions: registeredTaskDefinitions(state),
    schedules: schedulesIn(state),
    deadLetterQueue: attributeIn(state, "aws_sqs_queue", "schedules_dead_letters", "name"),
    userPoolId: outputs.cognito_user_pool_id,
    listenerArn:
      attributeIn(state, "aws_lb_listener", "lb_https", "arn") ??
      attributeIn(state, "aws_lb_listener", "lb_http", "arn"),
    watched: {
      topicArn: outputs.alarm_topic_arn,
      database: attributeIn(state, "aws_db_instance", "database_mysql", "identifier"),
      certificateArn: attributeIn(state, "aws_lb_listener", "lb_https", "certificate_arn"),
      mailDomain: attributeIn(state, "aws_sesv2_email_identity", "mail_identity", "email_identity"),
    },
  };
}

/** The outputs of a state by name. What is sensitive is left out. */
export function readOutputs(state: State): Record<string, unknown> {
  const { data = {} } = outputsSchema.safeParse(state.outputs);
  const shown = Object.entries(data).filter(([, { sensitive }]) => !sensitive);
  return Object.fromEntries(shown.map(([name, { value }]) => [name, value]));
}

function registeredTaskDefinitions(state: State): Record<string, string> {
  const instances = instancesIn(state, "aws_ecs_task_definition");
  return Object.fromEntries(instances.map(({ attributes: { family, arn } }) => [String(family), String(arn)]));
}

/** What of an `aws_scheduler_schedule` is read. */
const scheduleSchema = z.object({
  name: z.string(),
  schedule_expression: z.string(),
  schedule_expression_timezone: z.string(),
  state: z.string(),
  target: z.tuple([z.object({ ecs_parameters: z.tuple([z.object({ task_definition_arn: z.string() })]) })]),
});

function schedulesIn(state: State): Schedule[] {
  const schedules = instancesIn(state, "aws_scheduler_schedule").flatMap(({ attributes }) => {
    const { data } = scheduleSchema.safeParse(attributes);
    return data ? [data] : [];
  });
  return schedules
    .map(
      ({
        target: [
          {
            ecs_parameters: [started],
          },
        ],
        ...schedule
      }) => ({
        name: schedule.name,
        when: schedule.schedule_expression,
        timeZone: schedule.schedule_expression_timezone,
        enabled: schedule.state === "ENABLED",
        family: started.task_definition_arn.split("/").at(-1) ?? "",
      }),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function instancesIn(state: State, wanted: string) {
  return state.resources
    .filter(({ mode, type }) => mode === "managed" && type === wanted)
    .flatMap((resource) => resource.instances)
    .filter(({ deposed }) => deposed === undefined);
}

function notDeployed(environment: Environment, what: string): UserError {
  const { name } = environment;
  return new UserError(`${name} ${what} (${statePlace(environment)}). Run: bin/infra apply ${name}`);
}

/** How people call a service: without the app's name before it. */
export function shortName({ environment }: Deployment, service: string): string {
  const prefix = `${environment.app}-`;
  return service.startsWith(prefix) ? service.slice(prefix.length) : service;
}

/** The one of the named things that the user means. @throws InputError that names those that there are */
export function pick<T extends { readonly name: string }>(things: readonly T[], name: string): T {
  const found = things.find((thing) => thing.name === name);
  if (found) return found;
  throw new InputError(`There is no service "${name}". There are: ${things.map((thing) => thing.name).join(", ")}.`);
}
