// Requests to a page that reads MySQL and Redis, in what runs locally: through load balancer, nginx, Service Connect and Rails,
// against the same Rails container asked directly, in the same minute. What is asked directly has no nginx before it, so the
// ratio is less than what the stand-ins alone would cost.
//
// Needs a deployment that stands (`npm run deploy:local`), Linux and root: the container is asked from inside its own network.
import { execFileSync } from "node:child_process";
import { request } from "node:https";
import { readUrls } from "../tools/local/emulator/record.ts";
import { standingRun } from "../tools/local/runs.ts";
import { Engine } from "../tools/local/service/engine.ts";

const PAGE = "/counter";
const SECONDS = 30;
const AT_ONCE = 4;
const TARGET = 0.7;

const run = standingRun("production");
const [url] = run ? readUrls(run).reverse() : [];
if (!run || !url || process.platform !== "linux" || process.getuid?.() !== 0)
  console.log("Requests to the local service: not measured. It needs Linux, root, and npm run deploy:local before.");
else await bench(run, url);

async function bench(directory: string, page: string): Promise<void> {
  const pid = await appProcess(directory);
  await load(page, 3);
  const through = await load(page, SECONDS);
  const direct = JSON.parse(inside(pid, SECONDS)) as Result;
  console.log(`Requests to ${PAGE}, ${AT_ONCE} at once, ${SECONDS} s each`);
  for (const [name, { requests, errors }] of Object.entries({ "through all": through, "Rails alone": direct }))
    console.log(`  ${name.padEnd(12)} ${(requests / SECONDS).toFixed(1).padStart(7)} a second, ${errors} errors`);
  const ratio = through.requests / direct.requests;
  console.log(`  ratio   ${ratio.toFixed(2)}   target: at least ${TARGET}, ${ratio >= TARGET ? "met" : "MISSED"}`);
}

interface Result {
  readonly requests: number;
  readonly errors: number;
}

/** Asks the load balancer, as a browser does. */
async function load(page: string, seconds: number): Promise<Result> {
  const until = Date.now() + seconds * 1_000;
  let requests = 0;
  let errors = 0;
  const ask = () =>
    new Promise<boolean>((resolve) => {
      const sent = request(new URL(PAGE, page), { rejectUnauthorized: false }, (answer) => {
        answer.resume().on("end", () => resolve(answer.statusCode === 200));
      });
      sent.on("error", () => resolve(false)).end();
    });
  const one = async () => {
    while (Date.now() < until) {
      if (await ask()) requests++;
      else errors++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return { requests, errors };
}

/** The same against Rails in its own network, by a process that enters it. */
function inside(pid: number, seconds: number): string {
  const script = `
    const http = require("node:http");
    const agent = new http.Agent({ keepAlive: true });
    const until = Date.now() + ${seconds * 1_000};
    let requests = 0, errors = 0;
    const headers = { "X-Forwarded-Proto": "https" };
    const ask = () => new Promise((resolve) => {
      http.get({ host: "127.0.0.1", port: 3000, path: "${PAGE}", agent, headers }, (answer) =>
        answer.resume().on("end", () => resolve(answer.statusCode === 200))).on("error", () => resolve(false));
    });
    const one = async () => { while (Date.now() < until) (await ask()) ? requests++ : errors++; };
    Promise.all(Array.from({ length: ${AT_ONCE} }, one)).then(() => {
      console.log(JSON.stringify({ requests, errors }));
      process.exit(0);
    });`;
  return execFileSync("nsenter", ["--target", String(pid), "--net", process.execPath, "-e", script], {
    encoding: "utf8",
  });
}

async function appProcess(directory: string): Promise<number> {
  const containers = (await (await Engine.find(directory))?.containers()) ?? [];
  const found = containers.find(({ name }) => /-task-[0-9a-f]+-app$/.test(name));
  if (!found) throw new Error("No task of the app runs.");
  return (await found.state()).Pid;
}
