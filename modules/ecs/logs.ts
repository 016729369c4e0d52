import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchQueryDefinition } from "@cdktf/provider-aws/lib/cloudwatch-query-definition";
import type { Construct } from "constructs";

interface LogProps {
  /** Name of the cluster. */
  readonly name: string;
  readonly logRetentionDays: number;
}

/** A log group for each name: `/ecs/<cluster>/<name>`. */
export function createLogGroups(
  scope: Construct,
  names: readonly string[],
  { name: cluster, logRetentionDays }: LogProps,
): Record<string, CloudwatchLogGroup> {
  return Object.fromEntries(
    names.map((name) => [
      name,
      new CloudwatchLogGroup(scope, `${name}_log_group`, {
        name: `/ecs/${cluster}/${name}`,
        retentionInDays: logRetentionDays,
      }),
    ]),
  );
}

/** A query in Logs Insights for what looks like an error, in all of these groups. */
export function saveErrorQuery(scope: Construct, cluster: string, logGroups: readonly CloudwatchLogGroup[]): void {
  new CloudwatchQueryDefinition(scope, "error_query", {
    name: `${cluster}/errors`,
    logGroupNames: logGroups.map(({ name }) => name),
    queryString: [
      "fields @timestamp, @log, @message",
      "filter @message like /(?i)(error|exception|fatal)/",
      "sort @timestamp desc",
      "limit 200",
    ].join("\n| "),
  });
}
