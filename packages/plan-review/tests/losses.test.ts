import { load, preflight, RULES } from "@operation-app/preflight";
import { describe, expect, it } from "vitest";
import { describeContract } from "../../preflight/tests/support/contract.ts";
import { planOfChange } from "../../preflight/tests/support/plan.ts";
import type { Json } from "../../preflight/tests/support/rules.ts";
import { LOSS_RULES } from "../src/losses/index.ts";

describeContract(LOSS_RULES, import.meta.dirname);

it("no rule has the id of one of preflight", () => {
  const ids = new Set(RULES.map(({ id }) => id));
  expect(LOSS_RULES.filter(({ id }) => ids.has(id))).toEqual([]);
});

async function lossesIn(plan: Json) {
  return preflight(await load(plan, "plan.json"), LOSS_RULES);
}

interface Change {
  readonly address: string;
  readonly actions: string[];
  readonly before?: Json;
  readonly after?: Json;
  readonly replace?: string[][];
  /** Terraform's marks of what is sensitive. */
  readonly marks?: Record<string, boolean>;
}

/** Findings on a plan with some changes, beside something that stays. */
async function found(...changes: Change[]) {
  const parts = (address: string) => {
    const [type = "", name = ""] = address.replace(/^module\.[^.]+\./, "").split(".");
    return { type, name: name.replace(/\[.*/, "") };
  };
  const stays = { address: "aws_vpc.main", mode: "managed", type: "aws_vpc", name: "main", values: {} };
  const made = changes.filter(({ actions }) => actions.some((action) => action === "create" || action === "update"));
  return lossesIn({
    format_version: "1.2",
    planned_values: {
      root_module: {
        resources: [
          stays,
          ...made.map(({ address, after }) => ({ address, mode: "managed", ...parts(address), values: after ?? {} })),
        ],
      },
    },
    resource_changes: changes.map(({ address, actions, before = null, after = null, replace, marks = {} }) => ({
      address,
      mode: "managed",
      ...parts(address),
      change: {
        actions,
        before,
        after,
        after_unknown: {},
        before_sensitive: marks,
        ...(replace && { replace_paths: replace }),
      },
    })),
    configuration: { root_module: {} },
  });
}

const cache = { replication_group_id: "shop", engine: "redis" };

describe("STATE-003", () => {
  const replace = (address: string, before: Json, after: Json, ...paths: string[][]) =>
    found({ address, actions: ["delete", "create"], before, after, replace: paths });

  it("names what replaces a cache", async () => {
    const [finding, ...others] = await replace(
      "aws_elasticache_replication_group.main",
      { ...cache, transit_encryption_enabled: false },
      { ...cache, transit_encryption_enabled: true },
      ["transit_encryption_enabled"],
    );
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ id: "STATE-003", severity: "error", attribute: "transit_encryption_enabled" });
    expect(finding?.message).toContain("transit_encryption_enabled (false → true) forces replacement");
  });

  it("does not show a secret that replaces a cache, marked or not, nor a document", async () => {
    const before = {
      ...cache,
      auth_token: "old-secret-value",
      log_path: "old-marked-value",
      document: "x".repeat(200),
    };
    const after = { ...cache, auth_token: "new-secret-value", log_path: "new-marked-value", document: "y".repeat(200) };
    const [finding] = await found({
      address: "aws_elasticache_replication_group.main",
      actions: ["delete", "create"],
      before,
      after,
      replace: [["auth_token"], ["log_path"], ["document"]],
      marks: { log_path: true },
    });
    expect(finding?.message).toContain("auth_token, log_path, document forces replacement");
    expect(JSON.stringify(finding)).not.toMatch(/(secret|marked)-value|xx|yy/);
  });

  it("warns where something is tainted", async () => {
    expect(await replace("aws_db_instance.main", {}, {})).toMatchObject([{ id: "STATE-003", severity: "warning" }]);
  });

  it("lets pass what holds nothing of its own", async () => {
    expect(await replace("aws_db_instance.replica", { replicate_source_db: "main" }, {}, ["engine"])).toEqual([]);
    expect(await replace("aws_elasticache_cluster.main", { engine: "memcached" }, {}, ["port"])).toEqual([]);
    expect(await replace("aws_lb_target_group.main", { port: 80 }, { port: 81 }, ["port"])).toEqual([]);
  });

  it("lets an update pass", async () => {
    expect(await found({ address: "aws_db_instance.main", actions: ["update"], before: {}, after: {} })).toEqual([]);
  });
});

describe("STATE-004 and STATE-006", () => {
  it("warn of a database that goes, or is forgotten", async () => {
    expect(await found({ address: "aws_db_instance.main", actions: ["delete"], before: {} })).toMatchObject([
      { id: "STATE-004", severity: "warning" },
    ]);
    expect(await found({ address: "aws_db_instance.main", actions: ["forget"], before: {} })).toMatchObject([
      { id: "STATE-006", severity: "warning" },
    ]);
    expect(await found({ address: "aws_cognito_user_pool.main", actions: ["forget"], before: {} })).toMatchObject([
      { id: "STATE-006" },
    ]);
  });

  it("let go of what holds nothing", async () => {
    expect(
      await found(
        { address: "aws_lb.main", actions: ["delete"], before: {} },
        { address: "aws_lb.other", actions: ["forget"], before: {} },
      ),
    ).toEqual([]);
  });
});

describe("STATE-005", () => {
  const move = (from: string, before: Json, to: string, after: Json): Change[] => [
    { address: from, actions: ["delete"], before },
    { address: to, actions: ["create"], after },
  ];

  it("catches a database whose address changes", async () => {
    const findings = await found(
      ...move("aws_db_instance.main", { identifier: "shop" }, "module.data.aws_db_instance.main", {
        identifier: "shop",
      }),
    );
    expect(findings).toMatchObject([
      { id: "STATE-005", severity: "error", address: "module.data.aws_db_instance.main" },
    ]);
    expect(findings[0]?.fix).toContain("moved { from = aws_db_instance.main, to = module.data.aws_db_instance.main }");
  });

  it("catches a key by all that is known of it", async () => {
    const before = { description: "secrets", enable_key_rotation: true, arn: "arn:aws:kms:…" };
    expect(
      await found(
        ...move("aws_kms_key.a", before, "aws_kms_key.b", { description: "secrets", enable_key_rotation: true }),
      ),
    ).toMatchObject([{ id: "STATE-005" }]);
    expect(await found(...move("aws_kms_key.a", before, "aws_kms_key.b", { description: "logs" }))).toMatchObject([
      { id: "STATE-004" },
    ]);
  });

  it("warns of others, and sums up where they are many", async () => {
    const roles = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        move(`aws_iam_role.old${index}`, { name: `role-${index}` }, `aws_iam_role.new${index}`, {
          name: `role-${index}`,
        }),
      ).flat();
    expect(await found(...roles(2))).toMatchObject([{ severity: "warning" }, { severity: "warning" }]);
    const many = await found(...roles(9));
    expect(many).toHaveLength(1);
    expect(many[0]?.message).toContain("so are 8 others");
  });

  it("knows that no VPC has two subnets of one range", async () => {
    const subnet = { cidr_block: "10.0.0.0/24", vpc_id: "vpc-1" };
    expect(await found(...move("aws_subnet.a[0]", subnet, "aws_subnet.b[0]", subnet))).toMatchObject([
      { severity: "error" },
    ]);
    expect(
      await found(...move("aws_subnet.a[0]", subnet, "aws_subnet.b[0]", { cidr_block: "10.0.0.0/24" })),
    ).toMatchObject([{ severity: "warning" }]);
  });

  it("lets pass what has another name, is moved, or belongs elsewhere", async () => {
    expect(await found(...move("aws_iam_role.a", { name: "a" }, "aws_iam_role.b", { name: "b" }))).toEqual([]);
    expect(
      await found(
        ...move("aws_iam_role_policy.a", { name: "x", role: "a" }, "aws_iam_role_policy.b", { name: "x", role: "b" }),
      ),
    ).toEqual([]);
    expect(
      await found({
        address: "aws_db_instance.b",
        actions: ["no-op"],
        before: { identifier: "shop" },
        after: { identifier: "shop" },
      }),
    ).toEqual([]);
  });
});

describe("COG-041 and COG-042", () => {
  const replaced = async (type: string, path: string[], before: Json, after: Json, more: Json = {}) =>
    (
      await lossesIn(planOfChange(type, ["delete", "create"], before, after, { replace_paths: [path], ...more }))
    ).filter(({ id }) => id.startsWith("COG-04"));

  it("name what replaces a pool", async () => {
    const [finding] = await replaced(
      "aws_cognito_user_pool",
      ["alias_attributes"],
      { alias_attributes: ["email"] },
      { alias_attributes: null },
    );
    expect(finding).toMatchObject({ id: "COG-041", severity: "error", address: "aws_cognito_user_pool.main" });
    expect(finding?.message).toContain('alias_attributes (["email"] → null)');
  });

  it("leave out a client that is replaced because its pool is", async () => {
    expect(await replaced("aws_cognito_user_pool_client", ["user_pool_id"], { user_pool_id: "a_1" }, {})).toEqual([]);
    expect(
      await replaced(
        "aws_cognito_user_pool_client",
        ["user_pool_id"],
        { user_pool_id: "a_1" },
        { user_pool_id: "a_2" },
      ),
    ).toHaveLength(1);
  });

  it("find a pool that is deleted, but not with everything else", async () => {
    const plan = planOfChange("aws_cognito_user_pool", ["delete"], { name: "shop" }, null);
    expect(await lossesIn(plan)).toMatchObject([{ id: "COG-042", severity: "error" }]);
    plan.planned_values.root_module.resources = [];
    expect(await lossesIn(plan)).toEqual([]);
  });
});
