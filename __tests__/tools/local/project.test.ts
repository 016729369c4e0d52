import { appendFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it, onTestFinished } from "vitest";
import { markedEnvironment } from "../../../tools/local/processes.ts";
import { commandFile, copyProject, noteBrought, projectOf, writeCommand } from "../../../tools/local/project.ts";

it("what the checkout has changed is to be brought to the deployment until it is there, but for released versions", async () => {
  const directory = mkdtempSync(join(tmpdir(), "run-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const changed = async () => (await copyProject(directory)).changed;
  expect(await changed()).toEqual([]);

  // As if the checkout had been another when it was deployed.
  const copy = projectOf(directory);
  appendFileSync(join(copy, "main.ts"), "// another\n");
  appendFileSync(join(copy, "environments/production.versions.json"), "\n");
  await execa("git", ["commit", "--quiet", "--all", "--message", "another"], { cwd: copy });
  await noteBrought(directory);

  expect(await changed()).toEqual(["main.ts"]);
  expect(await changed()).toEqual(["main.ts"]);
  await noteBrought(directory);
  expect(await changed()).toEqual([]);
});

it("the verbs for a run say that the checkout was changed since", async () => {
  const local = mkdtempSync(join(tmpdir(), "local-"));
  onTestFinished(() => rmSync(local, { recursive: true, force: true }));
  const directory = join(local, "runs", "one");
  const copy = projectOf(directory);
  mkdirSync(join(copy, "bin"), { recursive: true });
  writeFileSync(join(copy, "bin", "infra"), '#!/bin/sh\necho "ran as $INFRA_LOCAL_COMMAND"\n', { mode: 0o755 });
  writeFileSync(join(directory, "variables"), "");
  writeCommand(directory, join(directory, "variables"));
  const brought = join(copy, ".git", "refs", "tags", "brought");
  mkdirSync(join(brought, ".."), { recursive: true });
  writeFileSync(brought, "");
  const ask = async (year: number, env: NodeJS.ProcessEnv = {}) => {
    utimesSync(brought, new Date(year, 0), new Date(year, 0));
    const { stdout, stderr } = await execa(commandFile(directory), { env });
    expect(stdout).toBe("ran as .local/infra");
    return stderr;
  };
  expect(await ask(2000)).toMatch(/ was changed here since\. npm run deploy:local brings it to what runs\.$/);
  expect(await ask(2900)).toBe("");
  expect(await ask(2000, markedEnvironment(directory))).toBe("");
});
