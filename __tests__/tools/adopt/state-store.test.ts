import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { bundled } from "../../../packages/preflight/tests/support/bundled.ts";
import { put, putExecutable, temporaryDirectory } from "../../../packages/preflight/tests/support/temporary.ts";
import { backendStore, openState } from "../../../tools/adopt/state-store.ts";
import { stateText } from "../../../tools/lib/terraform/state-file.ts";
import { pool, state } from "../../support/cognito-state.ts";

const OLD = stateText(state(pool()));

/** Whether a file in a directory with these other files is written to, or only read. */
async function isLive(others: Readonly<Record<string, string>>, name = "terraform.tfstate", isCopy = false) {
  const directory = temporaryDirectory();
  for (const [file, text] of Object.entries(others)) put(`${directory}/${file}`, text);
  const place = put(`${directory}/${name}`, OLD);
  const terraform = { command: putExecutable(`${directory}/bin/terraform`), env: {} };
  const store = await openState(place, { isCopy, work: temporaryDirectory(), terraform, itsOwn: terraform });
  return store.push !== undefined;
}

const PROJECT = { "main.tf": 'resource "aws_vpc" "x" {}' };

describe("a state file", () => {
  it("is live in a project that keeps its state in it", async () => {
    expect(await isLive(PROJECT)).toBe(true);
    expect(await isLive({ "main.tf": 'terraform {\n  backend "local" {}\n}' })).toBe(true);
    expect(await isLive(PROJECT, "terraform.tfstate.d/stage/terraform.tfstate")).toBe(true);
  });

  it.each([
    ["lies where no project is", {}],
    ["lies in a project that keeps its state elsewhere", { "main.tf": 'terraform {\n  backend "s3" {}\n}' }],
    ["lies in a project in JSON that does", { "main.tf.json": '{"terraform":{"backend":{"s3":{}}}}' }],
    [
      "lies in a project that keeps it at another path",
      { "main.tf": 'terraform {\n  backend "local" {\n    path = "states/prod.tfstate"\n  }\n}' },
    ],
    [
      "lies beside another path",
      { ...PROJECT, ".terraform/terraform.tfstate": '{"backend":{"type":"local","config":{"path":"x"}}}' },
    ],
    ["lies in a project in HCP Terraform", { "main.tf": "terraform {\n  cloud {}\n}" }],
    ["lies beside another backend", { ...PROJECT, ".terraform/terraform.tfstate": '{"backend":{"type":"s3"}}' }],
  ])("is a copy where it %s", async (_, others: Record<string, string>) => {
    expect(await isLive(others)).toBe(false);
  });

  it("is a copy by another name, and where one says so", async () => {
    expect(await isLive(PROJECT, "old.tfstate")).toBe(false);
    expect(await isLive(PROJECT, "terraform.tfstate", true)).toBe(false);
  });
});

/** A state behind a Terraform that can do nothing but say something and end. */
function storeBehind(script: string, isTheirs = false) {
  const directory = temporaryDirectory();
  const command = putExecutable(`${directory}/terraform`, `#!/bin/sh\n${script}\n`);
  return backendStore("the state", directory, { command, env: process.env }, isTheirs);
}

/** Reads what it is told to, as `terraform console` does once it has the lock, and waits for the end of its input. */
const HOLDS_THE_LOCK = 'read -r line; pipe=${line#*\\"}; cat "${pipe%%\\"*}" >/dev/null; cat >/dev/null';
const LOCKED = `echo 'Error: Error acquiring the state lock' >&2
echo 'Lock Info:
  ID:        1b2c
  Who:       me@laptop
  Created:   2026-01-02 03:04:05' >&2; exit 1`;

/** Waits until the process that uses the state has died. */
const WAITS = "until [ -e died ]; do sleep 0.05; done";

const USES_A_STATE = bundled(`
  import { backendStore } from "./tools/adopt/state-store.ts";
  const [use, directory, state] = process.argv.slice(2);
  const store = backendStore("x", directory, { command: \`\${directory}/terraform\`, env: process.env });
  store.lock().then(() => use === "push" && store.push(JSON.parse(state)));`);

/** A process of its own that takes the lock, or writes to the state as well, by a Terraform that is this script. */
function taking(use: "lock" | "push", script: string) {
  const directory = temporaryDirectory();
  putExecutable(join(directory, "terraform"), `#!/bin/sh\n${script}\n`);
  const program = put(join(directory, "program.cjs"), USES_A_STATE);
  const child = spawn(process.execPath, [program, use, directory, JSON.stringify(JSON.parse(OLD))]);
  const has = (file: string) => existsSync(join(directory, file));
  const until = (file: string) => vi.waitUntil(() => has(file), { timeout: 60_000, interval: 20 });
  const killedAt = async (file: string, seen = async () => {}) => {
    await until(file);
    child.kill("SIGKILL");
    await once(child, "exit");
    await seen();
    put(join(directory, "died"));
  };
  return { has, until, killedAt };
}

describe("a lock", () => {
  it("is given back", async () => {
    const lock = await storeBehind(HOLDS_THE_LOCK).lock();
    expect(await lock?.release()).toBeUndefined();
  });

  it("that is not released is reported in Terraform's words", async () => {
    const lock = await storeBehind(`${HOLDS_THE_LOCK}; echo 'Error releasing the state lock' >&2`).lock();
    expect(await lock?.release()).toBe("Error releasing the state lock");
  });

  it("is given back by itself when this process dies, even before Terraform has it", async () => {
    const { killedAt, until } = taking("lock", `touch began\n${WAITS}\n${HOLDS_THE_LOCK}\ntouch ended`);
    await killedAt("began");
    await until("ended");
  });

  it("is held until a write that outlives this process has ended", async () => {
    const writes = `if [ "$1" = state ]; then touch writes; ${WAITS}; touch written; exit; fi`;
    const { killedAt, until, has } = taking("push", `${writes}\n${HOLDS_THE_LOCK}\ntouch released`);
    await killedAt("writes", async () => {
      await sleep(300); // time enough for a lock that is not held
      expect(has("released")).toBe(false);
    });
    await until("released");
    expect(has("written")).toBe(true);
  });

  it("is not thought to be lost for what Terraform logs", async () => {
    process.env.TF_LOG = "TRACE";
    try {
      const lock = await storeBehind(`[ -z "$TF_LOG" ] || echo 'requesting state lock' >&2; ${HOLDS_THE_LOCK}`).lock();
      expect(await lock?.release()).toBeUndefined();
    } finally {
      delete process.env.TF_LOG;
    }
  });

  it("of another user is reported with what can be done", async () => {
    await expect(storeBehind(LOCKED, true).lock()).rejects.toThrow(
      "the state: is locked by me@laptop since 2026-01-02 03:04:05 (lock 1b2c). Wait until that run ends; if it has died: terraform force-unlock 1b2c.",
    );
  });

  it.each([true, false])("that can't be had is reported in Terraform's words (theirs: %s)", async (isTheirs) => {
    const denied = "echo 'Error acquiring the state lock: AccessDenied' >&2; exit 1";
    await expect(storeBehind(denied, isTheirs).lock()).rejects.toThrow(
      "the state: can't be locked. Terraform says:\nError acquiring the state lock: AccessDenied",
    );
  });

  it("is left out only where the old project has faults that Terraform can't start with", async () => {
    const fault = "echo 'Error: No value for required variable' >&2; exit 1";
    expect(await storeBehind(fault, true).lock()).toBeUndefined();
    await expect(storeBehind(fault).lock()).rejects.toThrow("No value for required variable");
  });
});

describe("a directory without a state", () => {
  it("is not mistaken for an old project", async () => {
    await expect(storeBehind("true", true).pull()).rejects.toThrow(
      "the state: no state found. Is this the old project's directory, after terraform init",
    );
    expect((await storeBehind("true").pull()).resources).toEqual([]);
  });
});
