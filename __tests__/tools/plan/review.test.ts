import type { Review } from "@operation-app/plan-review";
import { describe, expect, it } from "vitest";
import { hasChanges } from "../../../tools/plan/review.ts";

const review = (kinds: readonly string[], outputs: readonly object[] = []) =>
  ({ changes: kinds.map((kind) => ({ kind })), outputs }) as unknown as Review;

describe("an apply", () => {
  it("has something to do, if only in the state", () => {
    for (const kind of ["create", "move", "forget", "import"]) expect(hasChanges(review(["read", kind]))).toBe(true);
    expect(hasChanges(review([], [{ name: "url" }]))).toBe(true);
  });

  it("has nothing to do where nothing changes, or something is only read", () => {
    expect(hasChanges(review([]))).toBe(false);
    expect(hasChanges(review(["read"]))).toBe(false);
  });
});
