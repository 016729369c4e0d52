import { GetObjectCommand, NoSuchKey, S3Client } from "@aws-sdk/client-s3";
import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, describe, expect, it } from "vitest";
import { refuseUnknownUser } from "../../../tools/lib/aws/database-user.ts";
import { checked, environmentWith } from "../../support/synthesize.ts";

const SERVICE = ["aws_ecs_service", "ecs_app_service", { id: "arn:service" }] as const;
const SECRET = ["aws_secretsmanager_secret", "database_app_user_secret", { arn: "arn:secret" }] as const;

/** A bucket with a state of these resources; nothing where it has none. */
function deployed(
  resources: readonly (typeof SERVICE | typeof SECRET)[] | undefined,
  labels: readonly string[] = [],
): void {
  const text = JSON.stringify({
    version: 4,
    serial: 1,
    lineage: "one",
    resources: resources?.map(([type, name, attributes]) => {
      return { mode: "managed", type, name, provider: "aws", instances: [{ attributes }] };
    }),
  });
  const get = mockClient(S3Client).on(GetObjectCommand);
  if (resources) get.callsFake(() => ({ Body: { transformToString: async () => text } }));
  else get.rejects(new NoSuchKey({ message: "none", $metadata: {} }));
  const VersionIdsToStages: Record<string, string[]> = labels.length > 0 ? { one: [...labels] } : {};
  mockClient(SecretsManagerClient)
    .on(DescribeSecretCommand, { SecretId: "arn:secret" })
    .resolves({ VersionIdsToStages });
}

const refusal = (appUser: object | undefined, app: string | undefined = "0.1.0") =>
  refuseUnknownUser(checked(environmentWith({ database: { appUser }, images: { app } })));

afterEach(() => {
  mockClient(S3Client).restore();
  mockClient(SecretsManagerClient).restore();
});

describe("a user of the database whom MySQL does not know", () => {
  it.each([
    ["is not deployed", [SERVICE], []],
    ["has no password", [SERVICE, SECRET], []],
    ["has one that no task has given MySQL", [SERVICE, SECRET], ["AWSCURRENT", "UNCONFIRMED"]],
  ])("is nobody for tasks that run to log in as: its secret %s", async (_, resources, labels) => {
    deployed(resources, labels);
    await expect(refusal({})).rejects.toThrow(
      "The tasks of production would log in to MySQL as rails, which does not exist yet. First write used: false in database.appUser, " +
        "run bin/infra apply production, then bin/infra db user production. Then run this again.",
    );
  });

  it.each([
    ["it has a password, which comes with it", [SERVICE, SECRET], ["AWSCURRENT"], {}],
    ["the master is who logs in", [SERVICE, SECRET], [], { used: false }],
    ["there is none", [SERVICE], [], undefined],
    ["nothing is deployed yet", undefined, [], {}],
    ["an apply stopped before the services", [SECRET], [], {}],
  ])("stops nothing where %s", async (_, resources, labels, appUser) => {
    deployed(resources, labels);
    await refusal(appUser);
  });

  it("stops nothing before the first release, which makes it", async () => {
    deployed([SERVICE, SECRET]);
    await refuseUnknownUser(checked(environmentWith({ database: { appUser: {} }, images: {} })));
  });
});
