import {
  DescribeSecretCommand,
  type DescribeSecretResponse,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { InputError, UserError } from "@operation-app/preflight/input";
import { closest, distance } from "fastest-levenshtein";
import * as z from "zod";
import type { Environment } from "../../environments/schema/index.ts";
import type { Deployment } from "./deployment.ts";
import { describeTaskDefinition, listServices } from "./services.ts";
import type { Session } from "./session.ts";

/** Who gives a secret its value: somebody by hand, Terraform once or at every apply, RDS, or `bin/infra db rotate`. */
export type Origin = "by-hand" | "generated" | "terraform" | "rds" | "db rotate";

export interface SecretStatus {
  /** Variable that the app gets it as. */
  readonly variable: string;
  /** Name in Secrets Manager. */
  readonly name: string;
  readonly origin: Origin;
  readonly changed: Date | undefined;
  readonly hasValue: boolean;
}

/** A variable of a container that has nothing to be filled from. */
export interface MissingSecret {
  readonly variable: string;
  readonly containers: readonly string[];
  readonly why: string;
}

const DATABASE_PASSWORD = "DATABASE_PASSWORD";

/** Who gives a variable's secret its value. */
export function originOf({ ecs, database }: Environment, variable: string): Origin {
  if (variable === DATABASE_PASSWORD) return database.appUser?.used ? "db rotate" : "rds";
  return ecs.app.secrets[variable] ?? "terraform";
}

/** Every secret that the app gets. Never a value. */
export async function listSecrets({ deployment, clients }: Session): Promise<SecretStatus[]> {
  const { secretArns, environment } = deployment;
  const secrets = Object.entries(secretArns).map(async ([variable, arn]) => {
    const secret = await describe(clients.secrets, arn);
    return {
      variable,
      name: secret?.Name ?? arn,
      origin: originOf(environment, variable),
      changed: secret?.LastChangedDate,
      hasValue: whyNoValue(secret) === undefined,
    };
  });
  return (await Promise.all(secrets)).sort((a, b) => (a.variable < b.variable ? -1 : 1));
}

/** The secrets of all task definitions, the migration's too, that a container would wait for in vain. */
export async function missingSecrets({ deployment, clients }: Session): Promise<MissingSecret[]> {
  const services = await listServices(clients.ecs, deployment);
  const definitions = [
    ...services.map(({ service }) => service.taskDefinition ?? ""),
    deployment.migrateFamily,
    ...deployment.schedules.map(({ family }) => family),
  ];
  const described = await Promise.all(definitions.map((one) => describeTaskDefinition(clients.ecs, one)));
  const containers = described.flatMap(({ containerDefinitions = [] }) => containerDefinitions);
  const wanted = containers.flatMap(({ name = "", secrets = [] }) =>
    secrets.map(({ name: variable = "", valueFrom = "" }) => ({
      container: name,
      variable,
      arn: secretArn(valueFrom),
    })),
  );
  const arns = [...new Set(wanted.flatMap(({ arn }) => arn ?? []))];
  const problems = new Map(
    await Promise.all(arns.map(async (arn) => [arn, whyNoValue(await describe(clients.secrets, arn))] as const)),
  );
  const variables = [...new Set(wanted.map(({ variable }) => variable))].sort();
  return variables.flatMap((variable) => {
    const uses = wanted.filter((one) => one.variable === variable && one.arn && problems.get(one.arn));
    const why = uses[0]?.arn && problems.get(uses[0].arn);
    return why ? [{ variable, containers: [...new Set(uses.map(({ container }) => container))], why }] : [];
  });
}

/**
 * The secret that a container's `valueFrom` names, without the key and version that may follow; nothing for one of SSM.
 *
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
 */
export function secretArn(valueFrom: string): string | undefined {
  const parts = valueFrom.split(":");
  return parts[2] === "secretsmanager" ? parts.slice(0, 7).join(":") : undefined;
}

async function describe(client: SecretsManagerClient, arn: string): Promise<DescribeSecretResponse | undefined> {
  try {
    return await client.send(new DescribeSecretCommand({ SecretId: arn }));
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

function whyNoValue(secret: DescribeSecretResponse | undefined): string | undefined {
  if (!secret) return "is not in Secrets Manager";
  if (secret.DeletedDate) return `was deleted on ${secret.DeletedDate.toISOString()}`;
  const versions = Object.values(secret.VersionIdsToStages ?? {});
  return versions.some((stages) => stages.includes("AWSCURRENT")) ? undefined : "has no value yet";
}

/**
 * The secret that a value may be put into.
 *
 * @param force lets one be written whose value is made up
 * @returns its ARN
 * @throws InputError where it is none of the app's, or not for people to write; UserError where it is not deployed yet
 */
export function writableSecret({ environment, secretArns }: Deployment, variable: string, force = false): string {
  const arn = secretArns[variable];
  if (arn === undefined) throw unknownSecret(environment, Object.keys(secretArns), variable);
  const origin = originOf(environment, variable);
  if (origin === "rds") throw new InputError(`${variable} is managed by RDS: the database would reject another value.`);
  if (origin === "db rotate")
    throw new InputError(
      `${variable} is managed by bin/infra db rotate ${environment.name}: the database would reject another value.`,
    );
  if (origin !== "by-hand" && !force) {
    const lost =
      origin === "terraform"
        ? "; the next deployment may restore its own"
        : "; data that depends on it, such as sessions, is lost";
    throw new InputError(`${variable} is generated by the stack. Write --force to replace it anyway${lost}.`);
  }
  return arn;
}

function unknownSecret({ name, ecs }: Environment, deployed: readonly string[], variable: string): UserError {
  if (variable in ecs.app.secrets)
    return new UserError(
      `${variable} is in environments/${name}.ts and not deployed yet. Run: bin/infra apply ${name}`,
    );
  const nearest = deployed.length > 0 ? closest(variable, [...deployed]) : "";
  const isNear = distance(variable, nearest) <= variable.length / 2;
  const likely = isNear ? ` Do you mean ${nearest}?` : deployed.length > 0 ? ` It has ${deployed.join(", ")}.` : "";
  return new InputError(
    `${name} has no secret ${variable}.${likely} Add a new one to ecs.app.secrets in environments/${name}.ts, as "by-hand".`,
  );
}

const loginSchema = z.object({ password: z.string() });

/**
 * The password in a secret that RDS, or `bin/infra db rotate`, has written.
 *
 * @throws UserError where it has none. What it has is in no message
 */
export async function readPassword(client: SecretsManagerClient, SecretId: string | undefined): Promise<string> {
  const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId }));
  try {
    return loginSchema.parse(JSON.parse(SecretString)).password;
  } catch {
    throw new UserError(`The secret ${SecretId} is not a database login: JSON with a password.`);
  }
}

/** Gives a secret a value. @throws InputError where it is empty */
export async function setSecret(client: SecretsManagerClient, arn: string, value: string): Promise<void> {
  if (value === "") throw new InputError("The value is empty. Nothing was written.");
  await client.send(new PutSecretValueCommand({ SecretId: arn, SecretString: value }));
}
