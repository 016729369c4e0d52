import { cpSync } from "node:fs";
import { join } from "node:path";
import { InputError, UserError } from "@operation-app/preflight/input";
import { checkedOutCommit } from "../lib/git/commit.ts";
import { findTerraform } from "../lib/terraform/prerequisites.ts";
import { lockArguments } from "../lib/terraform/provider-lock.ts";
import { runTerraform } from "../lib/terraform/terraform.ts";
import { ABOUT_FILE, type About, findPlan, KEPT_FILES, planDigest, readAbout } from "./about.ts";
import { fetchPlan } from "./kept.ts";
import { type MadePlan, makeDirectory, makePlan, type PlanOptions, readPlan, terraformIn } from "./make.ts";
import { explainingTerraformErrors } from "./terraform-errors.ts";

export interface SourceOptions extends Pick<PlanOptions, "environment" | "lockTimeout" | "progress"> {
  /** Directory of a plan that was made before. */
  readonly place?: string;
  /** The plan that is kept of the commit that is checked out. */
  readonly kept: boolean;
  /** What `planDigest` said of the kept plan when it was made. @default not compared */
  readonly sha256?: string;
}

/**
 * The plan that is to be applied: a new one, or one that was made before, and was reviewed.
 *
 * @throws UserError where it is of another commit, InputError where it is of another environment, or not whole
 */
export async function planToApply(options: SourceOptions): Promise<MadePlan> {
  const { environment, place, kept } = options;
  if (place === undefined && !kept) return makePlan(options);
  const directory = makeDirectory(environment.name);
  const about = place === undefined ? await fetchReviewed(directory, options) : copyPlan(place, directory, options);
  return { ...(await open(directory, about, options)), directory };
}

async function fetchReviewed(directory: string, { environment, sha256, progress }: SourceOptions): Promise<About> {
  const commit = await checkedOutCommit();
  progress.step(`Fetch the plan of ${commit.slice(0, 12)}`);
  const about = await fetchPlan(environment, commit, directory);
  const digest = planDigest(directory);
  if (sha256 === undefined || sha256 === digest) return about;
  throw new UserError(
    `The stored plan of ${commit} is not the reviewed one (its SHA-256 is ${digest}, not ${sha256}): another plan has replaced it. Nothing was applied. Plan again.`,
  );
}

function copyPlan(place: string, directory: string, { environment }: SourceOptions): About {
  const found = findPlan(place);
  for (const file of [...KEPT_FILES, ABOUT_FILE]) cpSync(join(found, file), join(directory, file));
  const about = readAbout(directory, place);
  if (about.environment === environment.name) return about;
  throw new InputError(`${place}: is a plan of ${about.environment}, not of ${environment.name}.`);
}

async function open(directory: string, about: About, { environment }: SourceOptions) {
  const found = await findTerraform();
  if (found.version !== about.terraform) {
    throw new UserError(
      `The plan was made by Terraform ${about.terraform}, and only that version can apply it; this is ${found.version}. Plan again, or use that version.`,
    );
  }
  const terraform = terraformIn(found);
  return explainingTerraformErrors(environment, async () => {
    await runTerraform(terraform, directory, ["init", "-input=false", "-no-color", ...lockArguments(found, directory)]);
    return { terraform, plan: await readPlan(directory, terraform) };
  });
}
