import { describe, expect, it } from "vitest";
import type { Json } from "../../../preflight/tests/support/rules.ts";
import { change, policyWith, reviewOf, stopsOf } from "../support/review.ts";

const DB = "aws_db_instance.main";
const db = { id: "db-1", engine: "mysql", identifier: "main" };

describe("a protected object", () => {
  it.each<[string, Json]>([
    ["delete", change(DB, db, null)],
    ["delete", change(DB, db, null, { deposed: "abcd1234" })],
    ["replace", change(DB, db, { engine: "mysql" }, { actions: ["delete", "create"] })],
    ["replace", change(DB, db, { engine: "mysql" }, { actions: ["create", "delete"] })],
    ["replace", change(DB, db, { engine: "mysql" }, { actions: ["create", "forget"] })],
    ["forget", change(DB, db, null, { actions: ["forget"] })],
  ])("must not be lost: %s", async (action, one) => {
    expect(await stopsOf([one])).toEqual([`${action} ${DB}`]);
  });

  it.each<[string, Json]>([
    ["made", change(DB, null, db)],
    ["changed", change(DB, db, { ...db, engine: "mysql8" })],
    ["moved", change(DB, db, db, { previous_address: "aws_db_instance.old" })],
    ["imported", change(DB, db, db, { change: { importing: { id: "db-1" } } })],
    ["looked up", change(DB, null, db, { mode: "data", actions: ["read"] })],
  ])("may be %s", async (_, one) => {
    expect(await stopsOf([one])).toEqual([]);
  });

  it("can be kept where its creation was interrupted", async () => {
    const { blocked } = await reviewOf([
      change(DB, db, db, { actions: ["delete", "create"], action_reason: "replace_because_tainted" }),
    ]);
    expect(blocked.map(({ fix }) => fix)).toEqual([expect.stringContaining(`terraform untaint '${DB}'`)]);
  });

  it("is renamed by a moved block, which the fix has", async () => {
    const plan = [change(DB, db, null), change("aws_db_instance.new", null, { engine: "mysql", identifier: "main" })];
    const { blocked, changes } = await reviewOf(plan);
    const stop = blocked.find(({ action }) => action === "delete");
    expect(stop?.code).toContain("moved {\n  from = aws_db_instance.main\n  to   = aws_db_instance.new\n}");
    expect(changes.find(({ address }) => address === DB)?.renamed).toBe("aws_db_instance.new");
  });

  it("is not taken for renamed where a different one is created", async () => {
    const plan = [change(DB, db, null), change("aws_db_instance.new", null, { engine: "postgres", identifier: "x" })];
    expect((await reviewOf(plan)).blocked.find(({ action }) => action === "delete")?.code).toBeUndefined();
  });

  it("can be chosen by address or by value", async () => {
    const policy = policyWith({
      protected: [
        { type: "aws_s3_bucket", where: { bucket: ["*-state"] }, why: "The state." },
        { type: "aws_db_instance", addresses: ["module.live.*"], why: "The data." },
      ],
    });
    const plan = [
      change("aws_s3_bucket.state", { bucket: "app-state" }, null),
      change("aws_s3_bucket.logs", { bucket: "app-logs" }, null),
      change("module.live.aws_db_instance.main", db, null),
      change("module.test.aws_db_instance.main", db, null),
    ];
    expect(await stopsOf(plan, { policy })).toEqual([
      "delete aws_s3_bucket.state",
      "delete module.live.aws_db_instance.main",
    ]);
  });

  it("must not move to an address that is not protected", async () => {
    const policy = policyWith({
      protected: [{ type: "aws_db_instance", addresses: ["module.live.*"], why: "The data." }],
    });
    const one = change(DB, db, db, { previous_address: "module.live.aws_db_instance.main" });
    expect(await stopsOf([one], { policy })).toEqual([`unprotect ${DB}`]);
  });

  it("must not lose the value that it is chosen by", async () => {
    const policy = policyWith({
      protected: [{ type: "aws_db_instance", where: { engine: ["mysql"] }, why: "The data." }],
    });
    const one = change(DB, db, { ...db, engine: "mariadb" });
    expect(await stopsOf([one], { policy })).toEqual([`unprotect ${DB}`]);
  });

  it("must not move and be lost at once", async () => {
    const policy = policyWith({
      protected: [{ type: "aws_db_instance", addresses: ["module.live.*"], why: "The data." }],
    });
    const one = change(
      DB,
      db,
      {},
      { previous_address: "module.live.aws_db_instance.main", actions: ["delete", "create"] },
    );
    expect(await stopsOf([one], { policy })).toEqual([`replace ${DB}`]);
  });
});
