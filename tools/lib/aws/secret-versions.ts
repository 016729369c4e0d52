import {
  DescribeSecretCommand,
  type DescribeSecretResponse,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";

/** Label of a password that no task has given MySQL yet: the first one of a secret is `AWSCURRENT` from the start. */
export const UNCONFIRMED = "UNCONFIRMED";

/** Ids of the versions of a secret that have these staging labels. */
export interface SecretVersions {
  readonly current: string | undefined;
  /** In the course of a rotation; at its end, the current one has both labels. */
  readonly pending: string | undefined;
  /** Of whose password nobody knows whether MySQL knows it. */
  readonly unconfirmed: string | undefined;
  /** When anything about the secret was changed last. */
  readonly changed: Date | undefined;
}

export async function readSecretVersions(client: SecretsManagerClient, SecretId: string): Promise<SecretVersions> {
  const secret = await client.send(new DescribeSecretCommand({ SecretId }));
  return {
    current: versionAt(secret, "AWSCURRENT"),
    pending: versionAt(secret, "AWSPENDING"),
    unconfirmed: versionAt(secret, UNCONFIRMED),
    changed: secret.LastChangedDate,
  };
}

function versionAt({ VersionIdsToStages = {} }: DescribeSecretResponse, label: string): string | undefined {
  return Object.entries(VersionIdsToStages).find(([, labels]) => labels.includes(label))?.[0];
}
