import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { stopEmulator } from "../../../../tools/local/emulator/start.ts";
import { pullImage } from "../../../../tools/local/service/tasks/image.ts";
import { fakeEngine } from "./fake-engine.ts";

const container = { Id: "c1", Names: ["/local-app"], State: "running" };

describe("the engine", () => {
  it("removes all that belongs to a run: images by each of their names, whatever is left of a build", async () => {
    let there = true;
    const removed: string[] = [];
    const remove = (name: string) => ({
      [`DELETE ${name}`]: (response: ServerResponse) => {
        if (!response.req.url?.includes("force=true")) return response.writeHead(409).end("{}");
        removed.push(name);
        there = false;
        response.end("[]");
      },
    });
    const image = { Id: "i1", RepoTags: ["127.0.0.1:5/app:1"], RepoDigests: ["127.0.0.1:5/app@sha256:0"] };
    const { engine } = await fakeEngine({
      "GET /images/json": (response) => void response.end(JSON.stringify(there ? [image] : [])),
      ...remove("/images/127.0.0.1:5/app:1"),
      ...remove("/images/127.0.0.1:5/app@sha256:0"),
      ...remove("/images/i1"),
    });
    expect(await engine.removeAll()).toBe(0);
    expect(removed).toEqual(["/images/127.0.0.1:5/app:1", "/images/127.0.0.1:5/app@sha256:0", "/images/i1"]);
  });

  it("says what it could not remove", async () => {
    const { engine } = await fakeEngine({
      "GET /containers/json": [container],
      "GET /networks": [{ Id: "n1", Name: "local-vpc" }],
    });
    await expect(engine.removeAll()).rejects.toThrow(
      "Docker 1.0 did not remove local-app, local-vpc: something else uses it.",
    );
  });

  it("runs a command again where it has forgotten how it ended", async () => {
    let runs = 0;
    const { engine } = await fakeEngine({
      "GET /containers/json": [container],
      "POST /containers/c1/exec": { Id: "e1" },
      "POST /exec/e1/start": (response) => {
        runs++;
        response.end(Buffer.from([1, 0, 0, 0, 0, 0, 0, 2, 104, 105]));
      },
      "GET /exec/e1/json": (response) => {
        if (runs < 2) response.writeHead(500).end('{ "message": "no such exec session" }');
        else response.end('{ "ExitCode": 7 }');
      },
    });
    const [app] = await engine.containers();
    expect(await app?.exec(["true"])).toEqual({ exitCode: 7, output: "hi" });
    expect(runs).toBe(2);
  });

  it("keeps the first megabyte of what a command writes, or as much as is asked for", async () => {
    const written = 1_000_000;
    const frame = Buffer.concat([Buffer.from([1, 0, 0, 0]), Buffer.alloc(4), Buffer.alloc(written, "a")]);
    frame.writeUInt32BE(written, 4);
    const { engine } = await fakeEngine({
      "GET /containers/json": [container],
      "POST /containers/c1/exec": { Id: "e1" },
      "POST /exec/e1/start": (response) => void response.end(Buffer.concat([frame, frame, frame])),
      "GET /exec/e1/json": { ExitCode: 0 },
    });
    const [app] = await engine.containers();
    expect((await app?.exec(["dump"]))?.output.length).toBeLessThan(3 * written);
    const whole = await app?.exec(["dump"], { mostBytes: Number.POSITIVE_INFINITY });
    expect(whole?.output.length).toBe(3 * written);
  });

  it("gives up a command that takes too long, whatever it has written", async () => {
    const { engine } = await fakeEngine({
      "GET /containers/json": [container],
      "POST /containers/c1/exec": { Id: "e1" },
      "POST /exec/e1/start": (response) => void response.write(Buffer.from([1, 0, 0, 0, 0, 0, 0, 2, 104, 105])),
      "GET /exec/e1/json": { ExitCode: 0 },
    });
    const [app] = await engine.containers();
    await expect(app?.exec(["sleep", "1000"], { timeoutMs: 50 })).rejects.toThrow(/timeout/);
  });

  it("gives up a pull at a signal", async () => {
    const { engine } = await fakeEngine({
      "POST /images/create": (response) => void response.write('{ "status": "Pulling" }\n'),
    });
    const interruption = new AbortController();
    const { signal } = interruption;
    const onProgress = () => interruption.abort(new Error("interrupted"));
    await expect(engine.pull("docker.io/library/large:1", { onProgress, signal })).rejects.toThrow();
  });

  it("does not take an image for another processor, wherever it is from", async () => {
    const { engine } = await fakeEngine({ "GET /images/public.ecr.aws/app:1/json": { Architecture: "arm64" } });
    await expect(pullImage(engine, "127.0.0.1:5", "public.ecr.aws/app:1")).rejects.toThrow(
      "CannotPullContainerError: pull image manifest has been retried 1 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64'",
    );
  });

  it("says in one line what its registry says in many", async () => {
    const error = { error: "initializing source:\n  pinging registry:\n  connection refused\n" };
    const { engine } = await fakeEngine({
      "POST /images/create": (response) => void response.end(`${JSON.stringify(error)}\n`),
    });
    await expect(pullImage(engine, "127.0.0.1:5", "app:1")).rejects.toThrow(
      "CannotPullContainerError: failed to copy app:1: initializing source: pinging registry: connection refused",
    );
  });
});

describe("what an emulator leaves", () => {
  const directoryOf = (address: string) => {
    const directory = mkdtempSync(join(tmpdir(), "run-"));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    writeFileSync(join(directory, "containers"), address);
    return directory;
  };

  it("is told where the engine does not answer any more, and how to remove it", async () => {
    const directory = directoryOf("unix:///nowhere/engine.sock");
    await expect(stopEmulator(directory)).rejects.toThrow(
      /^The container engine at unix:\/\/\/nowhere\/engine.sock does not answer. Containers, networks or images of \S+ are left. Once it is fixed, remove them with: npm run destroy:local$/,
    );
    expect(existsSync(join(directory, "containers"))).toBe(true);
  });

  it("is told where the engine does not remove it", async () => {
    const { address } = await fakeEngine({ "GET /containers/json": [container] });
    await expect(stopEmulator(directoryOf(address))).rejects.toThrow(/^Docker 1.0 did not remove local-app: /);
  });

  it("is nothing where the engine that it ran on has nothing, whatever the environment names", async () => {
    const { address } = await fakeEngine();
    const directory = directoryOf(address);
    expect(await stopEmulator(directory)).toBe(0);
    expect(existsSync(join(directory, "containers"))).toBe(false);
  });
});
