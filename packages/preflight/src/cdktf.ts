import { join } from "node:path";
import { type App, TerraformStack } from "cdktf";
import { loadFile } from "./graph/load.ts";
import { UserError } from "./input/user-error.ts";
import { type LocatedFinding, preflight } from "./preflight.ts";
import type { Rule } from "./rule.ts";
import { RULES } from "./rules/index.ts";
import { traceSources } from "./source.ts";

export { traceSources };

/** What a project says of its own stacks. */
export interface CheckOptions {
  /** Folders of the project whose lines tell its user where something is made, such as `modules`. */
  readonly folders: readonly string[];
  /** Findings as they count for a stack, such as without those that are acknowledged. @default as they are */
  readonly judge?: (stack: string, findings: LocatedFinding[]) => LocatedFinding[];
  /** Rules that look beside preflight's own, such as `providerRule`. @default none */
  readonly rules?: readonly Rule[];
  /** Line of the stack's settings that a finding is about: `environments/production.ts:12`. @default the line that made the resource */
  readonly lineOf?: (stack: string, finding: LocatedFinding) => string | undefined;
  /** What the report of an error ends with. @param file the JSON of the stack */
  readonly hint?: (file: string) => string;
}

/**
 * Looks through every stack of an app that is synthesized, as it was written. Warnings go to the manifest, from which
 * `cdktf` prints them.
 *
 * @param build what has added the stacks to the app; it does so once more to find the lines that errors come from
 * @throws UserError with every finding where there is an error, so that neither `diff` nor `deploy` goes on
 */
export async function checkStacks(app: App, build: (app: App) => void, options: CheckOptions): Promise<void> {
  const { folders, judge = (_, findings) => findings, rules = [], lineOf = () => undefined } = options;
  const checked = await Promise.all(
    stacksOf(app).map(async ({ stack, file }) => {
      return { stack, file, findings: judge(stack.node.id, preflight(await loadFile(file), [...RULES, ...rules])) };
    }),
  );
  if (checked.every(({ findings }) => findings.length === 0)) return;
  const { textReport } = await import("./report/text.ts"); // breaking lines takes 10 ms to load
  const sources = traceSources(build, app.outdir, folders);
  const located = checked.map(({ stack, file, findings }) => ({
    stack,
    file,
    findings: findings.map((finding) => ({
      ...finding,
      source: lineOf(stack.node.id, finding) ?? sources.get(finding.address),
    })),
  }));
  const failed = located.filter(({ findings }) => findings.some(({ severity }) => severity === "error"));
  const report = (file: string, findings: readonly LocatedFinding[]) =>
    [textReport(findings, file), options.hint?.(file)].filter((part) => part !== undefined).join("\n");
  if (failed.length > 0) throw new UserError(failed.map(({ file, findings }) => report(file, findings)).join("\n\n"));
  for (const { stack, findings } of located) warn(app, stack, findings);
  app.manifest.writeToFile();
}

/** The stacks of an app, each with the file that its JSON is in. */
export function stacksOf(app: App): { readonly stack: TerraformStack; readonly file: string }[] {
  const stacks = app.node.findAll().filter(TerraformStack.isStack);
  return stacks.map((stack) => ({ stack, file: join(app.outdir, app.manifest.forStack(stack).synthesizedStackPath) }));
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
