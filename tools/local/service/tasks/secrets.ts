import type { Secret } from "@aws-sdk/client-ecs";
import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

const AGENT = "unable to retrieve secret from asm:";
const RETRIED = `${AGENT} service call has been retried 1 time(s):`;

/**
 * Reads the variables that a container gets from Secrets Manager.
 *
 * @throws Error in the words of the ECS agent, where one has no value or no such key
 */
export async function readSecrets(
  client: SecretsManagerClient,
  secrets: readonly Secret[],
): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const { name = "", valueFrom = "" } of secrets) values[name] = await readSecret(client, valueFrom);
  return values;
}

/** The secret's ARN in a `valueFrom`. */
export const secretArn = (valueFrom: string) => valueFrom.split(":").slice(0, 7).join(":");

/**
 * After the ARN come JSON key, version stage and version id, each of which may be empty.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
 */
async function readSecret(client: SecretsManagerClient, valueFrom: string): Promise<string> {
  const arn = secretArn(valueFrom);
  const [key, stage, version] = valueFrom.split(":").slice(7);
  const command = { SecretId: arn, VersionStage: stage || undefined, VersionId: version || undefined };
  const { SecretString = "" } = await client.send(new GetSecretValueCommand(command)).catch((error: Error) => {
    throw new Error(`${RETRIED} failed to fetch secret ${arn} from secrets manager: ${error.name}: ${error.message}`);
  });
  if (!key) return SecretString;
  const value = valuesIn(SecretString, arn)[key];
  if (value === undefined)
    throw new Error(`${RETRIED} retrieved secret from Secrets Manager did not contain json key ${key}`);
  return typeof value === "string" ? value : JSON.stringify(value);
}

function valuesIn(text: string, arn: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new Error(
      `${AGENT} failed to parse secret ${arn}: invalid character '${text[0] ?? ""}' looking for beginning of value`,
    );
  }
}
