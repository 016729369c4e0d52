import { tmpdir } from "node:os";
import { costOf } from "@operation-app/cost";
import { load } from "@operation-app/preflight";
import type { Graph } from "@operation-app/preflight/graph";
import { UserError } from "@operation-app/preflight/input";
import { App } from "cdktf";
import type { Environment } from "../environments/schema/index.ts";
import { OperationStack } from "./operation-stack.ts";

/** Services stand at zero tasks before the first release; what they cost is asked for as they are after it. */
const NOT_RELEASED = "not-released";

/** An environment as it will be after its first release. */
export function asReleased(environment: Environment): Environment {
  const { nginx = NOT_RELEASED, app = NOT_RELEASED } = environment.images;
  return { ...environment, images: { nginx, app } };
}

/** What an environment deploys once a version is released; its budget, which is free, left out. */
export async function pricedGraph(environment: Environment): Promise<Graph> {
  const released = { ...asReleased(environment), budget: undefined };
  const stack = new OperationStack(new App({ outdir: tmpdir(), stackTraces: false }), released);
  return load(JSON.parse(JSON.stringify(stack.toTerraform())), environment.name);
}

/**
 * The most that an environment is estimated to cost a month, in whole USD.
 *
 * @throws UserError where there are no prices of its region
 */
export async function estimatedUsd(environment: Environment): Promise<number> {
  const { name, region, usage } = environment;
  const { total } = costOf(await pricedGraph(environment), { usage, region });
  if (total.high > 0) return Math.ceil(total.high);
  throw new UserError(
    `environments/${name}.ts: budget.monthlyUsd: there are no prices for ${region} to estimate from. Write an amount in USD.`,
  );
}
