import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { temporaryDirectory } from "../../../packages/preflight/tests/support/temporary.ts";
import { backUp, oldStateBefore } from "../../../tools/adopt/backups.ts";
import { emptyState } from "../../../tools/adopt/states.ts";
import { POOL_ID, pool, state } from "../../support/cognito-state.ts";

const ADOPTED = {
  "aws_cognito_user_pool.cognito_user_pool": { from: "aws_cognito_user_pool.this", id: POOL_ID, attributes: {} },
};
const before = state(pool());
const after = { ...state(), serial: 8 };

const project = process.cwd();
beforeEach(() => process.chdir(temporaryDirectory()));
afterEach(() => process.chdir(project));

describe("a backup", () => {
  it("is under the date, readable by its owner only", () => {
    const directory = backUp("production", before, emptyState(), new Date("2026-11-24T01:02:03.456Z"));
    expect(directory).toBe(".migration/backups/production/2026-11-24T01-02-03.456");
    expect(readdirSync(directory).sort()).toEqual(["new.tfstate", "old.tfstate"]);
    for (const file of ["old.tfstate", "new.tfstate"]) expect(statSync(join(directory, file)).mode & 0o077).toBe(0);
    expect(statSync(directory).mode & 0o077).toBe(0);
  });

  it("is found by what it still has, however many came later, and whatever was cut off", () => {
    backUp("production", { ...before, serial: 1 }, emptyState(), new Date(1_000));
    backUp("production", { ...before, serial: 2 }, emptyState(), new Date(2_000));
    backUp("production", after, emptyState(), new Date(3_000));
    const cutOff = backUp("production", before, emptyState(), new Date(4_000));
    writeFileSync(join(cutOff, "old.tfstate"), '{"version": 4, "ser');
    expect(oldStateBefore("production", ADOPTED)?.serial).toBe(2);
  });

  it("is of its environment", () => {
    backUp("staging", before, emptyState());
    expect(oldStateBefore("production", ADOPTED)).toBeUndefined();
  });
});
