import { ElasticacheReplicationGroup } from "@cdktf/provider-aws/lib/elasticache-replication-group";
import { ElasticacheSubnetGroup } from "@cdktf/provider-aws/lib/elasticache-subnet-group";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import type { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Construct } from "constructs";
import { REDIS_PORT } from "../firewall/index.ts";
import { createSecretWithValue, randomHex, type SecretVariable } from "../secret.ts";

/** Newest version of each engine that the provider's major versions 5 and 6 both know. */
const ENGINE_VERSION = { valkey: "8.0", redis: "7.1" } as const;
const AUTH_TOKEN_LENGTH = 64;

export interface CacheProps {
  /** Id of the replication group. */
  readonly name: string;
  readonly subnets: readonly Subnet[];
  readonly securityGroup: SecurityGroup;
  /** Valkey speaks Redis's protocol and costs a fifth less. */
  readonly engine: "valkey" | "redis";
  /** ElastiCache node type, such as `cache.t4g.micro`. */
  readonly nodeType: string;
  /** One, or more of which another takes over when the first fails. */
  readonly nodes: number;
  /** Days for which a daily snapshot is kept; 0 takes none. */
  readonly snapshotRetentionDays: number;
  /** A deleted address secret can be had back for 30 days. */
  readonly protection: boolean;
}

/** Redis (or Valkey) on ElastiCache: encrypted at rest and on the way, and asking for a password. */
export class Cache extends Construct {
  readonly replicationGroup: ElasticacheReplicationGroup;
  /** How many there are. */
  readonly nodes: number;
  readonly secrets: Readonly<Record<string, SecretVariable>>;

  private readonly props: CacheProps;

  constructor(scope: Construct, id: string, props: CacheProps) {
    super(scope, id);
    this.props = props;

    this.nodes = props.nodes;
    this.replicationGroup = this.createReplicationGroup(this.createSubnetGroup());
    this.secrets = { REDIS_URL: this.createAddressSecret() };
  }

  private createSubnetGroup(): ElasticacheSubnetGroup {
    return new ElasticacheSubnetGroup(this, "subnet_group", {
      name: this.props.name,
      subnetIds: this.props.subnets.map((subnet) => subnet.id),
    });
  }

  private createReplicationGroup(subnetGroup: ElasticacheSubnetGroup): ElasticacheReplicationGroup {
    const { name, engine, nodeType, nodes, securityGroup, snapshotRetentionDays } = this.props;
    return new ElasticacheReplicationGroup(this, "redis", {
      replicationGroupId: name,
      description: `${engine} of ${name}`,
      engine,
      engineVersion: ENGINE_VERSION[engine],
      nodeType,
      numCacheClusters: nodes,
      automaticFailoverEnabled: nodes > 1,
      multiAzEnabled: nodes > 1,
      port: REDIS_PORT,
      subnetGroupName: subnetGroup.name,
      securityGroupIds: [securityGroup.id],
      atRestEncryptionEnabled: "true",
      transitEncryptionEnabled: true,
      authToken: randomHex(AUTH_TOKEN_LENGTH),
      authTokenUpdateStrategy: "ROTATE",
      // A newer version than the one above would be a downgrade in the next plan, and so another cache.
      autoMinorVersionUpgrade: "false",
      applyImmediately: true,
      // Only where there are any: an environment without them has nothing new to apply.
      ...(snapshotRetentionDays > 0 && { snapshotRetentionLimit: snapshotRetentionDays }),
      lifecycle: { ignoreChanges: ["auth_token"] },
    });
  }

  /** The address has the password in it, so all of it is a secret. `rediss`, with two s: over TLS. */
  private createAddressSecret(): SecretVariable {
    const { name, protection } = this.props;
    const { authToken, primaryEndpointAddress } = this.replicationGroup;
    return createSecretWithValue(
      this,
      "url",
      { name: `${name}/REDIS_URL`, description: "Address of Redis, password included", protection },
      `rediss://:${authToken}@${primaryEndpointAddress}:${REDIS_PORT}/0`,
    );
  }
}
