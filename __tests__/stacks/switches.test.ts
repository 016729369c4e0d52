import { describe, expect, it } from "vitest";
import { errorsIn } from "../../packages/preflight/tests/support/rules.ts";
import { bootstrapStack } from "../support/bootstrap-stack.ts";
import { ALL, whatFails } from "../support/controls.ts";
import { SWITCHES, WITH_EVERYTHING } from "../support/switches.ts";
import { synthesize } from "../support/synthesize.ts";
import { CHECKOV_IDS } from "./checkov-ids.ts";

// All that is asked of these many stacks, in one file: each is synthesized once, by the one process that runs it.
describe("production", () => {
  it.each(SWITCHES)("has no error that preflight finds with $name", async ({ changes }) => {
    expect(await errorsIn(synthesize(changes).json)).toEqual([]);
  });

  it.each(SWITCHES)("holds the security controls that are said to pass with $name", ({ changes }) => {
    expect(whatFails(synthesize(changes).json, changes)).toEqual([]);
  });
});

describe("the table of security controls", () => {
  it("has each check of Checkov's for the types of resources that the stacks make", () => {
    const stacks = [
      bootstrapStack(),
      synthesize(WITH_EVERYTHING),
      ...SWITCHES.map(({ changes }) => synthesize(changes)),
    ];
    const types = new Set(stacks.flatMap(({ json }) => Object.keys(json.resource)));
    const unknown = [...types].filter((type) => CHECKOV_IDS[type] === undefined);
    expect(unknown, "types whose checks were not looked up in Checkov yet").toEqual([]);
    const ids = ALL.flatMap((control) => control.ids);
    expect([...types].flatMap((type) => CHECKOV_IDS[type] ?? []).filter((id) => !ids.includes(id))).toEqual([]);
  });
});
