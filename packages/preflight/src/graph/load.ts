import { DEEPEST_JSON, isTooDeep } from "../input/json.ts";
import { readInput } from "../input/read-input.ts";
import { InputError } from "../input/user-error.ts";
import { readConfiguration } from "./configuration.ts";
import type { Graph } from "./graph.ts";
import { readPlan } from "./plan.ts";
import { parseSource } from "./plan-source.ts";
import { readSource, withCalled } from "./source.ts";
import { type Block, isBlock, isList } from "./value.ts";

/** What only a Terraform configuration has at its top. */
const CONFIGURATION_KEYS = ["resource", "data", "terraform", "provider", "module", "output", "variable", "locals"];

/**
 * Reads a file into a graph: a Terraform configuration in JSON (`cdk.tf.json`), or a plan (`terraform show -json`).
 *
 * @param file its path, or `-` for standard input
 * @param source directory of the source that it was made of, with the modules. @default what is in other files is unknown
 * @throws InputError where the file can't be used: not there, not JSON, cut off, or neither of the two
 */
export async function loadFile(file: string, source?: string): Promise<Graph> {
  const { contents, name } = await readInput(file, "a cdk.tf.json, or the output of terraform show -json");
  return loadText(contents, name, source);
}

/** Reads a project in Terraform's own language: the files of a directory, and the modules that they call. @throws InputError */
export async function loadSource(directory: string): Promise<Graph> {
  return readConfiguration(await readSource(directory));
}

/** @throws InputError where the text can't be used */
export function loadText(contents: string, name: string, source?: string): Promise<Graph> {
  let root: unknown;
  try {
    root = JSON.parse(contents.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new InputError(`${name}: ${whyNotJson(contents, error as Error)}`);
  }
  return load(root, name, source);
}

/** @throws InputError where the value is neither a configuration nor a plan */
export async function load(root: unknown, name: string, source?: string): Promise<Graph> {
  const problem = whyUnusable(root);
  if (problem) throw new InputError(`${name}: ${problem}`);
  const body = root as Block;
  if (isPlan(body))
    return readPlan(body, source === undefined ? undefined : await parseSource(await readSource(source)));
  return readConfiguration(source === undefined ? { body, called: new Map() } : await withCalled(source, body));
}

function whyNotJson(contents: string, error: Error): string {
  if (contents.trim() === "") return "is empty. Name a cdk.tf.json, or the output of terraform show -json.";
  if (/^PK|\0/.test(contents))
    return "is not JSON but a binary file. For a saved plan, use the output of terraform show -json.";
  if (/^\s*(resource|terraform|variable|module|provider|data|locals|#|\/\/)/.test(contents)) {
    return "is not JSON but Terraform's own language. Make a plan, and use the output of terraform show -json.";
  }
  const message = error.message.replace(/\s+/g, " ");
  return /end of JSON|Unterminated|after array element|after property value/i.test(message) &&
    !/[}\]]\s*$/.test(contents)
    ? `is cut off: the JSON does not end (${message}). Create the file again.`
    : `is not JSON (${message}). Name a cdk.tf.json, or the output of terraform show -json.`;
}

function whyUnusable(root: unknown): string | undefined {
  if (!isBlock(root)) return "is not a Terraform configuration or plan: its JSON is not an object.";
  if (isTooDeep(root))
    return `is nested more than ${DEEPEST_JSON} levels deep, too deep for a Terraform configuration.`;
  if (isPlan(root)) return whyUnusablePlan(root);
  if ("lineage" in root || ("values" in root && "format_version" in root)) {
    return "is a state, not a plan. Make a plan (terraform plan -out FILE), and use the output of terraform show -json FILE.";
  }
  if (!CONFIGURATION_KEYS.some((key) => key in root)) {
    return `is not a Terraform configuration or plan: it has none of ${CONFIGURATION_KEYS.join(", ")}.`;
  }
  const wrong = CONFIGURATION_KEYS.find((key) => key in root && !isBlock(root[key]) && !isList(root[key]));
  return wrong && `is not a Terraform configuration: "${wrong}" is not an object.`;
}

function whyUnusablePlan(root: Block): string | undefined {
  const version = typeof root.format_version === "string" ? root.format_version : JSON.stringify(root.format_version);
  if (!/^1\./.test(version))
    return `is a plan in format ${version}; this reads format 1.x. Use a current version of Terraform.`;
  if (root.errored === true)
    return "is a plan that ended in an error, so parts of it are missing. Fix what terraform plan reports, and plan again.";
  if (!isBlock(root.planned_values) || !isBlock(root.configuration))
    return "is a plan without planned values or configuration: it is incomplete. Run terraform show -json again.";
  return undefined;
}

function isPlan(root: Block): boolean {
  return "planned_values" in root || "resource_changes" in root;
}
