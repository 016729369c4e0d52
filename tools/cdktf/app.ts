import { UserError } from "@operation-app/preflight/input";
import * as z from "zod";

/** What every token keeps a stack trace with, for cdktf's own errors. */
const tokenTraces = require("cdktf/lib/tokens/private/stack-trace") as { captureStackTrace: () => string[] };

async function run(): Promise<void> {
  z.config({ jitless: true }); // every schema is used once: compiling it takes longer
  // synth.mjs runs a failed app again, with source maps, and that is when traces are read.
  if (!process.sourceMapsEnabled) tokenTraces.captureStackTrace = () => [];
  const { checkBeforeDeploy } = await import("./before-deploy.ts");
  await checkBeforeDeploy();
  await import("../../main.ts");
}

run().catch((error) => {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
