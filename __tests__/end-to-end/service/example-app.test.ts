import { readFileSync } from "node:fs";
import { execa } from "execa";
import { afterAll, describe, expect, it } from "vitest";
import { endToEnd } from "../requirement.ts";
import { checkContainers } from "./requirement.ts";

const directory = "examples/rails-app";

/** The first command whose engine answers. */
async function findEngine(): Promise<string | undefined> {
  for (const command of ["docker", "podman"])
    if (!(await execa(command, ["info"], { reject: false })).failed) return command;
}

const command = await findEngine();

async function checkCommand(): Promise<void> {
  await checkContainers();
  if (!command) throw new Error("For the example app's own tests, this machine lacks Docker or Podman.");
}

/** What a README says to run under "Tests". */
function testCommands(readme: string): string {
  const [, commands = ""] =
    /```sh\n(docker build[\s\S]+?)```/.exec(readFileSync(`${directory}/${readme}`, "utf8")) ?? [];
  return commands;
}

describe.runIf(await endToEnd(checkCommand))("the example app", () => {
  const commands = testCommands("README.md").replace(/\bdocker\b/g, command ?? "");

  afterAll(async () => {
    for (const rest of ["rm -f -v rails-app-mysql", "network rm rails-app", "rmi rails-app"])
      await execa(command ?? "", rest.split(" "), { reject: false });
  });

  it("passes its own tests in its image, by the commands of its README", async () => {
    const { all, exitCode } = await execa("sh", ["-ec", commands], { cwd: directory, all: true, reject: false });
    expect(all).toMatch(/[1-9]\d* runs, [1-9]\d* assertions, 0 failures, 0 errors, 0 skips/);
    expect(exitCode).toBe(0);
  });

  it("says the same commands in both languages", () => {
    expect(testCommands("README.ja.md")).toBe(testCommands("README.md"));
  });
});
