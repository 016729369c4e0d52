import { createServer, type IncomingHttpHeaders, request, type Server } from "node:http";
import { request as requestByTls } from "node:https";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { listen } from "../../tools/lib/process/ports.ts";

/** Node's own limit, 16 KiB, is below what is tested. */
const maxHeaderSize = 128 * 1024;

/** What the app was asked. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string;
  readonly headers: IncomingHttpHeaders;
  readonly bodyLength: number;
}

/** A server in Rails's place: answers with what it was asked, as JSON, and echoes what comes over an upgraded connection. */
export class AppServer {
  port = 0;
  private readonly upgraded: Socket[] = [];
  private readonly server: Server = createServer({ maxHeaderSize }, async (message, response) => {
    let bodyLength = 0;
    for await (const chunk of message) bodyLength += chunk.length;
    const { method = "", url = "", httpVersion, headers } = message;
    const { searchParams } = new URL(url, "http://app");
    await sleep(Number(searchParams.get("delayMs")));
    const headerLength = Number(searchParams.get("headerLength"));
    if (headerLength > 0) response.setHeader("X-Large", "x".repeat(headerLength));
    response.setHeader("Content-Type", "application/json");
    response.statusCode = Number(searchParams.get("status") ?? 200);
    response.end(JSON.stringify({ method, url, httpVersion, headers, bodyLength } satisfies Asked));
  }).on("upgrade", (message, socket: Socket) => {
    this.upgraded.push(socket);
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${message.headers.upgrade}\r\nConnection: Upgrade\r\n\r\n`,
    );
    socket.pipe(socket);
  });

  async start(): Promise<void> {
    this.port = await listen(this.server);
  }

  stop(): void {
    for (const socket of this.upgraded) socket.destroy();
    this.server.closeAllConnections();
    this.server.close();
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** What the app was asked, where it is the app's answer. */
  asked(): Asked;
}

export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Over TLS, whoever has signed the certificate. @default false */
  readonly isSecure?: boolean;
}

/** Asks as the load balancer does, with the very headers given. */
export function ask(
  port: number,
  path: string,
  { method = "GET", headers = {}, body, isSecure = false }: Question = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, path, method, headers, agent: false, maxHeaderSize };
    const question = isSecure ? requestByTls({ ...options, rejectUnauthorized: false }) : request(options);
    question.on("error", reject);
    question.on("response", async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      const received = Buffer.concat(chunks);
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: received,
        asked: () => JSON.parse(received.toString()) as Asked,
      });
    });
    question.end(body);
  });
}

/** Opens a connection of another protocol, as a browser opens a WebSocket. */
export function upgrade(port: number, path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const headers = { Connection: "Upgrade", Upgrade: "websocket" };
    const question = request({ host: "127.0.0.1", port, path, headers, agent: false });
    question.on("error", reject);
    question.on("upgrade", (_response, socket) => resolve(socket));
    question.on("response", ({ statusCode }) => reject(new Error(`answered ${statusCode}`)));
    question.end();
  });
}
