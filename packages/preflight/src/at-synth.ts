import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type App, TerraformStack } from "cdktf";
import { camelCase } from "../../../modules/argument-names.ts";
import { lockProvider } from "../../../tools/lib/terraform/provider-lock.ts";
import { type Accepting, judgedFor, UNUSED_ACKNOWLEDGEMENT } from "./acknowledgements.ts";
import { loadFile } from "./graph/load.ts";
import { type LocatedFinding, preflight } from "./index.ts";
import { UserError } from "./input/user-error.ts";
import { textReport } from "./report/text.ts";
import { traceSources } from "./source.ts";

/** What is known of a stack beside its JSON: the environment that it was made of. */
export interface Origin extends Accepting {
  readonly name: string;
  readonly cognito: { readonly userPool: object; readonly client: object };
}

/**
 * Synthesizes an app, each stack with the lock of its provider, and looks through every stack, as it was written. Warnings go to the manifest, from which
 * `cdktf` prints them.
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
  const stacks = app.node.findAll().filter(TerraformStack.isStack);
  for (const stack of stacks) lockProvider(dirname(fileOf(app, stack)));
  const checked = await Promise.all(stacks.map((stack) => check(app, stack, origins)));
  if (checked.every(({ findings }) => findings.length === 0)) return;
  const sources = traceSources(build, app.outdir);
  const located = checked.map(({ stack, file, findings, origin }) => ({
    stack,
    file,
    findings: findings.map((finding) => ({
      ...finding,
      source: environmentLine(finding, origin) ?? sources.get(finding.address),
    })),
  }));
  const failed = located.filter(({ findings }) => findings.some(({ severity }) => severity === "error"));
  if (failed.length > 0) throw new UserError(failed.map(({ file, findings }) => report(file, findings)).join("\n\n"));
  for (const { stack, findings } of located) warn(app, stack, findings);
  app.manifest.writeToFile();
}

function fileOf(app: App, stack: TerraformStack): string {
  return join(app.outdir, app.manifest.forStack(stack).synthesizedStackPath);
}

async function check(app: App, stack: TerraformStack, origins: readonly Origin[]) {
  const file = fileOf(app, stack);
  const origin = origins.find(({ name }) => name === stack.node.id);
  const findings = judgedFor(origin, preflight(await loadFile(file)));
  return { stack, file, findings, origin };
}

function report(file: string, findings: readonly LocatedFinding[]): string {
  const hint = `To see the way of a connection hop by hop: bin/infra check ${file} --path <address> <to>. packages/preflight/docs/rules.md explains the rules.`;
  return `${textReport(findings, file)}\n${hint}`;
}

function warn(app: App, stack: TerraformStack, findings: readonly LocatedFinding[]): void {
  const manifest = app.manifest.forStack(stack) as { annotations: unknown[] };
  manifest.annotations.push(
    ...findings.map(({ id, address, message, cause, fix, source }) => ({
      constructPath: stack.node.path,
      level: "@cdktf/warn",
      message: `${id} ${address} ${message} ${cause} Fix: ${fix}${source ? ` (${source})` : ""}`,
    })),
  );
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
