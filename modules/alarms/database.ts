import type { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import type { Watch } from "./alarm.ts";
import { GIB, instanceMemory, mostConnections } from "./instance-memory.ts";
import type { Thresholds } from "./thresholds.ts";

export interface DatabaseProps {
  readonly instance: DbInstance;
  /** Such as `db.t4g.micro`. */
  readonly instanceClass: string;
  /** GiB. */
  readonly allocatedStorage: number;
}

/** Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html */
export function watchDatabase({ instance, ...size }: DatabaseProps, thresholds: Thresholds): Watch[] {
  const memory = instanceMemory(size.instanceClass);
  const metrics = (name: string): Watch["metrics"] => [
    // `id` would be RDS's own, which no metric has.
    { namespace: "AWS/RDS", name, dimensions: { DBInstanceIdentifier: instance.identifier } },
  ];
  const freeDisk = percent(thresholds.databaseFreeDiskPercent, size.allocatedStorage);
  return [
    {
      id: "database_disk",
      severity: "critical",
      means: `The database has less than ${gib(freeDisk)} of ${size.allocatedStorage} GiB of disk left. When it is full, MySQL stops. Raise database.allocatedStorage, and apply.`,
      first: "status",
      metrics: metrics("FreeStorageSpace"),
      statistic: "Minimum",
      minutes: 5,
      beyond: "<",
      threshold: freeDisk,
    },
    {
      id: "database_silent",
      severity: "critical",
      means:
        "No RDS metrics of the database for 10 minutes: it is stopped, has failed, was deleted, or was renamed. Without it the app returns errors. See the instance's events in RDS; recovery: docs/operation.md#after-a-loss.",
      first: "status",
      metrics: metrics("CPUUtilization"),
      // How often it was measured, and not how much it was.
      statistic: "SampleCount",
      minutes: 5,
      times: 2,
      beyond: "<",
      threshold: 1,
      missing: "breaching",
    },
    {
      id: "database_cpu",
      severity: "warning",
      means: `The database's CPU has been at ${thresholds.databaseCpuPercent} % or more for 15 minutes: queries become slow. Look for slow queries, or use a larger database.instanceClass.`,
      first: "logs --since 30m",
      metrics: metrics("CPUUtilization"),
      statistic: "Average",
      minutes: 5,
      times: 3,
      beyond: ">=",
      threshold: thresholds.databaseCpuPercent,
    },
    ...(memory === undefined ? [] : watchMemory(memory, metrics, thresholds)),
  ];
}

/** What depends on how much memory the instance has. */
function watchMemory(memory: number, metrics: (name: string) => Watch["metrics"], thresholds: Thresholds): Watch[] {
  const connections = Math.floor((mostConnections(memory) * thresholds.databaseConnectionsPercent) / 100);
  const freeMemory = percent(thresholds.databaseFreeMemoryPercent, memory);
  return [
    {
      id: "database_connections",
      severity: "warning",
      means: `The database has ${connections} connections or more, of about ${mostConnections(memory)} that it accepts; above that, Rails gets "Too many connections". Run fewer tasks or threads, or use a larger database.instanceClass.`,
      first: "status",
      metrics: metrics("DatabaseConnections"),
      statistic: "Maximum",
      minutes: 5,
      beyond: ">=",
      threshold: connections,
    },
    {
      id: "database_memory",
      severity: "warning",
      means: `The database has had less than ${gib(freeMemory)} of memory free for 15 minutes: it starts to swap, and may be restarted. Use a larger database.instanceClass.`,
      first: "status",
      metrics: metrics("FreeableMemory"),
      statistic: "Average",
      minutes: 5,
      times: 3,
      beyond: "<",
      threshold: freeMemory,
    },
  ];
}

/** Bytes that are so many percent of so many GiB. */
function percent(share: number, ofGib: number): number {
  return Math.round((ofGib * GIB * share) / 100);
}

function gib(bytes: number): string {
  return bytes >= GIB ? `${Math.round((bytes / GIB) * 10) / 10} GiB` : `${Math.round(bytes / 1024 ** 2)} MiB`;
}
