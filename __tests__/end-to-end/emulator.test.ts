import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { putExecutable, temporaryDirectory } from "../../packages/preflight/tests/support/temporary.ts";
import { type StartEmulatorOptions, startEmulator, stopEmulator } from "../../tools/local/emulator/start.ts";
import { endProcessesOf, markedEnvironment, processesOf } from "../../tools/local/processes.ts";

const answersEverything = `
  const port = Number(process.argv[process.argv.indexOf("-p") + 1]);
  require("node:http").createServer((_, answer) => answer.end("moto")).listen(port, "127.0.0.1");
`;

/** Starts an emulator whose moto is this script. */
async function start(options: Partial<StartEmulatorOptions> & { script?: string } = {}) {
  const { script = answersEverything, ...rest } = options;
  const bin = temporaryDirectory();
  putExecutable(
    join(bin, "moto_server"),
    `#!/usr/bin/env node\nif (process.argv.includes("--help")) process.exit(0);\n${script}`,
  );
  const directory = temporaryDirectory();
  onTestFinished(async () => {
    await stopEmulator(directory);
  });
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  return { directory, emulator: await startEmulator({ directory, env, ...rest }) };
}

/** A process that would live for long, marked as belonging to the directory, and well under way. */
async function lingering(directory: string, script = ""): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["-e", `${script}; setTimeout(() => {}, 600_000); console.log("ready")`], {
    env: { ...process.env, ...markedEnvironment(directory) },
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return child;
}

const isAlive = ({ exitCode, signalCode }: ChildProcess) => exitCode === null && signalCode === null;

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 150_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error("It did not come to pass within 150 s");
    await sleep(50);
  }
}

describe("an emulator", () => {
  it("answers on loopback, and leaves neither process nor open port behind when stopped", async () => {
    const { directory, emulator } = await start();
    expect(emulator.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await (await fetch(emulator.endpoint)).text()).toBe("moto");
    expect(processesOf(directory).length).toBeGreaterThanOrEqual(2);

    await emulator.stop();
    expect(processesOf(directory)).toEqual([]);
    await expect(fetch(emulator.endpoint)).rejects.toThrow();
  });

  it("does not get in the way of another one", async () => {
    const [first, second] = await Promise.all([start(), start()]);
    expect(first.emulator.endpoint).not.toBe(second.emulator.endpoint);
    await first.emulator.stop();
    expect(await (await fetch(second.emulator.endpoint)).text()).toBe("moto");
  });

  it("takes along what was started with its environment", async () => {
    const { emulator } = await start();
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 600_000)"], {
      env: emulator.environment,
      detached: true,
      stdio: "ignore",
    });
    await emulator.stop();
    await until(() => !isAlive(child));
  });

  it("says why it did not start, and leaves nothing behind", async () => {
    const directory = temporaryDirectory();
    const failing = start({ directory, script: 'console.error("no such flavour"); process.exit(3);' });
    await expect(failing).rejects.toThrow(/did not start[\s\S]*no such flavour[\s\S]*exit code 3/);
    expect(processesOf(directory)).toEqual([]);
  });

  it("can be called off while it starts", async () => {
    const directory = temporaryDirectory();
    const neverListens = start({
      directory,
      script: "setTimeout(() => {}, 600_000)",
      signal: AbortSignal.timeout(1_500),
    });
    await expect(neverListens).rejects.toThrow(/timeout/i);
    expect(processesOf(directory)).toEqual([]);
  });

  it("ends itself when it gets no request", async () => {
    const { directory } = await start({ idleMinutes: 0.01 });
    await until(() => processesOf(directory).length === 0);
  });

  it("ends itself when its directory is removed", async () => {
    const { directory } = await start();
    rmSync(directory, { recursive: true });
    await until(() => processesOf(directory).length === 0);
  });

  it("ends when its moto ends", async () => {
    const { directory } = await start({ script: `${answersEverything}; setTimeout(() => process.exit(1), 1_500);` });
    await until(() => processesOf(directory).length === 0);
  });
});

describe("an emulator in a container", () => {
  it("is removed by its name when stopped", async () => {
    const bin = temporaryDirectory();
    const removed = join(bin, "removed");
    symlinkSync(process.execPath, join(bin, "node"));
    putExecutable(
      join(bin, "docker"),
      `#!/usr/bin/env node
      const [verb] = process.argv.slice(2);
      if (verb === "rm") require("node:fs").writeFileSync(${JSON.stringify(removed)}, process.argv.at(-1));
      if (verb === "run") {
        const [, port] = process.argv.find((arg) => arg.endsWith(":5000")).split(":");
        require("node:http").createServer((_, answer) => answer.end()).listen(Number(port), "127.0.0.1");
      }`,
    );
    const directory = temporaryDirectory();
    const emulator = await startEmulator({ directory, env: { PATH: bin } });
    expect(emulator.source).toBe("the image motoserver/moto:5.2.1");
    rmSync(removed, { force: true });
    await emulator.stop();
    expect(readFileSync(removed, "utf8")).toMatch(/^operation-app-moto-/);
  });
});

describe("ending the processes of a directory", () => {
  it("insists when a process does not listen", async () => {
    const directory = temporaryDirectory();
    const stubborn = await lingering(directory, 'process.on("SIGTERM", () => {})');
    expect(await endProcessesOf(directory, 300)).toBe(1);
    await until(() => stubborn.signalCode === "SIGKILL");
  });

  it("leaves the processes of other directories alone, even of one whose name begins alike", async () => {
    const directory = temporaryDirectory();
    const other = await lingering(`${directory}-2`);
    expect(await endProcessesOf(directory)).toBe(0);
    expect(isAlive(other)).toBe(true);
  });

  it("has nothing to do where nothing was started", async () => {
    expect(await endProcessesOf(temporaryDirectory())).toBe(0);
  });
});
