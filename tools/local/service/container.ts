import { addAbortSignal, Duplex, type Readable } from "node:stream";
import type Docker from "dockerode";
import { demultiplexed } from "./demultiplexer.ts";

interface ExecOptions {
  /** Given to standard input. */
  readonly input?: string;
  /** @default 30 seconds */
  readonly timeoutMs?: number;
  /** What is kept of what the command writes. @default 1,000,000 */
  readonly mostBytes?: number;
}

interface ExecResult {
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
  readonly name: string;
  private readonly container: Docker.Container;

  constructor(container: Docker.Container, name: string) {
    this.container = container;
    this.name = name;
  }

  get id(): string {
    return this.container.id;
  }

  /** How it has ended, or that it has not. */
  async state() {
    return (await this.container.inspect()).State;
  }

  /** Ports of this machine, by the container's that are published there. */
  async ports(): Promise<Record<number, number>> {
    const { Ports = {} } = (await this.container.inspect()).NetworkSettings;
    return Object.fromEntries(
      Object.entries(Ports).flatMap(([port, bindings]) => {
        const host = bindings?.[0]?.HostPort;
        return host ? [[Number.parseInt(port, 10), Number(host)]] : [];
      }),
    );
  }

  /**
   * Runs a command in it to its end; again where the engine has forgotten how it ended, as Podman has on a machine that is busy.
   *
   * @throws Error where it takes too long
   */
  async exec(
    command: readonly string[],
    { input, timeoutMs = 30_000, mostBytes = 1_000_000 }: ExecOptions = {},
  ): Promise<ExecResult> {
    for (let tries = 1; ; tries++) {
      const timeout = AbortSignal.timeout(timeoutMs);
      const { exec, stream } = await this.begin(command, { stdin: input !== undefined });
      const output = demultiplexed(addAbortSignal(timeout, stream));
      if (input !== undefined) stream.end(input);
      const text = await textOf(output, mostBytes);
      timeout.throwIfAborted();
      try {
        const { ExitCode } = await exec.inspect();
        return { exitCode: ExitCode ?? 0, output: text };
      } catch (error) {
        if (tries === MAX_TRIES || !/no such exec/.test((error as Error).message)) throw error;
      }
    }
  }

  /** Starts a command in it, and stays connected to what that reads and writes. */
  async open(command: readonly string[]): Promise<Duplex> {
    const { stream } = await this.begin(command, { stdin: true });
    return Duplex.from({ readable: demultiplexed(stream), writable: stream });
  }

  /** Runs a command in it, on a terminal of its own. */
  async terminal(command: readonly string[]): Promise<Terminal> {
    const { exec, stream } = await this.begin(command, { stdin: true, Tty: true });
    stream.on("error", () => {}); // Its end is told by its close.
    return {
      stream,
      resize: ({ rows, columns }) => exec.resize({ h: rows, w: columns }).catch(() => {}),
    };
  }

  private async begin(command: readonly string[], { stdin, Tty = false }: { stdin: boolean; Tty?: boolean }) {
    const attached = { AttachStdin: stdin, AttachStdout: true, AttachStderr: true };
    const exec = await this.container.exec({ Cmd: [...command], Tty, ...attached });
    return { exec, stream: await exec.start({ hijack: stdin, stdin, Tty }) };
  }

  /** What it writes, from its start to its end. */
  async logs(): Promise<Readable> {
    return demultiplexed(await this.container.logs({ follow: true, stdout: true, stderr: true }));
  }

  /** Asks it to end, insists after the seconds given. */
  async stop(seconds: number): Promise<void> {
    await this.container.stop({ t: seconds }).catch(() => {});
  }

  /** Removes it, running or not. */
  async remove(): Promise<void> {
    await this.container.remove({ force: true, v: true }).catch(() => {});
  }
}

const MAX_TRIES = 3;

async function textOf(stream: Readable, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (bytes < mostBytes) chunks.push(chunk);
    bytes += chunk.length;
  }
  return Buffer.concat(chunks).toString("utf8");
}
