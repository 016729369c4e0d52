import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Graph, Resource } from "./graph/graph.ts";
import { at, text } from "./graph/value.ts";
import { UserError } from "./input/user-error.ts";
import type { Problem, Rule } from "./rule.ts";
import { CACHE_OFFER_RULES } from "./rules/cache/offers.ts";
import { DATABASE_OFFER_RULES } from "./rules/database/offer-rules.ts";

/** AWS's own validator of CloudFormation templates, as far as it is used: it works offline, and its lists are its version's. */
interface Validator {
  validateStandard(
    template: unknown,
    config: { include: { ids: readonly string[] }; pseudoParameterOverrides: { region?: string } },
  ): { diagnostics: readonly { entity?: { logicalId?: string }; propertyPath?: string }[] };
  free(): void;
}

const PACKAGE = "@aws/cloudformation-validate";
/** The version that is installed with this one. */
const VERSION = "1.9.0-beta";

/**
 * Of its rules those that look a value up in a list of AWS's by region. Not E3062, classes by engine version: in this version
 * it has none of db.m6g.large for PostgreSQL 16.8, where that is offered.
 */
const LOOKUPS = [
  ...["E3025", "E3647", "E3694", "E3628", "E3620", "E3635", "E3652", "E3667", "E3670", "E3672"],
  ...["E2531", "E2533"],
];

/** Resources in CloudFormation's terms: the type, and its properties by the attributes that they are made of. */
const TYPES: Readonly<Record<string, readonly [type: string, properties: Readonly<Record<string, string>>]>> = {
  aws_db_instance: ["AWS::RDS::DBInstance", { DBInstanceClass: "instance_class", Engine: "engine" }],
  aws_rds_cluster_instance: ["AWS::RDS::DBInstance", { DBInstanceClass: "instance_class", Engine: "engine" }],
  aws_rds_cluster: ["AWS::RDS::DBCluster", { DBClusterInstanceClass: "db_cluster_instance_class", Engine: "engine" }],
  aws_elasticache_cluster: ["AWS::ElastiCache::CacheCluster", { CacheNodeType: "node_type" }],
  aws_elasticache_replication_group: ["AWS::ElastiCache::CacheCluster", { CacheNodeType: "node_type" }],
  aws_docdb_cluster_instance: ["AWS::DocDB::DBInstance", { DBInstanceClass: "instance_class" }],
  aws_neptune_cluster_instance: ["AWS::Neptune::DBInstance", { DBInstanceClass: "instance_class" }],
  aws_instance: ["AWS::EC2::Instance", { InstanceType: "instance_type" }],
  aws_opensearch_domain: [
    "AWS::OpenSearchService::Domain",
    { "ClusterConfig.InstanceType": "cluster_config.0.instance_type" },
  ],
  aws_redshift_cluster: ["AWS::Redshift::Cluster", { NodeType: "node_type" }],
  aws_mq_broker: ["AWS::AmazonMQ::Broker", { HostInstanceType: "host_instance_type" }],
  aws_dax_cluster: ["AWS::DAX::Cluster", { NodeType: "node_type" }],
  aws_lambda_function: ["AWS::Lambda::Function", { Runtime: "runtime" }],
};

/**
 * Looks values up in the lists of `@aws/cloudformation-validate`. It is no rule of each synth: where there is something to
 * look up, it takes about three seconds and some hundred megabytes, and otherwise nothing.
 *
 * Its check throws UserError where the package is not installed.
 */
export const THOROUGH_RULE: Rule = {
  id: "CFN-001",
  severity: "warning",
  title: "AWS offers that class, type or runtime in the region",
  when: "apply",
  prevents: "InvalidParameterCombination (or: InvalidParameterValue, Unsupported): … is not offered in this region",
  cause: `It is not in the list of ${PACKAGE} ${VERSION}, but may have been added since.`,
  reference: "https://github.com/aws-cloudformation/cloudformation-validate",
  *check(graph) {
    const byRegion = graph.once(templatesByRegion);
    if (byRegion.size === 0) return;
    const library = loadLibrary();
    const engine = new library.RegoEngine({});
    try {
      for (const [region, all] of byRegion) yield* lookUp(engine, library, region, all);
    } finally {
      engine.free();
    }
  },
};

interface Library {
  readonly RegoEngine: new (config: object) => Validator;
  readonly TemplateFile: new (path: string) => unknown;
}

function loadLibrary(): Library {
  try {
    return createRequire(import.meta.url)(PACKAGE);
  } catch {
    throw new UserError(
      `${PACKAGE} is not installed. Write: npm install --save-dev --save-exact ${PACKAGE}@${VERSION}`,
    );
  }
}

interface Templated {
  readonly resource: Resource;
  readonly region: string;
  readonly template: { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> };
}

function templatesByRegion(graph: Graph): Map<string, Templated[]> {
  const reported = reportedElsewhere(graph);
  const byRegion = new Map<string, Templated[]>();
  for (const resource of graph.ofType(...Object.keys(TYPES))) {
    const template = resource.isPlanned && !reported.has(resource) ? templateOf(resource) : undefined;
    const { region } = resource;
    if (!template || region === undefined) continue;
    byRegion.set(region, [...(byRegion.get(region) ?? []), { resource, region, template }]);
  }
  return byRegion;
}

/** Resources whose values the rules of each synth find something in. */
function reportedElsewhere(graph: Graph): ReadonlySet<unknown> {
  const rules = [...DATABASE_OFFER_RULES, ...CACHE_OFFER_RULES];
  return new Set(rules.flatMap((rule) => Array.from<Problem>(rule.check(graph))).map((problem) => problem.at));
}

/** What is known of a resource's values. */
function templateOf(resource: Resource): Templated["template"] | undefined {
  const [Type = "", names = {}] = TYPES[resource.type] ?? [];
  const Properties: Record<string, unknown> = {};
  for (const [path, attribute] of Object.entries(names)) {
    const value = text(at(resource.values, attribute));
    const [outer = "", inner] = path.split(".");
    if (value) Properties[outer] = inner === undefined ? value : { [inner]: value };
  }
  return Object.keys(Properties).length > 0 ? { Type, Properties } : undefined;
}

function* lookUp(engine: Validator, library: Library, region: string, all: readonly Templated[]): Generator<Problem> {
  const folder = mkdtempSync(join(tmpdir(), "preflight-"));
  try {
    const file = join(folder, "template.json");
    const entries = all.map(({ template }, index) => [`R${index}`, template] as const);
    writeFileSync(file, JSON.stringify({ Resources: Object.fromEntries(entries) }));
    const config = { include: { ids: LOOKUPS }, pseudoParameterOverrides: { region } };
    for (const { entity, propertyPath } of engine.validateStandard(new library.TemplateFile(file), config)
      .diagnostics) {
      const found = all[Number(entity?.logicalId?.slice(1) ?? Number.NaN)];
      const problem = found && problemOf(found, propertyPath ?? "");
      if (problem) yield problem;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function problemOf({ resource, region, template }: Templated, propertyPath: string): Problem | undefined {
  const path = propertyPath.replace(/^Properties\./, "");
  const attribute = TYPES[resource.type]?.[1][path];
  if (attribute === undefined) return undefined;
  const { Engine } = template.Properties;
  const runs = Engine === undefined ? "" : ` for ${Engine}`;
  return {
    at: resource,
    message: `has ${attribute.replace(".0.", ".")} = "${text(at(resource.values, attribute))}", which AWS does not list${runs} in ${region}.`,
    fix: "Write one that AWS offers there.",
    attribute: attribute.split(".")[0] ?? attribute,
  };
}
