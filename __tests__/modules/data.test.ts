import { describe, expect, it } from "vitest";
import { synthesize } from "../support/synthesize.ts";

const MYSQL = "aws_db_instance.database_mysql";
const REDIS = "aws_elasticache_replication_group.cache_redis";

describe("the database", () => {
  it("is encrypted, private, backed up and kept", () => {
    expect(synthesize().resource(MYSQL)).toMatchObject({
      engine: "mysql",
      engine_version: "8.4",
      storage_encrypted: true,
      publicly_accessible: false,
      backup_retention_period: 7,
      deletion_protection: true,
      skip_final_snapshot: false,
      final_snapshot_identifier: "operation-app-final-${aws_security_group.firewall_database.id}",
      lifecycle: { prevent_destroy: true },
    });
  });

  it.each([
    [undefined, 100],
    [40, 40],
    [65_536, 65_536],
    [20, undefined],
  ])("grows by itself up to %s GiB, as it is written: %s", (maxAllocatedStorage, expected) => {
    const instance = synthesize({ database: { maxAllocatedStorage } }).resource(MYSQL);
    expect(instance.max_allocated_storage).toBe(expected);
    expect(instance.allocated_storage).toBe(20);
  });

  it("can go without a final snapshot once protection is off", () => {
    const instance = synthesize({ protection: false }).resource(MYSQL);
    expect(instance).toMatchObject({ deletion_protection: false, skip_final_snapshot: true });
    expect(instance).not.toHaveProperty("final_snapshot_identifier");
  });

  it("speaks TLS only, in utf8mb4", () => {
    const { parameter } = synthesize().resource("aws_db_parameter_group.database_parameter_group");
    expect(parameter).toContainEqual({ name: "require_secure_transport", value: "1" });
    expect(parameter).toContainEqual({ name: "character_set_server", value: "utf8mb4" });
  });

  it("has a password that is in no file here, changed once a year", () => {
    const stack = synthesize();
    expect(stack.resource(MYSQL).manage_master_user_password).toBe(true);
    expect(stack.resource(MYSQL)).not.toHaveProperty("password");
    expect(stack.resource("aws_secretsmanager_secret_rotation.database_password_rotation")).toMatchObject({
      rotate_immediately: false,
      rotation_rules: { automatically_after_days: 365 },
    });
  });

  it("stands in two zones' subnets", () => {
    expect(synthesize().resource("aws_db_subnet_group.database_subnet_group").subnet_ids).toHaveLength(2);
  });
});

describe("the cache", () => {
  it("is encrypted at rest and on the way, and asks for a password", () => {
    expect(synthesize().resource(REDIS)).toMatchObject({
      engine: "valkey",
      at_rest_encryption_enabled: "true",
      transit_encryption_enabled: true,
      auth_token: expect.stringMatching(/^\$\{replace\(join\(.*uuid\(\)/),
      auth_token_update_strategy: "ROTATE",
      lifecycle: { ignore_changes: ["auth_token"] },
    });
  });

  it("takes over in another zone where there is a second node", () => {
    expect(synthesize().resource(REDIS)).toMatchObject({ num_cache_clusters: 1, automatic_failover_enabled: false });
    expect(synthesize({ cache: { nodes: 2 } }).resource(REDIS)).toMatchObject({
      num_cache_clusters: 2,
      automatic_failover_enabled: true,
      multi_az_enabled: true,
    });
  });

  it("tells Rails its address over TLS, with the password in a secret", () => {
    expect(synthesize().resource("aws_secretsmanager_secret_version.cache_url_value").secret_string).toBe(
      "rediss://:${aws_elasticache_replication_group.cache_redis.auth_token}@${aws_elasticache_replication_group.cache_redis.primary_endpoint_address}:6379/0",
    );
  });
});

describe("the logs of the database", () => {
  const DATABASE = "aws_db_instance.database_mysql";
  const parameters = (stack: ReturnType<typeof synthesize>) =>
    Object.fromEntries(
      stack
        .resource("aws_db_parameter_group.database_parameter_group")
        .parameter.map(({ name, value }: { name: string; value: string }) => [name, value]),
    );
  const groups = (stack: ReturnType<typeof synthesize>) =>
    stack.names("aws_cloudwatch_log_group").filter((name) => name.startsWith("database_"));

  it("are exported into groups that are there before, and keep them for a while", () => {
    const stack = synthesize({ database: { logs: { retentionDays: 7 } } });
    expect(stack.resource(DATABASE).enabled_cloudwatch_logs_exports).toEqual(["error", "slowquery"]);
    expect(groups(stack)).toEqual(["database_logs_error_log_group", "database_logs_slowquery_log_group"]);
    expect(stack.resource(DATABASE).depends_on).toEqual(
      groups(stack).map((name) => `aws_cloudwatch_log_group.${name}`),
    );
    const [error, slow] = groups(stack).map((name) => stack.resource(`aws_cloudwatch_log_group.${name}`));
    expect(error).toMatchObject({ name: "/aws/rds/instance/operation-app/error", retention_in_days: 7 });
    expect(slow).toMatchObject({ name: "/aws/rds/instance/operation-app/slowquery", retention_in_days: 7 });
  });

  it("have slow queries in them, from a second on or as long as one says", () => {
    const written = { slow_query_log: "1", log_output: "FILE" };
    expect(parameters(synthesize())).toMatchObject({ ...written, long_query_time: "1" });
    expect(parameters(synthesize({ database: { logs: { slowQuerySeconds: 0.25 } } })).long_query_time).toBe("0.25");
  });

  it("can be asked by a saved query", () => {
    const { name, log_group_names } = synthesize().resource(
      "aws_cloudwatch_query_definition.database_logs_slow_queries",
    );
    expect(name).toBe("operation-app/slow queries");
    expect(log_group_names).toEqual(["${aws_cloudwatch_log_group.database_logs_slowquery_log_group.name}"]);
  });

  it("are not exported where one wants none, and not written", () => {
    const stack = synthesize({ database: { logs: { enabled: false } } });
    expect(stack.resource(DATABASE)).not.toHaveProperty("enabled_cloudwatch_logs_exports");
    expect(groups(stack)).toEqual([]);
    expect(parameters(stack)).not.toHaveProperty("slow_query_log");
  });
});

describe("an environment without a cache", () => {
  const without = synthesize({ cache: "none", alarms: { emails: ["me@example.com"] } });

  it("has nothing of one: no node, secret, group, rule, alarm, output or variable", () => {
    expect(JSON.stringify(without.json)).not.toMatch(/elasticache|cache_|_cache|REDIS|6379/i);
  });

  it("may have a Redis from elsewhere, as a secret of its own", () => {
    const own = synthesize({ cache: "none", ecs: { app: { secrets: { REDIS_URL: "by-hand" } } } });
    expect(own.container("app", "app").secrets).toContainEqual({
      name: "REDIS_URL",
      valueFrom: "${aws_secretsmanager_secret.ecs_secret_redis_url.arn}",
    });
    expect(own.names("aws_secretsmanager_secret")).not.toContain("cache_url");
  });
});

describe("snapshots of the cache", () => {
  const limit = (cache = {}) =>
    synthesize({ cache }).resource("aws_elasticache_replication_group.cache_redis").snapshot_retention_limit;

  it("are none by default, and kept for as many days as one says", () => {
    expect(limit()).toBeUndefined();
    expect(limit({ snapshotRetentionDays: 3 })).toBe(3);
  });
});
