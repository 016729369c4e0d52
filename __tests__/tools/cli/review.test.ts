import { describe, expect, it } from "vitest";
import { change, planWith } from "../../../packages/plan-review/tests/support/review.ts";
import { put, temporaryDirectory } from "../../../packages/preflight/tests/support/temporary.ts";
import { runInfra } from "../../support/infra.ts";

const run = (input: unknown, ...options: string[]) =>
  runInfra(["review", ...options], { input: typeof input === "string" ? input : JSON.stringify(input) });

const made = planWith([change("aws_x.a", null, { a: 1 })]);
const lost = planWith([change("aws_db_instance.main", { a: 1 }, null)]);

describe("a review ends with", () => {
  it("0 where nothing is stopped", async () => {
    const { status, stdout, stderr } = await run(made, "-", "--environment", "production");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.split("\n")[0]).toBe("Good: nothing blocks this plan. Plan: 1 to add, 0 to change, 0 to destroy.");
  });

  it("1 where something is", async () => {
    const { status, stdout } = await run(lost, "-", "--format", "json");
    expect(status).toBe(1);
    expect(JSON.parse(stdout).blocked[0]).toMatchObject({ action: "delete", address: "aws_db_instance.main" });
  });

  it.each<[string, unknown, string[], RegExp]>([
    ["an incomplete plan", { ...made, complete: false }, [], /^standard input: is not a complete plan/],
    ["no plan", "{", [], /^standard input: is not valid JSON/],
    ["a policy that is not there", made, ["--policy", "nowhere.ts"], /^nowhere\.ts: can't be read/],
    ["an environment that is not there", made, ["--environment", "nowhere"], /^There is no environment "nowhere"/],
  ])("2 where it is given %s, and one line", async (_, input, options, message) => {
    const { status, stdout, stderr } = await run(input, "-", ...options);
    expect({ status, stdout, lines: stderr.trimEnd().split("\n").length }).toEqual({ status: 2, stdout: "", lines: 1 });
    expect(stderr).toMatch(message);
  });

  it("what another policy says", async () => {
    const unprotected = [{ type: "aws_db_instance", reason: "A copy." }];
    const file = put(`${temporaryDirectory()}/policy.json`, JSON.stringify({ unprotected }));
    expect((await run(lost, "-", "--policy", file)).status).toBe(0);
    const wrong = put(`${temporaryDirectory()}/policy.ts`, "export default { protected: [{ type: 1 }], more: 1 }");
    const { status, stderr } = await run(lost, "-", "--policy", wrong);
    expect(status).toBe(2);
    expect(stderr.trimEnd().split("\n")).toHaveLength(3);
  });
});
