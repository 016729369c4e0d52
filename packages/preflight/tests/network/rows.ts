import { describe, expect, it } from "vitest";
import { load } from "../../src/graph/load.ts";
import type { Path } from "../../src/network/path.ts";
import { answerPathQuestion } from "../../src/path-question.ts";
import { planOfStack } from "../support/plan.ts";
import type { Json } from "../support/rules.ts";
import { workingStack } from "../support/working-stack.ts";

export type Change = (stack: Json) => void;

/** The answer of the configuration, which a plan of it gives too. */
export async function ask(from: string, to: string, edit: Change): Promise<Path> {
  const stack = workingStack();
  edit(stack);
  const answer = answerPathQuestion(await load(stack, "test.json"), from, to);
  expect(answerPathQuestion(await load(planOfStack(stack), "plan.json"), from, to).verdict).toBe(answer.verdict);
  return answer;
}

/** A question, what is changed, the verdict, and what the hop says that decides. */
export type Row = readonly [
  name: string,
  from: string,
  to: string,
  edit: Change,
  verdict: Path["verdict"],
  says?: string,
];

export function describeRows(kind: string, rows: readonly Row[]): void {
  describe(kind, () => {
    it.for(rows)("%s", async ([, from, to, edit, verdict, says]) => {
      const path = await ask(from, to, edit);
      expect(path.verdict).toBe(verdict);
      if (says === undefined) return;
      const deciding = path.hops.filter(({ passes }) => passes !== "yes").at(verdict === "blocked" ? -1 : 0);
      expect(`${deciding?.at} ${deciding?.what}`).toBe(says);
    });
  });
}

/** Adds a route to a route table, the private one by default. */
export const routeFor =
  (destination_cidr_block: string, target: object, table = "private"): Change =>
  ({ resource }) => {
    const name = `to_${destination_cidr_block.replaceAll(/\W/g, "_")}`;
    resource.aws_route[name] = {
      route_table_id: `\${aws_route_table.${table}.id}`,
      destination_cidr_block,
      ...target,
    };
  };
