import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { put, temporaryDirectory } from "../../../packages/preflight/tests/support/temporary.ts";
import { runInfra } from "../../support/infra.ts";

const complete = async (...words: string[]) =>
  (await runInfra(["completion", "bash", ...words])).stdout.trimEnd().split("\n");

describe("what may follow", () => {
  it("is a verb at first", async () => {
    expect(await complete("dep")).toEqual(["deploy-local", "deploy"]);
    expect(await complete("")).toContain("synth");
  });

  it.each([
    [["status", ""], ["production"]],
    [["status", "--environment", ""], ["production"]],
    [["status", "--e"], ["--environment"]],
    [
      ["logs", "--f"],
      ["--follow", "--filter"],
    ],
    [
      ["secrets", ""],
      ["set", "import", "list", "missing"],
    ],
    [["secrets", "list", "p"], ["production"]],
    [
      ["check", "--format", ""],
      ["text", "json", "sarif"],
    ],
    [
      ["completion", ""],
      ["bash", "zsh", "fish"],
    ],
    [["check", ""], [""]],
    [["no-such-verb", ""], [""]],
  ])("%j is %j", async (words, found) => {
    expect(await complete(...words)).toEqual(found);
  });
});

describe("the script for bash", () => {
  it("asks the bin/infra that was typed, and offers what fits", async () => {
    const { stdout } = await runInfra(["completion", "bash"]);
    const directory = temporaryDirectory();
    mkdirSync(join(directory, "bin"));
    const file = put(join(directory, "bin/infra"), '#!/bin/sh\nprintf "%s\\n" --follow --filter "$*"\n');
    chmodSync(file, 0o755);
    const typed = `${stdout}\nCOMP_WORDS=(bin/infra logs --fo); COMP_CWORD=2; _infra; echo "\${COMPREPLY[@]}"\nCOMP_WORDS=(bin/infra ""); COMP_CWORD=1; _infra; echo "\${COMPREPLY[@]}"; complete -p infra`;
    const bash = spawnSync("bash", ["-c", typed], { cwd: directory, encoding: "utf8" });
    expect(bash).toMatchObject({ stderr: "", status: 0 });
    expect(bash.stdout).toBe("--follow\n--follow --filter completion bash \ncomplete -o default -F _infra infra\n");
  });
});
