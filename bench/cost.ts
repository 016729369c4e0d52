// What it takes to price a configuration beside the reading of it, against preflight on the same: both of a loaded graph of
// 1,000 resources, in turns.
import { costOf } from "@operation-app/cost";
import { load, preflight } from "@operation-app/preflight";
import { againstTarget, median, milliseconds, processorTime } from "./measure.ts";

const SIZE = 1000;
const ROUNDS = 7;

const runs: { cost: number; preflight: number }[] = [];
for (let round = 0; round <= ROUNDS; round++) {
  const [priced, checked] = [await graph(), await graph()];
  const cost = await processorTime(() => costOf(priced));
  runs.push({ cost, preflight: await processorTime(() => preflight(checked)) });
}
const [, ...warm] = runs;
const cost = median(warm.map((run) => run.cost));
console.log(`Cost of ${SIZE} resources after loading, processor time, median of ${ROUNDS} in one warm process`);
console.log(
  `  cost        ${milliseconds(cost)}\n  preflight   ${milliseconds(median(warm.map((run) => run.preflight)))}`,
);
console.log(againstTarget(`${SIZE} resources`, cost, 300, " ms"));
console.log(againstTarget("against preflight", median(warm.map((run) => run.cost / run.preflight)), 1));

/** As many services with a task definition, a log group, a secret and a scaling target of their own as fit. */
function graph() {
  const all = <T>(of: (index: number) => T) =>
    Object.fromEntries(Array.from({ length: SIZE / 5 }, (_, index) => [`s${index}`, of(index)]));
  return load(
    {
      provider: { aws: [{ region: "ap-northeast-1" }] },
      resource: {
        aws_ecs_task_definition: all((index) => ({ family: `s${index}`, cpu: "256", memory: "512" })),
        aws_ecs_service: all((index) => ({
          name: `s${index}`,
          launch_type: "FARGATE",
          desired_count: 1,
          task_definition: `\${aws_ecs_task_definition.s${index}.arn}`,
        })),
        aws_appautoscaling_target: all((index) => ({
          min_capacity: 1,
          max_capacity: 4,
          resource_id: `service/main/\${aws_ecs_service.s${index}.name}`,
        })),
        aws_cloudwatch_log_group: all(() => ({ retention_in_days: 30 })),
        aws_secretsmanager_secret: all((index) => ({ name: `s${index}` })),
      },
    },
    "bench",
  );
}
