import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import { regionOfVariables } from "@operation-app/cost";
import { htmlOf, type Language, mermaidOf, type StackMap, svgOf } from "@operation-app/map";
import { wrapped } from "@operation-app/preflight/terminal";
import { type Command, Option } from "commander";
import { environmentIn } from "../cost/stacks.ts";
import { openFile } from "../lib/process/open-file.ts";
import { environmentMap, fileMap } from "../map/stacks.ts";
import {
  environmentNamed,
  environmentOption,
  fromCaller,
  newCommand,
  setEnvironment,
  toCaller,
  verb,
} from "./command.ts";

interface Options {
  readonly environment: string;
  readonly format: "html" | "svg" | "mermaid";
  readonly language?: Language;
  readonly open?: boolean;
  readonly output?: string;
  readonly region?: string;
  readonly source?: string;
}

const command: Command = newCommand("map", [
  "map production --open",
  "map plan.json -o plan.html",
  "map production --format svg -o docs/images/production.svg",
])
  .description(
    "Draws an environment, a cdk.tf.json or a plan as one HTML file that works offline: networks, resources and their " +
      "connections, and the path between two of them, hop by hop. See docs/map.md.",
  )
  .argument(
    "[what]",
    "an environment, an environment file (.ts), a cdk.tf.json, or the output of terraform show -json",
    named,
  )
  .addOption(environmentOption().default("production"))
  .option("-o, --output <file>", "output file; - for standard output (default: NAME.map.html, .svg or .mmd)")
  .option("--open", "open it in the browser")
  .addOption(new Option("--format <format>", "output format").choices(["html", "svg", "mermaid"]).default("html"))
  .addOption(
    new Option("--language <language>", "language of its texts (default: the browser's)").choices(["en", "ja"]),
  )
  .option("--region <region>", "the region of a file that does not name one, for prices")
  .option("--source <dir>", "source directory of the plan, for references that the plan lacks");

export default verb(command, async () => {
  const { environment, format, language, open, output, region, source } = command.opts<Options>();
  const what = (command.processedArgs[0] as string | undefined) ?? environment;
  const map = await mapNamed(what, source, region ?? regionOfVariables());
  const text = WRITERS[format](map, language);
  if (output === "-") return console.log(text.trimEnd());
  const file = fromCaller(
    output ?? `${basename(what === "-" ? "plan" : what).replace(/\.(json|ts)$/, "")}${ENDINGS[format]}`,
  );
  writeFileSync(file, text);
  console.log(`${toCaller(file)}: ${map.things.length} things, ${Math.ceil(Buffer.byteLength(text) / 1024)} KB.`);
  if (!map.pathChanges.isWhole) console.log(wrapped(LEFT_OUT));
  if (open) await openFile(file);
});

const LEFT_OUT =
  "The plan touches too many connections to compare them all: only what opens or closes from and to the internet is listed.";

const WRITERS: Readonly<Record<Options["format"], (map: StackMap, language?: Language) => string>> = {
  html: (map, language) => htmlOf(map, language),
  svg: (map, language = "en") => svgOf(map, language),
  mermaid: (map, language = "en") => mermaidOf(map, language),
};

const ENDINGS = { html: ".map.html", svg: ".map.svg", mermaid: ".map.mmd" } as const;

/** @throws InputError where there is neither such an environment nor such a file */
async function mapNamed(name: string, source: string | undefined, region: string | undefined): Promise<StackMap> {
  if (!isFile(name)) return environmentMap(await environmentNamed(name));
  const file = fromCaller(name);
  return file.endsWith(".ts")
    ? environmentMap(await environmentIn(file))
    : fileMap(file, source && fromCaller(source), region);
}

/** The environment may be named by the argument, by `--environment`, or by both. */
function named(name: string): string {
  return isFile(name) ? name : setEnvironment(command, name);
}

/** Environments are named without an ending. */
function isFile(name: string): boolean {
  return name === "-" || /[./\\]/.test(name);
}
