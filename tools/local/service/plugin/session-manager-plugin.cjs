// Stands in for AWS's program of this name in a local run, where sessions are opened by the container engine. It is called as
// AWS's is: the session is in a variable, whose name is the first argument.
const http = require("node:http");

if (process.argv[2] === "--version") {
  console.log("1.2.9999.0");
  process.exit(0);
}
const { StreamUrl } = JSON.parse(process.env[process.argv[2]] ?? "{}");
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
