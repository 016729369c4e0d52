import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { listOf } from "../emulator/gaps/elasticache.ts";
import { endpointsOf } from "../emulator/gaps/replication-groups.ts";
import type { Authority } from "./authority.ts";
import type { Container } from "./container.ts";
import type { Engine } from "./engine.ts";
import { VALKEY_IMAGE } from "./images.ts";
import type { NetworkInterface, Vpc } from "./network/vpc.ts";

const INSIDE = "/etc/valkey-local";

export interface CachesOptions {
  readonly engine: Engine;
  readonly vpc: Vpc;
  readonly authority: Authority;
  /** Replication groups as they were asked for, by id. */
  readonly groups: ReadonlyMap<string, URLSearchParams>;
  /** Subnets of a cache subnet group. */
  readonly subnetsOf: (subnetGroup: string) => readonly string[];
  /** For configuration files, which hold tokens. */
  readonly directory: string;
  readonly name: string;
}

interface Running {
  readonly network: NetworkInterface;
  readonly container: Container;
}

/**
 * Stands in for ElastiCache: a real Valkey for each replication group, under the names of its endpoints, with its TLS, AUTH
 * token and security groups. For Redis, it is Valkey too. One node, without snapshots and parameter groups.
 */
export class Caches {
  private readonly options: CachesOptions;
  private readonly running = new Map<string, Promise<Running>>();

  constructor(options: CachesOptions) {
    this.options = options;
  }

  /** Brings what runs to what is deployed now. */
  async reconcile(): Promise<void> {
    const { groups } = this.options;
    for (const [id, running] of this.running) if (!groups.has(id)) await this.remove(id, running);
    for (const [id, settings] of groups) {
      if (this.running.has(id)) continue;
      const started = this.start(id, settings);
      this.running.set(id, started);
      await started.catch((error) => {
        this.running.delete(id);
        throw error;
      });
    }
  }

  private async start(id: string, settings: URLSearchParams): Promise<Running> {
    const { engine, vpc, authority, subnetsOf, directory, name } = this.options;
    await engine.pull(VALKEY_IMAGE);
    const names = endpointsOf(id);
    const { cert, key } = await authority.issue(names);
    const files = join(directory, `cache-${id}`);
    mkdirSync(files, { recursive: true, mode: 0o700 });
    const texts = { "server.pem": cert, "server.key": key, "valkey.conf": configuration(settings) };
    for (const [file, text] of Object.entries(texts)) writeFileSync(join(files, file), text);
    const network = await vpc.attach({
      name: `cache-${id}`,
      subnetIds: subnetsOf(settings.get("CacheSubnetGroupName") ?? ""),
      groupIds: listOf(settings, "SecurityGroupIds.SecurityGroupId"),
      aliases: names,
    });
    const container = await engine.run({
      name: `${name}-cache-${id}-valkey`,
      image: VALKEY_IMAGE,
      network: { of: network.container.id },
      command: ["valkey-server", `${INSIDE}/valkey.conf`],
      files: Object.fromEntries(Object.keys(texts).map((file) => [`${INSIDE}/${file}`, join(files, file)])),
    });
    return { network, container };
  }

  private async remove(id: string, running: Promise<Running>): Promise<void> {
    this.running.delete(id);
    const { container, network } = await running;
    await container.remove();
    await this.options.vpc.detach(network);
  }
}

function configuration(settings: URLSearchParams): string {
  const port = settings.get("Port") ?? "6379";
  const token = settings.get("AuthToken");
  const isEncrypted = settings.get("TransitEncryptionEnabled") === "true";
  return [
    ...(isEncrypted
      ? [
          "port 0",
          `tls-port ${port}`,
          `tls-cert-file ${INSIDE}/server.pem`,
          `tls-key-file ${INSIDE}/server.key`,
          "tls-auth-clients no",
        ]
      : [`port ${port}`]),
    ...(token ? [`requirepass ${token}`] : []),
    "bind * -::*",
    "protected-mode no",
    'save ""',
    "",
  ].join("\n");
}
