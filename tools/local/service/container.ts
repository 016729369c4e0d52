import { Duplex, type Readable } from "node:stream";
import type Docker from "dockerode";
import { demultiplexed } from "./demultiplexer.ts";

/** What a container is made from. */
export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  /** @default the image's */
  readonly entrypoint?: readonly string[];
  /** @default the image's */
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** An address in a network, the namespace of another container by its id, or the engine's own network. */
  readonly network:
    | "default"
    | { readonly name: string; readonly address?: string; readonly aliases?: readonly string[] }
    | { readonly of: string };
  /** Lines of /etc/hosts, by name. */
  readonly hosts?: Readonly<Record<string, string>>;
  readonly capabilities?: readonly string[];
  /** Ports of the container, each published on a free port of 127.0.0.1. */
  readonly publish?: readonly number[];
  /** @default the image's */
  readonly user?: string;
  /** @default the image's */
  readonly workingDirectory?: string;
  readonly readonlyRoot?: boolean;
  readonly memoryMiB?: number;
  /** 1024 are one core. */
  readonly cpuUnits?: number;
  /** Most processes and threads at a time. */
  readonly pids?: number;
  /** Directories of this machine, by the path in the container; read-only. */
  readonly files?: Readonly<Record<string, string>>;
  /** Directories that are memory. */
  readonly tmpfs?: readonly string[];
  readonly init?: boolean;
}

/** How a container has ended, or that it has not. */
export interface ContainerState {
  readonly running: boolean;
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  /** Of its first process, on the engine's machine. */
  readonly pid: number;
  readonly ports: Readonly<Record<number, number>>;
}

export interface ExecOptions {
  /** Given to standard input. */
  readonly input?: string;
  /** @default 30 seconds */
  readonly timeoutMs?: number;
}

export interface ExecResult {
  readonly exitCode: number;
  /** Standard output and standard error. */
  readonly output: string;
}

/** A command on a terminal, in a container. */
export interface Terminal {
  readonly stream: Duplex;
  resize(size: { readonly rows: number; readonly columns: number }): Promise<void>;
}

/** A container that was made. */
export class Container {
  readonly id: string;
  readonly name: string;
  private readonly docker: Docker;

  constructor(docker: Docker, id: string, name: string) {
    this.docker = docker;
    this.id = id;
    this.name = name;
  }

  async state(): Promise<ContainerState> {
    const { State, NetworkSettings } = await this.container.inspect();
    const ports = Object.entries(NetworkSettings.Ports ?? {}).flatMap(([port, bindings]) => {
      const host = bindings?.[0]?.HostPort;
      return host ? [[Number.parseInt(port, 10), Number(host)]] : [];
    });
    return {
      running: State.Running,
      exitCode: State.ExitCode,
      outOfMemory: State.OOMKilled,
      pid: State.Pid,
      ports: Object.fromEntries(ports),
    };
  }

  /**
   * Runs a command in it to its end; again where the engine has forgotten how it ended, as Podman has on a machine that is busy.
   *
   * @throws Error where it takes too long
   */
  async exec(command: readonly string[], { input, timeoutMs = 30_000 }: ExecOptions = {}): Promise<ExecResult> {
    for (let tries = 1; ; tries++) {
      const exec = await this.container.exec({
        Cmd: [...command],
        AttachStdin: input !== undefined,
        AttachStdout: true,
        AttachStderr: true,
      });
      const stream = await exec.start({ hijack: input !== undefined, stdin: input !== undefined });
      const output = demultiplexed(stream);
      if (input !== undefined) stream.end(input);
      const text = await within(timeoutMs, textOf(output), () => stream.destroy());
      try {
        const { ExitCode } = await exec.inspect();
        return { exitCode: ExitCode ?? 0, output: text };
      } catch (error) {
        if (tries === MOST_TRIES || !/no such exec/.test((error as Error).message)) throw error;
      }
    }
  }

  /** Starts a command in it, and stays connected to what that reads and writes. */
  async open(command: readonly string[]): Promise<Duplex> {
    const exec = await this.container.exec({
      Cmd: [...command],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    });
    const stream = await exec.start({ hijack: true, stdin: true });
    return Duplex.from({ readable: demultiplexed(stream), writable: stream });
  }

  /** Runs a command in it, on a terminal of its own. */
  async terminal(command: readonly string[]): Promise<Terminal> {
    const settings = { AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: true };
    const exec = await this.container.exec({ Cmd: [...command], ...settings });
    const stream = await exec.start({ hijack: true, stdin: true, Tty: true });
    stream.on("error", () => {}); // Its end is told by its close.
    return {
      stream,
      resize: async ({ rows, columns }) => {
        await exec.resize({ h: rows, w: columns }).catch(() => {});
      },
    };
  }

  /** What it writes, from its start to its end. */
  async logs(): Promise<Readable> {
    const stream = await this.container.logs({ follow: true, stdout: true, stderr: true });
    return demultiplexed(stream);
  }

  /** Asks it to end, insists after the seconds given. */
  async stop(seconds: number): Promise<void> {
    await this.container.stop({ t: seconds }).catch(() => {});
  }

  /** Removes it, running or not. */
  async remove(): Promise<void> {
    await this.container.remove({ force: true, v: true }).catch(() => {});
  }

  private get container() {
    return this.docker.getContainer(this.id);
  }
}

/** What the engine keeps of a container's output on disk. Whoever follows it has read that before it goes. */
const LOG_SIZE = "20m";
const MOST_TRIES = 3;
/** What is kept of what a command writes. */
const OUTPUT_BYTES = 1_000_000;

/** As the engine's API takes it. */
export function createOptions(
  spec: ContainerSpec,
  labels: Readonly<Record<string, string>>,
): Docker.ContainerCreateOptions {
  const { network } = spec;
  const isAttached = typeof network === "object" && "name" in network;
  const port = (number: number) => `${number}/tcp`;
  return {
    name: spec.name,
    Image: spec.image,
    Entrypoint: spec.entrypoint && [...spec.entrypoint],
    Cmd: spec.command && [...spec.command],
    Env: Object.entries(spec.environment ?? {}).map(([name, value]) => `${name}=${value}`),
    User: spec.user,
    WorkingDir: spec.workingDirectory,
    Labels: { ...labels },
    ExposedPorts: Object.fromEntries((spec.publish ?? []).map((number) => [port(number), {}])),
    NetworkingConfig: isAttached ? { EndpointsConfig: { [network.name]: endpointOf(network) } } : undefined,
    HostConfig: {
      NetworkMode: modeOf(network),
      ExtraHosts: Object.entries(spec.hosts ?? {}).map(([name, address]) => `${name}:${address}`),
      CapAdd: [...(spec.capabilities ?? [])],
      PortBindings: Object.fromEntries(
        (spec.publish ?? []).map((number) => [port(number), [{ HostIp: "127.0.0.1", HostPort: "" }]]),
      ),
      ReadonlyRootfs: spec.readonlyRoot ?? false,
      ...limits(spec),
      Binds: Object.entries(spec.files ?? {}).map(([path, source]) => `${source}:${path}:ro`),
      Tmpfs: Object.fromEntries((spec.tmpfs ?? []).map((path) => [path, ""])),
      Init: spec.init,
      LogConfig: { Type: "json-file", Config: { "max-size": LOG_SIZE } },
    },
  };
}

function modeOf(network: ContainerSpec["network"]): string | undefined {
  if (network === "default") return undefined;
  return "of" in network ? `container:${network.of}` : network.name;
}

function endpointOf({ address, aliases = [] }: { readonly address?: string; readonly aliases?: readonly string[] }) {
  return { Aliases: [...aliases], IPAMConfig: address ? { IPv4Address: address } : undefined };
}

function limits({ memoryMiB, cpuUnits, pids }: ContainerSpec): Docker.HostConfig {
  const bytes = memoryMiB && memoryMiB * 1024 * 1024;
  return {
    Memory: bytes,
    MemorySwap: bytes,
    NanoCpus: cpuUnits && Math.round((cpuUnits / 1024) * 1e9),
    PidsLimit: pids,
  };
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (bytes < OUTPUT_BYTES) chunks.push(chunk);
    bytes += chunk.length;
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** @throws Error where it takes too long */
async function within<T>(ms: number, work: Promise<T>, onLate: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      onLate();
      reject(new Error(`took longer than ${ms / 1000} s`));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
