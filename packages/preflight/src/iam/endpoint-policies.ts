import type { TaskDefinition } from "../ecs/tasks.ts";
import type { Graph, Resource } from "../graph/graph.ts";
import { isAbsent } from "../graph/value.ts";
import type { Answer } from "../network/addresses.ts";
import { byEndpoint } from "../network/endpoints.ts";
import { type Call, LAYER_BUCKET, logCalls, pullCalls, secretUses } from "./calls.ts";
import { allows } from "./permissions.ts";
import { readPolicy } from "./policy.ts";

const policiesByEndpoint = byEndpoint("aws_vpc_endpoint_policy");

/**
 * What the policy of an endpoint says to the calls that a task makes to a service; without a policy, everything is
 * allowed.
 */
export function endpointPolicyFor(graph: Graph, service: string, task: TaskDefinition): (endpoint: Resource) => Answer {
  return (endpoint) => {
    const separate = graph.once(policiesByEndpoint).get(endpoint) ?? [];
    const [written] = [...separate, endpoint].map((one) => one.get("policy")).filter((policy) => !isAbsent(policy));
    if (written === undefined) return "yes";
    const policy = readPolicy(graph, written);
    const answers = callsTo(graph, service, task).map(({ action, target }) => allows(policy, action, target));
    return answers.includes("no") ? "no" : answers.includes("maybe") ? "maybe" : "yes";
  };
}

function callsTo(graph: Graph, service: string, task: TaskDefinition): Pick<Call, "action" | "target">[] {
  if (service === "s3") return [{ action: "s3:GetObject", target: LAYER_BUCKET }];
  const all = [...pullCalls(task), ...logCalls(graph, task), ...secretUses(graph, task).map(({ call }) => call)];
  // Who only pulls asks the registry for no availability of layers.
  return all.filter((call) => call.service === service && call.action !== "ecr:BatchCheckLayerAvailability");
}
