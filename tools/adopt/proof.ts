import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Plan, parsePlan } from "@operation-app/plan-review/plan";
import { UserError } from "@operation-app/preflight/input";
import { type State, stateText } from "../lib/terraform/state-file.ts";
import { keepStateBeside } from "../lib/terraform/synthesized.ts";
import { runTerraform, type TerraformCommand } from "../lib/terraform/terraform.ts";
import { verdictText } from "./report.ts";
import { verify } from "./verify.ts";

type Resources = Readonly<Record<string, Readonly<Record<string, { lifecycle?: { prevent_destroy?: boolean } }>>>>;

/** Plans some of a stack's resources on a state that is written nowhere yet. */
export type Planner = (state: State) => Promise<Plan>;

/**
 * Plans a synthesized stack on states that are written nowhere yet.
 *
 * Only the Cognito objects are planned: whether the rest of the stack could be applied already is another question.
 *
 * @param stack the folder of the stack
 * @param directory an empty directory to work in
 * @param adoptionFile the file that says what the environment takes over, for the advice
 * @returns a function that throws a UserError where the plan on a state would change a Cognito object
 */
export function proof(
  stack: string,
  directory: string,
  adoptionFile: string,
  terraform: TerraformCommand,
): (state: State) => Promise<void> {
  const plan = planner(stack, directory, (type) => type.startsWith("aws_cognito_"), terraform);
  return async (state) => {
    const verdict = verify(await plan(state), adoptionFile);
    if (verdict.problems.length > 0) {
      throw new UserError(`${verdictText(verdict)}\nNo object was removed from a state.`);
    }
  };
}

/**
 * Plans the resources of some types of a synthesized stack, and what they depend on.
 *
 * @param stack the folder of the stack
 * @param directory an empty directory to work in
 */
export function planner(
  stack: string,
  directory: string,
  isPlanned: (type: string) => boolean,
  terraform: TerraformCommand,
): Planner {
  const run = (...args: string[]) => runTerraform(terraform, directory, args);
  let addresses: readonly string[] | undefined;
  return async (state) => {
    if (!addresses) {
      addresses = prepare(stack, directory, isPlanned);
      await run("init", "-input=false", "-no-color");
    }
    const stateFile = join(directory, "terraform.tfstate");
    writeFileSync(stateFile, stateText(state), { mode: 0o600 });
    try {
      const targets = addresses.map((address) => `-target=${address}`);
      await run("plan", "-input=false", "-no-color", "-lock=false", "-out=plan", ...targets);
      return parsePlan(await run("show", "-json", "plan"), "the plan");
    } finally {
      for (const secret of [stateFile, join(directory, "plan")]) rmSync(secret, { force: true });
    }
  };
}

/** Copies a stack, with a local state. @returns the addresses of what is planned of it */
function prepare(stack: string, directory: string, isPlanned: (type: string) => boolean): string[] {
  cpSync(stack, directory, { recursive: true });
  keepStateBeside(directory);
  const file = join(directory, "cdk.tf.json");
  const configuration = JSON.parse(readFileSync(file, "utf8"));
  const addresses = plannedAddresses(configuration.resource, isPlanned);
  writeFileSync(file, JSON.stringify(configuration));
  return addresses;
}

/**
 * Addresses of what is planned. Their `prevent_destroy` is lifted in this copy: with it, Terraform would end in an error
 * where it should say which attribute would destroy them.
 */
function plannedAddresses(resources: Resources, isPlanned: (type: string) => boolean): string[] {
  return Object.entries(resources)
    .filter(([type]) => isPlanned(type))
    .flatMap(([type, named]) =>
      Object.entries(named).map(([name, { lifecycle }]) => {
        if (lifecycle) lifecycle.prevent_destroy = false;
        return `${type}.${name}`;
      }),
    );
}
