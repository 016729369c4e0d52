import * as z from "zod";
import { text, wholeNumber } from "./values.ts";

const origin = text(
  /^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/,
  'is not an origin. Write scheme and host without a path, such as "https://admin.example.com".',
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
  /**
   * CloudFront in front of the files that Rails sends itself (`rails_storage_proxy`), near to visitors everywhere. Who has the link of a file has
   * the file, as without. Of all distributions of an account, 1 TB and 10 million requests a month are free; then 0.114 USD a GB to
   * visitors in Japan, 0.085 to those in Europe and North America. @default none
   */
  cdn: z
    .strictObject({
      /** Hours for which CloudFront answers without asking Rails, and so for which a deleted file can still be read. @default 24 */
      keepHours: wholeNumber(1, 8760, "hours").default(24),
    })
    .optional(),
});
