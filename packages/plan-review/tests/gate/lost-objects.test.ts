import { describe, expect, it } from "vitest";
import type { Json } from "../../../preflight/tests/support/rules.ts";
import { whyProtected } from "../../src/gate-policy.ts";
import { KEPT } from "../../src/protected-types.ts";
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
        { type: "aws_sns_topic", where: { name: ["*-alarms"] }, why: "The alarms." },
        { type: "aws_lambda_function", addresses: ["module.live.*"], why: "The function." },
      ],
    });
    const plan = [
      change("aws_sns_topic.alarms", { name: "app-alarms" }, null),
      change("aws_sns_topic.news", { name: "app-news" }, null),
      change("module.live.aws_lambda_function.main", { a: 1 }, null),
      change("module.test.aws_lambda_function.main", { a: 1 }, null),
    ];
    expect(await stopsOf(plan, { policy })).toEqual([
      "delete aws_sns_topic.alarms",
      "delete module.live.aws_lambda_function.main",
    ]);
  });

  const live = policyWith({
    protected: [{ type: "aws_lambda_function", addresses: ["module.live.*"], why: "The function." }],
  });
  const FUNCTION = "aws_lambda_function.main";
  const moved = { previous_address: "module.live.aws_lambda_function.main" };

  it("must not move to an address that is not protected", async () => {
    expect(await stopsOf([change(FUNCTION, { a: 1 }, { a: 1 }, moved)], { policy: live })).toEqual([
      `unprotect ${FUNCTION}`,
    ]);
  });

  it("must not lose the value that it is chosen by", async () => {
    const policy = policyWith({
      protected: [{ type: "aws_sns_topic", where: { name: ["alarms"] }, why: "The alarms." }],
    });
    const one = change("aws_sns_topic.a", { name: "alarms" }, { name: "news" });
    expect(await stopsOf([one], { policy })).toEqual(["unprotect aws_sns_topic.a"]);
  });

  it("must not move and be lost at once", async () => {
    const one = change(FUNCTION, { a: 1 }, {}, { ...moved, actions: ["delete", "create"] });
    expect(await stopsOf([one], { policy: live })).toEqual([`replace ${FUNCTION}`]);
  });
});

describe("what keeps data", () => {
  const policy = policyWith({ protected: [] });

  it.each([...new Set(KEPT.flatMap(({ types }) => types))])("is protected, though no policy names it: %s", (type) => {
    const values = { type: "SecureString", ebs_block_device: [{ device_name: "/dev/sdb" }] };
    expect(whyProtected(policy, `${type}.x`, type, values)).toBeDefined();
  });

  it.each<[string, object]>([
    ["aws_db_instance", { replicate_source_db: "main" }],
    ["aws_elasticache_cluster", { engine: "memcached" }],
    ["aws_elasticache_cluster", { replication_group_id: "a" }],
    ["aws_instance", { ebs_block_device: [] }],
    ["aws_ssm_parameter", { type: "String" }],
    ["aws_acm_certificate", {}],
    ["aws_route53_record", {}],
    ["aws_s3_object", {}],
    ["aws_dynamodb_table_item", {}],
    ["aws_lb", {}],
  ])("is not %s %j", async (type, values) => {
    expect(await stopsOf([change(`${type}.x`, values, null)], { policy })).toEqual([]);
  });

  it.each<[string, object]>([
    ["aws_db_instance", { replicate_source_db: "main" }],
    ["aws_elasticache_cluster", { engine: "memcached" }],
    ["aws_instance", { ebs_block_device: [] }],
    ["aws_ssm_parameter", { type: "String" }],
  ])("loses nothing where %s %j is made", async (type, values) => {
    expect(await stopsOf([change(`${type}.x`, null, values)], { policy })).toEqual([]);
  });

  it("is deleted or replaced by an exception only", async () => {
    const plan = [
      change("aws_sqs_queue.a", { name: "a" }, null),
      change("aws_cognito_user.a", { username: "a" }, { username: "b" }, { actions: ["delete", "create"] }),
    ];
    expect(await stopsOf(plan, { policy })).toEqual(["delete aws_sqs_queue.a", "replace aws_cognito_user.a"]);
  });

  it("may be lost where the policy says so", async () => {
    const cache = {
      type: "aws_elasticache_replication_group",
      addresses: ["module.cache.*"],
      reason: "It fills again.",
    };
    const unprotected = policyWith({ protected: [], unprotected: [cache] });
    const one = (address: string) => change(address, { engine: "redis" }, null);
    const plan = [
      one("module.cache.aws_elasticache_replication_group.a"),
      one("aws_elasticache_replication_group.jobs"),
    ];
    expect(await stopsOf(plan, { policy: unprotected })).toEqual(["delete aws_elasticache_replication_group.jobs"]);
  });
});
