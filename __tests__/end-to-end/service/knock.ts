import type { Container } from "../../../tools/local/service/container.ts";

/** Prints the address of a container's network interface, with what every image has. */
export const OWN_ADDRESS =
  "awk '/32 host/ { print address } { address = $2 }' /proc/net/fib_trie | grep -v ^127 | head -1";

/** What a container prints at a command. */
export async function printed(container: Container, command: string): Promise<string> {
  return (await container.exec(["sh", "-c", command])).output.trim();
}

/** What comes back to a container that connects: nothing at all, where the packet is dropped on its way. */
export async function knock(container: Container, host: string, port: number): Promise<"open" | "refused" | "silent"> {
  const connect = `if command -v bash >/dev/null; then timeout 2 bash -c '</dev/tcp/${host}/${port}'; else timeout 2 nc -z ${host} ${port}; fi`;
  const { exitCode } = await container.exec(["sh", "-c", connect]);
  return exitCode === 0 ? "open" : exitCode === 1 ? "refused" : "silent";
}
