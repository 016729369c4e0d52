import { load, preflight, THOROUGH_RULE } from "@operation-app/preflight";
import { expect, it } from "vitest";

const REGION = "ap-northeast-1";
const named = (all: readonly object[]) => Object.fromEntries(all.map((one, index) => [`x${index}`, one]));

it("CFN-001 warns of what AWS does not list, and has what is taken most", async () => {
  const taken = ["mysql", "mariadb", "postgres"].flatMap((engine) =>
    ["t4g.micro", "t3.small", "m6g.large", "r7g.xlarge"].map((size) => ({ engine, instance_class: `db.${size}` })),
  );
  const nodes = ["t4g.micro", "t3.small", "m7g.large", "r7g.large"].map((size) => ({ node_type: `cache.${size}` }));
  const stack = {
    aws_db_instance: { bad: { engine: "mysql", instance_class: "db.m8a.large" }, ...named(taken) },
    aws_elasticache_replication_group: named(nodes),
    aws_instance: { bad: { instance_type: "t4g.pico" }, good: { instance_type: "t4g.nano" } },
    aws_opensearch_domain: { good: { cluster_config: [{ instance_type: "t3.small.search" }] } },
    aws_lambda_function: { bad: { runtime: "nodejs12.x" }, good: { runtime: "nodejs22.x" } },
  };
  const missing = (address: string, what: string) => `warning ${address} has ${what} in ${REGION}.`;
  const graph = await load({ provider: { aws: [{ region: REGION }] }, resource: stack }, "test.json");
  const found = preflight(graph, [THOROUGH_RULE]);
  expect(found.map(({ severity, address, message }) => `${severity} ${address} ${message}`)).toEqual([
    missing("aws_db_instance.bad", 'instance_class = "db.m8a.large", which AWS does not list for mysql'),
    missing("aws_instance.bad", 'instance_type = "t4g.pico", which AWS does not list'),
    missing("aws_lambda_function.bad", 'runtime = "nodejs12.x", which AWS does not list'),
  ]);
});
