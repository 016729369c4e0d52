import type { Graph, Resource } from "../../graph/graph.ts";
import { type Block, isBlock } from "../../graph/value.ts";
import { defineRule, type Rule } from "../../rule.ts";

/** Engines whose major version is more than the first number: of 8.0.36 it is 8.0, of 10.11.6 it is 10.11. */
const TWO_NUMBERS = /^(?:aurora-)?mysql$|^aurora$|^mariadb$/;

/** The major version of an engine. Source: "Upgrading a DB instance engine version" in the guide of Amazon RDS. */
function majorOf(engine: string, version: string): string {
  const numbers = version.split(".");
  const first = Number(numbers[0]);
  const isLong = TWO_NUMBERS.test(engine) || (engine.includes("postgres") && first < 10);
  return numbers.slice(0, isLong ? 2 : 1).join(".");
}

/** Below 0: `a` is older than `b`, as far as both are written out. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number)) as [number[], number[]];
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0 || Number.isNaN(difference)) return difference || 0;
  }
  return 0;
}

function* updates(
  graph: Graph,
  ...types: readonly string[]
): Generator<{ resource: Resource; before: Block; after: Block }> {
  for (const resource of graph.kind === "plan" ? graph.ofType(...types) : []) {
    const { change } = resource;
    if (change?.actions.join() !== "update" || !isBlock(change.before) || !isBlock(change.after)) continue;
    yield { resource, before: change.before, after: change.after };
  }
}

export const UPGRADE_RULES: readonly Rule[] = [
  defineRule({
    id: "CHG-005",
    severity: "error",
    title: "A database's engine version goes up, and a major upgrade is allowed",
    reference: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Upgrading.html",
    problems: {
      major: {
        when: "apply",
        prevents:
          "InvalidParameterCombination: The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.",
        cause: "A major version may break an application, so RDS requires allow_major_version_upgrade.",
      },
      down: {
        when: "apply",
        prevents: "InvalidParameterCombination: Cannot upgrade … from … to …",
        cause: "RDS does not go back to an older version of an engine.",
      },
    },
    *check(graph) {
      for (const { resource, before, after } of updates(graph, "aws_db_instance", "aws_rds_cluster")) {
        const [old, version, engine] = [before.engine_version, after.engine_version, before.engine];
        if (typeof old !== "string" || typeof version !== "string" || typeof engine !== "string") continue;
        if (old === version || old === "" || version === "" || after.engine !== engine) continue;
        const direction = compareVersions(version, old);
        const isMajor = compareVersions(majorOf(engine, old), majorOf(engine, version)) !== 0;
        if (direction < 0) {
          yield {
            kind: "down",
            at: resource,
            message: `goes from ${engine} ${old} back to ${version}.`,
            fix: `Write engine_version = "${old}", or restore a snapshot of the older version into a new database.`,
            attribute: "engine_version",
          };
        } else if (isMajor && after.allow_major_version_upgrade !== true) {
          yield {
            kind: "major",
            at: resource,
            message: `goes from ${engine} ${old} to ${version}, another major version, without allow_major_version_upgrade = true.`,
            fix: `Set allow_major_version_upgrade to true, and take a parameter group for ${engine} ${majorOf(engine, version)}.`,
            attribute: "engine_version",
          };
        }
      }
    },
  }),
  {
    id: "CHG-006",
    severity: "error",
    title: "The storage of a database only grows",
    when: "apply",
    prevents: "InvalidParameterCombination or InvalidParameterValue at ModifyDBInstance: invalid storage size",
    cause: "RDS can add storage to a database, and can't take it back.",
    reference: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.ModifyingExisting.html",
    *check(graph) {
      for (const { resource, before, after } of updates(graph, "aws_db_instance")) {
        const [old, size] = [before.allocated_storage, after.allocated_storage];
        if (typeof old !== "number" || typeof size !== "number" || size >= old || size === 0) continue;
        yield {
          at: resource,
          message: `goes from ${old} to ${size} GiB of allocated_storage.`,
          fix: `Write allocated_storage = ${old}, or move the data to a new, smaller database.`,
          attribute: "allocated_storage",
        };
      }
    },
  },
];
