import { visible } from "@operation-app/preflight/input";
import colors from "picocolors";
import type { Review } from "../review.ts";
import { shortened } from "./escape.ts";
import { countsTable, driftSection, type Item, type Run, type Section, sectionsOf, verdictOf } from "./sections.ts";

/** A review for a terminal. */
export function textReview(review: Review): string {
  const { first, afterTable } = sectionsOf(review);
  const { word, rest } = verdictOf(review);
  const color = review.verdict === "good" ? colors.green : colors.red;
  return [`${color(word)}: ${rest}`, ...first.map(sectionText), table(review), ...afterTable.map(sectionText)].join(
    "\n\n",
  );
}

/** Drift for a terminal. */
export function textDrift(drift: Review["drift"]): string {
  return sectionText(driftSection(drift));
}

function table(review: Review): string {
  const { rows, note } = countsTable(review);
  const lines = rows.map(([name, count]) => `  ${String(count).padStart(5)}  ${name}`);
  return [colors.bold("Objects"), ...lines, ...(note ? [`  ${note}`] : [])].join("\n");
}

function sectionText({ title, items }: Section): string {
  return [colors.bold(`${title} (${items.length})`), ...items.map(itemText)].join("\n");
}

function itemText({ head, details, code }: Item): string {
  const [first, ...others] = details.map((line) => `      ${line.map(runText).join("")}`);
  const lines = code?.split("\n").map((line) => `        ${visible(line)}`) ?? [];
  return [`  ${head.map(runText).join("")}`, ...(first === undefined ? [] : [first]), ...lines, ...others].join("\n");
}

function runText(run: Run): string {
  if (typeof run === "string") return run;
  return visible(shortened("code" in run ? run.code : run.prose, 2_000));
}
