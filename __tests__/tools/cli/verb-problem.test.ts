import { expect, it } from "vitest";
import { runInfra } from "../../support/infra.ts";
import { verbProblem } from "../../support/verb-problem.ts";

it("leaves a verb as it was, for what comes after it", async () => {
  expect(await verbProblem("", "status", ["--nope"])).toContain("unknown option");
  expect(await verbProblem("", "status", ["production"])).toBeUndefined();
  expect(await verbProblem("", "secrets", ["list", "production"])).toBeUndefined();
  expect((await runInfra(["status", "--help"])).stdout).toContain("Usage:");
});
