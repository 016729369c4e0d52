import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Gap } from "../emulator/gaps/gap.ts";
import { jsonError, jsonReply } from "../emulator/gaps/replies.ts";
import type { Terminal } from "./container.ts";
import type { LocalFargate } from "./tasks/fargate.ts";

interface Input {
  readonly task: string;
  readonly container?: string;
  readonly command: string;
  readonly interactive?: boolean;
}

interface Forwarding {
  readonly Target: string;
  readonly DocumentName?: string;
  readonly Parameters?: Readonly<Record<string, readonly string[]>>;
}

/** Bytes of one connection, from within a task's network. In the background a shell gives a program no input but by name. */
const CONNECT = 'exec 3<>"/dev/tcp/$0/$1" 4<&0; cat <&4 >&3 & exec cat <&3';

/**
 * Stands in for ECS Exec, and for Session Manager's tunnels: `ExecuteCommand` and `StartSession` give a session, and
 * `plugin/session-manager-plugin`, which stands in for AWS's program of that name, opens it. What is typed goes to a command in the
 * container, and what is sent through a tunnel goes out of the task's network, by the engine's own means: neither AWS's protocol,
 * nor the agent, nor the way to it is tried.
 */
export class Sessions {
  readonly server: Server;
  private readonly fargate: LocalFargate;
  private readonly waiting = new Map<string, () => Promise<Terminal>>();
  private readonly tunnels = new Map<string, () => Promise<Duplex>>();
  private readonly open = new Map<string, Terminal>();

  constructor(fargate: LocalFargate) {
    this.fargate = fargate;
    this.server = createServer(async ({ url = "" }, response) => {
      const { pathname, searchParams } = new URL(url, "http://localhost");
      const size = { rows: Number(searchParams.get("rows")), columns: Number(searchParams.get("columns")) };
      await this.open.get(pathname)?.resize(size);
      response.writeHead(204).end();
    });
    this.server.on("upgrade", ({ url = "" }, socket: Duplex) => void this.connect(url, socket));
  }

  /** @param address of the server */
  gaps(address: string): Gap[] {
    return [
      {
        service: "ecs",
        action: "ExecuteCommand",
        why: "moto has no tasks that a command could run in",
        standIn: "a session with a command in the task's container",
        answer: async (call) => {
          const input = JSON.parse(call.body.toString("utf8")) as Input;
          const task = this.fargate.tasks().find(({ arn, id }) => arn === input.task || id === input.task);
          const found = task?.containerNamed(input.container);
          if (!task?.request.enableExecuteCommand || !found)
            return jsonError(
              "InvalidParameterException",
              "The execute command failed because execute command was not enabled when the task was run or the execute command agent isn’t running. Wait and try again or run a new task with execute command enabled and try again.",
            );
          const path = `/sessions/${randomBytes(16).toString("hex")}`;
          this.waiting.set(path, () => found.terminal(["sh", "-c", input.command]));
          const session = { sessionId: path.slice(10), streamUrl: `${address}${path}`, tokenValue: "local" };
          return jsonReply({ clusterArn: task.request.clusterArn, taskArn: task.arn, interactive: true, session });
        },
      },
      {
        service: "ssm",
        action: "StartSession",
        why: "moto has no sessions, and no tasks that a tunnel could go through",
        standIn: "a tunnel out of the network of the task",
        answer: async (call) => {
          const { Target, DocumentName, Parameters = {} } = JSON.parse(call.body.toString("utf8")) as Forwarding;
          const { host: [host] = [], portNumber: [port] = [] } = Parameters;
          const task = this.fargate.tasks().find(({ id }) => Target.split("_")[1] === id);
          const network = task?.request.enableExecuteCommand ? task.network : undefined;
          if (DocumentName !== "AWS-StartPortForwardingSessionToRemoteHost" || !host || !port || !network)
            return jsonError("TargetNotConnected", `${Target} is not connected.`);
          const path = `/tunnels/${randomBytes(16).toString("hex")}`;
          this.tunnels.set(path, () => network.open(["bash", "-c", CONNECT, host, port]));
          return jsonReply({ SessionId: path.slice(9), StreamUrl: `${address}${path}`, TokenValue: "local" });
        },
      },
    ];
  }

  /** A tunnel takes any number of connections. */
  private async pass(open: () => Promise<Duplex>, socket: Duplex): Promise<void> {
    const connection = await open().catch(() => undefined);
    if (!connection) return void socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tunnel\r\n\r\n");
    for (const one of [socket, connection]) one.on("error", () => socket.destroy());
    socket.pipe(connection).pipe(socket);
  }

  /** A session in a terminal can be opened once. */
  private async connect(path: string, socket: Duplex): Promise<void> {
    const tunnel = this.tunnels.get(path);
    if (tunnel) return this.pass(tunnel, socket);
    const start = this.waiting.get(path);
    this.waiting.delete(path);
    const terminal = await start?.().catch(() => undefined);
    if (!terminal) {
      socket.end("HTTP/1.1 404 Not Found\r\n\r\n");
      return;
    }
    this.open.set(path, terminal);
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: terminal\r\n\r\n");
    socket.on("error", () => {});
    socket.pipe(terminal.stream).pipe(socket);
    terminal.stream.on("close", () => {
      this.open.delete(path);
      socket.end();
    });
  }
}
