import { describe, expect, it } from "vitest";
import { secretEvents } from "../../../../tools/local/emulator/gaps/secret-events.ts";
import { asking, fakeMoto } from "../fake-moto.ts";

const SECRET = { ARN: "arn:secret", Name: "operation-app/DATABASE_PASSWORD", LastChangedDate: 1 };

/** Secrets Manager in front of a moto with one secret. */
function secrets() {
  const heard: string[] = [];
  const gaps = secretEvents(async (_call, _service, target) => {
    heard.push(target);
    return { Rules: [] };
  });
  const { moto, forwarded } = fakeMoto(() => JSON.stringify(SECRET));
  return { ...asking(gaps, moto), heard, forwarded };
}

describe("a secret in the emulator", () => {
  it.each([
    ["PutSecretValue", {}, true],
    ["PutSecretValue", { VersionStages: ["AWSPENDING"] }, false],
    ["UpdateSecretVersionStage", { VersionStage: "AWSCURRENT" }, true],
    ["UpdateSecretVersionStage", { VersionStage: "AWSPENDING" }, false],
  ])("tells of another value when that is the current one: %s %j", async (action, input, isTold) => {
    const { json, heard } = secrets();
    await json(action, { SecretId: SECRET.ARN, ...input });
    expect(heard).toEqual(isTold ? ["AWSEvents.ListRules"] : []);
  });

  it.each([
    [{}, { VersionStage: "AWSCURRENT" }],
    [{ VersionStage: "AWSPENDING" }, { VersionStage: "AWSPENDING" }],
    [{ VersionId: "v1" }, { VersionId: "v1" }],
  ])(
    "gives the value that has the label of the current one, unless a call names another: %j",
    async (asked, passed) => {
      const { json, forwarded } = secrets();
      await json("GetSecretValue", { SecretId: SECRET.ARN, ...asked });
      expect(forwarded.map(({ body }) => JSON.parse(String(body)))).toEqual([{ SecretId: SECRET.ARN, ...passed }]);
    },
  );

  it("was changed when a label was moved", async () => {
    const { json } = secrets();
    expect((await json("DescribeSecret", {})).value).toEqual(SECRET);
    await json("UpdateSecretVersionStage", { SecretId: SECRET.ARN, VersionStage: "AWSCURRENT" });
    expect((await json("DescribeSecret", {})).value.LastChangedDate).toBeGreaterThan(1);
  });
});
