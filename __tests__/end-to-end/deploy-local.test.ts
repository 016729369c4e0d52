import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { processesOf } from "../../tools/local/processes.ts";
import { ProjectCopy } from "../support/project-copy.ts";
import { endToEnd } from "./requirement.ts";

/** Where no engine answers. With one, and to the end: service/service.test.ts. */
const WITHOUT_ENGINE = { DOCKER_HOST: "unix:///nowhere/engine.sock" };

describe.runIf(await endToEnd())("`npm run deploy:local`", () => {
  let project: ProjectCopy;
  beforeEach(() => {
    project = new ProjectCopy();
  });
  afterEach(async () => {
    await npmRun("destroy:local");
    project.remove();
  });

  /** In a process group of its own, as a shell starts it, so that a Ctrl-C can be sent to all of it. */
  function npmRun(script: string, env: NodeJS.ProcessEnv = {}, ...args: string[]) {
    const options = {
      cwd: project.directory,
      env: { ...WITHOUT_ENGINE, ...env },
      detached: true,
      reject: false,
      all: true,
    } as const;
    return execa("npm", ["run", "--silent", script, "--", ...args], options);
  }

  const runs = () => {
    const directory = join(project.directory, ".local", "runs");
    return existsSync(directory) ? readdirSync(directory).map((run) => join(directory, run)) : [];
  };

  it("refuses a second run beside it, and leaves nothing where it is interrupted", async () => {
    const running = npmRun("deploy:local");
    await untilPrints(running, "cdktf deploy production");
    const [run = ""] = runs();

    const second = await npmRun("deploy:local");
    expect(second.exitCode).toBe(1);
    expect(second.all?.trim()).toMatch(
      /^Not deployed\. Process \d+ is at work on production, in \S+: wait for it, or end it with npm run destroy:local\.$/,
    );
    expect(runs()).toEqual([run]);

    while (!logOf(run).includes("Creation complete")) await sleep(200);
    expect(processesOf(run).length).toBeGreaterThan(0);
    process.kill(-(running.pid as number), "SIGINT");
    const { exitCode, signal, all } = await running;
    expect([130, "SIGINT"]).toContain(exitCode ?? signal);
    expect(all).toContain("NO CONTAINER WILL RUN: neither Docker nor Podman answers here");
    expect(all).toContain("Stopped; nothing is left.");
    expect(processesOf(run)).toEqual([]);
    expect(runs()).toEqual([]);
  });

  const logOf = (run: string) => {
    const file = join(run, "deploy.log");
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  };

  it("says what is missing on this machine, and starts nothing", async () => {
    const { exitCode, all } = await npmRun("deploy:local", { TERRAFORM_BINARY_NAME: "no-such-terraform" });
    expect(exitCode).toBe(1);
    expect(all).toMatch(/Terraform or OpenTofu, 1\.10\.0 or later: no-such-terraform could not be run/);
    expect(all).not.toMatch(/^\s+at /m);
    expect(runs()).toEqual([]);
  });
});

/** Waits until a process has printed a text. @throws Error when it ends before */
async function untilPrints(running: ReturnType<typeof execa>, text: string): Promise<void> {
  let printed = "";
  await new Promise<void>((resolve, reject) => {
    running.all?.on("data", (chunk: Buffer) => {
      printed += chunk;
      if (printed.includes(text)) resolve();
    });
    running.then(() => reject(new Error(`It ended before it printed ${text}:\n${printed}`)), reject);
  });
}
