import { describe, expect, it } from "vitest";
import { load } from "../../src/graph/load.ts";
import { type LocatedFinding, preflight } from "../../src/preflight.ts";
import { RULES } from "../../src/rules/index.ts";
import { workingStack } from "./working-stack.ts";

// biome-ignore lint/suspicious/noExplicitAny: a test changes JSON whose shape it knows
export type Json = any;

/** Findings of preflight on a Terraform configuration or plan. */
export async function findingsOf(root: unknown): Promise<LocatedFinding[]> {
  return preflight(await load(root, "test.json"));
}

/** The errors among them, a line each. */
export async function errorsIn(root: unknown): Promise<string[]> {
  const errors = (await findingsOf(root)).filter(({ severity }) => severity === "error");
  return errors.map(({ id, address, message }) => `${id} ${address} ${message}`);
}

/** A change to the working stack that must be caught, and one near to it that must pass. */
export interface RuleCase {
  readonly bad: (stack: Json) => void;
  readonly good?: (stack: Json) => void;
  /** All that is said of the bad one: address, message and fix of each finding. */
  readonly says: string | readonly string[];
}

/** Findings of one rule. @throws Error where there is none of this id */
async function findingsOfRule(id: string, root: unknown): Promise<LocatedFinding[]> {
  const rule = RULES.find((one) => one.id === id);
  if (!rule) throw new Error(`There is no rule ${id}.`);
  return preflight(await load(root, "test.json"), [rule]);
}

/** Tests a rule on both sides, each case as a change to `workingStack()`, or to another one. */
export function describeRule(id: string, cases: Readonly<Record<string, RuleCase>>, base = workingStack): void {
  describe(id, () => {
    for (const [name, { bad, good, says }] of Object.entries(cases)) {
      it(`catches ${name}`, async () => {
        const found = await findingsOfRule(id, changed(base(), bad));
        expect(found).not.toEqual([]);
        expect(found.map(({ address, message, fix }) => `${address} ${message} ${fix}`)).toEqual([says].flat());
      });
      if (good) {
        it(`lets pass what is near to ${name}`, async () => {
          expect(await findingsOfRule(id, changed(base(), good))).toEqual([]);
        });
      }
    }
  });
}

function changed(stack: Json, change: (stack: Json) => void): Json {
  change(stack);
  return stack;
}

/** Changes the containers of a task definition. */
export function editContainers(stack: Json, task: string, change: (containers: Json[]) => void): void {
  const definition = stack.resource.aws_ecs_task_definition[task];
  const containers = JSON.parse(definition.container_definitions);
  change(containers);
  definition.container_definitions = JSON.stringify(containers);
}

/** Changes the statements of a policy. */
export function editStatements(
  stack: Json,
  type: string,
  name: string,
  change: (statements: Json[]) => void,
  attribute = "policy",
): void {
  const owner = stack.resource[type][name];
  const policy = JSON.parse(owner[attribute]);
  change(policy.Statement);
  owner[attribute] = JSON.stringify(policy);
}
