import { services } from "./ecs/tasks.ts";
import type { Graph } from "./graph/graph.ts";
import { endpointPolicyFor } from "./iam/endpoint-policies.ts";
import type { Path } from "./network/path.ts";
import { pathBetween } from "./network/path-between.ts";
import { pathFromInternet, pathToInternet } from "./network/path-over-internet.ts";
import { pathToService } from "./network/path-to-service.ts";
import type { Place } from "./network/places.ts";

export const HTTPS = 443;
export const INTERNET = "internet";

/** What a path leads to: a port of a place, a service of AWS by its usual name, or a port of whatever is out there. */
export type PathTarget =
  | { readonly place: Place; readonly port: number }
  | { readonly service: string }
  | { readonly internet: number };

/** The path from a place, or from the internet, to a target: from the internet to a place only. */
export function pathOver(graph: Graph, from: Place | typeof INTERNET, to: PathTarget): Path {
  if (from === INTERNET) {
    if ("place" in to) return pathFromInternet(graph, to.place, to.port);
    throw new Error("From the internet, a path leads to a place.");
  }
  if ("internet" in to) return pathToInternet(graph, from, to.internet);
  if ("place" in to) return pathBetween(graph, from, to.place, to.port);
  const task = graph.once(tasksByService).get(from.resource);
  return pathToService(graph, from, to.service, task && endpointPolicyFor(graph, to.service, task));
}

const tasksByService = (graph: Graph) => new Map(services(graph).map(({ resource, task }) => [resource, task]));

/** Services that keep what is named, so that whoever uses it calls them. */
export const KEEPING_SERVICES: Readonly<Record<string, string>> = {
  aws_cloudwatch_log_group: "logs",
  aws_cognito_user_pool: "cognito-idp",
  aws_dynamodb_table: "dynamodb",
  aws_kms_key: "kms",
  aws_s3_bucket: "s3",
  aws_secretsmanager_secret: "secretsmanager",
  aws_sfn_state_machine: "states",
  aws_sns_topic: "sns",
  aws_sqs_queue: "sqs",
  aws_ssm_parameter: "ssm",
};
