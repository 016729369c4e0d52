import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { load } from "../src/graph/load.ts";
import { InputError } from "../src/input/user-error.ts";
import { preflight } from "../src/preflight.ts";
import { planOfStack } from "./support/plan.ts";
import { findingsOf, type Json } from "./support/rules.ts";
import { workingStack } from "./support/working-stack.ts";

const PLAN = planOfStack(workingStack());

// The same inputs at each run: what fails on one machine fails on another. Another seed finds others.
fc.configureGlobal({ seed: 1 });
afterAll(() => fc.resetConfigureGlobal());

/** Findings, or InputError, of any input. */
async function survives(root: unknown): Promise<void> {
  try {
    for (const { id, address, message, fix } of preflight(await load(root, "in.json"))) {
      for (const text of [id, address, message, fix]) expect(text).toBeTypeOf("string");
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.message).toMatch(/^in\.json: .+\.$/);
  }
}

/** A value of any type, some of which mean something to Terraform. */
const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(
    "",
    "${",
    "${}",
    "${aws_vpc.main}",
    "${aws_vpc.main.id}",
    "${aws_subnet.private_a[*].id}",
    "${var.none}",
    "${local.none.x[0]}",
    "${jsonencode({ Statement = [1, null] })}",
    "%{ for x in [1] }%{ endfor }",
    '{"Statement": [null, 1, {"Action": {}, "Resource": [[]], "Principal": 3}]}',
    '[null, 1, "x", {"image": 1, "secrets": {}, "environment": [1, null], "portMappings": "x"}]',
    "[",
    [[]],
    [null],
    [{}],
    {},
    { "": null },
    JSON.parse('{"__proto__": {"x": 1}}'),
    Number.MAX_SAFE_INTEGER,
    -1,
    1.5,
    "999999999999999999999",
    "10.0.0.0/33",
    "::/0",
    "-1",
  ),
);

/** Every place in a value that something else can be put at. */
function placesIn(value: Json, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.keys(value).flatMap((key) => [[...path, key], ...placesIn(value[key], [...path, key])]);
}

function putAt(root: Json, path: readonly string[], value: unknown): void {
  const [key = "", ...rest] = path;
  if (typeof root !== "object" || root === null) return; // an earlier change has taken it away
  if (rest.length === 0) root[key] = structuredClone(value);
  else putAt(root[key], rest, value);
}

/** Changes at several places of something: several of a large thing find as much as one by one would, in less time. */
function mutations(places: readonly string[][]): fc.Arbitrary<[string[], unknown][]> {
  return fc.array(fc.tuple(fc.constantFrom(...places), anyValue), { minLength: 1, maxLength: 12 });
}

function mutated(base: Json, changes: readonly [string[], unknown][]): Json {
  const root = structuredClone(base);
  for (const [path, value] of changes) putAt(root, path, value);
  return root;
}

const VPC = { mode: "managed", type: "aws_vpc", name: "v" };

/** A plan that makes a VPC in each of some modules. */
function planWithVpcs(modules: readonly string[], root: object): Json {
  const resources = modules.map((address) => ({
    ...VPC,
    address: address ? `${address}.aws_vpc.v` : "aws_vpc.v",
    values: {},
  }));
  return {
    format_version: "1.2",
    planned_values: {
      root_module: { child_modules: modules.map((address, index) => ({ address, resources: [resources[index]] })) },
    },
    resource_changes: resources.map(({ address, type }) => ({
      address,
      type,
      change: { actions: ["create"], after: {}, after_unknown: { id: true, x: true } },
    })),
    configuration: { root_module: root },
  };
}

describe("any input gives findings or a refusal", () => {
  it("for any JSON", async () => {
    await fc.assert(fc.asyncProperty(fc.jsonValue(), survives), { numRuns: 200 });
  });

  it("for any JSON at the top of a configuration or a plan", async () => {
    const key = fc.constantFrom(
      "resource",
      "data",
      "terraform",
      "provider",
      "variable",
      "locals",
      "import",
      "module",
      "planned_values",
      "configuration",
      "resource_changes",
      "prior_state",
      "format_version",
    );
    const root = fc.dictionary(key, fc.jsonValue({ maxDepth: 4 })).map((one) => ({ format_version: "1.2", ...one }));
    await fc.assert(fc.asyncProperty(root, survives), { numRuns: 200 });
  });

  it("for a stack with any value at any place", async () => {
    const stack = workingStack();
    await fc.assert(
      fc.asyncProperty(mutations(placesIn(stack)), (changes) => survives(mutated(stack, changes))),
      { numRuns: 60 },
    );
  });

  it("for any value in the texts of containers and policies", async () => {
    const { aws_ecs_task_definition: tasks, aws_s3_bucket_policy: policies } = workingStack().resource;
    const [bucket = ""] = Object.keys(policies);
    const [container] = JSON.parse(tasks.app.container_definitions);
    const policy = JSON.parse(policies[bucket].policy);
    await fc.assert(
      fc.asyncProperty(mutations(placesIn({ container, policy })), (changes) => {
        const stack = workingStack();
        const changed = mutated({ container, policy }, changes);
        stack.resource.aws_ecs_task_definition.app.container_definitions = JSON.stringify([changed.container]);
        stack.resource.aws_s3_bucket_policy[bucket].policy = JSON.stringify(changed.policy);
        return survives(stack);
      }),
      { numRuns: 60 },
    );
  });

  it("for a plan with any value at any place", async () => {
    await fc.assert(
      fc.asyncProperty(mutations(placesIn(PLAN)), (changes) => survives(mutated(PLAN, changes))),
      { numRuns: 60 },
    );
  });

  it("for modules whose outputs and variables lead to each other at random", async () => {
    const names = ["a", "b", "c"];
    const reference = fc.oneof(
      fc.constantFrom("var.x", "local.x", "each.key", "each.value", "count.index", "aws_vpc.v.id"),
      fc.constantFrom(...names).map((name) => `module.${name}.x`),
    );
    const expression = fc.array(reference, { maxLength: 3 }).map((references) => ({ references }));
    const { module } = fc.letrec<{ module: Json }>((tie) => ({
      module: fc.record({
        resources: fc.constant([{ ...VPC, expressions: { x: { references: ["var.x"] } } }]),
        outputs: expression.map((one) => ({ x: { expression: one, depends_on: ["module.a", "aws_vpc.v"] } })),
        module_calls: fc.option(
          fc.dictionary(
            fc.constantFrom(...names),
            fc.record({
              module: tie("module"),
              expressions: expression.map((x) => ({ x })),
              for_each_expression: expression,
              depends_on: fc.constant(["module.b"]),
            }),
          ),
          { nil: {}, maxDepth: 3, depthIdentifier: "module" },
        ),
      }),
    }));
    const nested = names.flatMap((outer) => names.map((inner) => `${outer}.module.${inner}`));
    const addresses = ["", ...[...names, ...nested].map((name) => `module.${name}`)];
    await fc.assert(
      fc.asyncProperty(module, (root) => survives(planWithVpcs(addresses, root))),
      { numRuns: 100 },
    );
  });

  describe("in the end", () => {
    const variables = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const resources = [{ ...VPC, expressions: { x: { references: ["var.a"] } } }];

    function circleOfModules(): Json {
      const expressions = (other: string) =>
        Object.fromEntries(variables.map((name) => [name, { references: [`module.${other}.x`] }]));
      const outputs = { x: { expression: { references: variables.map((name) => `var.${name}`) } } };
      const module = { resources, outputs };
      const calls = { a: { module, expressions: expressions("b") }, b: { module, expressions: expressions("a") } };
      return planWithVpcs(["module.a", "module.b"], { module_calls: calls });
    }

    function chainOfModules(): Json {
      const names = Array.from({ length: 24 }, (_, index) => `m${index}`);
      const outputs = { x: { expression: { references: ["var.a", "var.b", "var.c", "aws_vpc.v.id"] } } };
      const calls = names.map((name, index) => {
        const given = { references: [`module.${names[index - 1]}.x`] };
        return [name, { module: { resources, outputs }, expressions: { a: given, b: given, c: given } }];
      });
      const addresses = names.map((name) => `module.${name}`);
      return planWithVpcs(addresses, { module_calls: Object.fromEntries(calls) });
    }

    function chainOfLocals(several: (of: string) => unknown): Json {
      const locals: Json = { l0: several("${aws_vpc.v.id}") };
      for (let index = 1; index < 40; index++) locals[`l${index}`] = several(`\${local.l${index - 1}}`);
      return { locals, resource: { aws_vpc: { v: {} }, aws_subnet: { s: { vpc_id: "${local.l39[0]}" } } } };
    }

    function moduleOfItself(): Json {
      const references = ["each.value.a", "each.value.b", "each.value.c"];
      const call = { module: { resources }, expressions: { a: { references } }, for_each_expression: { references } };
      return planWithVpcs(['module.a["x"]'], { module_calls: { a: call } });
    }

    const INPUTS: Readonly<Record<string, Json>> = {
      "modules that hand each other many things in a circle": circleOfModules(),
      "modules of which each is given three times what the one before it makes": chainOfModules(),
      "locals of which each has the one before it several times: texts": chainOfLocals((of) => `${of}-${of}-${of}`),
      "locals of which each has the one before it several times: lists": chainOfLocals((of) => [of, of, of]),
      "locals of which each has the one before it several times: what a function makes": chainOfLocals(
        (of) => `\${concat(${of.slice(2, -1)}, ${of.slice(2, -1)})}`,
      ),
      "a module for each of its own values": moduleOfItself(),
    };

    /** Stops what does not end, which nothing else in this process could. What does end takes seconds on a busy machine. */
    const inTime = <T>(work: () => T): T => runInNewContext("work()", { work }, { timeout: 150_000 });

    it.each(Object.entries(INPUTS))("for %s", async (_, input) => {
      const graph = await inTime(() => load(input, "in.json"));
      inTime(() => preflight(graph));
    });
  });

  it("for resources, locals and policy documents that lead to each other", async () => {
    const circle = {
      locals: { a: "${local.b}", b: "${local.c}", c: ["${local.a}", "${aws_iam_role.a.name}"] },
      data: {
        aws_iam_policy_document: {
          a: { source_policy_documents: ["${data.aws_iam_policy_document.b.json}"] },
          b: { source_policy_documents: ["${data.aws_iam_policy_document.a.json}", "${local.a}"] },
        },
      },
      resource: {
        aws_iam_role: {
          a: { name: "${aws_iam_role.b.name}", assume_role_policy: "${data.aws_iam_policy_document.a.json}" },
        },
        aws_subnet: { a: { vpc_id: "${aws_subnet.b.vpc_id}" }, b: { vpc_id: "${aws_subnet.a.vpc_id}" } },
        aws_lb: { a: { subnets: ["${aws_subnet.a.id}"], tags: { a: "${aws_lb.a.tags}" } } },
        aws_security_group: { a: { vpc_id: "${aws_security_group.a.vpc_id}", depends_on: ["aws_security_group.a"] } },
      },
    };
    await survives(circle);
    expect((await load(circle, "in.json")).resources).toHaveLength(7);
  });
});

it("JSON in a text that is nested too deep is taken for what is not known", async () => {
  const deep = `{"Statement":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
  const found = await findingsOf({
    resource: {
      aws_iam_policy: { main: { name: "a", policy: deep } },
      aws_ecs_task_definition: { main: { family: "a", container_definitions: deep } },
      aws_cloudwatch_event_rule: { main: { name: "a", event_pattern: deep } },
    },
    locals: { decoded: `\${jsondecode("${deep.replaceAll('"', '\\"')}")}` },
  });
  expect(found.map(({ id, address }) => `${id} ${address}`)).toContain("IAM-007 aws_iam_policy.main");
});
