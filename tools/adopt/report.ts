import { printable } from "@operation-app/preflight/input";
import Table from "cli-table3";
import diff from "microdiff";
import colors from "picocolors";
import { shellQuoted } from "../lib/process/shell.ts";
import type { Adoption, Difference } from "./adoption.ts";
import type { Destination } from "./objects.ts";
import { withoutIndex } from "./states.ts";
import type { Verdict } from "./verify.ts";

/** A table of columns, without lines. */
const PLAIN = {
  chars: Object.fromEntries(
    ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"]
      .concat(["left", "left-mid", "mid", "mid-mid", "right", "right-mid"])
      .map((border) => [border, ""])
      .concat([["middle", "  "]]),
  ),
  style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
};

/** Where each Cognito object of a state would go. */
export function inspectionText(found: readonly Destination[]): string {
  const table = new Table(PLAIN);
  table.push(["ADDRESS", "ID", "HERE"]);
  for (const { object, to, left } of found) {
    table.push([object.address, object.id, to ?? `(stays in the old state: ${left})`]);
  }
  const moving = found.filter(({ to }) => to !== undefined).length;
  const lines = table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
  return [...lines, "", `${moving} of ${found.length} objects can be moved.`].join("\n");
}

/** What was adopted, what was left, and what could be better. */
export function adoptionReport(adoption: Adoption, file: string, overwritten: readonly string[]): string {
  const { adopted, left, marked, differences, unusedDomainPrefix, overriding } = adoption;
  const objects = Object.entries(adopted).flatMap(([to, object]) => (object ? [`  ${object.from} → ${to}`] : []));
  const lines = [`${file} takes over:`, ...objects];
  if (overwritten.length > 0) {
    lines.push(
      "",
      "The file already existed, with other values for (git diff shows them):",
      ...overwritten.map((one) => `  ${one}`),
    );
  }
  if (left.length > 0) {
    lines.push("", "Stays in the old project:");
    for (const { object, left: why } of left) lines.push(`  ${object.address}: ${why}.`);
  }
  if (marked.length > 0) {
    lines.push("", "Marked as sensitive in the old state, but written to the file, because it is no secret:");
    for (const one of marked) lines.push(`  ${one}`);
  }
  if (differences.length > 0) {
    lines.push(
      "",
      `This project's defaults differ. The move keeps the old values; to switch to a default later, remove the argument from ${file} in a separate change:`,
    );
    lines.push(...differences.flatMap(differenceLines));
  }
  if (overriding.length > 0) {
    lines.push(
      "",
      "The environment sets these (cognito.userPool, cognito.client), so the move would change them, and is refused. Remove them until the move is done:",
      ...overriding.flatMap(differenceLines),
    );
  }
  if (unusedDomainPrefix) {
    lines.push(
      "",
      `cognito.domainPrefix "${unusedDomainPrefix}" of the environment is ignored: ${file} decides the pool's domain.`,
    );
  }
  return lines.join("\n");
}

/** One line for each value that differs, however deep it is. */
function differenceLines({ address, argument, is, would }: Difference): string[] {
  if (is === null || is === undefined) return [`  ${address}: ${argument} is not set, would be ${value(would)}`];
  return diff({ [argument]: is }, { [argument]: would }).map((one) => {
    const [before, after] = ["oldValue" in one ? one.oldValue : undefined, "value" in one ? one.value : undefined];
    return `  ${address}: ${one.path.join(".")} is ${value(before)}, would be ${value(after)}`;
  });
}

function value(of: unknown): string {
  return of === null || of === undefined ? "not set" : JSON.stringify(of);
}

/** Whether a plan leaves every Cognito object as it is. */
export function verdictText({ unchanged, problems, othersLost }: Verdict): string {
  const lines = problems.flatMap(({ address, message, differences, fix }) => [
    `${colors.red(printable(address))}: ${printable(message)}`,
    ...differences.map(({ path, before, after }) => printable(`    ${path}: ${before} → ${after}`)),
    `    Fix: ${printable(fix)}`,
  ]);
  for (const { address, from, id } of unchanged) {
    lines.push(printable(`${address}: ${from ? `moves from ${from}` : "stays"}, ${id}`));
  }
  if (othersLost.length > 0) {
    lines.push(
      `Apart from Cognito, this plan would destroy or forget ${printable(othersLost.join(", "))}. This command does not check those: read the plan.`,
    );
  }
  const many = `${problems.length} of ${problems.length + unchanged.length} Cognito objects`;
  lines.push(
    problems.length === 0 ? `All ${unchanged.length} Cognito objects stay unchanged.` : `${many} would change.`,
  );
  return lines.join("\n");
}

/** How to take objects out of a state that could not be written. */
export function removalText(addresses: readonly string[]): string {
  const resources = [...new Set(addresses.map(withoutIndex))];
  return [
    "They are now in both states. Remove them from the old one, and their blocks from its .tf files, before the next",
    "terraform apply there. Either by command, in the old project:",
    "",
    `  terraform state rm ${addresses.map(shellQuoted).join(" ")}`,
    "",
    "or in its configuration, where all instances of a resource have moved:",
    "",
    ...resources.flatMap((address) => [
      "  removed {",
      `    from = ${address}`,
      "    lifecycle {",
      "      destroy = false",
      "    }",
      "  }",
    ]),
  ].join("\n");
}

/** How objects get their old addresses back within one state. */
export function renamingText(renamings: readonly string[]): string {
  if (renamings.length === 0)
    return "The old state is the environment's own, and the objects still have their old addresses: nothing to move back.";
  return [
    "The old state is the environment's own. In the directory of the stack (cdktf.out/stacks/<environment>), these give the",
    "objects their old addresses back:",
    "",
    ...renamings.map((command) => `  ${command}`),
  ].join("\n");
}
