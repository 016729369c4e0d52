import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { Call, Reply } from "../../../tools/local/emulator/call.ts";
import type { Gap, Moto } from "../../../tools/local/emulator/gaps/gap.ts";

const emptyReply: Reply = { status: 200, rawHeaders: [], body: Buffer.alloc(0) };

/** A moto that answers as the test says and remembers what it was asked. */
export function fakeMoto(answer: (call: Call) => string | Reply = () => "") {
  const forwarded: Call[] = [];
  const queries: Record<string, string>[] = [];
  const moto: Moto = {
    async forward(call) {
      forwarded.push(call);
      const reply = answer(call);
      return typeof reply === "string" ? { ...emptyReply, body: Buffer.from(reply) } : reply;
    },
    async query(_call, _service, _version, parameters) {
      queries.push(parameters);
      return "";
    },
  };
  return { moto, forwarded, queries };
}

/** Asks a set of gaps as the provider would. */
export function asking(gaps: Gap[], moto: Moto = fakeMoto().moto) {
  const ask = async (call: Pick<Call, "action"> & Partial<Call>) => {
    const gap = gaps.find(({ action }) => action === call.action);
    if (!gap) throw new Error(`No gap for ${call.action}`);
    const whole: Call = {
      method: "POST",
      path: "/",
      rawHeaders: [],
      body: Buffer.alloc(0),
      region: "ap-northeast-1",
      service: gap.service,
      parameters: new URLSearchParams(),
      ...call,
    };
    const reply = await gap.answer(whole, moto);
    return { status: reply.status, text: reply.body.toString("utf8"), reply };
  };
  return {
    /** In the query protocol. */
    query: (action: string, parameters: Record<string, string> = {}) =>
      ask({ action, parameters: new URLSearchParams({ Action: action, ...parameters }) }),
    /** In one of the JSON protocols. */
    json: async (action: string, input: object) => {
      const answer = await ask({ action, body: Buffer.from(JSON.stringify(input)) });
      return { ...answer, value: JSON.parse(answer.text) };
    },
  };
}

/** What stands in an XML element, wherever it occurs. */
export function elements(text: string, name: string): string[] {
  return [...text.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map(([, content]) => content ?? "");
}

/** An HTTP server on loopback that ends with the test. */
export async function listening(
  answer: (request: IncomingMessage, body: Buffer) => { status?: number; headers?: string[]; body?: Buffer },
): Promise<number> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { status = 200, headers = [], body } = answer(request, Buffer.concat(chunks));
    response.writeHead(status, headers);
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
