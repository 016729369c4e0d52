import { describe, expect, it } from "vitest";
import { CommandError } from "../../../tools/lib/process/run-tool.ts";
import { explainingTerraformErrors } from "../../../tools/plan/terraform-errors.ts";
import { checked, environmentWith } from "../../support/synthesize.ts";

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
    expect(text).toMatch(/^The state of production has changed since this plan was made.*Plan again/);
  });

  it("says who has the lock", async () => {
    const text = await said(
      "Error: Error acquiring the state lock\nLock Info:\n  ID:        1b2c\n  Who:       me@laptop\n  Created:   today",
    );
    expect(text).toMatch(/^s3:\/\/.+ is locked by me@laptop since today \(lock 1b2c\)/);
  });

  it("says what to do without the hosted zone of the domain", async () => {
    const text = await said("Error: no matching Route 53 Hosted Zone found\n  with data.aws_route53_zone.lb_zone");
    expect(text).toMatch(/^This account has no public hosted zone example\.com\. .*environments\/production\.ts/);
  });

  it("says that the provider's lock can't be kept here", async () => {
    const text = await said("the previously-selected version 5.100.0 is no longer available");
    expect(text).toContain("no longer available\n.terraform.lock.hcl locks a version of the AWS provider");
  });

  it("is shown as it is where nothing better is known", async () => {
    expect(await said("Error: something else")).toBe("Error: something else");
  });
});
