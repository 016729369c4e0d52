import { closest } from "fastest-levenshtein";
import type { Graph } from "./graph/graph.ts";
import { InputError } from "./input/user-error.ts";
import { allEndpoints, WELL_KNOWN_SERVICES } from "./network/endpoints.ts";
import { furtherInterfacesOf } from "./network/interfaces.ts";
import { orElse, type Path } from "./network/path.ts";
import { type End, endOf } from "./path-ends.ts";
import { HTTPS, INTERNET, KEEPING_SERVICES, type PathTarget, pathOver } from "./path-over.ts";

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
  const mayPass = () => isAnyFurtherInterfaceOpen(graph, from, to);
  return orElse(answerFor(graph, from, to), "over another network interface", mayPass);
}

/** Whether one of the interfaces that an instance has beside its primary one leads there, or may do so. */
function isAnyFurtherInterfaceOpen(graph: Graph, from: string, to: string): boolean {
  const [target = to, port = String(HTTPS)] = splitPort(to);
  const interfacesOf = (address: string) => {
    const resource = graph.find(address);
    return resource ? furtherInterfacesOf(graph, resource).map((one) => one.address) : [];
  };
  const [starts, ends] = [interfacesOf(from), interfacesOf(target).map((address) => `${address}:${port}`)];
  const others = [
    ...starts.map((start) => [start, to]),
    ...[from, ...starts].flatMap((start) => ends.map((end) => [start, end])),
  ];
  return others.some(([start = from, end = to]) => answerFor(graph, start, end).verdict !== "blocked");
}

function answerFor(graph: Graph, from: string, to: string): Path {
  const [target = to, portText] = splitPort(to);
  const port = portText === undefined ? undefined : Number(portText);
  if (port !== undefined && (port < 1 || port > 65535))
    throw new InputError(`${portText} is not a port. Write one from 1 to 65535.`);
  if (from === INTERNET) return pathOver(graph, INTERNET, endTarget(graph, namedTarget(graph, target), HTTPS, port));
  const start = endAt(graph, from).place;
  if (target === INTERNET) return pathOver(graph, start, { internet: port ?? HTTPS });
  const service = serviceAt(graph, target);
  if (service !== undefined) return pathOver(graph, start, { service });
  return pathOver(graph, start, endTarget(graph, target, undefined, port));
}

/** @throws InputError where it is not an address */
function namedTarget(graph: Graph, target: string): string {
  if (target !== INTERNET && (graph.find(target) || !isServiceName(target))) return target;
  throw new InputError(
    `A path from the internet needs an address in this file as its target, such as aws_lb.main, not ${target}.`,
  );
}

/** @throws InputError where there is none, or its port is not known and there is no other */
function endTarget(
  graph: Graph,
  target: string,
  otherwise: number | undefined,
  written: number | undefined,
): PathTarget {
  const { place, port } = endAt(graph, target);
  const wanted = written ?? port ?? otherwise;
  if (wanted !== undefined) return { place, port: wanted };
  throw new InputError(`On which port of ${target}? Write it behind the address: ${target}:3000.`);
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
  if (resource) return KEEPING_SERVICES[resource.type];
  if (!isServiceName(target)) return undefined;
  refuseUnknownService(graph, target);
  return target;
}

function isServiceName(target: string): boolean {
  return SERVICE_NAME.test(target) && !/^(data|module)\.|_/.test(target);
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

function unknownAddress(graph: Graph, address: string): string {
  const addresses = graph.resources.map((resource) => resource.address);
  const near = addresses.length > 0 ? closest(address, addresses) : undefined;
  return `There is no ${address} in this file.${near ? ` Did you mean ${near}?` : ""}`;
}
