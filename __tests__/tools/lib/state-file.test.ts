import { InputError } from "@operation-app/preflight/input";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseState, readStateFile, stateText } from "../../../tools/lib/terraform/state-file.ts";
import { client, pool, state } from "../../support/cognito-state.ts";

const GOOD = stateText(state(pool(), client()));

/** The one line with which a text is refused. */
function refusal(text: string): string {
  try {
    parseState(text, "old.tfstate");
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    const { message } = error as Error;
    expect(message).not.toContain("\n");
    expect(message).toMatch(/^old\.tfstate: /);
    return message;
  }
  throw new Error("it was not refused");
}

describe("a state file", () => {
  it("is read and written without a change", () => {
    expect(JSON.parse(stateText(parseState(GOOD, "old.tfstate")))).toEqual(JSON.parse(GOOD));
  });

  it("may begin with a byte order mark", () => {
    expect(parseState(`\uFEFF${GOOD}`, "old.tfstate").serial).toBe(7);
  });

  it.each([
    ["", "is empty"],
    ["  \n", "is empty"],
    ["\u0000\u0001", "is not JSON, or is cut off"],
    ["resource x {}", "is not JSON, or is cut off"],
    ["[]", "is not a Terraform state"],
    ["4", "is not a Terraform state"],
    ["{}", "it has no version"],
    ['{"version":3,"modules":[]}', "version 3, of Terraform 0.11 or older. Run terraform apply with 0.12"],
    ['{"version":5,"resources":[]}', "version 5. This project reads version 4"],
    ['{"version":"4"}', 'version "4". This project reads version 4'],
    ['{"version":4,"serial":1,"lineage":"x"}', "is not a complete state: resources"],
    [
      '{"version":4,"serial":1,"lineage":"x","resources":[{"mode":"managed"}]}',
      "is not a complete state: resources.0.type",
    ],
    ['{"format_version":"1.0","values":{}}', "terraform show -json"],
    ['{"format_version":"1.2","planned_values":{},"resource_changes":[]}', "is a plan, not a state"],
    ['{"encrypted_data":"x"}', "encrypted by OpenTofu"],
  ])("is refused in one line: %j", (text, reason) => {
    expect(refusal(text)).toContain(reason);
  });

  it.each(["9007199254740993", "0.1234567890123456789012345", "123456789012345678901234567890", "1e+21", "-0"])(
    "is written back with its numbers as they are: %s",
    (number) => {
      const text = GOOD.replace('"outputs": {}', `"outputs": {"n": {"value": ${number}, "type": "number"}}`);
      expect(stateText(parseState(text, "old.tfstate"))).toContain(`"value": ${number},`);
      expect(stateText(parseState(`\uFEFF${text}`, "old.tfstate"))).toContain(`"value": ${number},`);
    },
  );

  it("is read with such a number and a key twice as without", () => {
    const twice = GOOD.replace('"outputs": {}', '"outputs": { "x": 1.0, "x": 2.0 }');
    expect(stateText(parseState(twice, "old.tfstate"))).toContain('"x": 2.0');
  });

  it("is refused where it is nested without an end", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    expect(refusal(GOOD.replace('"outputs": {}', `"outputs": ${deep}`))).toContain("nested more than 200 levels");
  });

  it("is refused where a terminal would obey a name in it", () => {
    const root = state(pool({ name: "a\u001b[2J" }));
    expect(refusal(stateText(root))).toContain("resources.0.name: has control characters in it");
  });

  it("may have such a number in a text", () => {
    const text = GOOD.replace('"users"', '"9007199254740993 and \\" 1.50"');
    expect(() => parseState(text, "old.tfstate")).not.toThrow();
  });

  it("is refused where an object has the attributes of Terraform 0.11, which would be lost", () => {
    const root = JSON.parse(GOOD);
    root.resources[0].instances[0].attributes_flat = { id: "x" };
    delete root.resources[0].instances[0].attributes;
    expect(refusal(JSON.stringify(root))).toContain("resources.0.instances.0.attributes");
  });

  it("is refused wherever it is cut off", () => {
    const whole = GOOD.trimEnd();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), (length) => {
        refusal(whole.slice(0, length));
      }),
    );
  });

  it("is refused in one line where it is not there", async () => {
    await expect(readStateFile("/nowhere/terraform.tfstate")).rejects.toThrow(/^\/nowhere.* can't be read \(ENOENT\)/);
  });

  it("is read or refused, whatever stands at any place in it", () => {
    const paths = pathsIn(JSON.parse(GOOD));
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        const root = JSON.parse(GOOD);
        const last = path.at(-1) as string;
        const parent = path.slice(0, -1).reduce((at, step) => at[step], root);
        parent[last] = value;
        const text = JSON.stringify(root);
        try {
          parseState(text, "old.tfstate");
        } catch {
          refusal(text);
        }
      }),
    );
  });
});

function pathsIn(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [[...path, key], ...pathsIn(item, [...path, key])]);
}
