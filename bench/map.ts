// What it takes to draw a map of 1,000 resources, paths of every pair included, and how large the page is: of production
// with workers that share a security group, and of services that each have one of their own.
import { tmpdir } from "node:os";
import { costOf } from "@operation-app/cost";
import { htmlOf, mapOf } from "@operation-app/map";
import { load, preflight } from "@operation-app/preflight";
import { App } from "cdktf";
import production from "../environments/production.ts";
import { parseEnvironments } from "../environments/schema/index.ts";
import { OperationStack } from "../stacks/operation-stack.ts";
import { againstTarget, processorTime } from "./measure.ts";

for (const [name, configuration] of [
  ["workers with one group", withWorkers(224)],
  ["services with a group of their own", servicesOfTheirOwn(200)],
] as const) {
  let size = 0;
  const graph = await load(configuration, "bench");
  const taken = await processorTime(() => {
    const map = mapOf(graph, { name, findings: preflight(graph), cost: costOf(graph) });
    size = Buffer.byteLength(htmlOf(map));
  });
  console.log(`Map of ${graph.resources.length} resources after loading, ${name}, processor time, once`);
  console.log(againstTarget("time", taken, 3000, " ms"));
  console.log(againstTarget("size", size / 1024 ** 2, 3, " MB"));
}

function withWorkers(count: number): unknown {
  const worker = { command: ["sidekiq"], size: { cpu: 256, memory: 512 } as const, tasks: { min: 1, max: 1 } };
  const workers = Object.fromEntries(Array.from({ length: count }, (_, index) => [`worker-${index}`, worker]));
  const [environment] = parseEnvironments({
    bench: { ...production, images: { nginx: "0.1.0", app: "0.1.0" }, ecs: { ...production.ecs, workers } },
  });
  if (!environment) throw new Error("production is not a valid environment");
  const stack = new OperationStack(new App({ outdir: tmpdir(), stackTraces: false }), environment);
  return JSON.parse(JSON.stringify(stack.toTerraform()));
}

function servicesOfTheirOwn(count: number): unknown {
  const all = <T>(of: (index: number) => T) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`s${index}`, of(index)]));
  const everywhere = { protocol: "-1", from_port: 0, to_port: 0, cidr_blocks: ["0.0.0.0/0"] };
  return {
    provider: { aws: [{ region: "ap-northeast-1" }] },
    resource: {
      aws_vpc: { main: { cidr_block: "10.0.0.0/16" } },
      aws_subnet: {
        main: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.0.0/20", availability_zone: "ap-northeast-1a" },
      },
      aws_security_group: all(() => ({ vpc_id: "${aws_vpc.main.id}", egress: [everywhere] })),
      aws_vpc_security_group_ingress_rule: all((index) => ({
        security_group_id: `\${aws_security_group.s${index}.id}`,
        referenced_security_group_id: `\${aws_security_group.s${(index + 1) % count}.id}`,
        ip_protocol: "tcp",
        from_port: 3000,
        to_port: 3000,
      })),
      aws_cloudwatch_log_group: all((index) => ({ name: `/s${index}` })),
      aws_ecs_task_definition: all((index) => ({
        family: `s${index}`,
        requires_compatibilities: ["FARGATE"],
        container_definitions: JSON.stringify([{ name: "app", image: "app", portMappings: [{ containerPort: 3000 }] }]),
      })),
      aws_ecs_service: all((index) => ({
        name: `s${index}`,
        launch_type: "FARGATE",
        task_definition: `\${aws_ecs_task_definition.s${index}.arn}`,
        network_configuration: {
          subnets: ["${aws_subnet.main.id}"],
          security_groups: [`\${aws_security_group.s${index}.id}`],
        },
      })),
    },
  };
}
