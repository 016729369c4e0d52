import type { Resource } from "../../graph/graph.ts";
import { linkedResource } from "../../graph/links.ts";
import { type Block, blocks, isEmpty, items, text, type Value } from "../../graph/value.ts";
import type { Rule } from "../../rule.ts";

/** What a parameter has to be for a log of MySQL to be written, and into a file: from tables, RDS exports nothing. */
const WRITTEN_BY: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  slowquery: { slow_query_log: /^(?:1|ON)$/i, log_output: /^FILE$/i },
  general: { general_log: /^(?:1|ON)$/i, log_output: /^FILE$/i },
};

/** Whether logs that are exported are written. */
export const DATABASE_LOG_RULES: readonly Rule[] = [
  {
    id: "DB-039",
    severity: "warning",
    title: "A log that is exported is written",
    when: "runtime",
    prevents: "no error: the log group stays empty, or is never made",
    cause:
      "MySQL writes neither slow queries nor all queries by default, and into tables instead of files in RDS's own parameter group.",
    reference:
      "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.MySQLDB.PublishtoCloudWatchLogs.html",
    *check(graph) {
      for (const at of graph
        .ofType("aws_db_instance")
        .filter((one) => one.isPlanned && text(one.get("engine")) === "mysql")) {
        for (const log of items(at.get("enabled_cloudwatch_logs_exports")).items) {
          const missing = missingFor(text(log) ?? "", at);
          if (missing.length === 0) continue;
          yield {
            at,
            message: `exports the log ${text(log)}, which MySQL does not write without ${missing.join(" and ")}.`,
            fix: "Set the parameters in an aws_db_parameter_group of the instance's.",
            attribute: "enabled_cloudwatch_logs_exports",
          };
        }
      }
    },
  },
];

/** Parameters of the instance's group that keep a log from being written, as they would have to be. */
function missingFor(log: string, instance: Resource): string[] {
  const wanted = Object.entries(WRITTEN_BY[log] ?? {});
  const set = parametersOf(instance.get("parameter_group_name"));
  if (!set) return [];
  return wanted
    .filter(([name, good]) => !set.has(name) || !(good.test(set.get(name) ?? "") || set.get(name) === undefined))
    .map(([name]) => (name === "log_output" ? 'log_output = "FILE"' : `${name} = "1"`));
}

/** Values of parameters by their names, undefined where one is not known; nothing where it can't be known which there are. */
function parametersOf(group: Value | undefined): ReadonlyMap<string, string | undefined> | undefined {
  if (isEmpty(group)) return new Map();
  const { complete, blocks: parameters } = blocks(linkedResource(group, "aws_db_parameter_group")?.get("parameter"));
  if (!complete || !linkedResource(group, "aws_db_parameter_group")) return undefined;
  return new Map(parameters.map(({ name, value }: Block) => [text(name) ?? "", text(value)]));
}
