import type { Container } from "./container.ts";
import type { Engine } from "./engine.ts";
import type { InterfaceRequest, NetworkInterface, Vpc } from "./network/vpc.ts";

/** A server behind an endpoint: a container, and the interface that it shares. */
export interface Server {
  readonly network: NetworkInterface;
  readonly container: Container;
}

interface ServerSpec {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Of this machine, by the path in the container; read-only. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Makes an interface, and the server in it. @throws Error where one of them can't be made; then nothing is left */
export async function startServer(
  { engine, vpc }: { readonly engine: Engine; readonly vpc: Vpc },
  request: InterfaceRequest,
  { name, image, command, environment = {}, files = {} }: ServerSpec,
): Promise<Server> {
  const network = await vpc.attach(request);
  try {
    const container = await engine.run({
      name,
      Image: image,
      Cmd: [...command],
      Env: Object.entries(environment).map(([variable, value]) => `${variable}=${value}`),
      HostConfig: {
        NetworkMode: `container:${network.container.id}`,
        Binds: Object.entries(files).map(([path, source]) => `${source}:${path}:ro`),
      },
    });
    return { network, container };
  } catch (error) {
    await vpc.detach(network);
    throw error;
  }
}

/** The servers that run of what is deployed, by id. */
export class Servers<T extends Server> {
  private readonly vpc: Vpc;
  private readonly running = new Map<string, Promise<T>>();

  constructor(vpc: Vpc) {
    this.vpc = vpc;
  }

  get(id: string): Promise<T> | undefined {
    return this.running.get(id);
  }

  /** Those that have been started. */
  async all(): Promise<T[]> {
    const ended = await Promise.allSettled(this.running.values());
    return ended.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  }

  /** Starts one. @throws what its start throws; then it can be started again */
  async add(id: string, start: () => Promise<T>): Promise<void> {
    const started = start();
    this.running.set(id, started);
    await started.catch((error) => {
      this.running.delete(id);
      throw error;
    });
  }

  /** Removes those that are deployed no longer. */
  async keepOnly(ids: ReadonlySet<string>): Promise<void> {
    for (const [id, running] of this.running) {
      if (ids.has(id)) continue;
      this.running.delete(id);
      const { container, network } = await running;
      await container.remove();
      await this.vpc.detach(network);
    }
  }
}
