// Stands in for AWS's program of this name in a local run, where sessions are opened by the container engine. It is called as
// AWS's is: the session is in a variable, whose name is the first argument.
const http = require("node:http");
const net = require("node:net");

if (process.argv[2] === "--version") {
  console.log("1.2.9999.0");
  process.exit(0);
}
const { StreamUrl } = JSON.parse(process.env[process.argv[2]] ?? "{}");
const { DocumentName, Parameters = {} } = JSON.parse(process.argv[6] ?? "{}");
if (DocumentName) forward(Number(Parameters.localPortNumber[0]));
else openTerminal();

/** Each connection to the port is one of its own through the tunnel. */
function forward(port) {
  const server = net.createServer((local) => {
    local.on("error", () => local.destroy());
    const request = http.request(StreamUrl, { headers: { Connection: "Upgrade", Upgrade: "tunnel" }, agent: false });
    request.on("upgrade", (_, socket) => {
      socket.on("error", () => local.destroy());
      local.pipe(socket).pipe(local);
    });
    request.on("response", () => local.destroy());
    request.on("error", () => local.destroy());
    request.end();
  });
  server.listen(port, "127.0.0.1", () => console.log(`Port ${port} opened.\nWaiting for connections...`));
}

function openTerminal() {
  const { stdin, stdout } = process;
  const request = http.request(StreamUrl, { headers: { Connection: "Upgrade", Upgrade: "terminal" } });
  request.on("upgrade", (_, socket) => {
    const resize = () => {
      const size = `rows=${stdout.rows}&columns=${stdout.columns}`;
      if (stdout.isTTY) http.get(`${StreamUrl}?${size}`).on("error", () => {});
    };
    resize();
    stdout.on("resize", resize);
    if (stdin.isTTY) stdin.setRawMode(true);
    stdin.pipe(socket).pipe(stdout);
    socket.on("close", () => {
      if (stdin.isTTY) stdin.setRawMode(false);
      process.exit(0);
    });
  });
  request.on("response", ({ statusCode }) => {
    console.error(`The session could not be opened (${statusCode}).`);
    process.exit(1);
  });
  request.on("error", ({ message }) => {
    console.error(`The local run does not answer: ${message}`);
    process.exit(1);
  });
  request.end();
}
