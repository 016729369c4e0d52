import { describe, expect, it } from "vitest";
import { cacheSubnetGroups } from "../../../../tools/local/emulator/gaps/cache-subnet-groups.ts";
import { replicationGroups } from "../../../../tools/local/emulator/gaps/replication-groups.ts";
import { asking, elements, fakeMoto } from "../fake-moto.ts";

const wanted = {
  ReplicationGroupId: "cache",
  ReplicationGroupDescription: "for <Rails> & co",
  Engine: "valkey",
  EngineVersion: "8.0",
  NumCacheClusters: "2",
  TransitEncryptionEnabled: "true",
  AuthToken: "not to be shown",
  CacheSubnetGroupName: "private",
  "SecurityGroupIds.SecurityGroupId.1": "sg-1",
  "SecurityGroupIds.SecurityGroupId.2": "sg-2",
  "Tags.Tag.1.Key": "Application",
  "Tags.Tag.1.Value": "operation-app",
};

describe("a replication group", () => {
  it("is available at once, with as many members as were asked for", async () => {
    const { query } = asking(replicationGroups());
    await query("CreateReplicationGroup", wanted);
    const { status, text } = await query("DescribeReplicationGroups", { ReplicationGroupId: "cache" });
    expect(status).toBe(200);
    expect(elements(text, "Status")).toContain("available");
    expect(elements(text, "ClusterId")).toEqual(["cache-001", "cache-002"]);
    expect(elements(text, "Description")).toEqual(["for &lt;Rails&gt; &amp; co"]);
    expect(text).not.toContain("not to be shown");
  });

  it("has members that show the settings it was made with", async () => {
    const { query } = asking(replicationGroups());
    await query("CreateReplicationGroup", wanted);
    const { text } = await query("DescribeCacheClusters", { CacheClusterId: "cache-002", ShowCacheNodeInfo: "true" });
    expect(elements(text, "ReplicationGroupId")).toEqual(["cache"]);
    expect(elements(text, "Engine")).toEqual(["valkey"]);
    expect(elements(text, "EngineVersion")).toEqual(["8.0.0"]);
    expect(elements(text, "SecurityGroupId")).toEqual(["sg-1", "sg-2"]);
    expect(elements(text, "CacheSubnetGroupName")).toEqual(["private"]);
    expect(elements(text, "AuthTokenEnabled")).toEqual(["true"]);
    expect(elements(text, "TransitEncryptionMode")).toEqual(["required"]);
  });

  it("hands its tags to moto, which keeps them by ARN", async () => {
    const { moto, queries } = fakeMoto();
    await asking(replicationGroups(), moto).query("CreateReplicationGroup", wanted);
    expect(queries).toEqual([
      {
        Action: "AddTagsToResource",
        ResourceName: "arn:aws:elasticache:ap-northeast-1:123456789012:replicationgroup:cache",
        "Tags.Tag.1.Key": "Application",
        "Tags.Tag.1.Value": "operation-app",
      },
    ]);
  });

  it("is changed at once; a list that is given replaces the old one, and the rest stays", async () => {
    const { query } = asking(replicationGroups());
    await query("CreateReplicationGroup", wanted);
    await query("ModifyReplicationGroup", {
      ReplicationGroupId: "cache",
      EngineVersion: "8.1",
      "SecurityGroupIds.SecurityGroupId.1": "sg-3",
    });
    const { text } = await query("DescribeCacheClusters", { CacheClusterId: "cache-001" });
    expect(elements(text, "EngineVersion")).toEqual(["8.1.0"]);
    expect(elements(text, "SecurityGroupId")).toEqual(["sg-3"]);
    expect(elements(text, "CacheSubnetGroupName")).toEqual(["private"]);
  });

  it("is gone at once when deleted, and can be made again", async () => {
    const { query } = asking(replicationGroups());
    await query("CreateReplicationGroup", wanted);
    await query("DeleteReplicationGroup", { ReplicationGroupId: "cache" });
    const { status, text } = await query("DescribeReplicationGroups", { ReplicationGroupId: "cache" });
    expect([status, elements(text, "Code")]).toEqual([404, ["ReplicationGroupNotFoundFault"]]);
    expect((await query("CreateReplicationGroup", wanted)).status).toBe(200);
  });

  it("can't be made twice", async () => {
    const { query } = asking(replicationGroups());
    await query("CreateReplicationGroup", wanted);
    expect(elements((await query("CreateReplicationGroup", wanted)).text, "Code")).toEqual([
      "ReplicationGroupAlreadyExists",
    ]);
  });

  it("leaves clusters that are not its members to moto", async () => {
    const { moto, forwarded } = fakeMoto(() => "moto's own answer");
    const { query } = asking(replicationGroups(), moto);
    await query("CreateReplicationGroup", wanted);
    expect((await query("DescribeCacheClusters", { CacheClusterId: "other" })).text).toBe("moto's own answer");
    expect((await query("DescribeCacheClusters")).text).toBe("moto's own answer");
    expect(forwarded).toHaveLength(2);
  });
});

describe("a cache subnet group", () => {
  const group = {
    CacheSubnetGroupName: "private",
    CacheSubnetGroupDescription: "private subnets",
    "SubnetIds.SubnetIdentifier.1": "subnet-1",
    "SubnetIds.SubnetIdentifier.2": "subnet-2",
  };
  const name = { CacheSubnetGroupName: "private" };

  it("shows what it was made with", async () => {
    const { query } = asking(cacheSubnetGroups());
    await query("CreateCacheSubnetGroup", group);
    const { text } = await query("DescribeCacheSubnetGroups", name);
    expect(elements(text, "SubnetIdentifier")).toEqual(["subnet-1", "subnet-2"]);
    expect(elements(text, "CacheSubnetGroupDescription")).toEqual(["private subnets"]);
  });

  it("keeps what a change does not mention", async () => {
    const { query } = asking(cacheSubnetGroups());
    await query("CreateCacheSubnetGroup", group);
    await query("ModifyCacheSubnetGroup", { ...name, "SubnetIds.SubnetIdentifier.1": "subnet-3" });
    const { text } = await query("DescribeCacheSubnetGroups", name);
    expect(elements(text, "SubnetIdentifier")).toEqual(["subnet-3"]);
    expect(elements(text, "CacheSubnetGroupDescription")).toEqual(["private subnets"]);
  });

  it("can be deleted, is not found afterwards, and can be made again", async () => {
    const { query } = asking(cacheSubnetGroups());
    await query("CreateCacheSubnetGroup", group);
    expect((await query("DeleteCacheSubnetGroup", name)).status).toBe(200);
    const { status, text } = await query("DescribeCacheSubnetGroups", name);
    expect([status, elements(text, "Code")]).toEqual([404, ["CacheSubnetGroupNotFoundFault"]]);
    expect((await query("CreateCacheSubnetGroup", group)).status).toBe(200);
  });
});
