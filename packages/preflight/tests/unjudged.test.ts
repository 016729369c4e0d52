import { describe, expect, it } from "vitest";
import { load } from "../src/graph/load.ts";
import { sentenceOf, unjudged } from "../src/unjudged.ts";
import { planOfStack } from "./support/plan.ts";
import type { Json } from "./support/rules.ts";
import { workingStack } from "./support/working-stack.ts";

/** What could not be judged of a stack, each kind with the values that are not known. */
async function unjudgedIn(root: Json) {
  return unjudged(await load(root, "test.json")).map((one) => ({
    sentence: sentenceOf(one),
    because: one.because.map(({ address, attribute, reason }) => `${address}.${attribute} ${reason}`),
    remedy: one.remedy,
  }));
}

/** The first plan of the working stack, in which one argument of a resource is as a module's `dynamic` block leaves it. */
function planWithDynamic(type: string, name: string, block: string): Json {
  const plan = planOfStack(workingStack());
  const named = (one: Json) => one.type === type && one.name === name;
  const { change } = plan.resource_changes.find(named);
  delete plan.planned_values.root_module.resources.find(named).values[block];
  delete plan.configuration.root_module.resources.find(named).expressions[block];
  change.after_unknown[block] = true;
  return plan;
}

const REMEDY = "Pass the plan's source directory, which has these references: --source DIR.";

it("says nothing of a configuration in which all is known", async () => {
  expect(await unjudgedIn(workingStack())).toEqual([]);
});

it("says nothing of a role that can be no other, however it is chosen", async () => {
  const stack = workingStack();
  const role = "aws_iam_role.app.arn";
  stack.resource.aws_ecs_task_definition.app.task_role_arn = `\${length(${role}) > 0 ? ${role} : null}`;
  expect(await unjudgedIn(stack)).toEqual([]);
});

describe("a plan that does not contain what is referred to", () => {
  const DYNAMIC = "comes from a dynamic block, whose references a plan does not contain";

  it("tells of a service's network that a dynamic block makes", async () => {
    expect(await unjudgedIn(planWithDynamic("aws_ecs_service", "app", "network_configuration"))).toContainEqual({
      sentence: "1 of 2 services could not be judged for reachability",
      because: [`aws_ecs_service.app.network_configuration ${DYNAMIC}`],
      remedy: REMEDY,
    });
  });

  it("tells of a service's target groups", async () => {
    expect(await unjudgedIn(planWithDynamic("aws_ecs_service", "nginx", "load_balancer"))).toContainEqual({
      sentence: "1 of 2 services could not be judged for the target groups that they register with",
      because: [`aws_ecs_service.nginx.load_balancer ${DYNAMIC}`],
      remedy: REMEDY,
    });
  });

  it("tells of what a listener does", async () => {
    const [listener] = Object.keys(workingStack().resource.aws_lb_listener);
    const found = await unjudgedIn(planWithDynamic("aws_lb_listener", listener as string, "default_action"));
    expect(found.flatMap(({ because }) => because)).toContain(`aws_lb_listener.${listener}.default_action ${DYNAMIC}`);
  });

  it("tells of a text that holds what is not there yet", async () => {
    const found = await unjudgedIn(planOfStack(workingStack()));
    expect(found.map(({ sentence }) => sentence)).toEqual([
      "2 of 2 task definitions could not be judged for what is in their containers",
      "1 of 3 roles of tasks could not be judged for rights",
    ]);
    expect(found.flatMap(({ because }) => because)).toContain(
      "aws_iam_role_policy.app_execution.policy is made of 6 resources, and the plan does not tell how",
    );
  });

  it("tells of a local value of a module", async () => {
    const plan = planOfStack(workingStack());
    const service = plan.configuration.root_module.resources.find(
      (one: Json) => one.type === "aws_ecs_service" && one.name === "app",
    );
    service.expressions.network_configuration[0].subnets = { references: ["local.subnets"] };
    const found = await unjudgedIn(plan);
    expect(found.flatMap(({ because }) => because)).toContain(
      "aws_ecs_service.app.network_configuration.subnets comes through a local value, whose references a plan does not contain",
    );
  });
});

/** What is elsewhere in a configuration, and what is said of it; no source would tell more. */
const OUTSIDE: Readonly<Record<string, [(resource: Json) => void, string, string]>> = {
  "a subnet that is written out": [
    ({ aws_ecs_service }) => {
      aws_ecs_service.app.network_configuration.subnets = ["subnet-0123456789abcdef0"];
    },
    "1 of 2 services could not be judged for reachability",
    'aws_ecs_service.app.network_configuration.subnets is "subnet-0123456789abcdef0", which is not in this configuration',
  ],
  "a role that is written out": [
    ({ aws_ecs_task_definition }) => {
      aws_ecs_task_definition.app.task_role_arn = "arn:aws:iam::123456789012:role/app";
    },
    "1 of 2 task definitions could not be judged for the roles that they name",
    'aws_ecs_task_definition.app.task_role_arn is "arn:aws:iam::123456789012:role/app", which is not in this configuration',
  ],
  "the output of another state": [
    ({ aws_db_instance }) => {
      const [name] = Object.keys(aws_db_instance);
      aws_db_instance[name as string].vpc_security_group_ids = "${data.terraform_remote_state.network.outputs.groups}";
    },
    "1 of 2 databases and caches could not be judged for reachability",
    "aws_db_instance.main.vpc_security_group_ids is not known in this configuration",
  ],
};

describe("what is outside of a configuration", () => {
  it.each(Object.entries(OUTSIDE))("is named: %s", async (_, [change, sentence, reason]) => {
    const stack = workingStack();
    change(stack.resource);
    expect(await unjudgedIn(stack)).toContainEqual({ sentence, because: [reason], remedy: undefined });
  });
});
