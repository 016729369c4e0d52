import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { createServer, type Server } from "node:net";

/** A port of the loopback that nothing listens on at the moment. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  const port = await listen(probe);
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/**
 * Lets a server listen on a port of the loopback.
 *
 * @param port @default one that the system chooses
 * @returns the port.
 */
export function listen(server: Server, port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(portOf(server)));
  });
}

/** Lets an HTTP server answer at another address of this machine, too, at the same port. */
export function listenToo(server: HttpServer, host: string): Promise<void> {
  const other = createHttpServer((request, response) => server.emit("request", request, response));
  other.unref();
  return new Promise((resolve, reject) => {
    other.once("error", reject);
    other.listen(portOf(server), host, resolve);
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}
