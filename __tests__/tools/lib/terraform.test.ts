import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { temporaryDirectory } from "../../../packages/preflight/tests/support/temporary.ts";
import { runTerraform } from "../../../tools/lib/terraform/terraform.ts";

/** Runs what stands in for Terraform: it notes each interruption, and half a second later it ends, well. */
async function startRun() {
  const directory = temporaryDirectory();
  const [started, noted, ended] = ["started", "noted", "ended"].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  const slow = `trap 'echo interrupted >> ${noted}' INT; touch ${started}
    until [ -e ${noted} ]; do sleep 0.05; done; for i in 1 2 3 4 5; do sleep 0.1; done; touch ${ended}`;
  const terraform = { command: "bash", env: process.env, passesInterruptions: true };
  const running = runTerraform(terraform, ".", ["-c", slow]).then(
    () => "went on",
    ({ message }: Error) => message,
  );
  await vi.waitFor(() => expect(existsSync(started)).toBe(true), { timeout: 150_000 });
  return {
    running,
    interruptions: () => readFileSync(noted, "utf8").trim().split("\n"),
    hasEnded: () => existsSync(ended),
  };
}

/** As if this process were sent it. The tests in `__tests__/end-to-end/plans.test.ts` send one to a process. */
const interrupt = (signal: NodeJS.Signals) => process.emit(signal, signal);

describe("Terraform, while it is interrupted", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "gets %s as an interruption, ends before us, and is not gone on from, though it ended well",
    async (signal) => {
      const { running, hasEnded } = await startRun();
      interrupt(signal);
      expect(await running).toBe("Interrupted. Nothing was applied.");
      expect(hasEnded()).toBe(true);
    },
  );

  it("gets one of a Ctrl-C that the terminal and npm both tell us", async () => {
    const { running, interruptions } = await startRun();
    interrupt("SIGINT");
    await sleep(100);
    interrupt("SIGINT");
    expect(await running).toBe("Interrupted. Nothing was applied.");
    expect(interruptions()).toEqual(["interrupted"]);
  });
});
