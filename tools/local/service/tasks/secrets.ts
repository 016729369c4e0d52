import type { Secret } from "@aws-sdk/client-ecs";
import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

/** The parts of a `valueFrom`: the secret's ARN, then JSON key, version stage and version id, each of which may be empty. */
export interface SecretReference {
  readonly arn: string;
  readonly key?: string;
  readonly stage?: string;
  readonly version?: string;
}

/** Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html */
function readReference(valueFrom: string): SecretReference {
  const parts = valueFrom.split(":");
  const [key, stage, version] = parts.slice(7);
  return {
    arn: parts.slice(0, 7).join(":"),
    key: key || undefined,
    stage: stage || undefined,
    version: version || undefined,
  };
}

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
  for (const { name = "", valueFrom = "" } of secrets)
    values[name] = await readSecret(client, readReference(valueFrom));
  return values;
}

async function readSecret(
  client: SecretsManagerClient,
  { arn, key, stage, version }: SecretReference,
): Promise<string> {
  const { SecretString = "" } = await secretValue(client, { arn, stage, version }).catch((error: Error) => {
    throw new Error(
      `unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${arn} from secrets manager: ${error.name}: ${error.message}`,
    );
  });
  if (key === undefined) return SecretString;
  const value = valuesIn(SecretString, arn)[key];
  if (value === undefined)
    throw new Error(
      `unable to retrieve secret from asm: service call has been retried 1 time(s): retrieved secret from Secrets Manager did not contain json key ${key}`,
    );
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** As AWS answers: moto gives the value that was put last for the current one, also where that label was moved to another. */
async function secretValue(client: SecretsManagerClient, { arn, stage, version }: SecretReference) {
  const get = (VersionStage: string | undefined) =>
    client.send(new GetSecretValueCommand({ SecretId: arn, VersionStage, VersionId: version }));
  // Asked for the label at once, moto has other words for a secret without a value than AWS.
  const found = await get(stage);
  return stage === undefined && version === undefined ? get("AWSCURRENT") : found;
}

function valuesIn(text: string, arn: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new Error(
      `unable to retrieve secret from asm: failed to parse secret ${arn}: invalid character '${text[0] ?? ""}' looking for beginning of value`,
    );
  }
}
