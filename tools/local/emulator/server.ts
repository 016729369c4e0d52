import { spawn, spawnSync } from "node:child_process";
import { existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onInterruption } from "../../lib/process/interruptions.ts";
import { freePort, listen } from "../../lib/process/ports.ts";
import { endProcessesOf } from "../processes.ts";
import { createHostedLogin } from "../service/hosted-login/index.ts";
import { createCognito } from "./gaps/cognito/index.ts";
import { outbox } from "./gaps/cognito/mail.ts";
import { createGaps } from "./gaps/index.ts";
import type { MotoCommand } from "./moto.ts";
import { connectToMoto, createProxy } from "./proxy.ts";
import { recordFile, type ServerRecord, type ServerSettings } from "./record.ts";

// The emulator's own process: moto, and the proxy in front of it. `start.ts` starts it, detached, with one argument,
// its settings; it ends on request, after a long time without a request, or when its directory is gone.

async function serve({ directory, moto, idleMinutes }: ServerSettings): Promise<void> {
  const motoPort = await freePort();
  let ending = false;
  const end = async (exitCode: number) => {
    if (ending) return;
    ending = true;
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

  let lastRequest = Date.now();
  const onRequest = () => {
    lastRequest = Date.now();
  };
  const cognito = createCognito(outbox(join(directory, "mail")));
  const proxy = createProxy({ motoPort, gaps: createGaps(cognito), onRequest });
  const hostedLogin = createHostedLogin({ cognito, moto: connectToMoto(motoPort), onRequest });
  const record: ServerRecord = {
    pid: process.pid,
    endpoint: `http://127.0.0.1:${await listen(proxy)}`,
    hostedLogin: `http://127.0.0.1:${await listen(hostedLogin)}`,
  };
  const file = recordFile(directory);
  writeFileSync(`${file}.new`, JSON.stringify(record));
  renameSync(`${file}.new`, file);

  setInterval(() => {
    const idleMs = Date.now() - lastRequest;
    if (idleMs > idleMinutes * 60_000 || !existsSync(file)) end(0);
  }, 1_000);
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
