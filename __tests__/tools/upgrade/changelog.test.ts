import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { changesBetween } from "../../../tools/upgrade/changelog.ts";

const CHANGELOG =
  "# Changelog\n\n## [Unreleased]\n\n- soon\n\n## [0.10.0] - x\n\n- ten\n\n## [0.9.0] - x\n\n- nine\n\n## [0.1.0] - x\n\n- one\n";

it.each([
  ["0.1.0", "0.10.0", "## [0.10.0] - x\n\n- ten\n\n## [0.9.0] - x\n\n- nine"],
  ["0.1.0", "0.9.0", "## [0.9.0] - x\n\n- nine"],
  ["0.10.0", "0.11.0", ""],
])("the changes after %s up to %s", (after, upTo, changes) => {
  expect(changesBetween(CHANGELOG, after, upTo)).toBe(changes);
});

it("the project's version is the newest that its changelog names", () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  expect(readFileSync("CHANGELOG.md", "utf8").match(/^## \[(\d.*?)\]/m)?.[1]).toBe(version);
});
