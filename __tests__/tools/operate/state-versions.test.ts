import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, describe, expect, it } from "vitest";
import { refuseLostState } from "../../../tools/lib/aws/environment-state.ts";
import { consequencesOf, isSamePlan, putBack, refuseUnfit } from "../../../tools/operate/state-restore.ts";
import { compareStates, pickVersion, readVersions, wrongNow } from "../../../tools/operate/state-versions.ts";
import { checked, environmentWith } from "../../support/synthesize.ts";

const KEY = "production/terraform.tfstate";
const environment = checked(environmentWith());

const resource = (name: string, attributes = {}) => ({
  mode: "managed",
  type: "aws_vpc",
  name,
  provider: "aws",
  instances: [{ attributes }],
});
const state = (serial: number, names: readonly string[], lineage = "one") =>
  JSON.stringify({ version: 4, serial, lineage, resources: names.map((name) => resource(name)) });

/** A bucket whose object has had these contents, the oldest first; undefined is a deletion. */
function bucket(...contents: (string | undefined)[]) {
  const s3 = mockClient(S3Client);
  const all = contents.map((text, index) => ({
    Key: KEY,
    VersionId: `v${index + 1}`,
    LastModified: new Date(Date.UTC(2026, 0, index + 1)),
    Size: text?.length ?? 0,
    IsLatest: index === contents.length - 1,
    text,
  }));
  const lock = { ...all[0], Key: `${KEY}.tflock`, VersionId: "lock" };
  s3.on(ListObjectVersionsCommand).resolves({
    Versions: [...all.filter(({ text }) => text !== undefined), lock],
    DeleteMarkers: all.filter(({ text }) => text === undefined),
  });
  s3.on(HeadBucketCommand).resolves({});
  for (const { VersionId, text = "" } of all)
    s3.on(GetObjectCommand, { VersionId }).callsFake(() => ({ Body: { transformToString: async () => text } }));
  return s3;
}

const read = () => readVersions(environment, 20);

afterEach(() => mockClient(S3Client).restore());

describe("the versions of a state", () => {
  it("are listed newest first, with what is in them, and without the lock's", async () => {
    bucket(state(1, ["a"]), state(2, ["a", "b"]));
    const versions = await read();
    expect(versions.map(({ id, state }) => [id, state?.serial, state?.resources.length])).toEqual([
      ["v2", 2, 2],
      ["v1", 1, 1],
    ]);
    expect(wrongNow(environment, versions)).toBeUndefined();
  });

  it.each([
    ["empty", "", "it is empty"],
    ["cut off", state(3, ["a"]).slice(0, 20), "it is not JSON, or is cut off"],
    ["deleted", undefined, "it is deleted"],
  ])("say of a state that is %s which was the last good one", async (_case, now, says) => {
    bucket(state(1, ["a"]), state(2, ["a"]), now);
    const wrong = wrongNow(environment, await read());
    expect(wrong).toContain(`The state of production can't be used: ${says}.`);
    expect(wrong).toContain("The last good version is v2 of 2026-01-02");
  });

  it("say where somebody has begun anew", async () => {
    bucket(state(9, ["a"]), state(1, [], "another"));
    expect(wrongNow(environment, await read())).toContain("its lineage has changed");
  });

  it("say where one is encrypted by OpenTofu, and read it no further", async () => {
    bucket(state(1, ["a"]), JSON.stringify({ encrypted_data: "x", serial: 2, lineage: "one" }));
    expect((await read())[0]?.problem).toBe("is encrypted by OpenTofu");
  });

  it("are read by one client, a few at a time, however many there are", async () => {
    const s3 = bucket(...Array.from({ length: 40 }, (_, index) => state(index + 1, [])));
    let [reading, most] = [0, 0];
    s3.on(GetObjectCommand).callsFake(async () => {
      most = Math.max(most, ++reading);
      await new Promise(setImmediate);
      reading--;
      return { Body: { transformToString: async () => state(1, []) } };
    });
    expect(await readVersions(environment, 9999)).toHaveLength(40);
    expect(most).toBeLessThan(10);
    const clients = s3.commandCalls(GetObjectCommand).map(({ thisValue }) => thisValue);
    expect(new Set(clients).size).toBe(1);
  });

  it("are none before the first apply", async () => {
    bucket();
    await expect(read()).rejects.toThrow("does not exist: production is not deployed yet");
  });

  it("are picked by the beginning of an id that is one's only", async () => {
    bucket(state(1, []), state(2, []));
    const versions = await read();
    expect(pickVersion(versions, "v1").id).toBe("v1");
    expect(() => pickVersion(versions, "v")).toThrow("2 versions start with it");
    expect(() => pickVersion(versions, "w")).toThrow("not among the 2 versions");
  });

  it("are compared by resource, without a value", async () => {
    const parsed = (text: string) => JSON.parse(text);
    const then = { ...parsed(state(1, ["old"])), resources: [resource("old"), resource("both", { password: "a" })] };
    const now = { ...parsed(state(2, ["new"])), resources: [resource("new"), resource("both", { password: "b" })] };
    expect(compareStates(now, then)).toEqual({
      gone: ["aws_vpc.old"],
      added: ["aws_vpc.new"],
      changed: ["aws_vpc.both"],
    });
  });
});

describe("a version that is put back", () => {
  const restored = async (s3: ReturnType<typeof bucket>, id: string) => {
    const directory = mkdtempSync(join(tmpdir(), "state-"));
    try {
      const versions = await read();
      const version = pickVersion(versions, id);
      refuseUnfit(version, versions);
      const file = await putBack(environment, version, versions[0], directory);
      const writes = s3
        .calls()
        .map(({ args: [command] }) => command)
        .filter((command) =>
          [PutObjectCommand, CopyObjectCommand, DeleteObjectCommand].some((one) => command instanceof one),
        );
      return { writes, kept: file && readFileSync(file, "utf8") };
    } finally {
      rmSync(directory, { recursive: true });
    }
  };

  it("is copied under the lock, and what was there is kept", async () => {
    const s3 = bucket(state(1, ["a"]), "damaged");
    const { writes, kept } = await restored(s3, "v1");
    expect(writes.map((command) => command.constructor.name)).toEqual([
      "PutObjectCommand",
      "CopyObjectCommand",
      "DeleteObjectCommand",
    ]);
    expect(writes[0]?.input).toMatchObject({ Key: `${KEY}.tflock`, IfNoneMatch: "*" });
    expect(writes[1]?.input).toMatchObject({
      Key: KEY,
      CopySource: `operation-app-terraform-state/${KEY}?versionId=v1`,
    });
    expect(kept).toBe("damaged");
  });

  it("is what was there before a deletion", async () => {
    const { writes, kept } = await restored(bucket(state(1, ["a"]), undefined), "v1");
    expect(writes).toHaveLength(3);
    expect(kept).toBeUndefined();
  });

  it("is left where somebody else holds the lock, who is named", async () => {
    const s3 = bucket(state(1, ["a"]), state(2, []));
    s3.on(PutObjectCommand).rejects(
      new S3ServiceException({ name: "PreconditionFailed", $fault: "client", $metadata: { httpStatusCode: 412 } }),
    );
    const lock = JSON.stringify({ ID: "1b2c", Who: "hanako@laptop", Created: "2026-01-02T03:04:05Z" });
    s3.on(GetObjectCommand, { Key: `${KEY}.tflock` }).callsFake(() => ({
      Body: { transformToString: async () => lock },
    }));
    await expect(restored(s3, "v1")).rejects.toThrow("is locked by hanako@laptop");
    expect(s3.commandCalls(CopyObjectCommand)).toHaveLength(0);
  });

  it.each([
    ["of another lineage", state(1, ["a"], "another"), "has another lineage (another)"],
    ["damaged itself", "{", "can't be restored: it is"],
  ])("is refused where it is %s", async (_case, older, says) => {
    await expect(restored(bucket(older, state(5, ["a"])), "v1")).rejects.toThrow(says);
  });

  it("is left where the state has been written since it was chosen, and the lock is given back", async () => {
    bucket(state(1, ["a"]), state(2, []));
    const versions = await read();
    const s3 = bucket(state(1, ["a"]), state(2, []), state(3, ["b"]));
    await expect(putBack(environment, pickVersion(versions, "v1"), versions[0])).rejects.toThrow(
      "was changed by another run. Nothing was changed.",
    );
    expect(s3.commandCalls(CopyObjectCommand)).toEqual([]);
    expect(s3.commandCalls(DeleteObjectCommand)).toHaveLength(1);
  });

  it("is refused where it is the state already", async () => {
    await expect(restored(bucket(state(1, []), state(2, [])), "v2")).rejects.toThrow("is already the current state");
  });
});

describe("a plan on a copy of a version", () => {
  const change = (kind: "create" | "delete" | "update", address: string) => ({
    kind,
    address,
    actions: [kind],
    forcing: [],
    differences: [],
  });
  const now = JSON.parse(state(2, ["a", "b"]));

  it("says what exists and would be made a second time, and what would be deleted", () => {
    const changes = [change("create", "aws_vpc.b"), change("create", "aws_vpc.a[1]"), change("delete", "aws_vpc.a")];
    expect(consequencesOf({ changes }, now)).toEqual([
      "An apply would create aws_vpc.b a second time: it exists, but is not in this version.",
      "An apply would delete or replace aws_vpc.a.",
    ]);
  });

  it("knows of nothing that exists where the state of today can't be read", () => {
    expect(consequencesOf({ changes: [change("create", "aws_vpc.b")] }, undefined)).toEqual([]);
  });

  it("is the same where it does the same to the same, in any order", () => {
    const [one, another] = [change("create", "aws_vpc.a"), change("update", "aws_vpc.b")];
    expect(isSamePlan({ changes: [one, another] }, { changes: [another, one] })).toBe(true);
    expect(isSamePlan({ changes: [one] }, { changes: [{ ...one, kind: "delete" }] })).toBe(false);
  });
});

describe("a verb that reads the state", () => {
  const now = (s3: ReturnType<typeof bucket>, text: string | undefined) =>
    text === undefined
      ? s3.on(GetObjectCommand, { VersionId: undefined }).rejects(new NoSuchKey({ message: "", $metadata: {} }))
      : s3
          .on(GetObjectCommand, { VersionId: undefined })
          .resolves({ Body: { transformToString: async () => text } as never });

  it.each([
    ["empty", "", "is empty. The state of production is damaged"],
    ["cut off", "{", "is not JSON, or is cut off. The state of production is damaged"],
    ["deleted", undefined, "was deleted on 2026-01-02T00:00:00.000Z, and had resources"],
  ])("stops where it is %s, and names what shows its versions", async (_case, text, says) => {
    now(bucket(state(1, ["a"]), text), text);
    await expect(refuseLostState(environment)).rejects.toThrow(says);
    await expect(refuseLostState(environment)).rejects.toThrow("Its versions: bin/infra state production");
  });

  it.each([
    ["does not exist", bucket, []],
    ["was deleted, and had nothing in it", bucket, [state(1, []), undefined]],
  ])("goes on where it %s", async (_case, make, contents) => {
    now(make(...contents), undefined);
    await expect(refuseLostState(environment)).resolves.toBeUndefined();
  });

  it("goes on where it is good, or encrypted", async () => {
    for (const text of [state(1, ["a"]), JSON.stringify({ encrypted_data: "x" })]) {
      now(bucket(text), text);
      await expect(refuseLostState(environment)).resolves.toBeUndefined();
    }
  });
});
