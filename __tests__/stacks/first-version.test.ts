import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { synthesize } from "../support/synthesize.ts";

/**
 * Production's arguments in the first version that could be deployed. An environment of that time has them in its state: one that is
 * another today is replaced, or changed in place, at the next apply. Real Terraform was asked once, on the emulator, which it is.
 */
const FIRST = readFileSync(join(import.meta.dirname, "first-version.txt"), "utf8")
  .trimEnd()
  .split("\n");

/** What the plan of that environment changes in place, or says nothing of. A line more here takes a plan that says so. */
const IN_PLACE = [
  "aws_acm_certificate.lb_certificate_request.subject_alternative_names",
  "aws_db_instance.database_mysql.apply_immediately",
  "aws_db_instance.database_mysql.enabled_cloudwatch_logs_exports",
  "aws_db_instance.database_mysql.final_snapshot_identifier",
  "aws_db_instance.database_mysql.max_allocated_storage",
  "aws_db_parameter_group.database_parameter_group.parameter",
  "aws_elasticache_replication_group.cache_redis.apply_immediately",
  "aws_elasticache_replication_group.cache_redis.auto_minor_version_upgrade",
  "aws_route53_record.lb_certificate_record.name",
  "aws_route53_record.lb_certificate_record.records",
  "aws_route53_record.lb_certificate_record.type",
  "aws_s3_bucket_lifecycle_configuration.lb_access_logs_expiry.rule",
];

/** Not sent to AWS, or texts of JSON, such as policies: a new one is a change in place, or a revision of a task definition. */
const LEFT_OUT = /^(\/\/|provider|depends_on|lifecycle|.*policy|container_definitions)$/;

type Arguments = Readonly<Record<string, unknown>>;

/** One line an argument: `address.argument = value`. What Terraform ignores changes of is left out. */
function linesOf(resources: Readonly<Record<string, Readonly<Record<string, Arguments>>>>): string[] {
  return Object.entries(resources).flatMap(([type, named]) =>
    Object.entries(named).flatMap(([name, resource]) =>
      Object.entries(resource)
        .filter(([argument]) => !LEFT_OUT.test(argument) && !ignoredBy(resource).includes(argument))
        .map(([argument, value]) => `${type}.${name}.${argument} = ${JSON.stringify(value)}`),
    ),
  );
}

const ignoredBy = ({ lifecycle }: Arguments) =>
  (lifecycle as { ignore_changes?: readonly string[] } | undefined)?.ignore_changes ?? [];

const addressOf = (line: string) => line.split(".", 2).join(".");
const argumentOf = (line: string) => line.slice(0, line.indexOf(" = "));

describe("an environment that the first version made", () => {
  const { json } = synthesize({ images: { nginx: "0.1.0", app: "0.1.0" } });

  it("has nothing renamed and nothing replaced by this one but revisions of task definitions", () => {
    const there = new Set(FIRST.map(addressOf));
    const today = linesOf(json.resource).filter((line) => there.has(addressOf(line)));
    const isIgnored = (line: string) => {
      const [type = "", name = "", argument = ""] = argumentOf(line).split(".");
      return ignoredBy(json.resource[type]?.[name] ?? {}).includes(argument);
    };
    const others = [...FIRST.filter((line) => !today.includes(line)), ...today.filter((line) => !FIRST.includes(line))];
    const unexpected = others.filter((line) => !isIgnored(line) && !IN_PLACE.includes(argumentOf(line)));
    expect(unexpected, "CONTRIBUTING.md, A first setting, says what to do with a new argument").toEqual([]);
  });

  it("keeps its secrets under the names that they have, with the values that are in them", () => {
    const names = FIRST.filter((line) => /^aws_secretsmanager_secret\.\w+\.name = /.test(line));
    expect(names).toHaveLength(3);
    for (const line of names) {
      const [type = "", name = ""] = line.split(".");
      expect(json.resource[type][name].lifecycle, line).toEqual({ ignore_changes: ["name"] });
    }
  });
});
