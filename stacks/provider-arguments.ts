import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Arguments,
  type ProviderArguments,
  providerRule,
  type Rule,
  unknownProviderRule,
} from "@operation-app/preflight";
import { lockedVersion } from "./provider-lock.ts";

/**
 * One file a version of the AWS provider: on each line a type, a tab, and its arguments as JSON. Made by
 * `bin/infra provider`: of the locked version from Terraform's own `providers schema`, and of versions that were never
 * locked here from the bindings that were generated from them.
 */
const DIRECTORY = "stacks/provider-arguments";
const SUFFIX = ".tsv";

/** What a version of the AWS provider takes; undefined where its file is not there. @param version such as `5.100.0` */
export function readProviderArguments(version: string, project = "."): ProviderArguments | undefined {
  const file = join(project, DIRECTORY, `${version}${SUFFIX}`);
  if (!existsSync(file)) return undefined;
  let lines: readonly string[] | undefined;
  const read = new Map<string, Arguments | undefined>();
  return {
    name: "hashicorp/aws",
    version,
    of(type) {
      if (read.has(type)) return read.get(type);
      lines ??= readFileSync(file, "latin1").trimEnd().split("\n");
      const text = lineOf(lines, `${type}\t`);
      read.set(type, text && JSON.parse(text));
      return read.get(type);
    },
  };
}

/** What follows a beginning in the line that has it. The lines are sorted. */
function lineOf(lines: readonly string[], beginning: string): string | undefined {
  let [from, to] = [0, lines.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const line = lines[middle] ?? "";
    if (line.startsWith(beginning)) return line.slice(beginning.length);
    if (line < beginning) from = middle + 1;
    else to = middle;
  }
  return undefined;
}

/** Versions whose arguments are known, oldest first. */
export function knownProviderVersions(project = "."): string[] {
  const names = readdirSync(join(project, DIRECTORY)).filter((name) => name.endsWith(SUFFIX));
  // localeCompare would do the same, but its first use alone takes 5 ms.
  const sortable = (version: string) => version.replaceAll(/\d+/g, (number) => number.padStart(6, "0"));
  return names.map((name) => name.slice(0, -SUFFIX.length)).sort((a, b) => (sortable(a) < sortable(b) ? -1 : 1));
}

export function writeProviderArguments(version: string, all: ReadonlyMap<string, Arguments>, project = "."): void {
  const sorted = [...all].sort(([a], [b]) => (a < b ? -1 : 1));
  const text = sorted.map(([type, known]) => `${type}\t${JSON.stringify(known)}\n`).join("");
  mkdirSync(join(project, DIRECTORY), { recursive: true });
  writeFileSync(join(project, DIRECTORY, `${version}${SUFFIX}`), text);
}

/** What is said of arguments that the locked provider does not have. None where no version is locked. */
export function providerRules(): Rule[] {
  const locked = lockedVersion();
  if (locked === undefined) return [];
  const chosen = readProviderArguments(locked);
  const choose = (version: string) => `bin/infra provider ${version}`;
  if (!chosen) return [unknownProviderRule(`hashicorp/aws ${locked}`, choose(locked))];
  const versions = knownProviderVersions();
  const newer = versions.slice(versions.indexOf(locked) + 1).flatMap((version) => readProviderArguments(version) ?? []);
  return [providerRule({ chosen, newer, choose })];
}
