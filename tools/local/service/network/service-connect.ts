import type { Container } from "../container.ts";

/** A name of a namespace, as clients write it. */
export interface OfferedName {
  readonly dnsName: string;
  readonly port: number;
}

/** Where a task offers it. */
export interface Offer {
  readonly address: string;
  readonly port: number;
}

/** Of ECS's Service Connect: names of a namespace, and the tasks behind them. */
export interface ServiceConnect {
  /** Says which tasks offer a name now; the first time, the name begins to be known. */
  publish(namespace: string, name: OfferedName, offers: readonly Offer[]): Promise<void>;
  /** The name is known no longer. */
  withdraw(namespace: string, name: OfferedName): Promise<void>;
}

interface Client {
  readonly container: Container;
  readonly names: readonly Entry[];
  configuration: string;
}

interface Entry extends OfferedName {
  /** That stands in the task's /etc/hosts. */
  readonly address: string;
  readonly key: string;
}

/**
 * Stands in for Service Connect: in each task that is a client of a namespace, its names lead to a proxy of the task's
 * own, which shares connections among the tasks behind the name. As on AWS, a task knows the names that were there when it
 * started, and no later ones.
 *
 * The proxy passes on TCP; it does not retry requests, and takes nobody out for errors.
 */
export class NamespaceProxies implements ServiceConnect {
  private readonly offers = new Map<string, readonly Offer[]>();
  private readonly names = new Map<string, Map<string, OfferedName>>();
  private readonly clients = new Set<Client>();

  async publish(namespace: string, name: OfferedName, offers: readonly Offer[]): Promise<void> {
    const known = this.names.get(namespace) ?? new Map<string, OfferedName>();
    this.names.set(namespace, known.set(keyOf(namespace, name), name));
    this.offers.set(keyOf(namespace, name), offers);
    await Promise.all([...this.clients].map((client) => this.configure(client)));
  }

  async withdraw(namespace: string, name: OfferedName): Promise<void> {
    this.names.get(namespace)?.delete(keyOf(namespace, name));
  }

  /** The lines of /etc/hosts with which a client of the namespace starts. */
  hostsOf(namespace: string): Record<string, string> {
    return Object.fromEntries(this.entries(namespace).map(({ dnsName, address }) => [dnsName, address]));
  }

  /** Starts the proxy of a task that was started with these names. */
  async addClient(namespace: string, container: Container): Promise<void> {
    const client = { container, names: this.entries(namespace), configuration: "" };
    this.clients.add(client);
    await container.exec(["nft", "-f", "-"], { input: redirections(client.names) });
    await this.configure(client);
  }

  removeClient(container: Container): void {
    for (const client of this.clients) if (client.container.id === container.id) this.clients.delete(client);
  }

  private entries(namespace: string): Entry[] {
    const names = [...(this.names.get(namespace) ?? [])];
    return names.map(([key, name], index) => ({ ...name, key, address: `127.255.0.${index + 1}` }));
  }

  private async configure(client: Client): Promise<void> {
    if (client.names.length === 0) return;
    const configuration = proxyConfiguration(
      client.names.map((name) => ({ ...name, offers: this.offers.get(name.key) ?? [] })),
    );
    if (configuration === client.configuration) return;
    client.configuration = configuration;
    await startProxy(client.container, configuration);
  }
}

/** Where the proxies of a task listen; a container may listen on the port that it offers itself. */
const FIRST_PORT = 15_100;

/** Leads the addresses of names to their proxies, as nftables takes it. */
function redirections(names: readonly Entry[]): string {
  const lines = names.map(
    ({ address, port }, index) => `ip daddr ${address} tcp dport ${port} redirect to :${FIRST_PORT + index}`,
  );
  const chain = ["chain names {", "type nat hook output priority -100; policy accept;", ...lines, "}"];
  return ["table ip connect {", ...chain, "}", ""].join("\n");
}

/**
 * Starts HAProxy in an interface with a configuration, or hands it over to a new one without losing a connection. When it
 * resolves, no new connection goes by the former configuration: what that led to may be stopped.
 */
export async function startProxy(container: Container, configuration: string): Promise<void> {
  const { exitCode, output } = await container.exec(["sh", "-e", "-c", START], { input: configuration });
  if (exitCode !== 0) throw new Error(`HAProxy does not take its configuration: ${output}`);
}

/** HAProxy takes over in the background. A socket that only the new one has tells that it is there. */
const START = `
rm -f /run/proxy-*.sock
socket=/run/proxy-$(cat /proc/sys/kernel/random/uuid).sock
{ printf 'global\n  stats socket %s\n' $socket; cat; } > /run/proxy.cfg
haproxy -c -q -f /run/proxy.cfg
if [ -s /run/proxy.pid ] && kill -0 $(cat /run/proxy.pid); then kill -USR2 $(cat /run/proxy.pid)
else haproxy -W -D -p /run/proxy.pid -f /run/proxy.cfg; fi
until [ -S $socket ]; do sleep 0.02; done
`;

function proxyConfiguration(names: readonly (Entry & { readonly offers: readonly Offer[] })[]): string {
  return [
    "defaults",
    "  mode tcp",
    "  timeout connect 5s",
    "  timeout client 1h",
    "  timeout server 1h",
    "  option redispatch",
    ...names.flatMap(({ offers }, index) => [
      `listen name-${index}`,
      `  bind 127.0.0.1:${FIRST_PORT + index}`,
      "  balance leastconn",
      ...offers.map((offer, at) => `  server task-${at} ${offer.address}:${offer.port}`),
    ]),
    "",
  ].join("\n");
}

const keyOf = (namespace: string, { dnsName, port }: OfferedName) => `${namespace} ${dnsName}:${port}`;
