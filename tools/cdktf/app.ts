import { readFileSync } from "node:fs";
import { UserError } from "@operation-app/preflight/input";
import * as z from "zod";
import { resolveQuickly } from "./quick-resolve.ts";

/** What every token keeps a stack trace with, for cdktf's own errors. */
const tokenTraces = require("cdktf/lib/tokens/private/stack-trace") as { captureStackTrace: () => string[] };

interface Settings {
  readonly context?: object;
  readonly terraformModules?: readonly (string | { readonly source: string })[];
}

async function run(): Promise<void> {
  z.config({ jitless: true }); // every schema is used once: compiling it takes longer
  // synth.cjs runs a failed app again, with source maps, and that is when traces are read.
  if (!process.sourceMapsEnabled) tokenTraces.captureStackTrace = () => [];
  resolveQuickly();
  const { checkBeforeDeploy } = await import("./before-deploy.ts");
  await checkBeforeDeploy();
  process.env.CDKTF_CONTEXT_JSON ??= contextText();
  await import("../../main.ts");
}

/** What cdktf hands to the app, for where it is synthesized without: a local module can't be used without its path. */
function contextText(): string {
  const { context, terraformModules = [] } = JSON.parse(readFileSync("cdktf.json", "utf8")) as Settings;
  const sources = terraformModules.map((module) => (typeof module === "string" ? module : module.source));
  return JSON.stringify({ ...context, cdktfRelativeModules: sources.filter((source) => /^\.\.?\//.test(source)) });
}

run().catch((error) => {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
