import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { Engine } from "../../../../tools/local/service/engine.ts";

/** What it answers to a method and a path, such as `GET /images/json`: JSON, or what writes the answer itself. */
export type Answers = Readonly<Record<string, object | ((response: ServerResponse) => void)>>;

/** An engine on a socket of its own that answers as the test says, and knows nothing else. It ends with the test. */
export async function fakeEngine(answers: Answers = {}): Promise<{ engine: Engine; address: string }> {
  const all: Answers = {
    "GET /version": { Version: "1.0", Arch: "amd64" },
    "GET /containers/json": [],
    "GET /networks": [],
    "GET /volumes": {},
    "GET /images/json": [],
    ...answers,
  };
  const directory = mkdtempSync(join(tmpdir(), "engine-"));
  const server = createServer(({ method, url = "" }, response) => {
    const answer = all[`${method} ${decodeURIComponent(url.split("?")[0] ?? "")}`];
    if (typeof answer === "function") answer(response);
    else response.writeHead(answer ? 200 : 404).end(JSON.stringify(answer ?? { message: "no such thing" }));
  });
  const socket = join(directory, "engine.sock");
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const address = `unix://${socket}`;
  const engine = await Engine.find("/run", { DOCKER_HOST: address });
  if (!engine) throw new Error("The fake engine does not answer.");
  return { engine, address };
}
