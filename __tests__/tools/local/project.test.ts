import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it, onTestFinished } from "vitest";
import { copyProject, noteBrought, projectOf } from "../../../tools/local/project.ts";

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
