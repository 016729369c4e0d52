import type { TaskDefinition } from "@aws-sdk/client-ecs";
import {
  DescribeClustersCommand,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  ECSServiceException,
  type Tag,
} from "@aws-sdk/client-ecs";
import type { Call, Reply } from "../../emulator/call.ts";
import type { Gap, Moto } from "../../emulator/gaps/gap.ts";
import { jsonError, jsonReply, withBody } from "../../emulator/gaps/replies.ts";

/** A refusal, by the name of ECS's exception. */
export const refusal = (name: string, message: string) =>
  new ECSServiceException({ name, message, $fault: "client", $metadata: {} });

type Answer<Input> = (input: Input, call: Call, moto: Moto) => Promise<Reply>;

/** A gap whose refusals, our own and moto's, become answers. */
export function ecsGap<Input>(action: string, standIn: string, answer: Answer<Input>): Gap {
  return {
    service: "ecs",
    action,
    why: "moto runs no containers",
    standIn,
    async answer(call, moto) {
      try {
        return await answer(JSON.parse(call.body.toString("utf8")) as Input, call, moto);
      } catch (cause) {
        if (!(cause instanceof ECSServiceException && cause.$fault === "client")) throw cause;
        return jsonError(cause.name, cause.message);
      }
    },
  };
}

/** Values of the SDK as a JSON answer has them: times are seconds. */
function shown(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1_000;
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shown(inner)]));
}

export const answerWith = (value: object): Reply => jsonReply(shown(value));

/** Moto's answer with something changed in it; a refusal as it is. */
export function changed<Output>(reply: Reply, change: (output: Output) => object): Reply {
  if (reply.status !== 200) return reply;
  const output = JSON.parse(reply.body.toString("utf8")) as Output;
  return withBody(reply, JSON.stringify(shown(change(output))));
}

/** A cluster's ARN. @throws ECSServiceException where there is none */
export async function clusterArn(ecs: ECSClient, cluster = "default"): Promise<string> {
  const { clusters: [found] = [] } = await ecs.send(new DescribeClustersCommand({ clusters: [cluster] }));
  if (found?.clusterArn === undefined) throw refusal("ClusterNotFoundException", "Cluster not found.");
  return found.clusterArn;
}

/** @param which family, family and revision, or ARN */
export async function taskDefinition(
  ecs: ECSClient,
  which: string | undefined,
): Promise<{ definition: TaskDefinition; definitionTags: Tag[] }> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: which, include: ["TAGS"] });
  const { taskDefinition: definition = {}, tags: definitionTags = [] } = await ecs.send(command);
  if (definition.status === "INACTIVE") throw refusal("ClientException", "TaskDefinition is inactive");
  return { definition, definitionTags };
}

/** By what the scheduler knows a service: `cluster/name`. */
export function serviceKey(cluster = "default", service = ""): string {
  return `${cluster.split("/").at(-1)}/${service.split("/").at(-1)}`;
}
