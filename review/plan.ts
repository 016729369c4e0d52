import { z } from "zod";
import { readInput } from "../toolchain/input.ts";
import { DEEPEST_JSON, isTooDeep } from "../toolchain/json.ts";
import { InputError } from "../toolchain/user-error.ts";

const changeSchema = z.looseObject({
  actions: z.array(z.string()),
  before: z.unknown(),
  after: z.unknown(),
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
  replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).optional(),
  importing: z.unknown().optional(),
});

const resourceChangeSchema = z.looseObject({
  address: z.string(),
  previous_address: z.string().optional(),
  mode: z.string(),
  type: z.string(),
  /** The change is to what was left over from a replacement. */
  deposed: z.string().optional(),
  change: changeSchema,
});

const planSchema = z.looseObject({
  format_version: z.string(),
  errored: z.boolean().optional(),
  /** false: something was left out, by `-target` or because it could not be planned yet. */
  complete: z.boolean().optional(),
  resource_changes: z.array(resourceChangeSchema).default([]),
  planned_values: z.unknown(),
});

/** What `terraform show -json` says of a plan. */
export type Plan = z.infer<typeof planSchema>;
export type ResourceChange = z.infer<typeof resourceChangeSchema>;

const AGAIN = "Take it anew: terraform plan -out FILE, then terraform show -json FILE.";

/**
 * Reads a plan.
 *
 * @param file its path, or `-` for standard input
 * @throws InputError in one line where it is not a whole plan
 */
export async function readPlanFile(file: string): Promise<Plan> {
  const { contents, name } = await readInput(file, "the output of terraform show -json");
  return parsePlan(contents, name);
}

/** @throws InputError in one line where the text is not a whole plan in format 1 */
export function parsePlan(contents: string, name: string): Plan {
  let root: unknown;
  try {
    root = JSON.parse(contents.replace(/^\uFEFF/, ""));
  } catch {
    throw new InputError(`${name}: is not JSON, or is cut off. ${AGAIN}`);
  }
  const problem = whyNoPlan(root);
  if (problem) throw new InputError(`${name}: ${problem}`);
  const { data, error } = planSchema.safeParse(root);
  if (data) return data;
  const [issue] = error.issues;
  throw new InputError(`${name}: is not a whole plan: ${issue?.path.join(".")}: ${issue?.message}. ${AGAIN}`);
}

function whyNoPlan(root: unknown): string | undefined {
  if (typeof root !== "object" || root === null || Array.isArray(root)) return `is not a Terraform plan. ${AGAIN}`;
  if (isTooDeep(root)) return `is nested more than ${DEEPEST_JSON} levels deep, which no plan is.`;
  if ("lineage" in root || "values" in root) return `is a state, not a plan. ${AGAIN}`;
  const { format_version: version, planned_values: planned, errored } = root as Record<string, unknown>;
  if (version === undefined) return `is not a Terraform plan. ${AGAIN}`;
  if (!/^1\./.test(String(version))) return `is a plan in format ${version}; this reads format 1.x.`;
  if (errored === true) return `is a plan that ended in an error, so parts of it are missing. ${AGAIN}`;
  if (typeof planned !== "object" || planned === null) return `is a plan without its planned values. ${AGAIN}`;
  return undefined;
}
