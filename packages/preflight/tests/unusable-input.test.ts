import { describe, expect, it } from "vitest";
import { loadFile, loadText } from "../src/graph/load.ts";
import { InputError } from "../src/input/user-error.ts";
import { preflight } from "../src/preflight.ts";
import { planOfStack } from "./support/plan.ts";
import { findingsOf } from "./support/rules.ts";
import { put, temporaryDirectory } from "./support/temporary.ts";
import { workingStack } from "./support/working-stack.ts";

/** What is said of an input that can't be used, which must be an InputError of one line. */
async function refusalOf(work: () => Promise<unknown>): Promise<string> {
  const error = await (async () => work())().then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(InputError);
  const { message } = error as InputError;
  expect(message).not.toMatch(/\n/);
  expect(message).toMatch(/^in\.json: .+\.$/);
  return message;
}

const refusalOfText = (text: string) => refusalOf(() => loadText(text, "in.json"));

const PLAN = planOfStack(workingStack());
const STATE = { version: 4, terraform_version: "1.11.4", serial: 1, lineage: "5e1f", outputs: {}, resources: [] };

describe("a text that can't be used", () => {
  it.each<[string, string, RegExp, RegExp]>([
    ["nothing", "", /is empty/, /cdk\.tf\.json/],
    ["blanks", " \n\t ", /is empty/, /cdk\.tf\.json/],
    ["words", "hello there", /is not JSON/, /cdk\.tf\.json/],
    ["a list", "[1, 2]", /not a Terraform configuration or plan/, /./],
    ["a number", "42", /not a Terraform configuration or plan/, /./],
    ["null", "null", /not a Terraform configuration or plan/, /./],
    ["JSON of something else", '{"name": "x", "version": "1"}', /not a Terraform configuration or plan/, /resource/],
    ["resources that are a text", '{"resource": "x"}', /"resource" is not an object/, /./],
    [
      "HCL",
      'resource "aws_vpc" "a" {\n  cidr_block = "10.0.0.0/16"\n}\n',
      /Terraform's own language/,
      /terraform show -json/,
    ],
    [
      "HCL that begins with a comment",
      "# the network\nterraform {}\n",
      /Terraform's own language/,
      /terraform show -json/,
    ],
    ["a saved plan", "PK\u0003\u0004\0\0\u0008", /binary/, /terraform show -json/],
    ["a binary", "\u007fELF\0\u0001", /binary/, /terraform show -json/],
    ["a state", JSON.stringify(STATE), /is a state/, /terraform plan -out/],
    [
      "a state as it is shown",
      '{"format_version": "1.0", "values": {"root_module": {}}}',
      /is a state/,
      /terraform plan -out/,
    ],
    [
      "a plan of another format",
      JSON.stringify({ ...PLAN, format_version: "2.0" }),
      /format 2\.0/,
      /current version of Terraform/,
    ],
    ["a plan of no format", JSON.stringify({ ...PLAN, format_version: undefined }), /format undefined/, /Terraform/],
    [
      "a plan whose format is no text",
      JSON.stringify({ ...PLAN, format_version: { toString: 1 } }),
      /format/,
      /Terraform/,
    ],
    ["a plan that failed", JSON.stringify({ ...PLAN, errored: true }), /ended in an error/, /plan again/],
    [
      "a plan without configuration",
      JSON.stringify({ ...PLAN, configuration: undefined }),
      /configuration/,
      /show -json again/,
    ],
    [
      "a plan without planned values",
      JSON.stringify({ ...PLAN, planned_values: null }),
      /planned values/,
      /show -json again/,
    ],
    ["deep nesting", `{"resource": ${'{"a":'.repeat(5000)}1${"}".repeat(5000)}}`, /nested more than/, /./],
    ["deep nesting of lists", `{"locals": ${"[".repeat(50_000)}${"]".repeat(50_000)}}`, /nested more than/, /./],
  ])("is refused in one line: %s", async (_, text, what, how) => {
    const message = await refusalOfText(text);
    expect(message).toMatch(what);
    expect(message).toMatch(how);
  });

  it("is refused in one line wherever it is cut off", async () => {
    const text = JSON.stringify(workingStack(), undefined, 2);
    for (let length = 7; length < text.length; length += 19) {
      const message = await refusalOfText(text.slice(0, length));
      expect(message).toMatch(/cut off|not JSON/);
    }
  });

  it("is called cut off in the middle of a text or a list", async () => {
    const text = JSON.stringify(workingStack());
    expect(await refusalOfText(text.slice(0, text.indexOf("ap-northeast-1") + 4))).toContain("cut off");
    expect(await refusalOfText(text.slice(0, text.indexOf("ap-northeast-1a") + 16))).toContain("cut off");
  });

  it("is refused where a file holds it, and where there is none", async () => {
    const directory = temporaryDirectory();
    for (const file of [directory, `${directory}/none.json`, put(`${directory}/empty.json`)]) {
      const error = await loadFile(file).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(InputError);
      expect((error as Error).message).toMatch(/^[^\n]+\.$/);
      expect((error as Error).message).toContain(file);
    }
  });
});

describe("a text that can be used", () => {
  it.each<[string, string]>([
    ["the least configuration", '{"resource": {}}'],
    ["one with a byte order mark", '\uFEFF{"resource": {}}'],
    ["one without resources", '{"terraform": {}, "output": {}}'],
    ["the least plan", '{"format_version": "1.0", "planned_values": {}, "configuration": {}}'],
  ])("has no finding: %s", async (_, text) => {
    expect(preflight(await loadText(text, "in.json"))).toEqual([]);
  });

  it("has none as a plan either, where it has none as a configuration", async () => {
    expect(await findingsOf(PLAN)).toEqual([]);
  });
});
