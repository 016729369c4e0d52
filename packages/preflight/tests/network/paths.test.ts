import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { load } from "../../src/graph/load.ts";
import { answerPathQuestion } from "../../src/path-question.ts";
import { planOfStack } from "../support/plan.ts";
import { outcomeOf } from "./packets.ts";
import { type HostName, PORTS, type Vpc, vpc } from "./vpc.ts";
import { configurationOf } from "./vpc-configuration.ts";

const ADDRESSES: Readonly<Record<HostName, string>> = {
  app: "aws_ecs_service.app",
  worker: "aws_ecs_service.worker",
  lb: "aws_lb.main",
  db: "aws_db_instance.main",
  cache: "aws_elasticache_cluster.main",
};
const addressOf = (name: HostName) => `${ADDRESSES[name]}:${PORTS[name]}`;

const QUESTIONS: readonly (readonly [HostName | "internet", HostName | "internet" | "ecr.api" | "s3"])[] = [
  ["app", "ecr.api"],
  ["app", "s3"],
  ["app", "internet"],
  ["app", "db"],
  ["app", "cache"],
  ["app", "worker"],
  ["app", "lb"],
  ["worker", "db"],
  ["worker", "s3"],
  ["lb", "app"],
  ["lb", "internet"],
  ["internet", "lb"],
  ["internet", "app"],
  ["internet", "db"],
  ["internet", "cache"],
];

const NAMED: readonly string[] = ["internet", "ecr.api", "s3"];

async function answersOf(root: unknown): Promise<Record<string, string>> {
  const graph = await load(root, "vpc.json");
  return Object.fromEntries(
    QUESTIONS.map(([from, to]) => {
      const start = from === "internet" ? from : ADDRESSES[from];
      const end = NAMED.includes(to) ? to : addressOf(to as HostName);
      return [`${from} → ${to}`, answerPathQuestion(graph, start, end).verdict];
    }),
  );
}

const written = new Map<string, Promise<Record<string, string>>>();

/** The answers about a configuration, which all properties ask of the same VPCs. */
function answersAbout(model: Vpc): Promise<Record<string, string>> {
  const key = JSON.stringify(model);
  const answers = written.get(key) ?? answersOf(configurationOf(model));
  written.set(key, answers);
  return answers;
}

/** Further seeds and more VPCs: `PATH_SEED=7 PATH_RUNS=5000`. */
const { PATH_SEED = "1", PATH_RUNS = "150" } = process.env;
const RUNS = { numRuns: Number(PATH_RUNS), seed: Number(PATH_SEED) };

describe("paths in any small VPC", () => {
  it("are what becomes of single packets, sent forth and back", async () => {
    await fc.assert(
      fc.asyncProperty(vpc, async (model) => {
        const expected = Object.fromEntries(
          QUESTIONS.map(([from, to]) => [`${from} → ${to}`, outcomeOf(model, from, to)]),
        );
        expect(await answersAbout(model)).toEqual(expected);
      }),
      RUNS,
    );
  }, 120_000);

  it("are the same in a plan of a configuration in JSON", async () => {
    await fc.assert(
      fc.asyncProperty(vpc, async (model) => {
        expect(await answersOf(planOfStack(configurationOf(model), "json"))).toEqual(await answersAbout(model));
      }),
      RUNS,
    );
  }, 120_000);

  it("are the same in a plan, or unknown where it does not tell which block has which reference", async () => {
    await fc.assert(
      fc.asyncProperty(vpc, async (model) => {
        const expected = await answersAbout(model);
        for (const [question, answer] of Object.entries(await answersOf(planOfStack(configurationOf(model))))) {
          if (model.style === "separate" || answer !== "unknown")
            expect([question, answer]).toEqual([question, expected[question]]);
        }
      }),
      RUNS,
    );
  }, 120_000);
});
