import { readFileSync } from "node:fs";
import { load, preflight, providerRule } from "@operation-app/preflight";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { knownProviderVersions, readProviderArguments } from "../../stacks/provider-arguments.ts";
import { lockedVersion } from "../../stacks/provider-lock.ts";
import { environment } from "../support/arbitraries.ts";
import { synthesizeText } from "../support/synthesize.ts";

const VERSIONS = knownProviderVersions();
const SAMPLES = fc.sample(environment, { numRuns: 8, seed: 1 });

describe("provider versions whose arguments are known", () => {
  it("have the locked one among them, and are in their order", () => {
    expect(VERSIONS).toContain(lockedVersion());
    expect(VERSIONS).toEqual(["5.100.0", "6.25.0", "6.66.0"]);
  });

  it.each(VERSIONS)("%s has each type of its list, and no other", (version) => {
    const lines = readFileSync(`stacks/provider-arguments/${version}.tsv`, "utf8").trimEnd().split("\n");
    const types = lines.map((line) => line.split("\t")[0] ?? "");
    const known = readProviderArguments(version);
    expect(types.map((type) => `${type}\t${JSON.stringify(known?.of(type))}`)).toEqual(lines);
    for (const type of ["", "a", "zzz", "aws_", ...types.map((one) => `${one}_`)])
      expect(known?.of(type)).toBeUndefined();
  });

  it.each(VERSIONS)("%s takes all that any environment writes", async (version) => {
    const chosen = readProviderArguments(version);
    if (!chosen) throw new Error(`${version} has no list.`);
    const rule = providerRule({ chosen, newer: [], choose: () => "" });
    for (const input of SAMPLES) {
      const graph = await load(JSON.parse(synthesizeText(input)), "cdk.tf.json");
      expect(preflight(graph, [rule])).toEqual([]);
    }
  });
});
