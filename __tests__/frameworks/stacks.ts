// What both frameworks make of production in all its switches. `write DIRECTORY` writes it as the installed one does;
// `compare ONE OTHER` says what differs, and ends with 1 where that is anything but DIFFERENCES.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import diff from "microdiff";
import { SWITCHES } from "../support/switches.ts";
import { environmentWith, synthesizeText } from "../support/synthesize.ts";

/** Paths in the JSON that are not the same in both, and why. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  "//.metadata.version": "the framework's own version",
  "terraform.required_providers.aws.source": "CDK Terrain writes hashicorp/aws for aws, which is the same to Terraform",
};

const [verb, ...directories] = process.argv.slice(2);
const [one = "", other = ""] = directories;
if (verb === "write" && one !== "") write(one);
else if (verb === "compare" && other !== "") process.exitCode = compare(one, other);
else throw new Error("Say write DIRECTORY, or compare ONE OTHER.");

function write(directory: string): void {
  mkdirSync(directory, { recursive: true });
  for (const [index, { changes }] of SWITCHES.entries())
    writeFileSync(join(directory, `${index}.json`), synthesizeText(environmentWith(changes)));
}

function compare(one: string, other: string): number {
  const names = readdirSync(one).sort();
  if (names.length === 0 || names.join() !== readdirSync(other).sort().join())
    throw new Error(`${one} and ${other} have not the same stacks.`);
  const read = (directory: string, name: string) => JSON.parse(readFileSync(join(directory, name), "utf8"));
  const differences = names.flatMap((name) =>
    diff(read(one, name), read(other, name)).map(({ path }) => ({ name, path: path.join(".") })),
  );
  const unknown = differences.filter(({ path }) => !(path in DIFFERENCES));
  for (const [path, why] of Object.entries(DIFFERENCES))
    console.log(`${path}: differs in ${differences.filter((found) => found.path === path).length}. ${why}`);
  for (const { name, path } of unknown) console.log(`${name}: ${path} differs`);
  console.log(`${names.length} stacks, ${unknown.length} differences that are not known.`);
  return unknown.length > 0 ? 1 : 0;
}
