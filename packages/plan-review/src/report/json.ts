import { printableJson } from "@operation-app/preflight/input";
import type { Review } from "../review.ts";

/** A review for a program, see `Review`. */
export function jsonReview(review: Review): string {
  return printableJson(review);
}
