import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { put, temporaryDirectory } from "../../../packages/preflight/tests/support/temporary.ts";
import { changingClone } from "../../../tools/lib/changing-clone.ts";

it("notes what is changing a clone until it is done or has failed", async () => {
  const project = temporaryDirectory();
  put(join(project, "node_modules/esbuild/package.json"), "{}");
  const note = join(project, "node_modules/.changing.json");
  const read = async () => JSON.parse(readFileSync(note, "utf8")) as unknown;
  expect(await changingClone(project, "upgrade 0.2.0", read)).toEqual({ verb: "upgrade 0.2.0", pid: process.pid });
  expect(existsSync(note)).toBe(false);
  await expect(changingClone(project, "upgrade 0.2.0", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(existsSync(note)).toBe(false);
});
