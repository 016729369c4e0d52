/** When each alarm goes off. What the numbers mean and why they are these: `alarms.thresholds` in `environments/schema/alarms.ts`. */
export interface Thresholds {
  /** Answers in 5 minutes. */
  readonly serverErrors: number;
  /** Requests in 5 minutes. */
  readonly blockedRequests: number;
  /** Minutes. */
  readonly unhealthyTargetMinutes: number;
  /** Minutes. */
  readonly missingTaskMinutes: number;
  /** Percent of `database.allocatedStorage`. */
  readonly databaseFreeDiskPercent: number;
  /** Percent, on average of 15 minutes. */
  readonly databaseCpuPercent: number;
  /** Percent of `max_connections`. */
  readonly databaseConnectionsPercent: number;
  /** Percent of the instance's memory. */
  readonly databaseFreeMemoryPercent: number;
  /** Percent of the node's memory for data. */
  readonly cacheMemoryPercent: number;
  /** Keys in 5 minutes. */
  readonly cacheEvictions: number;
  /** Seconds. */
  readonly cacheReplicationLagSeconds: number;
  /** Days. */
  readonly certificateDays: number;
  /** Connections in 5 minutes. */
  readonly natErrors: number;
}
