import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchQueryDefinition } from "@cdktf/provider-aws/lib/cloudwatch-query-definition";
import { Construct } from "constructs";

/** Logs of MySQL that RDS writes to CloudWatch. */
export const EXPORTED_LOGS = ["error", "slowquery"] as const;

export interface DatabaseLogsProps {
  /** Identifier of the instance. */
  readonly name: string;
  readonly retentionDays: number;
}

/**
 * The log groups of an instance, made before it: RDS would make them itself, and then what is in them is kept for ever.
 *
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.MySQLDB.PublishtoCloudWatchLogs.html
 */
export class DatabaseLogs extends Construct {
  readonly groups: readonly CloudwatchLogGroup[];

  constructor(scope: Construct, id: string, { name, retentionDays }: DatabaseLogsProps) {
    super(scope, id);
    const [error, slow] = EXPORTED_LOGS.map(
      (log) =>
        new CloudwatchLogGroup(this, `${log}_log_group`, {
          name: `/aws/rds/instance/${name}/${log}`,
          retentionInDays: retentionDays,
        }),
    ) as [CloudwatchLogGroup, CloudwatchLogGroup];
    this.groups = [error, slow];
    new CloudwatchQueryDefinition(this, "slow_queries", {
      name: `${name}/slow queries`,
      logGroupNames: [slow.name],
      queryString: [
        'parse @message "Query_time: * Lock_time: * Rows_sent: * Rows_examined: *\\n" as seconds, locked, sent, examined',
        "sort seconds desc",
        "display @timestamp, seconds, examined, sent, @message",
        "limit 50",
      ].join("\n| "),
    });
  }
}

/** What makes MySQL write slow queries, and into files: RDS exports nothing from tables. */
export function slowLogParameters(seconds: number): { readonly name: string; readonly value: string }[] {
  return [
    { name: "slow_query_log", value: "1" },
    { name: "long_query_time", value: String(seconds) },
    { name: "log_output", value: "FILE" },
  ];
}
