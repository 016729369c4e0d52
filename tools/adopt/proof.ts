import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parsePlan } from "@operation-app/plan-review/plan";
import { UserError } from "@operation-app/preflight/input";
import { type State, stateText } from "../lib/terraform/state-file.ts";
import { runTerraform, type TerraformCommand } from "../lib/terraform/terraform.ts";
import { verdictText } from "./report.ts";
import { verify } from "./verify.ts";

type Resources = Readonly<Record<string, Readonly<Record<string, { lifecycle?: { prevent_destroy?: boolean } }>>>>;

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
  const run = (...args: string[]) => runTerraform(terraform, directory, args);
  let addresses: readonly string[] | undefined;
  return async (state) => {
    if (!addresses) {
      addresses = prepare(stack, directory);
      await run("init", "-input=false", "-no-color");
    }
    const stateFile = join(directory, "terraform.tfstate");
    writeFileSync(stateFile, stateText(state), { mode: 0o600 });
    try {
      const targets = addresses.map((address) => `-target=${address}`);
      await run("plan", "-input=false", "-no-color", "-lock=false", "-out=plan", ...targets);
      const verdict = verify(parsePlan(await run("show", "-json", "plan"), "the plan"), adoptionFile);
      if (verdict.problems.length > 0) {
        throw new UserError(`${verdictText(verdict)}\nNo object was removed from a state.`);
      }
    } finally {
      for (const secret of [stateFile, join(directory, "plan")]) rmSync(secret, { force: true });
    }
  };
}

/** Copies a stack, with a local state. @returns the addresses of its Cognito resources */
function prepare(stack: string, directory: string): string[] {
  cpSync(stack, directory, { recursive: true });
  const file = join(directory, "cdk.tf.json");
  const configuration = JSON.parse(readFileSync(file, "utf8"));
  configuration.terraform.backend = { local: { path: "terraform.tfstate" } };
  const addresses = cognitoAddresses(configuration.resource);
  writeFileSync(file, JSON.stringify(configuration));
  return addresses;
}

/**
 * Addresses of a stack's Cognito resources. Their `prevent_destroy` is lifted in this copy: with it, Terraform would end
 * in an error where it should say which attribute would destroy them.
 */
function cognitoAddresses(resources: Resources): string[] {
  return Object.entries(resources)
    .filter(([type]) => type.startsWith("aws_cognito_"))
    .flatMap(([type, named]) =>
      Object.entries(named).map(([name, { lifecycle }]) => {
        if (lifecycle) lifecycle.prevent_destroy = false;
        return `${type}.${name}`;
      }),
    );
}
