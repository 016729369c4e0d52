import { spawn, spawnSync } from "node:child_process";
import { existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onInterruption } from "../../lib/process/interruptions.ts";
import { freePort, listen, listenToo } from "../../lib/process/ports.ts";
import { endProcessesOf } from "../processes.ts";
import { createHostedLogin } from "../service/hosted-login/index.ts";
import { createStandIns, type StandIns } from "../service/stand-ins.ts";
import { createCognito } from "./gaps/cognito/index.ts";
import { outbox } from "./gaps/cognito/mail.ts";
import { inFrontOf } from "./gaps/gap.ts";
import { createGaps } from "./gaps/index.ts";
import { REGISTRY_VARIABLE } from "./gaps/registry.ts";
import type { MotoCommand } from "./moto.ts";
import { connectToMoto, createProxy } from "./proxy.ts";
import { recordFile, type ServerRecord, type ServerSettings, urlsFile } from "./record.ts";

// The emulator's own process: moto, and the proxy in front of it. `start.ts` starts it, detached, with one argument,
// its settings; it ends on request, after a long time without a request, or when its directory is gone.

async function serve(settings: ServerSettings): Promise<void> {
  const { directory, moto, idleMinutes } = settings;
  const motoPort = await freePort();
  let ending = false;
  let standIns: StandIns | undefined;
  const end = async (exitCode: number) => {
    if (ending) return;
    ending = true;
    await standIns?.end().catch((cause) => tell("containers", cause));
    await endProcessesOf(directory);
    if (moto.container) spawnSync(moto.command, ["rm", "--force", moto.container], { stdio: "ignore" });
    process.exit(exitCode);
  };
  startMoto(moto, motoPort, (reason) => {
    if (!ending) console.error(reason);
    end(1);
  });
  onInterruption(() => end(0));

  await untilItAnswers(motoPort);

  const send = outbox(join(directory, "mail"));
  const cognito = createCognito(send);
  const databases = { identities: new Map(), busy: settings.runsContainers ? new Map() : undefined };
  const kept = { replicationGroups: new Map(), cacheSubnetGroups: new Map(), databases };
  const expose = (address: string) => listenToo(proxy, address);
  let lastRequest = Date.now();
  const onRequest = (service?: string) => {
    lastRequest = Date.now();
    if (service) standIns?.wake(service);
  };
  const pages = createHostedLogin({
    cognito,
    moto: connectToMoto(motoPort),
    onRequest,
    here: (url) => standIns?.here(url) ?? url,
  });
  const hostedLogin = `http://127.0.0.1:${await listen(pages)}`;
  const awsPort = await freePort();
  standIns = settings.runsContainers
    ? await createStandIns({ ...settings, ...kept, motoPort, awsPort, hostedLogin, expose, onError: tell })
    : undefined;
  const registry = standIns?.registry ?? process.env[REGISTRY_VARIABLE];
  const endpoint = `http://127.0.0.1:${awsPort}`;
  const gaps = inFrontOf(createGaps({ cognito, registry, endpoint, send, ...kept }), standIns?.gaps ?? []);
  const proxy = createProxy({ motoPort, gaps, onRequest });
  const record: ServerRecord = {
    pid: process.pid,
    endpoint: `http://127.0.0.1:${await listen(proxy, awsPort)}`,
    hostedLogin,
  };
  const file = recordFile(directory);
  writeFileSync(`${file}.new`, JSON.stringify(record));
  renameSync(`${file}.new`, file);
  // The engine may go away at any time, or the disk be full. What is deployed here is worth more than the call that fails.
  process.on("uncaughtException", (cause) => tell("went on after", cause));

  let told = "";
  setInterval(() => {
    const urls = (standIns?.urls ?? []).map(({ url }) => `${url}/\n`).sort();
    if (urls.join("") !== told) writeFileSync(urlsFile(directory), urls.join(""));
    told = urls.join("");
    const idleMs = Date.now() - lastRequest;
    if (idleMs > idleMinutes * 60_000 || !existsSync(file)) end(0);
  }, 1_000);
}

let lastTold = "";

/** Into the emulator's log, once where it is the same again. */
function tell(what: string, cause: unknown): void {
  const line = `${what}: ${cause instanceof Error ? cause.message : String(cause)}`;
  if (line !== lastTold) console.error(line);
  lastTold = line;
}

function startMoto({ command, args }: MotoCommand, port: number, onEnd: (reason: string) => void): void {
  const child = spawn(
    command,
    args.map((arg) => arg.replace("{port}", String(port))),
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  child.on("error", (cause) => onEnd(`moto could not be started: ${cause.message}`));
  child.on("exit", (code, signal) => onEnd(`moto ended on its own (${signal ?? `exit code ${code}`})`));
}

async function untilItAnswers(port: number): Promise<void> {
  for (;;) {
    try {
      const { ok } = await fetch(`http://127.0.0.1:${port}/moto-api/data.json`);
      if (ok) return;
    } catch {
      // Not yet. `start.ts` keeps the time.
    }
    await sleep(100);
  }
}

await serve(JSON.parse(process.argv[2] ?? "{}"));
