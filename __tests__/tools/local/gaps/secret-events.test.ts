import { describe, expect, it } from "vitest";
import { jsonError } from "../../../../tools/local/emulator/gaps/replies.ts";
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
  ])("tells of another value when that is the current one: %s %j", async (action, input, isShown) => {
    const { json, heard } = secrets();
    await json(action, { SecretId: SECRET.ARN, ...input });
    expect(heard).toEqual(isShown ? ["AWSEvents.ListRules"] : []);
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
      expect(JSON.parse(String(forwarded.at(-1)?.body))).toEqual({ SecretId: SECRET.ARN, ...passed });
    },
  );

  it("has no value in the words in which that was asked", async () => {
    const { moto, forwarded } = fakeMoto(() => jsonError("ResourceNotFoundException", "no value for AWSCURRENT"));
    const { text } = await asking(
      secretEvents(async () => ({ Rules: [] })),
      moto,
    ).json("GetSecretValue", { SecretId: SECRET.ARN });
    expect(text).toContain("no value for AWSCURRENT");
    expect(forwarded).toHaveLength(1);
  });

  it("was changed when a label was moved", async () => {
    const { json } = secrets();
    expect((await json("DescribeSecret", {})).value).toEqual(SECRET);
    await json("UpdateSecretVersionStage", { SecretId: SECRET.ARN, VersionStage: "AWSCURRENT" });
    expect((await json("DescribeSecret", {})).value.LastChangedDate).toBeGreaterThan(1);
  });
});
