import type { ElasticacheReplicationGroup } from "@cdktf/provider-aws/lib/elasticache-replication-group";
import type { Watch } from "./alarm.ts";
import type { Thresholds } from "./thresholds.ts";

export interface CacheProps {
  readonly replicationGroup: ElasticacheReplicationGroup;
  readonly nodes: number;
}

/** Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html */
export function watchCache({ replicationGroup, nodes }: CacheProps, thresholds: Thresholds): Watch[] {
  /** A replication group has no metrics of its own, its nodes have: `<group>-001`, `<group>-002`, … */
  const metricsOf = (name: string): Pick<Watch, "metrics" | "expression"> => {
    const metrics = Array.from({ length: nodes }, (_, index) => ({
      namespace: "AWS/ElastiCache",
      name,
      dimensions: { CacheClusterId: `${replicationGroup.id}-${String(index + 1).padStart(3, "0")}` },
    })) as unknown as Watch["metrics"];
    return { metrics, ...(nodes > 1 && { expression: "MAX(METRICS())" }) };
  };
  return [
    {
      id: "cache_memory",
      severity: "warning",
      means: `A node of the cache has filled ${thresholds.cacheMemoryPercent} % of its memory. When it is full, it evicts keys or rejects writes: sessions and jobs are lost. Use a larger cache.nodeType.`,
      first: "status",
      ...metricsOf("DatabaseMemoryUsagePercentage"),
      statistic: "Maximum",
      minutes: 5,
      times: 3,
      beyond: ">=",
      threshold: thresholds.cacheMemoryPercent,
    },
    {
      id: "cache_evictions",
      severity: "warning",
      means: `The cache has evicted ${thresholds.cacheEvictions} keys or more in 5 minutes for lack of memory: sessions or jobs may be lost. Use a larger cache.nodeType.`,
      first: "status",
      ...metricsOf("Evictions"),
      statistic: "Sum",
      minutes: 5,
      beyond: ">=",
      threshold: thresholds.cacheEvictions,
    },
    ...(nodes > 1
      ? [
          {
            id: "cache_replication_lag",
            severity: "warning",
            means: `A replica of the cache has been ${thresholds.cacheReplicationLagSeconds} seconds or more behind for 5 minutes: recent writes are lost in a failover.`,
            first: "status",
            ...metricsOf("ReplicationLag"),
            statistic: "Maximum",
            minutes: 1,
            times: 5,
            beyond: ">=",
            threshold: thresholds.cacheReplicationLagSeconds,
          } satisfies Watch,
        ]
      : []),
  ];
}
