import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "@operation-app/preflight/input";
import Docker from "dockerode";
import { RUN_LABEL } from "../../lib/local-run.ts";
import { Container } from "./container.ts";

/** What is kept of a container's output on disk. Whoever follows it has read that before it goes. */
const LOGS: Docker.HostConfig["LogConfig"] = { Type: "json-file", Config: { "max-size": "20m" } };
/** How often an engine that is busy is asked. */
const PATIENCE = 5;
/** Between two looks for containers that have ended. */
const LOOK_MS = 1_000;

/**
 * The container engine of this machine, Docker or Podman, by the API that both have.
 *
 * What it makes has the label of a run, and goes with that.
 */
export class Engine {
  /** Such as `Podman 4.3.1`. */
  readonly name: string;
  /** Of the machine that containers run on, as the OCI writes it. */
  readonly architecture: "amd64" | "arm64";
  /** As `DOCKER_HOST` has it. */
  readonly address: string;
  private readonly docker: Docker;
  private readonly labels: Readonly<Record<string, string>>;
  private readonly isPodman: boolean;
  /** Who is told of the end of a container, by its id. */
  private readonly awaited = new Map<string, () => void>();
  private watch: Promise<void> | undefined;

  private constructor(address: string, docker: Docker, version: Version, run: string) {
    this.address = address;
    this.docker = docker;
    this.isPodman = (version.Components ?? []).some(({ Name }) => /podman/i.test(Name));
    this.name = `${this.isPodman ? "Podman" : "Docker"} ${version.Version}`;
    this.architecture = /arm64|aarch64/.test(version.Arch) ? "arm64" : "amd64";
    this.labels = { [RUN_LABEL]: run };
  }

  /**
   * The engine that answers at `DOCKER_HOST`, or where Docker and Podman listen; nothing where none does.
   *
   * @param run directory of the run that it works for
   */
  static async find(run: string, env: NodeJS.ProcessEnv = process.env): Promise<Engine | undefined> {
    for (const address of addresses(env)) {
      const docker = new Docker(optionsOf(address));
      const version = await docker.version().catch(() => undefined);
      if (version) return new Engine(address, docker, version as unknown as Version, run);
    }
    return undefined;
  }

  /** Whether an image of this name is here. */
  async hasImage(reference: string): Promise<boolean> {
    return this.architectureOf(reference).then(
      () => true,
      () => false,
    );
  }

  /** Of the machine that an image is for, as the OCI writes it. */
  async architectureOf(reference: string): Promise<string> {
    return (await this.docker.getImage(reference).inspect()).Architecture;
  }

  /**
   * Brings an image here, unless it is here.
   *
   * @throws Error with the engine's own words
   */
  async pull(reference: string, { onProgress = () => {}, signal }: PullOptions = {}): Promise<void> {
    if (await this.hasImage(reference)) return;
    // A registry on this machine has no TLS. Docker knows that by itself, Podman has to be told, by its own API.
    const isLocal = /^127\.|^localhost[:/]/.test(reference);
    const stream =
      this.isPodman && isLocal
        ? await this.podmanPull(reference)
        : await this.docker.pull(reference, { abortSignal: signal });
    await this.follow(stream, onProgress);
    signal?.throwIfAborted();
    if (!(await this.hasImage(reference))) throw new Error(`${reference}: was not pulled`);
  }

  /** Builds an image from a directory. @throws Error with the last lines of the build */
  async build(directory: string, reference: string, onLine: (line: string) => void = () => {}): Promise<void> {
    const stream = await this.docker.buildImage(
      { context: directory, src: ["Dockerfile"] },
      { t: reference, labels: this.labels, rm: true, forcerm: true },
    );
    await this.follow(stream as Readable, onLine);
  }

  /** Makes a container, and starts it. @throws Error with the engine's own words; then there is none */
  async run({ HostConfig, ...options }: Docker.ContainerCreateOptions): Promise<Container> {
    const made = await this.docker.createContainer({
      ...options,
      Labels: { ...this.labels },
      HostConfig: { ...HostConfig, LogConfig: LOGS },
    });
    const container = new Container(made, options.name ?? "");
    try {
      await made.start();
      return container;
    } catch (error) {
      await container.remove();
      throw error;
    }
  }

  /** @throws Error where the range is taken */
  async createNetwork(name: string, subnet: string): Promise<void> {
    await this.docker.createNetwork({
      Name: name,
      Driver: "bridge",
      Labels: { ...this.labels },
      IPAM: { Driver: "default", Config: [{ Subnet: subnet }] },
    });
  }

  /** The address under which containers of a network reach this machine. */
  async gatewayOf(network: string): Promise<string> {
    const { IPAM } = await this.docker.getNetwork(network).inspect();
    return IPAM?.Config?.[0]?.Gateway ?? "";
  }

  /**
   * Resolves when a container has ended, or is gone, up to a second after that.
   *
   * Podman looks several times a second after each container that is waited for, and goes on when nobody waits any more; so
   * all of a run are looked at together.
   */
  async ended({ id }: Container): Promise<void> {
    this.watch ??= this.watchForEnds();
    return new Promise((resolve) => {
      this.awaited.set(id, resolve);
    });
  }

  private async watchForEnds(): Promise<void> {
    await sleep(LOOK_MS);
    while (this.awaited.size > 0) {
      // The list may be older than what is begun and waited for while it comes.
      const awaited = [...this.awaited];
      const running = await this.list().then(
        (all) => new Set(all.filter(({ State }) => !["exited", "dead"].includes(State)).map(({ Id }) => Id)),
        () => undefined,
      );
      for (const [id, resolve] of running ? awaited : []) {
        if (running?.has(id)) continue;
        this.awaited.delete(id);
        resolve();
      }
      await sleep(LOOK_MS);
    }
    this.watch = undefined;
  }

  /** Containers of the run, running or not. */
  async containers(): Promise<Container[]> {
    const list = await this.list();
    return list.map(
      ({ Id, Names: [name = ""] }) => new Container(this.docker.getContainer(Id), name.replace(/^\//, "")),
    );
  }

  /** Names of all else that belongs to the run: networks, volumes and images. */
  async resourcesByThing(): Promise<string[]> {
    return (await this.others()).map(({ name }) => name);
  }

  /**
   * Removes everything that belongs to the run. Begun again after it was interrupted, it goes on where it was.
   *
   * @returns how many containers there were
   * @throws UserError with the names of what is left
   */
  async removeAll(): Promise<number> {
    const containers = await this.removeContainers();
    for (const one of await this.others()) await one.remove().catch(() => {}); // It may have gone in the meantime.
    const left = [...(await this.containers()), ...(await this.others())].map(({ name }) => name);
    if (left.length === 0) return containers;
    throw new UserError(`${this.name} did not remove ${left.join(", ")}: something else uses it.`);
  }

  /** One that shares the namespace of another goes before that, so it takes rounds. @returns how many there were */
  private async removeContainers(): Promise<number> {
    const before = await this.containers();
    let left = before;
    for (let size = Number.POSITIVE_INFINITY; left.length > 0 && left.length < size; left = await this.containers()) {
      size = left.length;
      await Promise.all(left.map((container) => container.remove()));
    }
    return before.length;
  }

  private async others(): Promise<Belonging[]> {
    const { docker, filters } = this;
    const networks = await docker.listNetworks({ filters });
    const { Volumes: volumes } = await docker.listVolumes({ filters });
    const namesOf = ({ RepoTags, RepoDigests, Id }: Docker.ImageInfo) => [
      ...(RepoTags ?? []),
      ...(RepoDigests ?? []),
      Id,
    ];
    return [
      ...networks.map(({ Name: name, Id }) => ({ name, remove: () => docker.getNetwork(Id).remove() })),
      ...(volumes ?? []).map(({ Name: name }) => ({ name, remove: () => docker.getVolume(name).remove() })),
      // By force: a build that was interrupted leaves Podman's working container, which is in no list, and uses the image.
      ...(await this.images())
        .flatMap(namesOf)
        .map((name) => ({ name, remove: () => docker.getImage(name).remove({ force: true }) })),
    ];
  }

  /** Podman refuses while another process removes images. */
  private async images(): Promise<Docker.ImageInfo[]> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.docker.listImages({ filters: this.filters });
      } catch (error) {
        if (tries === PATIENCE) throw error;
        await sleep(LOOK_MS);
      }
    }
  }

  private list(): Promise<Docker.ContainerInfo[]> {
    return this.docker.listContainers({ all: true, filters: this.filters });
  }

  private get filters() {
    return { label: [`${RUN_LABEL}=${this.labels[RUN_LABEL]}`] };
  }

  private podmanPull(reference: string): Promise<Readable> {
    const options = {
      path: "/v4.0.0/libpod/images/pull?",
      options: { _query: { reference, tlsVerify: "false" } },
      method: "POST",
      isStream: true,
      statusCodes: { 200: true, 500: "server error" },
    };
    return new Promise((resolve, reject) => {
      this.docker.modem.dial(options, (error, stream) => (error ? reject(error) : resolve(stream as Readable)));
    });
  }

  private follow(stream: NodeJS.ReadableStream, onLine: (line: string) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.docker.modem.followProgress(
        stream,
        (error) => (error ? reject(error) : resolve()),
        ({ error, stream: text, status, id, progress }: Progress) => {
          if (error) reject(new Error(error));
          const line = (text ?? [id, status, progress].filter(Boolean).join(" ")).trimEnd();
          if (line) onLine(line);
        },
      );
    });
  }
}

/** Options for ports of a container, each published on a free port of 127.0.0.1. */
export function publishing(ports: readonly number[]) {
  const ofEach = <T>(value: T) => Object.fromEntries(ports.map((port) => [`${port}/tcp`, value]));
  return { ExposedPorts: ofEach({}), PortBindings: ofEach([{ HostIp: "127.0.0.1", HostPort: "" }]) };
}

/** A container by its id, at an engine's address. */
export function containerAt(address: string, id: string): Container {
  return new Container(new Docker(optionsOf(address)).getContainer(id), id);
}

interface PullOptions {
  readonly onProgress?: (line: string) => void;
  /** Gives up. */
  readonly signal?: AbortSignal;
}

/** Something that is no container. */
interface Belonging {
  readonly name: string;
  remove(): Promise<unknown>;
}

interface Version {
  readonly Version: string;
  readonly Arch: string;
  readonly Components?: readonly { readonly Name: string }[];
}

/** One line of what the engine tells while it builds or pulls. */
interface Progress {
  readonly error?: string;
  readonly stream?: string;
  readonly status?: string;
  readonly id?: string;
  readonly progress?: string;
}

function addresses({ DOCKER_HOST, XDG_RUNTIME_DIR, HOME }: NodeJS.ProcessEnv): string[] {
  if (DOCKER_HOST) return [DOCKER_HOST];
  return [
    "/var/run/docker.sock",
    join(HOME ?? "", ".docker/run/docker.sock"),
    join(XDG_RUNTIME_DIR ?? "", "podman/podman.sock"),
    "/run/podman/podman.sock",
  ]
    .filter(existsSync)
    .map((socket) => `unix://${socket}`);
}

function optionsOf(address: string): Docker.DockerOptions {
  const { protocol, hostname, port, pathname } = new URL(address);
  return protocol === "unix:" ? { socketPath: pathname } : { host: hostname, port: port || 2375 };
}
