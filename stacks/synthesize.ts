import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { type LocatedFinding, UNUSED_ACKNOWLEDGEMENT } from "@operation-app/preflight";
import { checkStacks, stacksOf } from "@operation-app/preflight/cdktf";
import type { App } from "cdktf";
import { type Accepting, judgedFor } from "../environments/schema/findings.ts";
import { camelCase } from "../modules/argument-names.ts";
import { providerRules } from "./provider-arguments.ts";
import { lockProvider } from "./provider-lock.ts";

/** What is known of a stack beside its JSON: the environment that it was made of. */
export interface Origin extends Accepting {
  readonly name: string;
  readonly cognito: { readonly userPool: object; readonly client: object };
}

/** Folders whose lines tell a user of this project where something is made. */
const FOLDERS = ["modules", "stacks", "environments"];

/**
 * Synthesizes an app, each stack with the lock of its provider, and looks through every stack with preflight.
 *
 * @param build what has added the stacks to the app; it does so once more to find the lines that errors come from
 * @throws UserError with every finding where there is an error, so that neither `diff` nor `deploy` goes on
 */
export async function synthesizeChecked(
  app: App,
  build: (app: App) => void,
  origins: readonly Origin[],
): Promise<void> {
  app.synth();
  for (const { file } of stacksOf(app)) lockProvider(dirname(file));
  const originOf = (stack: string) => origins.find(({ name }) => name === stack);
  await checkStacks(app, build, {
    folders: FOLDERS,
    rules: providerRules(),
    judge: (stack, findings) => {
      const origin = originOf(stack);
      return origin ? judgedFor(origin, findings) : findings;
    },
    lineOf: (stack, finding) => environmentLine(finding, originOf(stack)),
    hint: (file) =>
      `To trace a connection: bin/infra check ${file} --path <address> <to>. packages/preflight/docs/rules.md explains the rules.`,
  });
}

/** Acknowledgements, and attributes of the user pool and its client under their own names, stand in the environment file. */
function environmentLine({ id, address, attribute }: LocatedFinding, origin: Origin | undefined): string | undefined {
  if (origin && id === UNUSED_ACKNOWLEDGEMENT) return `environments/${origin.name}.ts`;
  if (attribute === undefined || origin === undefined) return undefined;
  const name = camelCase(attribute);
  const settings = address.startsWith("aws_cognito_user_pool_client.")
    ? origin.cognito.client
    : origin.cognito.userPool;
  if (!address.startsWith("aws_cognito_user_pool") || !Object.hasOwn(settings, name)) return undefined;
  const file = `environments/${origin.name}.ts`;
  const lines = readFileSync(file, "utf8").split("\n");
  const places = lines.flatMap((line, index) => (new RegExp(`\\b${name}\\s*:`).test(line) ? [index + 1] : []));
  return places.length === 1 ? `${file}:${places[0]}` : undefined;
}
