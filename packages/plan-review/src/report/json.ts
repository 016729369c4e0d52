import type { Review } from "../review.ts";
import { visibleJson } from "./escape.ts";

/** A review for a program, see `Review`. */
export function jsonReview(review: Review): string {
  return visibleJson(JSON.stringify(review, null, 2));
}
