import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { describe, expect, it, vi } from "vitest";
import { put, temporaryDirectory } from "../../../packages/preflight/tests/support/temporary.ts";

const TERRAFORM = resolve("tools/lib/terraform/terraform.ts");

/** A process of ours that runs what stands in for Terraform: it notes each interruption, and half a second later it ends, well. */
async function startRun() {
  const directory = temporaryDirectory();
  const [started, noted, ended] = ["started", "noted", "ended"].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  const slow = `trap 'echo interrupted >> ${noted}' INT; touch ${started}
    until [ -e ${noted} ]; do sleep 0.05; done; for i in 1 2 3 4 5; do sleep 0.1; done; touch ${ended}`;
  const script = put(
    join(directory, "run.mts"),
    `import { runTerraform } from ${JSON.stringify(TERRAFORM)};
    const terraform = { command: "bash", env: process.env, passesInterruptions: true };
    await runTerraform(terraform, ".", ["-c", ${JSON.stringify(slow)}]).catch(({ message }) => { console.error(message); process.exit(7); });`,
  );
  const running = execa(process.execPath, ["--import", "tsx", script], { reject: false });
  await vi.waitFor(() => expect(existsSync(started)).toBe(true), { timeout: 150_000 });
  return {
    running,
    interruptions: () => readFileSync(noted, "utf8").trim().split("\n"),
    hasEnded: () => existsSync(ended),
  };
}

describe("Terraform, while it is interrupted", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "gets %s as an interruption, and ends before us",
    async (signal) => {
      const { running, hasEnded } = await startRun();
      running.kill(signal);
      expect((await running).exitCode).toBe(7);
      expect(hasEnded()).toBe(true);
    },
  );

  it("is not gone on from, though it ended well", async () => {
    const { running } = await startRun();
    running.kill("SIGINT");
    expect((await running).stderr).toBe("Interrupted. Nothing was applied.");
  });

  it("gets one of a Ctrl-C that the terminal and npm both tell us", async () => {
    const { running, interruptions } = await startRun();
    running.kill("SIGINT");
    await sleep(100);
    running.kill("SIGINT");
    expect((await running).exitCode).toBe(7);
    expect(interruptions()).toEqual(["interrupted"]);
  });
});
