import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import { loadFile, preflight, textReport } from "../src/index.ts";

it("shows in the README what preflight prints", async () => {
  const findings = preflight(await loadFile(join(import.meta.dirname, "foreign/cdk.tf.json")));
  const printed = stripVTControlCharacters(textReport(findings, "cdk.tf.json"));
  expect(readFileSync(join(import.meta.dirname, "../README.md"), "utf8")).toContain(printed);
});
