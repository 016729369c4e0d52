import { mapOf, pathIn, type StackMap } from "@operation-app/map";
import { answerPathQuestion, load } from "@operation-app/preflight";
import type { Graph } from "@operation-app/preflight/graph";
import { describe, expect, it } from "vitest";
import production from "../../environments/production.ts";
import type { EnvironmentInput } from "../../environments/schema/index.ts";
import { synthesizeText } from "../support/synthesize.ts";

const WORKER = { command: ["sidekiq"], size: { cpu: 256, memory: 512 } as const, tasks: { min: 1, max: 1 } };

/** Every way out, each with both topologies, and with a worker in one of them. */
const SWITCHES = (["none", "single", "per-zone"] as const).flatMap((nat) =>
  (["none", "single-zone", "per-zone"] as const)
    .filter((interfaceEndpoints) => nat !== "none" || interfaceEndpoints !== "none")
    .flatMap((interfaceEndpoints) =>
      (["separate", "together"] as const).map((topology) => ({ nat, interfaceEndpoints, topology })),
    ),
);

function productionWith({ nat, interfaceEndpoints, topology }: (typeof SWITCHES)[number]): unknown {
  const input: EnvironmentInput = {
    ...production,
    images: { nginx: "0.1.0", app: "0.1.0" },
    network: { ...production.network, nat, interfaceEndpoints },
    ecs: { ...production.ecs, topology, ...(topology === "separate" && { workers: { jobs: WORKER } }) },
  };
  return JSON.parse(synthesizeText(input));
}

const pairsOf = ({ paths: { starts, ends, rows } }: StackMap) =>
  starts.flatMap(({ id, row }) => ends.flatMap((end, index) => ((rows[row]?.[index] ?? -1) < 0 ? [] : [[id, end.id]])));

describe("the map of production", () => {
  it.each(SWITCHES)(
    "answers for every pair as infra check --path does, with nat $nat, endpoints $interfaceEndpoints, $topology",
    async (switches) => {
      const json = productionWith(switches);
      const map = mapOf(await load(json, "production"), { name: "production" });
      const pairs = pairsOf(map) as [string, string][];
      expect(pairs.length).toBeGreaterThan(50);
      const asked: Graph = await load(json, "production");
      for (const [from, to] of pairs) {
        const { verdict, hops } = answerPathQuestion(asked, from, to);
        expect(pathIn(map.paths, from, to), `${from} → ${to}`).toMatchObject({
          verdict,
          hops: hops.map(({ passes, at, what }) => [passes, at, what]),
        });
      }
    },
  );

  it("lets the internet in at the load balancer, and nowhere else", async () => {
    const map = mapOf(
      await load(
        productionWith({ nat: "single", interfaceEndpoints: "single-zone", topology: "separate" }),
        "production",
      ),
      { name: "production" },
    );
    const open = pairsOf(map).filter(
      ([from = "", to = ""]) => from === "internet" && pathIn(map.paths, from, to)?.verdict !== "blocked",
    );
    expect(open.map(([, to]) => to)).toEqual(["aws_lb.lb_alb:443", "aws_lb.lb_alb:80"]);
  });
});
