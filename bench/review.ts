// What a review takes beside the reading of the file, preflight included, from 250 resources to 4,000. A part of the resources changes, in all the ways that are compared.

import { markdownReview, parsePolicy, review } from "@operation-app/plan-review";
import { type Plan, parsePlan } from "@operation-app/plan-review/plan";
import policy from "../review-policy.ts";
import { againstTarget, growth, median, processorTime } from "./measure.ts";

const SIZES = [250, 500, 1000, 2000, 4000] as const;
const ROUNDS = 5;

const KINDS = [
  (index: number) => change("aws_ecs_task_definition", index, task("1", index), task("2", index)),
  (index: number) => change("aws_iam_role_policy", index, role("s3:GetObject"), role("s3:PutObject")),
  (index: number) => change("aws_security_group", index, group("10.0.0.0/8"), group("0.0.0.0/0")),
  (index: number) => change("aws_ssm_parameter", index, { name: "a", value: "x", index }, null),
  (index: number) => change("aws_ssm_parameter", index, null, { name: "b", value: "y", index }),
  ...Array.from({ length: 5 }, () => (index: number) => {
    const same = { name: `subnet-${index}`, tags: { Name: "x", Index: String(index) } };
    return change("aws_cloudwatch_log_group", index, same, same);
  }),
];

const options = { policy: parsePolicy(policy, "review-policy.ts"), today: "2026-01-01" };
const plans = SIZES.map((size) => parsePlan(JSON.stringify(planOf(size)), "bench"));
await measure(plans[0] as Plan); // warms up

console.log(`Review after loading, processor time, median of ${ROUNDS} in one warm process`);
const sizes: { count: number; milliseconds: number }[] = [];
for (const [index, plan] of plans.entries()) {
  const runs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) runs.push(await measure(plan));
  sizes.push({ count: SIZES[index] as number, milliseconds: median(runs) });
}
growth(sizes, "resource");
console.log(againstTarget(`${sizes[2]?.count} resources`, sizes[2]?.milliseconds ?? Number.NaN, 1000, " ms"));

function measure(plan: Plan): Promise<number> {
  return processorTime(async () => markdownReview(await review(plan, "bench", options)));
}

function planOf(size: number): unknown {
  const changes = Array.from({ length: size }, (_, index) => KINDS[index % KINDS.length]?.(index));
  const resources = changes.flatMap((one) =>
    one?.change.after
      ? [{ address: one.address, mode: "managed", type: one.type, name: one.name, values: one.change.after }]
      : [],
  );
  return {
    format_version: "1.2",
    complete: true,
    planned_values: { root_module: { resources } },
    configuration: { root_module: {} },
    resource_changes: changes,
  };
}

function change(type: string, index: number, before: unknown, after: unknown) {
  const name = `x${index}`;
  const actions =
    before === null ? ["create"] : after === null ? ["delete"] : before === after ? ["no-op"] : ["update"];
  return { address: `${type}.${name}`, mode: "managed", type, name, change: { actions, before, after } };
}

function task(tag: string, index: number) {
  const environment = Array.from({ length: 20 }, (_, one) => ({
    name: `NAME_${one}`,
    value: `${one === index % 20 ? tag : "x"}`,
  }));
  return {
    family: `task-${index}`,
    container_definitions: JSON.stringify([
      { name: "nginx", image: "nginx:1" },
      { name: "app", image: `app:${tag}`, environment },
    ]),
  };
}

function role(action: string) {
  const statement = (index: number, Action: string) => ({ Sid: `S${index}`, Effect: "Allow", Action, Resource: "*" });
  const Statement = Array.from({ length: 5 }, (_, index) =>
    statement(index, index === 2 ? action : "logs:PutLogEvents"),
  );
  return { policy: JSON.stringify({ Version: "2012-10-17", Statement }) };
}

function group(block: string) {
  return { ingress: [{ protocol: "tcp", from_port: 443, to_port: 443, cidr_blocks: [block], ipv6_cidr_blocks: [] }] };
}
