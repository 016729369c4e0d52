import { existsSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { execa } from "execa";
import { expect, it } from "vitest";
import { runInfra } from "../../support/infra.ts";

/** Types into a terminal, an answer where the verb has asked. @returns what stood on it */
async function typed(args: string, answers: readonly string[]): Promise<{ exitCode?: number; screen: string }> {
  const command = execa("script", ["--quiet", "--return", "--command", `bin/infra new ${args}`, "/dev/null"], {
    reject: false,
    env: { TERM: "xterm", COLUMNS: "200" },
  });
  const left = [...answers];
  let [screen, answered] = ["", 0];
  for await (const chunk of command.iterable({ preserveNewlines: true, binary: true })) {
    screen += stripVTControlCharacters(Buffer.from(chunk).toString()).replaceAll("\r", "");
    if (!/: $/.test(screen.slice(answered)) || left.length === 0) continue;
    answered = screen.length;
    command.stdin?.write(left.shift());
  }
  return { exitCode: (await command).exitCode, screen };
}

// util-linux's `script` makes the terminal; that of macOS has other options.
it.runIf(process.platform === "linux").each([
  ["Ctrl-C", "\x03"],
  ["Ctrl-D", "\x04"],
])("asks again where an answer can't be used, and writes nothing at %s", async (_, interruption) => {
  const answers = ["Bad_Name\n", "\n", "none\n", "192.168.4.0/24\n", "\n", "8-25\n", interruption];
  const { exitCode, screen } = await typed("environment trial", answers);
  expect(screen).toContain('environments/trial.ts: app: "Bad_Name" is not a valid name for all resources.');
  expect(screen).toContain("192.168.4.0/24 overlaps with 192.168.0.0/16 of production");
  expect(screen).toContain('environments/trial.ts: ecs.hours.from: "8" is not a time of day.');
  expect(screen).toMatch(/always \[always\]: \nNothing was written\.\n$/);
  expect(exitCode).toBe(1);
  expect(existsSync("environments/trial.ts") || existsSync("environments/trial.versions.json")).toBe(false);
});

it.each([
  [["production"], "environments/production.ts already exists. Choose another name."],
  [["schema"], "environments/schema is a folder of the project."],
  [["a-name-that-is-longer-than-any-of-them"], "It has 38 characters; at most 31 are allowed."],
  [["trial"], "There is no terminal to ask in. Write --yes to accept the proposed values."],
  [["trial", "--from", "nowhere"], 'There is no environment "nowhere". There are: production.'],
  [["trial", "--yes", "--hours", "8"], '"8" is neither always nor hours such as 08:00-20:00.'],
  [["trial", "--yes", "--app", "X"], 'environments/trial.ts: app: "X" is not a valid name for all resources.'],
])("refuses %j in one line that says why", async (args, message) => {
  const { status, stderr } = await runInfra(["new", "environment", ...args]);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
});
