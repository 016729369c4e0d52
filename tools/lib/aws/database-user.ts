import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { UserError } from "@operation-app/preflight/input";
import type { Environment } from "../../../environments/schema/index.ts";
import { attributeIn } from "../terraform/state-file.ts";
import { readEnvironmentState } from "./environment-state.ts";
import { AwsError, explainingAwsErrors } from "./errors.ts";
import { readSecretVersions } from "./secret-versions.ts";

/**
 * Stops where tasks of an environment that runs would log in to MySQL as a user whom it does not know: they would be healthy, since
 * `/up` asks no database, and each request that does would fail. Where the state can't be read, Terraform has words of its own.
 *
 * @throws UserError with the order in which it works
 */
export async function refuseUnknownUser(environment: Environment): Promise<void> {
  const { name, region, database, images } = environment;
  if (!database.appUser?.used || images.app === undefined) return;
  const state = await readEnvironmentState(environment).catch((error) => {
    if (error instanceof AwsError) return undefined;
    throw error;
  });
  if (!state || !attributeIn(state, "aws_ecs_service", "ecs_app_service", "id")) return;
  const secretArn = attributeIn(state, "aws_secretsmanager_secret", "database_app_user_secret", "arn");
  if (secretArn !== undefined && (await hasKnownPassword(region, secretArn))) return;
  throw new UserError(
    `The tasks of ${name} would log in to MySQL as ${database.appUser.name}, which does not exist yet. First write used: false in database.appUser, ` +
      `run bin/infra apply ${name}, then bin/infra db user ${name}. Then run this again.`,
  );
}

async function hasKnownPassword(region: string, secretArn: string): Promise<boolean> {
  const client = new SecretsManagerClient({ region });
  try {
    const find = () => readSecretVersions(client, secretArn);
    const { current, unconfirmed } = await explainingAwsErrors(find, "look at secrets");
    return current !== undefined && current !== unconfirmed;
  } finally {
    client.destroy();
  }
}
