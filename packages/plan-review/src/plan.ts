import { DEEPEST_JSON, InputError, isTooDeep, readInput } from "@operation-app/preflight/input";
import * as z from "zod";

const path = z.array(z.union([z.string(), z.number()]));

const changeSchema = z.looseObject({
  actions: z.array(z.string()),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
  replace_paths: z.array(path).optional(),
  importing: z.unknown().optional(),
});

const resourceChangeSchema = z.looseObject({
  address: z.string(),
  previous_address: z.string().optional(),
  mode: z.string(),
  type: z.string(),
  provider_name: z.string().optional(),
  /** Why Terraform does it, such as `replace_because_tainted`. */
  action_reason: z.string().optional(),
  /** Key of an object left over from an unfinished replacement. */
  deposed: z.string().optional(),
  change: changeSchema,
});

const checkSchema = z.looseObject({
  address: z.looseObject({ to_display: z.string() }),
  status: z.string(),
  instances: z.array(z.looseObject({ problems: z.array(z.looseObject({ message: z.string() })).optional() })).nullish(),
});

const planSchema = z.looseObject({
  format_version: z.string(),
  terraform_version: z.string().optional(),
  errored: z.boolean().optional(),
  /** false: something was left out, by `-target` or because it could not be planned yet. Terraform 1.8 or later. */
  complete: z.boolean().optional(),
  resource_changes: z.array(resourceChangeSchema).default([]),
  /** Changes made outside Terraform since the last apply. */
  resource_drift: z.array(resourceChangeSchema).default([]),
  output_changes: z.record(z.string(), changeSchema).default({}),
  /** What can be planned only after this plan is applied. */
  deferred_changes: z.array(z.unknown()).nullish(),
  deferred_action_invocations: z.array(z.unknown()).nullish(),
  /** Actions of providers, from Terraform 1.14. */
  action_invocations: z.array(z.unknown()).nullish(),
  /** `check` blocks, conditions and validations. */
  checks: z.array(checkSchema).nullish(),
  variables: z.record(z.string(), z.looseObject({ value: z.unknown().optional() })).nullish(),
  planned_values: z.unknown(),
  prior_state: z.unknown().optional(),
  configuration: z.unknown().optional(),
});

/** What `terraform show -json` says of a plan. */
export type Plan = z.infer<typeof planSchema>;
export type ResourceChange = z.infer<typeof resourceChangeSchema>;
export type Change = z.infer<typeof changeSchema>;

const AGAIN = "Plan again: terraform plan -out FILE, then terraform show -json FILE.";

/**
 * Reads a plan.
 *
 * @param file its path, or `-` for standard input
 * @throws InputError in one line where it is not a complete plan
 */
export async function readPlanFile(file: string): Promise<Plan> {
  const { contents, name } = await readInput(file, "the output of terraform show -json");
  return parsePlan(contents, name);
}

/** @throws InputError in one line where the text is not a complete plan in format 1 */
export function parsePlan(contents: string, name: string): Plan {
  let root: unknown;
  try {
    root = JSON.parse(contents.replace(/^\uFEFF/, ""));
  } catch {
    throw new InputError(`${name}: is not valid JSON, or is cut off. ${AGAIN}`);
  }
  const problem = whyNoPlan(root);
  if (problem) throw new InputError(`${name}: ${problem}`);
  const { data, error } = planSchema.safeParse(root);
  if (data) return data;
  const [issue] = error.issues;
  throw new InputError(`${name}: is not a complete plan: ${issue?.path.join(".")}: ${issue?.message}. ${AGAIN}`);
}

function whyNoPlan(root: unknown): string | undefined {
  if (typeof root !== "object" || root === null || Array.isArray(root)) return `is not a Terraform plan. ${AGAIN}`;
  if (isTooDeep(root)) return `is nested more than ${DEEPEST_JSON} levels deep, unlike any plan.`;
  if ("lineage" in root || "values" in root) return `is a state, not a plan. ${AGAIN}`;
  const { format_version: version, planned_values: planned, errored } = root as Record<string, unknown>;
  if (version === undefined) return `is not a Terraform plan. ${AGAIN}`;
  if (!/^1\./.test(String(version))) return `is a plan in format ${version}; this reads format 1.x.`;
  if (errored === true) return `is a plan that failed, so parts of it are missing. ${AGAIN}`;
  if (typeof planned !== "object" || planned === null) return `is a plan without its planned values. ${AGAIN}`;
  return undefined;
}

/** @throws InputError in one line where Terraform says that something was left out of the plan */
export function assertWhole(plan: Plan, name: string): void {
  const deferred = [...(plan.deferred_changes ?? []), ...(plan.deferred_action_invocations ?? [])];
  if (plan.complete === false) refuse(name, "-target, or something deferred; plan without -target");
  if (deferred.length > 0) refuse(name, `${deferred.length} deferred to a later one`);
}

/**
 * Checks that a plan lists a change for each of its objects.
 *
 * @throws InputError in one line where something is missing, whether or not Terraform says so
 */
export function assertComplete(plan: Plan, name: string): void {
  assertWhole(plan, name);
  const problem = whyIncomplete(plan);
  if (problem) refuse(name, problem);
}

function refuse(name: string, problem: string): never {
  throw new InputError(`${name}: is not a complete plan (${problem}). ${AGAIN}`);
}

function whyIncomplete(plan: Plan): string | undefined {
  if (plan.complete === undefined && doesNotMark(plan) === undefined) return "it does not say that it is complete";
  const changed = new Set(plan.resource_changes.map(({ address, deposed }) => objectKey(address, deposed)));
  const planned = objectsIn(plan.planned_values, /^(managed|data)$/);
  // Data sources that were read before are in the state, and have no change.
  const prior = objectsIn(objectOf(plan.prior_state).values, /^managed$/);
  if (changed.size === 0 && prior.size > 0) return "it has no changes for any object: -refresh-only, or cut off";
  const missing = [...planned, ...prior].find((key) => !changed.has(key));
  if (missing) return `no change is listed for ${missing}`;
  const unplanned = plan.resource_changes.find(
    ({ mode, address, deposed, change }) =>
      mode === "managed" && deposed === undefined && isKept(change) && !planned.has(address),
  );
  return unplanned && `no planned values of ${unplanned.address}`;
}

/** What has made a plan and does not mark plans as complete: OpenTofu, or Terraform before 1.8. */
export function doesNotMark({ resource_changes: changes, terraform_version: version }: Plan): string | undefined {
  if (changes.some(({ provider_name: name }) => name?.startsWith("registry.opentofu.org/"))) return "OpenTofu";
  return /^(0|1\.[0-7])\./.test(version ?? "") ? `Terraform ${version}` : undefined;
}

/** Whether the state that a plan starts from has any object. */
export function hasObjects({ prior_state: state }: Plan): boolean {
  return objectsIn(objectOf(state).values, /^managed$/).size > 0;
}

function isKept({ actions }: Change): boolean {
  return !["delete", "forget"].includes(actions.join());
}

/** Objects of a module and its child modules, by address and deposed key. */
function objectsIn(values: unknown, modes: RegExp): Set<string> {
  const found = new Set<string>();
  const open = [objectOf(objectOf(values).root_module)];
  for (let module = open.pop(); module; module = open.pop()) {
    for (const resource of listOf(module.resources)) {
      const { mode, address, deposed_key: deposed } = objectOf(resource);
      if (modes.test(String(mode)) && typeof address === "string") found.add(objectKey(address, deposed));
    }
    open.push(...listOf(module.child_modules).map(objectOf));
  }
  return found;
}

function objectKey(address: string, deposed: unknown): string {
  return typeof deposed === "string" ? `${address} (deposed ${deposed})` : address;
}

/** The value if it is an object, else an empty one. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** The value under a key of its own: not what every object has, such as `constructor`. */
export function ownOf(values: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}

/** The value if it is a list, else an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
