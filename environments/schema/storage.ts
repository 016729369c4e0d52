import * as z from "zod";
import { text, wholeNumber } from "./values.ts";

const origin = text(
  /^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/,
  'is not an origin as a browser sends it. Write scheme and host without a path, such as "https://admin.example.com".',
);

/** A private S3 bucket for Active Storage: what users upload. 0.025 USD a GB and month in Tokyo. */
export const storage = z.strictObject({
  /**
   * Days for which a file that was overwritten or deleted can be had back; each costs what a file costs.
   * Users' files that have to be gone when they are deleted: leave it out. @default it is gone at once
   */
  keepDeletedDays: wholeNumber(1, 365, "days").optional(),
  /** Origins of pages that upload from the browser, beside the app's own. @default none */
  uploadOrigins: z.array(origin).default([]),
});
