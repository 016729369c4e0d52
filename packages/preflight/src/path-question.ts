import { closest } from "fastest-levenshtein";
import { services } from "./ecs/tasks.ts";
import type { Graph } from "./graph/graph.ts";
import { endpointPolicyFor } from "./iam/endpoint-policies.ts";
import { InputError } from "./input/user-error.ts";
import { allEndpoints, WELL_KNOWN_SERVICES } from "./network/endpoints.ts";
import type { Path } from "./network/path.ts";
import { pathBetween } from "./network/path-between.ts";
import { pathFromInternet, pathToInternet } from "./network/path-over-internet.ts";
import { pathToService } from "./network/path-to-service.ts";
import { type End, endOf } from "./path-ends.ts";

const HTTPS = 443;
const INTERNET = "internet";

/** What a path may lead to, by name, beside addresses of the configuration. */
const SERVICE_NAME = /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)?$/;

/**
 * The way from one place to another: `aws_ecs_service.app` to `ecr.api`, to `aws_db_instance.main`, to
 * `aws_ecs_service.app:3000`, to `internet`; or from `internet` to `aws_lb.main`. A queue, a bucket or a secret stands for
 * its AWS service.
 *
 * @throws InputError where one of the two is not in the configuration, or has no place in a network
 */
export function answerPathQuestion(graph: Graph, from: string, to: string): Path {
  const [target = to, portText] = splitPort(to);
  const port = portText === undefined ? undefined : Number(portText);
  if (port !== undefined && (port < 1 || port > 65535))
    throw new InputError(`${portText} is no port. Write one from 1 to 65535.`);
  if (from === INTERNET) return fromInternet(graph, target, port);
  const start = endAt(graph, from).place;
  if (target === INTERNET) return pathToInternet(graph, start, port ?? HTTPS);
  const service = serviceAt(graph, target);
  if (service !== undefined) {
    const task = services(graph).find(({ resource }) => resource === start.resource)?.task;
    return pathToService(graph, start, service, task && endpointPolicyFor(graph, service, task));
  }
  const end = endAt(graph, target);
  const wanted = port ?? end.port;
  if (wanted === undefined)
    throw new InputError(`On which port of ${target}? Write it behind the address: ${target}:3000.`);
  return pathBetween(graph, start, end.place, wanted);
}

function fromInternet(graph: Graph, target: string, port: number | undefined): Path {
  if (target === INTERNET || (!graph.find(target) && isServiceName(target)))
    throw new InputError(
      `From the internet, a path leads to an address of this file, such as aws_lb.main: not to ${target}.`,
    );
  const end = endAt(graph, target);
  return pathFromInternet(graph, end.place, port ?? end.port ?? HTTPS);
}

/** `aws_ecs_service.app:3000` into address and port; keys of instances may have colons in them. */
function splitPort(to: string): [string, string?] {
  const match = /^(.*[^:]):(\d{1,5})$/.exec(to);
  return match ? [match[1] as string, match[2] as string] : [to];
}

/** @throws InputError where there is none */
function endAt(graph: Graph, address: string): End {
  const resource = graph.find(address);
  if (!resource) throw new InputError(unknownAddress(graph, address));
  const end = endOf(graph, resource);
  if (end) return end;
  throw new InputError(
    `${address} has no place in a network. Name a service, a load balancer, a database, a cache, a function or an instance.`,
  );
}

/** The AWS service that a target names, or that keeps what it names. @throws InputError where no such service is known */
function serviceAt(graph: Graph, target: string): string | undefined {
  const resource = graph.find(target);
  if (resource) return SERVICE_OF[resource.type];
  if (!isServiceName(target)) return undefined;
  refuseUnknownService(graph, target);
  return target;
}

function isServiceName(target: string): boolean {
  return SERVICE_NAME.test(target) && !/^(data|module)\.|_/.test(target);
}

/** Services that keep what is named, so that whoever uses it calls them. */
const SERVICE_OF: Readonly<Record<string, string>> = {
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

/** @throws InputError where no service of AWS is known under the name: it would count as a host of the internet */
function refuseUnknownService(graph: Graph, name: string): void {
  const services = [...WELL_KNOWN_SERVICES, ...allEndpoints(graph).flatMap(({ service }) => service ?? [])];
  if (services.includes(name)) return;
  const longer = [...new Set(services.filter((one) => one.startsWith(`${name}.`)))];
  const near = longer.length > 0 ? longer.join(" or ") : closest(name, services);
  throw new InputError(
    `There is no ${name} in this file, and no such AWS service is known here. Did you mean ${near}? ` +
      "A service without a VPC endpoint is reached like the internet.",
  );
}

function unknownAddress(graph: Graph, address: string): string {
  const addresses = graph.resources.map((resource) => resource.address);
  const near = addresses.length > 0 ? closest(address, addresses) : undefined;
  return `There is no ${address} in this file.${near ? ` Did you mean ${near}?` : ""}`;
}
