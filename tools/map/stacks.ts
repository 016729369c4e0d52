import { tmpdir } from "node:os";
import { costOf } from "@operation-app/cost";
import { mapOf, type StackMap } from "@operation-app/map";
import { parsePlan, pathChanges } from "@operation-app/plan-review";
import { loadText, preflight } from "@operation-app/preflight";
import { traceSources } from "@operation-app/preflight/cdktf";
import { readInput } from "@operation-app/preflight/input";
import type { Environment } from "../../environments/schema/environment.ts";
import { judgedFor } from "../../environments/schema/findings.ts";
import { OperationStack } from "../../stacks/operation-stack.ts";
import { asReleased } from "../../stacks/priced.ts";
import { pricedEnvironment } from "../cost/stacks.ts";

/** Folders whose lines tell a reader where something is made. */
const FOLDERS = ["modules", "stacks", "environments"];

/** The map of an environment as it will be after its first release, with the line that makes each resource. */
export async function environmentMap(environment: Environment): Promise<StackMap> {
  const { name, graph, usage, region } = await pricedEnvironment(environment);
  return mapOf(graph, {
    name,
    findings: judgedFor(environment, preflight(graph)),
    cost: costOf(graph, { usage, region }),
    sources: traceSources(
      (app) => new OperationStack(app, { ...asReleased(environment), budget: undefined }),
      tmpdir(),
      FOLDERS,
    ),
  });
}

/**
 * The map of a cdk.tf.json, or of what `terraform show -json` says of a plan; `-` is standard input.
 *
 * @param region of what does not say its own
 * @throws InputError where it can't be used
 */
export async function fileMap(file: string, source?: string, region?: string): Promise<StackMap> {
  const { contents, name } = await readInput(file, "a cdk.tf.json, or the output of terraform show -json");
  const graph = await loadText(contents, name, source);
  return mapOf(graph, {
    name,
    findings: preflight(graph),
    cost: costOf(graph, { region }),
    ...(graph.kind === "plan" && { pathChanges: await pathChanges(parsePlan(contents, name), graph) }),
  });
}
