import { DEEPEST_JSON, InputError, isTooDeep, readInput, visible } from "@operation-app/preflight/input";
import { LosslessNumber, parse, stringify } from "lossless-json";
import * as z from "zod";

/** A Terraform state, format version 4. What is not named here is kept as it is. */
export type State = z.infer<typeof stateSchema>;
export type StateResource = z.infer<typeof resourceSchema>;
export type StateInstance = z.infer<typeof instanceSchema>;

const pathSchema = z.array(z.looseObject({ type: z.string(), value: z.unknown() }));

const instanceSchema = z.looseObject({
  index_key: z.union([z.string(), z.number()]).optional(),
  /** `tainted`: Terraform wants to replace the object. */
  status: z.string().optional(),
  /** The object was to be replaced and has not been deleted yet. */
  deposed: z.string().optional(),
  attributes: z.record(z.string(), z.unknown()),
  /** Paths to values that Terraform does not print. */
  sensitive_attributes: z.array(pathSchema).optional(),
  dependencies: z.array(z.string()).optional(),
});

/** What stands in an address, which is printed. */
const nameSchema = z.string().refine((text) => text === visible(text), "has control characters in it");

const resourceSchema = z.looseObject({
  module: nameSchema.optional(),
  mode: z.enum(["managed", "data"]),
  type: nameSchema,
  name: nameSchema,
  provider: nameSchema,
  instances: z.array(instanceSchema),
});

const stateSchema = z.looseObject({
  version: z.literal(4),
  terraform_version: z.string().optional(),
  serial: z.number().int().nonnegative(),
  lineage: z.string(),
  resources: z.array(resourceSchema),
});

const PULL = "Pull it again: terraform state pull > FILE.";

/**
 * Reads a state: what `terraform state pull` prints, or a local `terraform.tfstate`.
 *
 * @param file its path, or `-` for standard input
 * @throws InputError in one line where it can't be used
 */
export async function readStateFile(file: string): Promise<State> {
  const { contents, name } = await readInput(
    file,
    "the old project's directory, or a file with what terraform state pull prints",
  );
  return parseState(contents, name);
}

/** @throws InputError in one line where the text is not a whole state that this project knows */
export function parseState(contents: string, name: string): State {
  const refuse = (problem: string) => new InputError(`${name}: ${problem}`);
  if (contents.trim() === "") throw refuse(`is empty. ${PULL}`);
  const json = contents.replace(/^\uFEFF/, "");
  let root: unknown;
  try {
    root = JSON.parse(json);
  } catch {
    throw refuse(`is not JSON, or is cut off. ${PULL}`);
  }
  const problem = whyNoState(root);
  if (problem) throw refuse(problem);
  const { data, error } = stateSchema.safeParse(isKeptByNumbers(json) ? root : withNumbersKept(json));
  if (data) return data;
  const [issue] = error.issues;
  const where = issue?.path.join(".") || "the file";
  const what = /LosslessNumber|record/.test(issue?.message ?? "") ? "is not valid" : issue?.message;
  throw refuse(`is not a complete state: ${where}: ${what}. ${PULL}`);
}

function whyNoState(root: unknown): string | undefined {
  if (typeof root !== "object" || root === null || Array.isArray(root)) return `is not a Terraform state. ${PULL}`;
  if (isTooDeep(root)) return `is nested more than ${DEEPEST_JSON} levels deep, too deep for a state.`;
  if ("planned_values" in root || "resource_changes" in root) return `is a plan, not a state. ${PULL}`;
  if ("format_version" in root) return `is the output of terraform show -json, which is incomplete. ${PULL}`;
  if ("encrypted_data" in root) return "is encrypted by OpenTofu. Pull it decrypted: tofu state pull > FILE.";
  if (!("version" in root)) return `is not a Terraform state: it has no version. ${PULL}`;
  const { version } = root;
  if (version === 4) return undefined;
  if (typeof version === "number" && version < 4) {
    return `is a state of version ${version}, of Terraform 0.11 or older. Run terraform apply with 0.12 or later first, and use the new state.`;
  }
  return `is a state of version ${JSON.stringify(version)}. This project reads version 4.`;
}

/** Whether every number would be written as it was read: a state is written back whole, with what does not move. */
function isKeptByNumbers(contents: string): boolean {
  // Texts first, so that a number in one is none.
  for (const [token] of contents.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g)) {
    if (!token.startsWith('"') && !isKept(token)) return false;
  }
  return true;
}

function isKept(number: string): boolean {
  return String(Number(number)) === number;
}

/** Reads JSON; numbers that JavaScript would round stay the texts that they are. */
function withNumbersKept(contents: string): unknown {
  return parse(contents, undefined, {
    parseNumber: (number) => (isKept(number) ? Number(number) : new LosslessNumber(number)),
    onDuplicateKey: ({ newValue }) => newValue, // as JSON.parse does
  });
}

/** Text of an attribute of a managed resource; undefined where it is not there. */
export function attributeIn(state: State, type: string, name: string, attribute: string): string | undefined {
  const [instance] = state.resources
    .filter((resource) => resource.mode === "managed" && resource.type === type && resource.name === name)
    .flatMap(({ instances }) => instances)
    .filter(({ deposed }) => deposed === undefined);
  const value = instance?.attributes[attribute];
  return typeof value === "string" ? value : undefined;
}

/** The text of a state, as Terraform writes it. */
export function stateText(state: State): string {
  return `${stringify(state, undefined, 2)}\n`;
}
