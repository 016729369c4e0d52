import { describe, expect, it } from "vitest";
import { explainingTerraformErrors } from "../../plans/terraform-errors.ts";
import { CommandError } from "../../toolchain/run-tool.ts";
import { checked, environmentWith } from "../support/synthesize.ts";

const environment = checked(environmentWith({}));

/** What is said where Terraform ends with a complaint. */
async function said(complaint: string): Promise<string> {
  const failing = explainingTerraformErrors(environment, () => Promise.reject(new CommandError(complaint)));
  return failing.then(
    () => "",
    (error) => error.message,
  );
}

describe("an error of Terraform's", () => {
  it("says that the state has moved on", async () => {
    const text = await said("terraform apply failed:\nError: Saved plan is stale\n\nThe given plan file can no longer");
    expect(text).toMatch(/^The state of production has moved on since this plan was made.*Plan again/);
  });

  it("says who has the lock", async () => {
    const text = await said(
      "Error: Error acquiring the state lock\nLock Info:\n  ID:        1b2c\n  Who:       me@laptop\n  Created:   today",
    );
    expect(text).toMatch(/^s3:\/\/.+ is locked by me@laptop since today \(lock 1b2c\)/);
  });

  it("is shown as it is where nothing better is known", async () => {
    expect(await said("Error: something else")).toBe("Error: something else");
  });
});
