import {
  DescribeSecretCommand,
  type DescribeSecretResponse,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";

/** Ids of the versions of a secret that have these staging labels. */
export interface SecretVersions {
  readonly current: string | undefined;
  /** In the course of a rotation; at its end, the current one has both labels. */
  readonly pending: string | undefined;
  /** When anything about the secret was changed last. */
  readonly changed: Date | undefined;
}

export async function readSecretVersions(client: SecretsManagerClient, SecretId: string): Promise<SecretVersions> {
  const secret = await client.send(new DescribeSecretCommand({ SecretId }));
  return {
    current: versionAt(secret, "AWSCURRENT"),
    pending: versionAt(secret, "AWSPENDING"),
    changed: secret.LastChangedDate,
  };
}

function versionAt({ VersionIdsToStages = {} }: DescribeSecretResponse, label: string): string | undefined {
  return Object.entries(VersionIdsToStages).find(([, labels]) => labels.includes(label))?.[0];
}
