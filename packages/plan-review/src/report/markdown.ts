import { counted } from "@operation-app/preflight/terminal";
import type { Review } from "../review.ts";
import { inCode, inProse, shortened } from "./escape.ts";
import { countsTable, driftSection, type Item, type Run, type Section, sectionsOf, verdictOf } from "./sections.ts";

/** GitHub takes comments of 65,536 characters; some are left for the caller. */
const LONGEST_COMMENT = 65_000;
/** For headings, and for the note on what was left out. */
const RESERVED = 3_000;
const LONGEST_NAME = 500;
const LONGEST_PROSE = 2_000;
/** A section with more items than this is collapsed. */
const MAX_OPEN = 15;

/** A review as a comment on a pull request. What does not fit is left out, the least important first, and counted. */
export function markdownReview(review: Review, longest = LONGEST_COMMENT): string {
  const { word, rest } = verdictOf(review);
  const { first, afterTable } = sectionsOf(review);
  const top = `## ${review.verdict === "good" ? "✅" : "⛔"} ${word}: ${rest}`;
  const counts = table(review);
  const room = longest - RESERVED - top.length - counts.length;
  const { kept, leftOut } = within([...first, ...afterTable], room);
  const texts = (sections: readonly Section[]) => sections.flatMap((section) => kept.get(section) ?? []);
  return [top, ...texts(first), counts, ...texts(afterTable), ...leftOut].join("\n\n");
}

/** Drift as the text of an issue. */
export function markdownDrift(drift: Review["drift"], longest = LONGEST_COMMENT): string {
  const { kept, leftOut } = within([driftSection(drift)], longest - RESERVED);
  return [...kept.values(), ...leftOut].join("\n\n");
}

function table(review: Review): string {
  const { rows, note } = countsTable(review);
  const lines = rows.map(([name, count]) => `| ${name} | ${count} |`);
  return ["| objects | |", "|---|--:|", ...lines, ...(note ? ["", note] : [])].join("\n");
}

/** The sections with as many items as fit, the most important first. */
function within(sections: readonly Section[], room: number): { kept: Map<Section, string>; leftOut: string[] } {
  const kept = new Map<Section, string>();
  const missing: string[] = [];
  let left = room;
  for (const section of [...sections].sort((a, b) => a.rank - b.rank)) {
    const { texts, withoutDetails, ...rest } = fitting(section.items, left);
    left = rest.left;
    const gone = section.items.length - texts.length;
    if (withoutDetails > 0) missing.push(`the details of ${count(withoutDetails, section.noun)}`);
    if (gone > 0) missing.push(count(gone, section.noun));
    if (texts.length > 0) kept.set(section, sectionText(section, texts));
  }
  const note = `**Left out, because the comment is full:** ${missing.join("; ")}. \`--format text\` shows everything.`;
  return { kept, leftOut: missing.length > 0 ? [note] : [] };
}

/** The first items, as many as fit, without their details where those do not. */
function fitting(items: readonly Item[], room: number): { texts: string[]; withoutDetails: number; left: number } {
  const texts: string[] = [];
  let withoutDetails = 0;
  let left = room;
  for (const item of items) {
    const whole = itemText(item);
    const text = [whole, headText(item)].find(({ length }) => length + 1 <= left);
    // Less important items must not take its place.
    if (text === undefined) return { texts, withoutDetails, left: 0 };
    if (text !== whole) withoutDetails += 1;
    texts.push(text);
    left -= text.length + 1;
  }
  return { texts, withoutDetails, left };
}

function count(number: number, noun: string): string {
  if (noun === "drift") return `${number} of what changed outside Terraform`;
  return counted(number, noun);
}

function sectionText({ title, items, isCollapsed, rank }: Section, texts: readonly string[]): string {
  const name = `${title} (${items.length})`;
  const list = texts.join("\n");
  const isOpen = !isCollapsed && (rank === 0 || texts.length <= MAX_OPEN);
  return isOpen ? `### ${name}\n\n${list}` : `<details><summary>${name}</summary>\n\n${list}\n\n</details>`;
}

function itemText(item: Item): string {
  const lines = item.code?.split("\n").map((line) => `    ${inCode(line)}`);
  const code = lines ? ["    ```hcl", ...lines, "    ```"] : [];
  const [first, ...others] = item.details.map((line) => `  - ${line.map(runText).join("")}`);
  return [headText(item), ...(first === undefined ? [] : [first]), ...code, ...others].join("\n");
}

function headText({ head }: Item): string {
  return `- ${head.map(runText).join("")}`;
}

function runText(run: Run): string {
  if (typeof run === "string") return run;
  if ("prose" in run) return inProse(shortened(run.prose, LONGEST_PROSE));
  return `\`${inCode(shortened(run.code, LONGEST_NAME))}\``;
}
