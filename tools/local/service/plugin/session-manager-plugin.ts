import { createServer } from "node:net";
import type { Container } from "../container.ts";
import { containerAt } from "../engine.ts";
import type { SessionToken } from "../execute-command.ts";

// Stands in for AWS's program of this name in a local run, where sessions are opened by the container engine. It is called as
// AWS's is: the session is in a variable, whose name is the first argument.

const [, , variable = "", , , , wanted = "{}"] = process.argv;
if (variable === "--version") {
  console.log("1.2.9999.0");
  process.exit(0);
}
const { StreamUrl, TokenValue } = JSON.parse(process.env[variable] ?? "{}");
const { container: id, command } = JSON.parse(TokenValue) as SessionToken;
const { DocumentName, Parameters } = JSON.parse(wanted);
const container = containerAt(StreamUrl, id);
if (DocumentName) forward(container, Number(Parameters.localPortNumber[0]));
else await openTerminal(container);

/** Each connection to the port is one of its own through the tunnel. */
function forward(network: Container, port: number): void {
  const server = createServer(async (local) => {
    local.on("error", () => local.destroy());
    const remote = await network.open(command).catch(() => undefined);
    if (!remote) return local.destroy();
    remote.on("error", () => local.destroy());
    local.pipe(remote).pipe(local);
  });
  server.listen(port, "127.0.0.1", () => console.log(`Port ${port} opened.\nWaiting for connections...`));
}

async function openTerminal(task: Container): Promise<void> {
  const { stdin, stdout } = process;
  const { stream, resize } = await task.terminal(command).catch(({ message }) => {
    console.error(`The session could not be opened: ${message}`);
    process.exit(1);
  });
  const resizeStream = () => stdout.isTTY && resize(stdout);
  resizeStream();
  stdout.on("resize", resizeStream);
  if (stdin.isTTY) stdin.setRawMode(true);
  stdin.pipe(stream).pipe(stdout);
  stream.on("close", () => {
    if (stdin.isTTY) stdin.setRawMode(false);
    process.exit(0);
  });
}
