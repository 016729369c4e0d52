import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SubnetGroup } from "../emulator/gaps/cache-subnet-groups.ts";
import { listOf } from "../emulator/gaps/elasticache.ts";
import { endpointsOf } from "../emulator/gaps/replication-groups.ts";
import type { Authority } from "./authority.ts";
import type { Engine } from "./engine.ts";
import { VALKEY_IMAGE } from "./images.ts";
import type { Vpc } from "./network/vpc.ts";
import { type Server, Servers, startServer } from "./servers.ts";

const INSIDE = "/etc/valkey-local";

export interface CachesOptions {
  readonly engine: Engine;
  readonly vpc: Vpc;
  readonly authority: Authority;
  /** Replication groups as they were asked for, by id. */
  readonly groups: ReadonlyMap<string, URLSearchParams>;
  readonly subnetGroups: ReadonlyMap<string, SubnetGroup>;
  /** For configuration files, which hold tokens. */
  readonly directory: string;
  readonly name: string;
}

/**
 * Stands in for ElastiCache: a real Valkey for each replication group, under the names of its endpoints, with its TLS, AUTH
 * token and security groups. For Redis, it is Valkey too. One node, without snapshots and parameter groups.
 */
export class Caches {
  private readonly options: CachesOptions;
  private readonly servers: Servers<Server>;

  constructor(options: CachesOptions) {
    this.options = options;
    this.servers = new Servers(options.vpc);
  }

  /** Brings what runs to what is deployed now. */
  async reconcile(): Promise<void> {
    const { groups } = this.options;
    await this.servers.keepOnly(new Set(groups.keys()));
    for (const [id, settings] of groups)
      if (!this.servers.get(id)) await this.servers.add(id, () => this.start(id, settings));
  }

  private async start(id: string, settings: URLSearchParams): Promise<Server> {
    const { engine, authority, subnetGroups, directory, name } = this.options;
    await engine.pull(VALKEY_IMAGE);
    const names = endpointsOf(id);
    const { cert, key } = await authority.issue(names);
    const files = join(directory, `cache-${id}`);
    mkdirSync(files, { recursive: true, mode: 0o700 });
    const texts = { "server.pem": cert, "server.key": key, "valkey.conf": configuration(settings) };
    for (const [file, text] of Object.entries(texts)) writeFileSync(join(files, file), text);
    return startServer(
      this.options,
      {
        name: `cache-${id}`,
        subnetIds: subnetGroups.get(settings.get("CacheSubnetGroupName") ?? "")?.subnetIds ?? [],
        groupIds: listOf(settings, "SecurityGroupIds.SecurityGroupId"),
        aliases: names,
      },
      {
        name: `${name}-cache-${id}-valkey`,
        image: VALKEY_IMAGE,
        command: ["valkey-server", `${INSIDE}/valkey.conf`],
        files: Object.fromEntries(Object.keys(texts).map((file) => [`${INSIDE}/${file}`, join(files, file)])),
      },
    );
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
