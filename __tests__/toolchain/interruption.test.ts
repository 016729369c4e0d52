import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { describe, expect, it, vi } from "vitest";
import { put, temporaryDirectory } from "../support/temporary.ts";

const TERRAFORM = resolve("toolchain/terraform.ts");

describe("Terraform, while it is interrupted", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "gets %s as an interruption, and ends in order before us",
    async (signal) => {
      const directory = temporaryDirectory();
      const [started, ended] = [join(directory, "started"), join(directory, "ended")];
      const slow = `trap 'sleep 0.3; touch ${ended}; exit 1' INT; touch ${started}; while :; do sleep 0.05; done`;
      const script = put(
        join(directory, "run.mts"),
        `import { runTerraform } from ${JSON.stringify(TERRAFORM)};
      const terraform = { command: "bash", env: process.env, passesInterruptions: true };
      await runTerraform(terraform, ".", ["-c", ${JSON.stringify(slow)}]).catch(() => process.exit(7));`,
      );
      const running = execa(process.execPath, ["--import", "tsx", script], { reject: false });
      await vi.waitFor(() => expect(existsSync(started)).toBe(true), { timeout: 20_000 });
      running.kill(signal);
      const { exitCode } = await running;
      expect(exitCode).toBe(7);
      expect(existsSync(ended)).toBe(true);
    },
  );
});
