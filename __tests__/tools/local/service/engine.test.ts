import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { Container } from "../../../../tools/local/service/container.ts";
import { Engine } from "../../../../tools/local/service/engine.ts";

let server: Server | undefined;
afterEach(() => server?.close());

/** An engine, and each of its lists of containers, to be answered with those that run. */
async function engineWithLists() {
  const asked: ((running: readonly string[]) => void)[] = [];
  const waiting: ((list: (running: readonly string[]) => void) => void)[] = [];
  server = createServer(({ url = "" }, response) => {
    response.setHeader("Content-Type", "application/json");
    if (url.endsWith("/version")) return response.end('{"Version":"1","Arch":"amd64"}');
    const answer = (running: readonly string[]) =>
      response.end(JSON.stringify(running.map((Id) => ({ Id, State: "running", Names: [Id] }))));
    const next = waiting.shift();
    if (next) next(answer);
    else asked.push(answer);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server?.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const engine = (await Engine.find("/run", { DOCKER_HOST: `tcp://127.0.0.1:${port}` })) as Engine;
  const nextList = () =>
    new Promise<(running: readonly string[]) => void>((resolve) => {
      const list = asked.shift();
      if (list) resolve(list);
      else waiting.push(resolve);
    });
  return { engine, nextList };
}

describe("the end of a container", () => {
  it("is not taken from a list that was begun before the container", async () => {
    const { engine, nextList } = await engineWithLists();
    const first = engine.ended({ id: "first" } as Container);
    const listBefore = await nextList();
    let isEnded = false;
    const second = engine.ended({ id: "second" } as Container).then(() => {
      isEnded = true;
    });
    listBefore([]);
    await first;
    const listWithIt = await Promise.race([nextList(), second]);
    expect(isEnded).toBe(false);
    (listWithIt as (running: readonly string[]) => void)(["second"]);
    (await nextList())([]);
    await second;
  });
});
