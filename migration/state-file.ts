import { z } from "zod";
import { readInput } from "../toolchain/input.ts";
import { InputError } from "../toolchain/user-error.ts";

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

const resourceSchema = z.looseObject({
  module: z.string().optional(),
  mode: z.enum(["managed", "data"]),
  type: z.string(),
  name: z.string(),
  provider: z.string(),
  instances: z.array(instanceSchema),
});

const stateSchema = z.looseObject({
  version: z.literal(4),
  terraform_version: z.string().optional(),
  serial: z.number().int().nonnegative(),
  lineage: z.string(),
  resources: z.array(resourceSchema),
});

const PULL = "Take it anew: terraform state pull > FILE.";

/**
 * Reads a state: what `terraform state pull` prints, or a local `terraform.tfstate`.
 *
 * @param file its path, or `-` for standard input
 * @throws InputError in one line where it can't be used
 */
export async function readStateFile(file: string): Promise<State> {
  const { contents, name } = await readInput(file, "what terraform state pull prints, in a file");
  return parseState(contents, name);
}

/** @throws InputError in one line where the text is not a whole state that this project knows */
export function parseState(contents: string, name: string): State {
  const refuse = (problem: string) => new InputError(`${name}: ${problem}`);
  if (contents.trim() === "") throw refuse(`is empty. ${PULL}`);
  let root: unknown;
  try {
    root = JSON.parse(contents.replace(/^\uFEFF/, ""));
  } catch {
    throw refuse(`is not JSON, or is cut off. ${PULL}`);
  }
  const problem = whyNoState(root) ?? whyNotKept(contents);
  if (problem) throw refuse(problem);
  const { data, error } = stateSchema.safeParse(root);
  if (data) return data;
  const [issue] = error.issues;
  const where = issue?.path.join(".") || "the file";
  throw refuse(`is not a whole state: ${where}: ${issue?.message ?? "is wrong"}. ${PULL}`);
}

function whyNoState(root: unknown): string | undefined {
  if (typeof root !== "object" || root === null || Array.isArray(root)) return `is not a Terraform state. ${PULL}`;
  if ("planned_values" in root || "resource_changes" in root) return `is a plan, not a state. ${PULL}`;
  if ("format_version" in root) return `is what terraform show -json prints, which leaves things out. ${PULL}`;
  if ("encrypted_data" in root) return "is encrypted by OpenTofu. Take it decrypted: tofu state pull > FILE.";
  if (!("version" in root)) return `is not a Terraform state: it has no version. ${PULL}`;
  const { version } = root;
  if (version === 4) return undefined;
  if (typeof version === "number" && version < 4) {
    return `is a state of version ${version}, of Terraform 0.11 or older. Run terraform apply with 0.12 or later first, then take it anew.`;
  }
  return `is a state of version ${JSON.stringify(version)}, which this project does not know: it reads 4.`;
}

/** A number that would not be written as it was read: a state is written back whole, with what does not move. */
function whyNotKept(contents: string): string | undefined {
  // Texts first, so that a number in one is none.
  for (const [token] of contents.matchAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g)) {
    if (!token.startsWith('"') && String(Number(token)) !== token) {
      return `has the number ${token}, which this project can't write as it is. Use a copy without it, or terraform state mv.`;
    }
  }
  return undefined;
}

/** The text of a state, as Terraform writes it. */
export function stateText(state: State): string {
  return `${JSON.stringify(state, null, 2)}\n`;
}
