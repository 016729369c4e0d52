import {
  DescribeSecretCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-secrets-manager";
import { InputError } from "@operation-app/preflight/input";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import {
  secretArn as arnIn,
  listSecrets,
  missingSecrets,
  originOf,
  setSecret,
  writableSecret,
} from "../../../tools/operate/secrets.ts";
import { checked, environmentWith } from "../../support/synthesize.ts";
import { answerWithOneService, deployment, secretArn, session } from "./deployed.ts";

const CHANGED = new Date("2026-11-01T00:00:00Z");

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html */
function asked() {
  const one = session();
  answerWithOneService(one);
  const secrets = mockClient(one.clients.secrets);
  for (const variable of Object.keys(deployment.secretArns)) {
    secrets.on(DescribeSecretCommand, { SecretId: secretArn(variable) }).resolves({
      Name: `operation-app/${variable}`,
      LastChangedDate: CHANGED,
      VersionIdsToStages: { v1: ["AWSPREVIOUS"], v2: ["AWSCURRENT"] },
    });
  }
  return { one, secrets };
}

describe("secrets are listed", () => {
  it("by variable, with whence their values come and when they were changed; no value is asked for", async () => {
    const { one, secrets } = asked();
    secrets
      .on(DescribeSecretCommand, { SecretId: secretArn("RAILS_MASTER_KEY") })
      .resolves({ Name: "operation-app/RAILS_MASTER_KEY" });
    const listed = await listSecrets(one);
    expect(listed.map(({ variable, origin, hasValue }) => [variable, origin, hasValue])).toEqual([
      ["DATABASE_PASSWORD", "rds", true],
      ["RAILS_MASTER_KEY", "by-hand", false],
      ["REDIS_URL", "terraform", true],
      ["SECRET_KEY_BASE", "generated", true],
    ]);
    expect(listed[0]).toMatchObject({ name: "operation-app/DATABASE_PASSWORD", changed: CHANGED });
    expect(secrets.calls().every(({ args: [command] }) => command instanceof DescribeSecretCommand)).toBe(true);
  });
});

describe("the password of the user that the stack made for Rails", () => {
  const own = checked(environmentWith({ database: { appUser: {} } }));

  it("is written by what tells the database, and by nobody else", () => {
    expect(originOf(own, "DATABASE_PASSWORD")).toBe("db rotate");
    expect(() => writableSecret({ ...deployment, environment: own }, "DATABASE_PASSWORD", true)).toThrow(
      "DATABASE_PASSWORD is written by bin/infra db rotate production alone: the database would not know another.",
    );
  });
});

describe("secrets that containers want", () => {
  it("are all there", async () => expect(await missingSecrets(asked().one)).toEqual([]));

  it("are missing: without a value, deleted, or gone", async () => {
    const { one, secrets } = asked();
    secrets
      .on(DescribeSecretCommand, { SecretId: secretArn("RAILS_MASTER_KEY") })
      .resolves({ Name: "operation-app/RAILS_MASTER_KEY" })
      .on(DescribeSecretCommand, { SecretId: secretArn("SECRET_KEY_BASE") })
      .resolves({ DeletedDate: CHANGED, VersionIdsToStages: { v1: ["AWSCURRENT"] } })
      .on(DescribeSecretCommand, { SecretId: secretArn("DATABASE_PASSWORD") })
      .rejects(new ResourceNotFoundException({ message: "no", $metadata: {} }));
    const containers = ["app", "migrate"];
    expect(await missingSecrets(one)).toEqual([
      { variable: "DATABASE_PASSWORD", containers, why: "is not in Secrets Manager" },
      { variable: "RAILS_MASTER_KEY", containers, why: "has no value yet" },
      { variable: "SECRET_KEY_BASE", containers, why: "was deleted on 2026-11-01T00:00:00.000Z" },
    ]);
  });

  it("are read off valueFrom, with a key or a version in it or not", () => {
    const arn = secretArn("X");
    for (const valueFrom of [arn, `${arn}:password::`, `${arn}::AWSCURRENT:v1`]) expect(arnIn(valueFrom)).toBe(arn);
    expect(arnIn("arn:aws:ssm:ap-northeast-1:123456789012:parameter/x")).toBeUndefined();
  });
});

describe("a secret that a user wants to set", () => {
  it("is one by hand; one that is made up only with force", () => {
    expect(writableSecret(deployment, "RAILS_MASTER_KEY")).toBe(secretArn("RAILS_MASTER_KEY"));
    expect(() => writableSecret(deployment, "SECRET_KEY_BASE")).toThrow(/made by the stack.*--force.*sessions/);
    expect(() => writableSecret(deployment, "REDIS_URL")).toThrow(/--force.*next deployment/);
    expect(writableSecret(deployment, "SECRET_KEY_BASE", true)).toBe(secretArn("SECRET_KEY_BASE"));
  });

  it.each([
    ["RAILS_MASTER_KYE", "Do you mean RAILS_MASTER_KEY?"],
    ["STRIPE", /no secret STRIPE\. It has .*RAILS_MASTER_KEY/],
    ["other-app/RAILS_MASTER_KEY", "production has no secret other-app/RAILS_MASTER_KEY."],
    ["arn:aws:secretsmanager:ap-northeast-1:1:secret:x", "production has no secret"],
    ["DATABASE_PASSWORD", "written by RDS alone"],
  ])("is never %s, not even with force", (variable, message) => {
    expect(() => writableSecret(deployment, variable, true)).toThrow(InputError);
    expect(() => writableSecret(deployment, variable, true)).toThrow(message);
  });

  it("that is in the environment's file but not deployed takes a deployment", () => {
    const { RAILS_MASTER_KEY: _, ...secretArns } = deployment.secretArns;
    expect(() => writableSecret({ ...deployment, secretArns }, "RAILS_MASTER_KEY")).toThrow(
      "bin/infra apply production",
    );
  });

  it("gets its value; an empty one is refused", async () => {
    const { clients } = session();
    const secrets = mockClient(clients.secrets);
    secrets.on(PutSecretValueCommand).resolves({});
    await setSecret(clients.secrets, "arn:x", "value");
    expect(secrets.call(0).args[0].input).toMatchObject({ SecretId: "arn:x", SecretString: "value" });
    await expect(setSecret(clients.secrets, "arn:x", "")).rejects.toThrow("Nothing was written.");
    expect(secrets.calls()).toHaveLength(1);
  });
});
