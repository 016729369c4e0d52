import { closest } from "fastest-levenshtein";
import { STORE_TYPES } from "./ecs/needs.ts";
import { storePlace } from "./ecs/stores.ts";
import { services } from "./ecs/tasks.ts";
import type { Graph, Resource } from "./graph/graph.ts";
import { number } from "./graph/value.ts";
import { endpointPolicyFor } from "./iam/endpoint-policies.ts";
import { InputError } from "./input/user-error.ts";
import { allEndpoints, WELL_KNOWN_SERVICES } from "./network/endpoints.ts";
import { LB_TYPES, lbPlace, listenersOf } from "./network/load-balancers.ts";
import type { Path } from "./network/path.ts";
import { pathBetween } from "./network/path-between.ts";
import { pathFromInternet, pathToInternet } from "./network/path-over-internet.ts";
import { pathToService } from "./network/path-to-service.ts";
import { groupSetOf, type Place, subnetSetOf } from "./network/places.ts";

const HTTPS = 443;
const INTERNET = "internet";

/** What a path may lead to, by name, beside addresses of the configuration. */
const SERVICE_NAME = /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)?$/;
/**
 * The way from one place to another: `aws_ecs_service.app` to `ecr.api`, to `aws_db_instance.main`, to
 * `aws_ecs_service.app:3000`, to `internet`; or from `internet` to `aws_lb.main`.
 *
 * @throws InputError where one of the two is not in the configuration, or has no place in a network
 */
export function answerPathQuestion(graph: Graph, from: string, to: string): Path {
  const [target = to, portText] = splitPort(to);
  const port = portText === undefined ? undefined : Number(portText);
  if (port !== undefined && (port < 1 || port > 65535))
    throw new InputError(`${portText} is no port. Write one from 1 to 65535.`);
  if (from === INTERNET) {
    const end = placeAt(graph, target);
    return pathFromInternet(graph, end.place, port ?? end.port ?? HTTPS);
  }
  const start = placeAt(graph, from).place;
  if (target === INTERNET) return pathToInternet(graph, start, port ?? HTTPS);
  if (!graph.find(target) && SERVICE_NAME.test(target) && !/^(data|module)\.|_/.test(target)) {
    refuseUnknownService(graph, target);
    const task = services(graph).find(({ resource }) => resource === start.resource)?.task;
    return pathToService(graph, start, target, task && endpointPolicyFor(graph, target, task));
  }
  const end = placeAt(graph, target);
  const wanted = port ?? end.port;
  if (wanted === undefined)
    throw new InputError(`On which port of ${target}? Write it behind the address: ${target}:3000.`);
  return pathBetween(graph, start, end.place, wanted);
}

/** `aws_ecs_service.app:3000` into address and port; keys of instances may have colons in them. */
function splitPort(to: string): [string, string?] {
  const match = /^(.*[^:]):(\d{1,5})$/.exec(to);
  return match ? [match[1] as string, match[2] as string] : [to];
}

function placeAt(graph: Graph, address: string): { place: Place; port: number | undefined } {
  const resource = graph.find(address);
  if (!resource) throw new InputError(unknownAddress(graph, address));
  const service = services(graph).find((one) => one.resource === resource);
  if (service) return { place: service.place, port: undefined };
  if ((LB_TYPES as readonly string[]).includes(resource.type))
    return { place: lbPlace(graph, resource), port: portOf(graph, resource) };
  if ((STORE_TYPES as readonly string[]).includes(resource.type)) return storePlace(graph, resource);
  const place = placeOfOther(graph, resource);
  if (place) return { place, port: undefined };
  throw new InputError(
    `${address} has no place in a network. Name a service, a load balancer, a database, a cache or an instance.`,
  );
}

/** 443, unless a load balancer listens on other ports only. */
function portOf(graph: Graph, lb: Resource): number {
  const ports = listenersOf(graph, lb).flatMap((listener) => number(listener.get("port")) ?? []);
  return ports.includes(HTTPS) ? HTTPS : (ports[0] ?? HTTPS);
}

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

/** Whatever names subnets and security groups in the usual arguments. */
function placeOfOther(graph: Graph, resource: Resource): Place | undefined {
  const subnets = resource.get("subnet_ids") ?? resource.get("subnets") ?? resource.get("subnet_id");
  if (subnets === undefined || subnets === null) return undefined;
  const groups =
    resource.get("vpc_security_group_ids") ?? resource.get("security_group_ids") ?? resource.get("security_groups");
  const set = subnetSetOf(subnets);
  return {
    label: resource.address,
    resource,
    subnets: set,
    groups: groupSetOf(graph, groups, set.subnets[0]?.get("vpc_id")),
    publicAddress: undefined,
  };
}

function unknownAddress(graph: Graph, address: string): string {
  const addresses = graph.resources.map((resource) => resource.address);
  const near = addresses.length > 0 ? closest(address, addresses) : undefined;
  return `There is no ${address} in this file.${near ? ` Did you mean ${near}?` : ""}`;
}
