import {
  createServer,
  type IncomingMessage,
  type RequestOptions,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import { type Call, type Reply, readCall, scopeOf } from "./call.ts";
import type { Gap, Moto } from "./gaps/gap.ts";
import { jsonError, queryError } from "./gaps/replies.ts";

export interface ProxyOptions {
  /** Where moto listens on loopback. */
  readonly motoPort: number;
  readonly gaps: readonly Gap[];
  /** Told at every request, with the service that it is for where it says so. */
  readonly onRequest?: (service: string | undefined) => void;
}

/**
 * Makes the server that stands in front of moto: it passes every request and every answer through, byte for byte,
 * except for the calls that a gap answers.
 */
export function createProxy({ motoPort, gaps, onRequest }: ProxyOptions): Server {
  const services = new Set(gaps.map((gap) => gap.service));
  const moto = connectToMoto(motoPort);

  const server = createServer((incoming, outgoing) => {
    const scope = scopeOf(incoming.headers, incoming.url);
    outgoing.on("finish", () => onRequest?.(scope?.service));
    if (!scope || !services.has(scope.service)) {
      passThrough(motoPort, incoming, outgoing);
      return;
    }
    collect(incoming)
      .then((body) => {
        const { method = "GET", url: path = "/", headers, rawHeaders } = incoming;
        const call = readCall({ method, path, headers, rawHeaders }, scope, body);
        const gap = gaps.find(({ service, action }) => service === call.service && action === call.action);
        return gap ? gap.answer(call, moto) : moto.forward(call);
      })
      .then((reply) => send(reply, outgoing))
      .catch((cause) => refuse(incoming, outgoing, cause));
  });
  // The AWS SDKs keep connections open between waits that are longer than Node's five seconds.
  server.keepAliveTimeout = 120_000;
  return server;
}

function passThrough(port: number, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, url, rawHeaders } = incoming;
  const upstream = request(toMoto(port, { method, path: url, rawHeaders }), (answer) => {
    outgoing.sendDate = false;
    outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
    answer.pipe(outgoing);
    answer.on("error", () => outgoing.destroy());
  });
  upstream.on("error", (cause) => refuse(incoming, outgoing, cause));
  outgoing.on("close", () => upstream.destroy());
  incoming.pipe(upstream);
}

/** Moto itself, behind the proxy. */
export function connectToMoto(port: number): Moto {
  return {
    forward: (call) => exchange(port, call),
    async query(call, service, version, parameters) {
      const body = Buffer.from(new URLSearchParams({ ...parameters, Version: version }).toString(), "utf8");
      const credential = `Credential=emulator/20000101/${call.region}/${service}/aws4_request`;
      const rawHeaders = [
        ...["Host", `127.0.0.1:${port}`],
        ...["Content-Type", "application/x-www-form-urlencoded"],
        ...["Content-Length", String(body.length)],
        ...["Authorization", `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=none`],
      ];
      const reply = await exchange(port, { method: "POST", path: "/", rawHeaders, body });
      const text = reply.body.toString("utf8");
      if (reply.status !== 200) throw new Error(`moto answered ${parameters.Action} with ${reply.status}: ${text}`);
      return text;
    },
  };
}

function exchange(port: number, call: Pick<Call, "method" | "path" | "rawHeaders" | "body">): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const upstream = request(toMoto(port, { ...call, rawHeaders: withLength(call) }), (answer) => {
      collect(answer).then(
        (body) => resolve({ status: answer.statusCode ?? 502, rawHeaders: answer.rawHeaders, body }),
        reject,
      );
    });
    upstream.on("error", reject);
    upstream.end(call.body);
  });
}

/** The headers of a call, also where a stand-in has put another body into it. */
function withLength({ rawHeaders, body }: Pick<Call, "rawHeaders" | "body">): string[] {
  const isLength = (index: number) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === "content-length";
  return rawHeaders.map((text, index) => (isLength(index) ? String(body.length) : text));
}

function toMoto(
  port: number,
  { method, path, rawHeaders }: { method?: string; path?: string; rawHeaders: readonly string[] },
): RequestOptions {
  return { host: "127.0.0.1", port, method, path, headers: [...rawHeaders], setHost: false, agent: false };
}

async function collect(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function send({ status, rawHeaders, body }: Reply, outgoing: ServerResponse): void {
  outgoing.sendDate = false;
  outgoing.writeHead(status, [...rawHeaders]);
  outgoing.end(body);
}

/** Moto is gone or broke off: say so in the protocol of the call, so that an AWS SDK shows it to its user. */
function refuse({ headers }: IncomingMessage, outgoing: ServerResponse, cause: unknown): void {
  if (outgoing.headersSent) {
    outgoing.destroy();
    return;
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  const [code, message] = ["EmulatorGone", `The emulator behind this proxy did not answer: ${reason}`];
  const isJson = headers["x-amz-target"] !== undefined;
  send({ ...(isJson ? jsonError(code, message) : queryError(502, code, message)), status: 502 }, outgoing);
}
