import {
  type Connection,
  connectionOf,
  connectNames,
  discoveredNames,
  type Mention,
  mentionsIn,
  wantedServers,
} from "../../ecs/connect.ts";
import { containersOf, portMappingsOf } from "../../ecs/containers.ts";
import { type Service, services, type TaskDefinition } from "../../ecs/tasks.ts";
import type { Graph } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { blocks, flag, isAbsent, number, text } from "../../graph/value.ts";
import { vpcOf } from "../../network/places.ts";
import type { Problem, Rule } from "../../rule.ts";
import { eachService } from "./each.ts";

const CONNECT = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html";

export const ECS_CONNECT_RULES: readonly Rule[] = [
  {
    id: "ECS-045",
    severity: "error",
    title: "Service Connect offers a port that has a name",
    when: "apply",
    prevents:
      "InvalidParameterException: portName(…) does not refer to any named PortMapping in the container definitions",
    cause: "port_name is the name of a port mapping of the task.",
    reference: CONNECT,
    check: eachService(function* ({ resource, task }) {
      const names = task && namesOfPorts(task);
      if (!names) return;
      const offered = blocks(resource.get("service_connect_configuration"))
        .blocks.filter(({ enabled }) => flag(enabled, true) === true)
        .flatMap(({ service }) => blocks(service).blocks);
      for (const { port_name } of offered) {
        const wanted = text(port_name);
        if (!wanted || names.includes(wanted)) continue;
        yield {
          message: `offers the port ${wanted} by Service Connect, but the port mappings of ${task.resource.address} ${names.length === 0 ? "have no names" : `are called ${names.join(", ")}`}.`,
          fix: `Add name = "${wanted}" to the port mapping.`,
          attribute: "service_connect_configuration",
        };
      }
    }),
  },
  {
    id: "ECS-046",
    severity: "error",
    title: "Service Connect has a namespace",
    when: "apply",
    prevents: "InvalidParameterException: Namespace is missing",
    cause: "Names are offered in a namespace: that of the service, or else the default of its cluster.",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectConfiguration.html",
    *check(graph) {
      // Of a dynamic block, a plan does not tell what is written and not known yet.
      if (graph.kind === "plan") return;
      for (const { resource } of services(graph)) {
        const [configuration] = blocks(resource.get("service_connect_configuration")).blocks;
        const cluster = linked(resource.get("cluster"), "aws_ecs_cluster");
        const [own] = cluster.resources;
        if (
          !configuration ||
          !resource.isMade ||
          flag(configuration.enabled, true) !== true ||
          !isAbsent(configuration.namespace)
        )
          continue;
        const defaults = blocks(own?.get("service_connect_defaults"));
        if (!own || !cluster.certain || !own.isMade || !defaults.complete || defaults.blocks.length > 0) continue;
        yield {
          at: resource,
          message: `has Service Connect without a namespace, and ${own.address} has no service_connect_defaults.`,
          fix: "Set namespace to the ARN of an aws_service_discovery_http_namespace.",
          attribute: "service_connect_configuration",
        };
      }
    },
  },
  {
    id: "ECS-071",
    severity: "error",
    title: "Containers use host names that mean something on Fargate",
    when: "runtime",
    prevents:
      "nginx: [emerg] host not found in upstream \"app\"; Mysql2::Error::ConnectionError: Unknown MySQL server host 'db'; getaddrinfo: Name or service not known",
    cause:
      "Compose gives every container a name; on Fargate a name without a domain exists only where Service Connect offers it, and only to services in the same namespace.",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts.html",
    *check(graph) {
      // Other DHCP options may bring a domain that is appended to short names.
      if (graph.ofType("aws_vpc_dhcp_options", "data.aws_vpc_dhcp_options").length > 0) return;
      for (const service of services(graph)) {
        if (!service.resource.isPlanned || !hasOwnInterface(service)) continue;
        for (const mention of mentionsIn(service)) {
          const why = whyUnknown(graph, service, mention);
          if (!why) continue;
          yield {
            at: service.resource,
            ...why,
            message: `runs the container ${mention.container} with ${mention.variable}=${mention.value}: ${why.message}.`,
            attribute: "service_connect_configuration",
            ...(!isInOwnVpc(service) && { severity: "warning" as const }),
          };
        }
      }
    },
  },
  {
    id: "ECS-072",
    severity: "error",
    title: "Clients of Service Connect are deployed after their servers",
    when: "runtime",
    prevents: 'nginx: [emerg] host not found in upstream "app"',
    cause:
      "Tasks find the names that there were when their deployment began; a service that comes later stays unknown to them until they are deployed again.",
    reference: CONNECT,
    *check(graph) {
      for (const client of services(graph)) {
        const connection = connectionOf(graph, client.resource);
        if (connection.kind !== "client" || !number(client.resource.get("desired_count"))) continue;
        const servers =
          connectNames(graph).byNamespace.get(connection.namespace.name)?.servers ?? new Map<string, Service>();
        for (const [host, server] of wantedServers(client, servers)) {
          if (server === client || !server.resource.isMade || !number(server.resource.get("desired_count"))) continue;
          if (graph.isOrdered(client.resource, server.resource) !== false) continue;
          yield {
            at: client.resource,
            message: `connects to ${host}, and may be deployed before ${server.resource.address}, which offers that name.`,
            fix: `Add depends_on = [${server.resource.address}].`,
          };
        }
      }
    },
  },
  {
    id: "ECS-075",
    severity: "error",
    title: "Clients use the port that a name is offered on",
    when: "runtime",
    prevents: "connect() failed (111: Connection refused) while connecting to upstream",
    cause: "The proxy of Service Connect listens on the port of the client alias, whatever the container's own is.",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectClientAlias.html",
    *check(graph) {
      for (const client of services(graph)) {
        const connection = connectionOf(graph, client.resource);
        const names =
          connection.kind === "client" ? connectNames(graph).byNamespace.get(connection.namespace.name) : undefined;
        for (const { container, host, port, variable, value } of mentionsIn(client)) {
          const ports = names?.ports.get(host) ?? [];
          if (port === undefined || ports.length === 0 || ports.includes(undefined) || ports.includes(port)) continue;
          yield {
            at: client.resource,
            message: `runs the container ${container} with ${variable}=${value}, and ${host} is offered on ${ports.join(", ")}, not on ${port}.`,
            fix: `Write ${host}:${ports[0]}, or set the port of the client_alias to ${port}.`,
          };
        }
      }
    },
  },
];

/** Names of all port mappings of a task; undefined where they can't all be known. */
function namesOfPorts(task: TaskDefinition): string[] | undefined {
  const { containers, complete } = containersOf(task);
  const ports = containers.map((container) => portMappingsOf(container.block));
  const isKnown = ports.every((one) => one.complete && one.mappings.every(({ isNameKnown }) => isNameKnown));
  return complete && isKnown ? ports.flatMap(({ mappings }) => mappings.flatMap(({ name }) => name ?? [])) : undefined;
}

/** What Compose files call the databases and caches that a program connects to. */
const COMPOSE_STORES =
  /^(?:db|database|mysql|mariadb|postgres|postgresql|postgis|redis|valkey|memcached|mongo|mongodb|rabbitmq)$/;

/** Something in the configuration, other than the client, is called so, or Compose files call a store so. */
function isNameOfServer(graph: Graph, client: Service, host: string): boolean {
  const others = services(graph).filter((service) => service !== client);
  return (
    COMPOSE_STORES.test(host) ||
    others.some(
      ({ resource, task }) =>
        text(resource.get("name")) === host ||
        (task && containersOf(task).containers.some(({ name }) => name === host)),
    )
  );
}

function whyUnknown(graph: Graph, service: Service, { host, container }: Mention): Omit<Problem, "at"> | undefined {
  const connection = connectionOf(graph, service.resource);
  const { byNamespace, complete } = connectNames(graph);
  if (connection.kind === "unknown" || isOpen(graph, connection)) return undefined;
  const own = connection.kind === "client" ? byNamespace.get(connection.namespace.name) : undefined;
  if (own?.servers.has(host)) return undefined;
  if (service.task && containersOf(service.task).containers.some(({ name }) => name === host)) {
    return {
      message: `${host} is a container of the same task, and these reach each other at 127.0.0.1, not by name`,
      fix: "Write 127.0.0.1 instead of the container's name.",
      // Its own name may be what it is to call itself.
      ...(container === host && { severity: "warning" as const }),
    };
  }
  const server = [...byNamespace.values()].map(({ servers }) => servers.get(host)).find((one) => one !== undefined);
  if (server && connection.kind === "none") {
    return {
      message: `${server.resource.address} offers the name ${host} by Service Connect, but only to services that use Service Connect themselves`,
      fix: "Add service_connect_configuration with enabled = true and the same namespace.",
    };
  }
  if (server) {
    return {
      message: `${server.resource.address} offers the name ${host} in another namespace`,
      fix: "Put both services into one namespace.",
    };
  }
  const discovered = discoveredNames(graph).find((name) => name.startsWith(`${host}.`));
  if (discovered !== undefined) {
    return { message: `the name in Cloud Map is ${discovered}, all of it`, fix: `Write ${discovered}.` };
  }
  return complete || connection.kind === "none"
    ? {
        message: `nothing offers the name ${host}`,
        fix: `Offer ${host} by Service Connect (client_alias with dns_name), or write the real address.`,
        ...(!isNameOfServer(graph, service, host) && { severity: "warning" as const }),
      }
    : undefined;
}

/** Others may offer names in its namespace. */
function isOpen(graph: Graph, connection: Connection): boolean {
  if (connection.kind !== "client") return false;
  return (
    !connection.namespace.made || connectNames(graph).byNamespace.get(connection.namespace.name)?.complete === false
  );
}

/** Its tasks have a network interface of their own, so that links and the names of Docker mean nothing. */
function hasOwnInterface({ task, fargate }: Service): boolean {
  return fargate || text(task?.resource.get("network_mode")) === "awsvpc";
}

/** It is known that the VPC appends no domain to short names: the configuration makes it. */
function isInOwnVpc({ place }: Service): boolean {
  const { subnets } = place.subnets;
  return subnets.length > 0 && subnets.every((subnet) => vpcOf(subnet)?.type === "aws_vpc");
}
