import { LOSS_RULES } from "@operation-app/plan-review";
import { RULES } from "@operation-app/preflight";
import { describe, expect, it } from "vitest";
import { judgedFor } from "../../environments/schema/findings.ts";

const acknowledge = (id: string) => ({
  acknowledgements: [{ id, address: "aws_cognito_user_pool.a", reason: "known since May" }],
});
const ids = (...given: Parameters<typeof judgedFor>) => judgedFor(...given).map(({ id }) => id);

describe("an acknowledgement that matches nothing", () => {
  it("is a warning where its rule has looked", () => {
    expect(ids(acknowledge("NET-005"), [])).toEqual(["ACK-001"]);
  });

  it.each(LOSS_RULES.map(({ id }) => id))("is left to the review of a plan, for %s", (id) => {
    expect(ids(acknowledge(id), [])).toEqual([]);
    expect(ids(acknowledge(id), [], [...RULES, ...LOSS_RULES])).toEqual(["ACK-001"]);
  });

  it("is a warning of the review where no rule has its id", () => {
    expect(ids(acknowledge("NET-999"), [], [...RULES, ...LOSS_RULES])).toEqual(["ACK-001"]);
  });
});
