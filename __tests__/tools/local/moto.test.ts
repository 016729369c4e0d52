import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { putExecutable, temporaryDirectory } from "../../../packages/preflight/tests/support/temporary.ts";
import { findMoto } from "../../../tools/local/emulator/moto.ts";

/** A machine with these commands on its PATH, of which the broken ones fail whatever they are asked. */
function machine(commands: string[], broken: string[] = []) {
  const bin = temporaryDirectory();
  for (const command of commands) putExecutable(join(bin, command));
  const calls: string[] = [];
  const progress: string[] = [];
  const cacheDirectory = join(temporaryDirectory(), "cache");
  return {
    calls,
    progress,
    cacheDirectory,
    options: {
      env: { PATH: bin },
      cacheDirectory,
      containerName: "moto-for-a-test",
      onProgress: (message: string) => void progress.push(message),
      async succeeds(command: string, args: readonly string[]) {
        calls.push([basename(command), ...args].join(" "));
        if (broken.includes(basename(command))) return false;
        const isVenv = args[1] === "venv" && args[2];
        if (isVenv) putExecutable(join(args[2] ?? "", "bin", "python"));
        return true;
      },
    },
  };
}

describe("moto", () => {
  it("is moto_server on the PATH when that works", async () => {
    const { options, progress } = machine(["moto_server", "uvx", "python3", "docker"]);
    const moto = await findMoto(options);
    expect(moto.source).toBe("moto_server on the PATH");
    expect(moto.args).toEqual(["-H", "127.0.0.1", "-p", "{port}"]);
    expect(progress).toEqual([]);
  });

  it("is fetched by uvx when moto_server is missing or broken", async () => {
    const { options, progress } = machine(["moto_server", "uvx", "python3"], ["moto_server"]);
    const moto = await findMoto(options);
    expect(basename(moto.command)).toBe("uvx");
    expect(moto.args.slice(0, 3)).toEqual(["--from", "moto[server]==5.2.1", "moto_server"]);
    expect(progress).toEqual(["uvx fetches moto[server]==5.2.1"]);
  });

  it("is put into a virtual environment by pip when uvx can't fetch it", async () => {
    const { options, cacheDirectory } = machine(["uvx", "python3"], ["uvx"]);
    const moto = await findMoto(options);
    expect(moto.command).toBe(join(cacheDirectory, "moto-5.2.1", "bin", "python"));
    expect(moto.args.slice(0, 2)).toEqual(["-m", "moto.server"]);
    expect(existsSync(moto.command)).toBe(true);
    expect(readdirSync(cacheDirectory)).toEqual(["moto-5.2.1"]);
  });

  it("is run from the virtual environment that an earlier run has made", async () => {
    const { options, calls } = machine(["python3"]);
    await findMoto(options);
    const before = calls.length;
    await findMoto(options);
    expect(calls.length).toBe(before);
  });

  it("leaves no half-made virtual environment behind", async () => {
    const { options, cacheDirectory } = machine(["python3", "docker"], ["python"]);
    const moto = await findMoto(options);
    expect(basename(moto.command)).toBe("docker");
    expect(readdirSync(cacheDirectory)).toEqual([]);
  });

  it("is a container on loopback, with a name to remove it by, when nothing else works", async () => {
    const { options } = machine(["docker"]);
    const moto = await findMoto(options);
    expect(moto.container).toBe("moto-for-a-test");
    expect(moto.args).toContain("127.0.0.1:{port}:5000");
    expect(moto.args).toContain("MOTO_ACM_VALIDATION_WAIT=0");
    expect(moto.args.at(-1)).toBe("motoserver/moto:5.2.1");
  });

  it("is missing, with every way to get it in one error, when nothing works", async () => {
    const all = ["moto_server", "uvx", "python3", "docker"];
    const { options } = machine(all, [...all, "python"]);
    const attempt = findMoto(options);
    await expect(attempt).rejects.toThrow(/pip install 'moto\[server\]==5\.2\.1'/);
    await expect(attempt).rejects.toThrow(/uv,[\s\S]*Python 3\.10[\s\S]*Docker/);
  });

  it("is not a directory that happens to have its name", async () => {
    const { options } = machine([]);
    mkdirSync(join(options.env.PATH, "moto_server"));
    await expect(findMoto(options)).rejects.toThrow(/neither installed nor/);
  });
});
