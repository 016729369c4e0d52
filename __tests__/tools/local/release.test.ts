import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Progress } from "../../../tools/lib/terminal/progress.ts";
import { releaseApp } from "../../../tools/local/release.ts";

let directory: string;
let app: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "local-release-"));
  app = join(directory, "app");
  mkdirSync(app);
  writeFileSync(join(app, "Dockerfile"), "FROM scratch\n");
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Releases with a `bin/infra` that ends so. @returns the versions that it was asked for */
async function release(exitCode: number): Promise<string[]> {
  const command = join(directory, "infra");
  writeFileSync(command, `#!/bin/sh\necho "$5" >> '${directory}/versions'\nexit ${exitCode}\n`);
  chmodSync(command, 0o755);
  const nothing = () => {};
  const progress = { step: nothing, fact: nothing, live: nothing, output: nothing } as unknown as Progress;
  const options = { stack: "production", app, directory, command, logFile: join(directory, "log"), progress };
  await releaseApp({ ...options, signal: new AbortController().signal }).catch(nothing);
  return readFileSync(join(directory, "versions"), "utf8").trim().split("\n");
}

it("takes another version after one that failed, whose image may be in the repository already", async () => {
  await release(1);
  await release(1);
  expect(await release(0)).toEqual(["0.1.0", "0.2.0", "0.3.0"]);
});

it("releases again only what has changed", async () => {
  await release(0);
  await release(0);
  writeFileSync(join(app, "Dockerfile"), "FROM scratch\nUSER 1000\n");
  expect(await release(0)).toEqual(["0.1.0", "0.2.0"]);
});
