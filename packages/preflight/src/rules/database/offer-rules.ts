import { closest } from "fastest-levenshtein";
import type { Graph, Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { isEmpty, text } from "../../graph/value.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { quoted, textsOf } from "../shared/attributes.ts";
import { offerOf, versionOffer } from "../shared/offers.ts";
import { CLASSES, CLUSTER_ENGINES, ENGINES, GROWING, LISTED, LOG_TYPES, RETIRED, VERSIONS } from "./offers.ts";

const CREATE = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html";
const CLASS_TYPES = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Types.html";

const CLASS_ATTRIBUTES = [
  ["aws_db_instance", "instance_class"],
  ["aws_rds_cluster_instance", "instance_class"],
  ["aws_rds_cluster", "db_cluster_instance_class"],
] as const;

export const DATABASE_OFFER_RULES: readonly Rule[] = [
  defineRule({
    id: "DB-030",
    severity: "error",
    title: "RDS has that engine",
    reference: CREATE,
    problems: {
      engine: {
        when: "apply",
        prevents: "InvalidParameterValue: Invalid DB engine: postgresql",
        cause: "RDS knows engines by names of its own.",
      },
      cluster: {
        when: "apply",
        prevents:
          "InvalidParameterCombination: The engine aurora-mysql requires a DBClusterIdentifier (aws_rds_cluster_instance)",
        cause: "An instance of Aurora belongs to a cluster.",
      },
      other: {
        when: "apply",
        prevents:
          "InvalidParameterCombination: The engine name requested for your DB instance (postgres) doesn't match the engine name of your DB cluster (aurora-postgresql).",
        cause: "All instances of a cluster run the cluster's engine.",
      },
    },
    check: wrongEngines,
  }),
  defineRule({
    id: "DB-031",
    severity: "error",
    title: "RDS has that version of the engine",
    reference: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBEngineVersions.html",
    problems: {
      missing: {
        when: "apply",
        prevents: "InvalidParameterCombination: Cannot find version 8.0.38 for mysql",
        cause: "RDS offers some minor versions of an engine, and not those that it has left out or withdrawn.",
      },
      retired: {
        when: "apply",
        prevents: "InvalidParameterCombination: Cannot find version 9.6.24 for postgres",
        cause: "RDS makes no new database of a version whose support has ended.",
        severity: "warning",
      },
      unlisted: {
        when: "apply",
        prevents: "InvalidParameterCombination: Cannot find version 99.1 for postgres",
        cause: `It is not among the versions that were known in ${LISTED}, and may have come since.`,
        severity: "warning",
      },
    },
    *check(graph) {
      for (const database of graph.ofType("aws_db_instance", "aws_rds_cluster").filter(({ isMade }) => isMade)) {
        const [engine = "", version = ""] = [text(database.get("engine")), text(database.get("engine_version"))];
        const kind = isCopy(database) ? undefined : whyNoVersion(engine, version);
        if (!kind) continue;
        yield {
          kind,
          at: database,
          message: `runs ${engine} ${version}, ${{ missing: "which RDS does not have", retired: "which RDS no longer supports", unlisted: `a version that was not known in ${LISTED}` }[kind]}.`,
          fix: 'Write a version that "aws rds describe-db-engine-versions" lists, or the major version alone.',
          attribute: "engine_version",
        };
      }
    },
  }),
  defineRule({
    id: "DB-032",
    severity: "error",
    title: "RDS has that instance class",
    reference: CLASS_TYPES,
    problems: {
      missing: {
        when: "apply",
        prevents: "InvalidParameterValue: Invalid DB Instance class: db.t4g.nano",
        cause: "Each family has sizes of its own, and not all that EC2 has.",
      },
      unlisted: {
        when: "apply",
        prevents: "InvalidParameterValue: Invalid DB Instance class: db.m99.large",
        cause: `It is not among the classes that were known in ${LISTED}, and may have come since.`,
        severity: "warning",
      },
    },
    *check(graph) {
      for (const { at, attribute, name } of instanceClasses(graph)) {
        const offer = /^db\.(?!serverless$|custom\.).+\./.test(name) ? listed(name) : "offered";
        if (offer === "offered") continue;
        const sizes = CLASSES[name.split(".")[1] ?? ""];
        const fix = sizes ? `Write one of the sizes ${sizes.split(" ").join(", ")}.` : "Write a class that RDS lists.";
        const what = offer === "missing" ? "which RDS does not have" : `a class that was not known in ${LISTED}`;
        yield { kind: offer, at, message: `has ${attribute} = "${name}", ${what}.`, fix, attribute };
      }
    },
  }),
  defineRule({
    id: "DB-033",
    severity: "error",
    title: "The instance class is one of the engine's",
    reference: CLASS_TYPES,
    problems: {
      engine: {
        when: "apply",
        prevents:
          "InvalidParameterCombination: RDS does not support creating a DB instance with the following combination: DBInstanceClass=db.m6g.large, Engine=oracle-se2, …",
        cause:
          "Each engine runs on some classes only: Aurora on none below t3.medium, Oracle and SQL Server not on Graviton.",
      },
      encryption: {
        when: "apply",
        prevents: "InvalidParameterCombination: DB Instance class db.t2.micro does not support encryption at rest",
        cause: "The classes m1 and m2, and t2.micro, can't encrypt.",
      },
    },
    check: unfittingClasses,
  }),
  {
    id: "DB-034",
    severity: "error",
    title: "A database exports logs that its engine has",
    when: "apply",
    prevents:
      "InvalidParameterCombination: You cannot use the log types 'postgresql' with engine version mysql 8.0.43. For supported log types, see the documentation.",
    cause: "Each engine writes logs of its own names.",
    reference:
      "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html",
    *check(graph) {
      for (const at of graph.ofType("aws_db_instance", "aws_rds_cluster")) {
        if (!at.changes("engine", "enabled_cloudwatch_logs_exports")) continue;
        const engine = text(at.get("engine")) ?? "";
        const types = LOG_TYPES.find(([engines]) => engines.test(engine))?.[1];
        const attribute = "enabled_cloudwatch_logs_exports";
        const wrong = textsOf(at.get(attribute)).texts.filter((type) => types?.includes(type) === false);
        if (!types || wrong.length === 0) continue;
        const message = `exports ${quoted(wrong)}, which ${engine} does not write.`;
        yield { at, message, fix: `Write some of ${quoted(types)}.`, attribute };
      }
    },
  },
];

const COPIED = [
  "snapshot_identifier",
  "replicate_source_db",
  "restore_to_point_in_time",
  "replication_source_identifier",
];

/** It takes engine and version from what it is a copy of. */
function isCopy(database: Resource): boolean {
  return [...COPIED, "global_cluster_identifier"].some((name) => !isEmpty(database.get(name)));
}

/** The cluster of a cluster's instance, where it is made here. */
function clusterOf(instance: Resource): Resource | undefined {
  const link = linked(instance.get("cluster_identifier"), "aws_rds_cluster");
  return link.certain ? link.resources[0] : undefined;
}

/** Instance classes that are known, where they are written. */
function instanceClasses(graph: Graph): { readonly at: Resource; readonly attribute: string; readonly name: string }[] {
  return CLASS_ATTRIBUTES.flatMap(([type, attribute]) =>
    graph
      .ofType(type)
      .filter((at) => at.changes(attribute))
      .map((at) => ({ at, attribute, name: text(at.get(attribute)) ?? "" })),
  );
}

function* wrongEngines(graph: Graph): Generator<KindOfProblem<"engine" | "cluster" | "other">> {
  for (const at of graph.ofType("aws_db_instance", "aws_rds_cluster", "aws_rds_cluster_instance")) {
    const engine = text(at.get("engine"))?.toLowerCase() ?? "";
    const wrong = at.isPlanned && engine !== "" ? whyNoEngine(at, engine) : undefined;
    if (!wrong) continue;
    const { kind, more = "", fix } = wrong;
    yield { kind, at, message: `has engine = "${engine}"${more}.`, fix, attribute: "engine" };
  }
}

function whyNoEngine(at: Resource, engine: string) {
  const known = at.type === "aws_db_instance" ? ENGINES : CLUSTER_ENGINES;
  if (!known.includes(engine)) return { kind: "engine" as const, fix: `Write "${meantBy(engine, known)}".` };
  if (at.type === "aws_db_instance" && engine.startsWith("aurora")) {
    const fix = "Make it an aws_rds_cluster with an aws_rds_cluster_instance.";
    return { kind: "cluster" as const, more: ", which runs in clusters only", fix };
  }
  const cluster = at.type === "aws_rds_cluster_instance" ? text(clusterOf(at)?.get("engine")) : undefined;
  if (cluster === undefined || cluster === engine) return undefined;
  return { kind: "other" as const, more: ` in a cluster of ${cluster}`, fix: `Write "${cluster}".` };
}

function meantBy(engine: string, known: readonly string[]): string {
  return known.find((one) => engine.startsWith(one) || one.startsWith(engine)) ?? closest(engine, known.slice(0, 4));
}

function whyNoVersion(engine: string, version: string): "missing" | "retired" | "unlisted" | undefined {
  if (version === "") return undefined;
  if (RETIRED[engine]?.test(version)) return "retired";
  if (engine === "aurora-mysql")
    return /^(?:5\.7|8\.0|8\.4)(?:\.mysql_aurora\.\d+(?:\.\d+){1,3}|\.12)?$/.test(version) ? undefined : "missing";
  const versions = VERSIONS[engine];
  const offer = versions && /^\d+(?:\.\d+)*$/.test(version) ? versionOffer(version, versions) : "offered";
  return offer === "offered" ? undefined : offer;
}

function listed(name: string): "offered" | "missing" | "unlisted" {
  return name.includes(".tpc") ? "offered" : offerOf(name, CLASSES, GROWING);
}

/** Classes that an engine does not run on. Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Support.html */
const UNFIT: readonly (readonly [engines: RegExp, classes: RegExp, instead: string])[] = [
  [
    /^aurora/,
    /^db\.(?:m\d|c\d|t\w+\.(?:micro|nano)|t4g\.small|t\w+\.x?2?xlarge$|z1d|x1)/,
    "db.t4g.medium or db.r7g.large",
  ],
  [/^(?:oracle|sqlserver|db2)/, /^db\.[a-z]\d+g/, "a class of Intel's or AMD's, such as db.m7i.large"],
  [/^(?!aurora|neptune|docdb)./, /^db\.serverless$/, "db.t4g.medium: only Aurora is serverless"],
  [/^mysql 5\./, /^db\.(?:t4g|m7g|m8g|r8g)\./, "db.t3.medium or db.m5.large: MySQL 5.7 does not run on this Graviton"],
  [/^sqlserver-ex$/, /^db\.(?!t[23]\.)/, "db.t3.medium"],
  [/^sqlserver-(?:ee|se)$/, /^db\.t\d\w*\.(?:micro|small|medium|large)$/, "db.t3.xlarge"],
];

function* unfittingClasses(graph: Graph): Generator<KindOfProblem<"engine" | "encryption">> {
  for (const { at, attribute, name } of instanceClasses(graph)) {
    const engine = text(at.get("engine")) ?? text(clusterOf(at)?.get("engine")) ?? "";
    const version = text(at.get("engine_version"));
    const runs = version === undefined ? [engine] : [engine, `${engine} ${version}`];
    const unfit = UNFIT.find(([engines, classes]) => classes.test(name) && runs.some((one) => engines.test(one)));
    const instead = unfit?.[2];
    if (instead !== undefined) {
      const message = `has ${attribute} = "${name}", on which ${engine} does not run.`;
      yield { kind: "engine", at, message, fix: `Write ${instead}.`, attribute };
    }
    if (!/^db\.(?:m[12]\.|t2\.micro$)/.test(name) || text(at.get("storage_encrypted")) !== "true") continue;
    const message = `has storage_encrypted, which ${name} can't.`;
    yield { kind: "encryption", at, message, fix: "Write a newer class, such as db.t4g.micro.", attribute };
  }
}
