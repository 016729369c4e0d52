import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { counted, wrapped } from "@operation-app/preflight/terminal";
import { readWarnings, stackDirectory } from "../lib/terraform/synthesized.ts";
import { newCommand, toCaller, verb } from "./command.ts";

const command = newCommand("synth", ["synth"]).description(
  "Writes the Terraform JSON of every environment, and checks it with preflight. Equivalent to cdktf synth, but faster.",
);

export default verb(command, async () => {
  const output = process.env.CDKTF_OUTDIR ?? "cdktf.out";
  const { status, stderr } = spawnSync(process.execPath, ["tools/cdktf/synth.cjs"], {
    stdio: ["inherit", "inherit", "pipe"],
    encoding: "utf8",
    maxBuffer: Number.POSITIVE_INFINITY,
  });
  process.stderr.write(wrapped(stderr, process.stderr));
  if (status !== 0) {
    process.exitCode = 1;
    return;
  }
  const folder = join(output, "stacks");
  for (const stack of existsSync(folder) ? readdirSync(folder).sort() : []) {
    const file = toCaller(join(stackDirectory(output, stack), "cdk.tf.json"));
    const warnings = readWarnings(output, stack);
    console.log(warnings.length === 0 ? `${file}: no findings.` : `${file}: ${counted(warnings.length, "warning")}`);
    for (const warning of warnings) console.log(wrapped(`  ${warning}`));
  }
});
