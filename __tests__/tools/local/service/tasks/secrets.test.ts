import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { mockClient } from "aws-sdk-client-mock";
import { expect, it } from "vitest";
import { readSecrets } from "../../../../../tools/local/service/tasks/secrets.ts";

const ARN = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:a-AbCdEf";

/** A secret, by the labels of its values. */
function secrets(byLabel: Readonly<Record<string, string>>) {
  const client = new SecretsManagerClient({ region: "ap-northeast-1" });
  mockClient(client)
    .on(GetSecretValueCommand)
    .callsFake(async ({ VersionStage = "AWSCURRENT" }) => {
      const SecretString = byLabel[VersionStage];
      if (SecretString !== undefined) return { SecretString };
      throw Object.assign(new Error(`no value for ${VersionStage}`), { name: "ResourceNotFoundException" });
    });
  return client;
}

it.each([
  [ARN, "current"],
  [`${ARN}:::`, "current"],
  [`${ARN}::AWSPREVIOUS:`, "previous"],
])("a task gets of %s the value with that label: %s", async (valueFrom, value) => {
  const client = secrets({ AWSCURRENT: "current", AWSPREVIOUS: "previous" });
  expect(await readSecrets(client, [{ name: "A", valueFrom }])).toEqual({ A: value });
});

it("a task is told in AWS's own words that a secret has no value", async () => {
  await expect(readSecrets(secrets({}), [{ name: "A", valueFrom: ARN }])).rejects.toThrow(
    `failed to fetch secret ${ARN} from secrets manager: ResourceNotFoundException: no value for AWSCURRENT`,
  );
});
