import type { Graph, Resource } from "../graph/graph.ts";
import { linked } from "../graph/links.ts";
import { remembered } from "../graph/remembered.ts";
import { type Block, block, blocks, flag, isAbsent, number, text, type Value } from "../graph/value.ts";
import { containersOf, portMappingsOf } from "./containers.ts";
import { environmentOf, type Service, services } from "./tasks.ts";

const OWN_NAMESPACES = ["http", "private_dns", "public_dns"].map((kind) => `aws_service_discovery_${kind}_namespace`);
const NAMESPACE_TYPES = OWN_NAMESPACES.flatMap((type) => [type, `data.${type}`]);

/** A namespace of Cloud Map. */
interface Namespace {
  readonly name: string;
  /** The configuration makes it and passes it to nothing else, so that no other configuration has names in it. */
  readonly made: boolean;
}

/** What a service has to do with Service Connect; `unknown`: that can't be known. */
export type Connection =
  | { readonly kind: "none" | "unknown" }
  | { readonly kind: "client"; readonly namespace: Namespace };

/** The namespace in which a service finds others by Service Connect. */
export function connectionOf(graph: Graph, service: Resource): Connection {
  const configuration = blocks(service.get("service_connect_configuration"));
  const [one] = configuration.blocks;
  if (!configuration.complete) return { kind: "unknown" };
  if (one === undefined) return { kind: "none" };
  const enabled = flag(one.enabled, true);
  if (enabled === false) return { kind: "none" };
  const namespace = enabled === undefined ? undefined : namespaceOf(graph, service, one);
  return namespace ? { kind: "client", namespace } : { kind: "unknown" };
}

function namespaceOf(graph: Graph, service: Resource, configuration: Block): Namespace | undefined {
  if (!isAbsent(configuration.namespace)) return readNamespace(graph, configuration.namespace);
  // Of a dynamic block, a plan does not tell what is written and not known yet.
  if (graph.kind === "plan" && graph.ofType(...OWN_NAMESPACES).length > 1) return undefined;
  const [cluster] = linked(service.get("cluster"), "aws_ecs_cluster").resources;
  const [defaults] = blocks(cluster?.get("service_connect_defaults")).blocks;
  return defaults && readNamespace(graph, defaults.namespace);
}

function readNamespace(graph: Graph, value: Value | undefined): Namespace | undefined {
  const link = linked(value, ...NAMESPACE_TYPES);
  const [namespace] = link.resources;
  if (!link.certain || link.resources.length > 1) return undefined;
  if (namespace)
    return {
      name: text(namespace.get("name")) ?? namespace.address,
      made: !(namespace.isData || graph.isHandedOn(namespace)),
    };
  return link.literal === undefined ? undefined : { name: link.literal, made: false };
}

/** Names that services of a namespace are found by. */
export interface Names {
  readonly servers: ReadonlyMap<string, Service>;
  /** Ports that the names are offered on; undefined among them for one that can't be known. */
  readonly ports: ReadonlyMap<string, readonly (number | undefined)[]>;
  /** Ports of containers that the names lead to, where they are known. */
  readonly targets: ReadonlyMap<string, number>;
  /** There are no others. */
  readonly complete: boolean;
}

/** Names that Service Connect offers, by namespace. */
export function connectNames(graph: Graph): {
  readonly byNamespace: ReadonlyMap<string, Names>;
  readonly complete: boolean;
} {
  return graph.once(collectNames);
}

interface OpenNames extends Names {
  readonly servers: Map<string, Service>;
  readonly ports: Map<string, (number | undefined)[]>;
  readonly targets: Map<string, number>;
  complete: boolean;
}

function collectNames(graph: Graph) {
  const byNamespace = new Map<string, OpenNames>();
  let complete = true;
  for (const service of services(graph)) {
    const connection = connectionOf(graph, service.resource);
    if (connection.kind === "unknown") complete = false;
    if (connection.kind !== "client") continue;
    const { name } = connection.namespace;
    const names = byNamespace.get(name) ?? { servers: new Map(), ports: new Map(), targets: new Map(), complete: true };
    byNamespace.set(name, names);
    for (const alias of aliasesOf(service.resource, name)) addAlias(names, service, alias);
  }
  return { byNamespace, complete };
}

function addAlias(names: OpenNames, service: Service, { host, port, portName }: Alias): void {
  if (host === undefined) {
    names.complete = false;
    return;
  }
  names.servers.set(host, service);
  const target = portName === undefined ? undefined : portNamed(service, portName);
  if (target !== undefined) names.targets.set(host, target);
  const ports = names.ports.get(host);
  if (ports) ports.push(port);
  else names.ports.set(host, [port]);
}

interface Alias {
  /** undefined where it can't be known. */
  readonly host: string | undefined;
  readonly port?: number | undefined;
  /** Name of the container's port behind it. */
  readonly portName?: string | undefined;
}

function portNamed({ task }: Service, name: string): number | undefined {
  const mappings = (task?.containers ?? []).flatMap((container) => portMappingsOf(container).mappings);
  return mappings.find((mapping) => mapping.name === name)?.port;
}

/**
 * Names that a service is found by.
 * An alias without dns_name is called after the discovery name and the namespace.
 *
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectClientAlias.html
 */
function aliasesOf(service: Resource, namespace: string): Alias[] {
  return blocks(service.get("service_connect_configuration")).blocks.flatMap((configuration) => {
    const offered = blocks(configuration.service);
    const found = offered.blocks.flatMap((one): Alias[] => {
      const aliases = blocks(one.client_alias);
      if (!aliases.complete || aliases.blocks.length === 0) return [{ host: undefined }];
      const discovery = text(isAbsent(one.discovery_name) ? one.port_name : one.discovery_name);
      return aliases.blocks.map(({ dns_name, port }) => {
        const host = isAbsent(dns_name) ? discovery && `${discovery}.${namespace}` : text(dns_name);
        return { host: host?.toLowerCase(), port: number(port), portName: text(one.port_name) };
      });
    });
    return offered.complete ? found : [...found, { host: undefined }];
  });
}

/** A host without a domain that a variable of a container names. */
export interface ShortHost {
  readonly host: string;
  /** Port that is written with it, or that its scheme means. */
  readonly port: number | undefined;
  readonly variable: string;
}

/** Schemes of addresses that a program connects to. */
const SCHEMES =
  /^(?:jdbc:)?(?:https?|wss?|tcp|udp|rediss?|valkeys?|mysql2?|trilogy|mariadb|postgres(?:ql)?|postgis|mongodb|amqps?|memcached?|kafka|nats|grpcs?|ldaps?|smtps?|ftp|sftp|elasticsearch|opensearch|mqtt|statsd):\/\/(?:[^@/\s]*@)?([a-z][a-z0-9_-]*)(?::(\d{1,5}))?(?:[/?#]|$)/i;
const WITH_PORT = /^([a-z][a-z0-9_-]*):(\d{2,5})$/i;
const ALONE = /^[a-z][a-z0-9_-]*$/i;

/** Variables that tell where something is. */
const NAMES_ADDRESS =
  /(?:^|_)(?:HOSTS?|HOSTNAMES?|UPSTREAMS?|ADDR|ADDRESS|ENDPOINTS?|SERVERS?|BACKENDS?|BROKERS?|URLS?|URIS?|NODES?|PEERS?|PROXY)$/i;
const NAMES_HOST = /_(?:HOST|HOSTNAME|UPSTREAM)$/i;
/** Variables that tell what the container itself is called, or whom it lets in. */
const NAMES_ITSELF =
  /(?:^|_)(?:ALLOWED|TRUSTED|BIND|LISTEN|VIRTUAL|PUBLIC|CORS|ORIGINS?|CALLBACK|REDIRECT|IMAGE)(?:_|$)|^(?:APP|SITE|WEB|RAILS|DEFAULT|CANONICAL|MAILER|ASSETS?|CDN|DOMAIN|SERVER|LOG|NODE|POD|CONTAINER|CI_SERVER|DD|KC)_(?:URL_)?HOST(?:NAME)?$|(?:^|_)(?:NEXTAUTH|SITE|ROOT|EXTERNAL|CANONICAL)_URL$/i;
/** Words that are settings, the machine itself or placeholders. */
const NO_HOSTS = new Set([
  "localhost",
  "true",
  "false",
  "yes",
  "no",
  "on",
  "off",
  "none",
  "null",
  "nil",
  "auto",
  "any",
  "all",
  "default",
  "host-gateway",
  "dummy",
  "placeholder",
  "unused",
  "example",
  "changeme",
]);

/** The host without a domain that a variable names, such as `app` in `APP_UPSTREAM=app:3000`; a guess is never made. */
export function shortHostIn(variable: string, value: string): ShortHost | undefined {
  if (NAMES_ITSELF.test(variable)) return undefined;
  const withPort = NAMES_ADDRESS.test(variable) ? WITH_PORT.exec(value) : null;
  const address = SCHEMES.exec(value) ?? withPort;
  const host = (address?.[1] ?? (ALONE.test(value) && NAMES_HOST.test(variable) ? value : undefined))?.toLowerCase();
  if (host === undefined || NO_HOSTS.has(host)) return undefined;
  const scheme = /^https?(?=:\/\/)/i.exec(value)?.[0].toLowerCase();
  const port =
    address?.[2] === undefined ? (scheme && (scheme === "http" ? 80 : 443)) || undefined : Number(address[2]);
  return { host, port, variable };
}

/** Servers that a client connects to, by their names. */
export function wantedServers(client: Service, servers: ReadonlyMap<string, Service>): [string, Service][] {
  if (client.task?.containers) {
    const hosts = new Set(mentionsIn(client).map(({ host }) => host));
    return [...servers].filter(([host]) => hosts.has(host));
  }
  // Who offers nothing uses Service Connect to find others; where there is one, it is that.
  const offers = blocks(block(client.resource.get("service_connect_configuration"))?.service);
  return offers.complete && offers.blocks.length === 0 && servers.size === 1 ? [...servers] : [];
}

export interface Mention extends ShortHost {
  readonly container: string;
  /** What stands in the variable, without passwords. */
  readonly value: string;
}

/** Hosts without a domain in the variables of a service's containers. */
export const mentionsIn = remembered(({ task }: Service): readonly Mention[] => {
  if (!task) return [];
  return containersOf(task).containers.flatMap((container) =>
    environmentOf(container.block).flatMap(({ name: variable, value }) => {
      const written = text(value);
      const found = written === undefined ? undefined : shortHostIn(variable, written);
      return found && written !== undefined
        ? [
            {
              ...found,
              container: container.name,
              value: written.replace(/\/\/[^@/\s]*@/, "//…@").replace(/\?.*/, "?…"),
            },
          ]
        : [];
    }),
  );
});

/** A name of service discovery, and a port that is written behind it. */
interface DiscoveredServer {
  readonly host: string;
  readonly port: number;
  readonly server: Service;
}

/** Servers that a service connects to by a name of service discovery, such as `http://api.shop.local:3000`. */
function discoveredServers(graph: Graph, client: Service): DiscoveredServer[] {
  const names = graph.once(collectDiscoveredNames);
  const texts = names.size === 0 ? [] : environmentTexts(client);
  return texts.flatMap((written) =>
    [...written.matchAll(/([a-z0-9][a-z0-9.-]*\.[a-z0-9-]+):(\d{1,5})/gi)].flatMap(([, host = "", port]) => {
      const server = names.get(host.toLowerCase());
      return server && server !== client ? [{ host, port: Number(port), server }] : [];
    }),
  );
}

function environmentTexts({ task }: Service): string[] {
  const values = (task?.containers ?? []).flatMap((container) =>
    environmentOf(container).map(({ value }) => text(value)),
  );
  return values.filter((value) => value !== undefined);
}

/** Names of service discovery that lead to services of the configuration. */
export function discoveredNames(graph: Graph): string[] {
  return [...graph.once(collectDiscoveredNames).keys()];
}

function collectDiscoveredNames(graph: Graph): ReadonlyMap<string, Service> {
  const names = new Map<string, Service>();
  for (const service of services(graph)) {
    for (const registry of blocks(service.resource.get("service_registries")).blocks) {
      const [entry] = linked(registry.registry_arn, "aws_service_discovery_service").resources;
      const [dns] = blocks(entry?.get("dns_config")).blocks;
      const [namespace] = linked(dns?.namespace_id, "aws_service_discovery_private_dns_namespace").resources;
      const [name, domain] = [text(entry?.get("name")), text(namespace?.get("name"))];
      if (name && domain) names.set(`${name}.${domain}`.toLowerCase(), service);
    }
  }
  return names;
}

/** A service that another one calls by name, and the port of its containers behind the name. */
export interface Neighbour {
  readonly name: string;
  readonly server: Service;
  readonly port: number;
}

export function neighboursOf(graph: Graph, client: Service): Neighbour[] {
  const connection = connectionOf(graph, client.resource);
  const names =
    connection.kind === "client" ? connectNames(graph).byNamespace.get(connection.namespace.name) : undefined;
  const connected = names ? wantedServers(client, names.servers) : [];
  return [
    ...connected.flatMap(([name, server]) => {
      const port = names?.targets.get(name);
      return server === client || port === undefined ? [] : [{ name, server, port }];
    }),
    ...discoveredServers(graph, client).map(({ host, server, port }) => ({ name: host, server, port })),
  ];
}
