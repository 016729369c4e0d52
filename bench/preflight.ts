// What preflight takes beside the reading of the file, from 250 resources to 4,000, each round with a graph of its own.
// The configurations are production with more and more workers, so that every rule has work.
//
// Warm: what V8 has compiled and optimized in the rounds before, nearly all of it after WARM_UP rounds. It compiles on threads
// of its own, whose time counts too: a round before that takes up to three times as long. The first one in a process, which
// is what `bin/infra check` waits for, is shown by itself. Nothing that is known of a graph outlives its round.
import { tmpdir } from "node:os";
import { load, preflight } from "@operation-app/preflight";
import { App } from "cdktf";
import production from "../environments/production.ts";
import { parseEnvironments } from "../environments/schema/index.ts";
import { OperationStack } from "../stacks/operation-stack.ts";
import { againstTarget, growth, median, processorTime } from "./measure.ts";

const SIZES = [250, 500, 1000, 2000, 4000] as const;
const ROUNDS = 5;
const WARM_UP = 40;

/** Resources that production has, and that a worker adds: a task definition, a service, a log group and an alarm. */
const BASE = 137;
const PER_WORKER = 4;

const configurations = SIZES.map((size) => configurationOf(size));
const first = await measure(configurations[2]);
for (let round = 1; round < WARM_UP; round++) await measure(configurations[2]);

console.log(`Preflight after loading, processor time, median of ${ROUNDS} in one process after ${WARM_UP} rounds`);
console.log(`  ${first.count} resources, the first round of the process   ${first.milliseconds.toFixed(0)} ms`);
const sizes: { count: number; milliseconds: number }[] = [];
for (const configuration of configurations) {
  const runs = [];
  for (let round = 0; round < ROUNDS; round++) runs.push(await measure(configuration));
  sizes.push({ count: runs[0]?.count ?? 0, milliseconds: median(runs.map((run) => run.milliseconds)) });
}
growth(sizes, "resource");
console.log(againstTarget(`${sizes[2]?.count} resources`, sizes[2]?.milliseconds ?? Number.NaN, 100, " ms"));

console.log("\nServices that one group lets in, each by a rule of its own");
const shared: { count: number; milliseconds: number }[] = [];
for (const count of [100, 300, 1000]) {
  const { milliseconds } = await measure(servicesOfOneGroup(count));
  shared.push({ count, milliseconds });
}
growth(shared, "service");

/** Services that use one database, whose group has a rule for each of them. */
function servicesOfOneGroup(count: number): unknown {
  const all = <T>(of: (index: number) => T) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`s${index}`, of(index)]));
  const everywhere = { protocol: "-1", from_port: 0, to_port: 0, cidr_blocks: ["0.0.0.0/0"] };
  const environment = [{ name: "DATABASE_HOST", value: "${aws_db_instance.main.address}" }];
  return {
    resource: {
      aws_vpc: { main: { cidr_block: "10.0.0.0/16" } },
      aws_subnet: { main: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.0.0/24" } },
      aws_security_group: { database: {}, ...all(() => ({ egress: [everywhere] })) },
      aws_vpc_security_group_ingress_rule: all((index) => ({
        security_group_id: "${aws_security_group.database.id}",
        ip_protocol: "tcp",
        from_port: 3306,
        to_port: 3306,
        referenced_security_group_id: `\${aws_security_group.s${index}.id}`,
      })),
      aws_ecs_task_definition: {
        main: { family: "main", container_definitions: JSON.stringify([{ name: "main", image: "main", environment }]) },
      },
      aws_ecs_service: all((index) => ({
        task_definition: "${aws_ecs_task_definition.main.arn}",
        network_configuration: {
          subnets: ["${aws_subnet.main.id}"],
          security_groups: [`\${aws_security_group.s${index}.id}`],
        },
      })),
      aws_db_subnet_group: { main: { subnet_ids: ["${aws_subnet.main.id}"] } },
      aws_db_instance: {
        main: {
          engine: "mysql",
          db_subnet_group_name: "${aws_db_subnet_group.main.name}",
          vpc_security_group_ids: ["${aws_security_group.database.id}"],
        },
      },
    },
  };
}

function configurationOf(size: number): unknown {
  const worker = {
    command: ["bundle", "exec", "sidekiq"],
    size: { cpu: 256, memory: 512 } as const,
    tasks: { min: 1, max: 1 },
  };
  const count = Math.max(Math.round((size - BASE) / PER_WORKER), 0);
  const workers = Object.fromEntries(Array.from({ length: count }, (_, index) => [`worker-${index}`, worker]));
  const [environment] = parseEnvironments({
    bench: { ...production, images: { nginx: "0.1.0", app: "0.1.0" }, ecs: { ...production.ecs, workers } },
  });
  if (!environment) throw new Error("production is not a valid environment");
  const app = new App({ outdir: tmpdir(), stackTraces: false });
  return JSON.parse(JSON.stringify(new OperationStack(app, environment).toTerraform()));
}

async function measure(configuration: unknown) {
  const graph = await load(configuration, "bench");
  return { count: graph.resources.length, milliseconds: await processorTime(() => preflight(graph)) };
}
