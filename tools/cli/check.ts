import { existsSync } from "node:fs";
import { LOSS_RULES } from "@operation-app/plan-review";
import { RULES } from "@operation-app/preflight";
import { type CheckOptions, check, withCheckOptions } from "@operation-app/preflight/command";
import { InputError } from "@operation-app/preflight/input";
import { judgedFor } from "../../environments/schema/findings.ts";
import { environmentNamed, fromCaller, newCommand, verb } from "./command.ts";

const command = withCheckOptions(
  newCommand("check", [
    "check cdktf.out/stacks/production/cdk.tf.json",
    "check plan.json --path aws_ecs_service.app ecr.api",
  ]),
)
  .option("--environment <name>", "omit the findings that this environment acknowledges")
  .addHelpText("after", "\npackages/preflight/docs/rules.md lists the rules.");

export default verb(command, async (file) => {
  refuseUnmade(file);
  const { environment, ...options } = command.opts<CheckOptions & { environment?: string }>();
  const accepting = environment ? await environmentNamed(environment) : undefined;
  process.exitCode = await check(
    file === undefined ? undefined : fromCaller(file as string),
    { ...options, ...(options.source !== undefined && { source: fromCaller(options.source) }) },
    accepting && ((findings, rules) => judgedFor(accepting, findings, rules)),
    [...RULES, ...LOSS_RULES],
  );
});

/** @throws InputError where what synth makes, or an environment, is meant */
function refuseUnmade(file: string | undefined): void {
  if (file === undefined || existsSync(fromCaller(file))) return;
  if (existsSync(`environments/${file}.ts`))
    throw new InputError(
      `${file}: is an environment. bin/infra synth checks it and writes its JSON, which can be checked, too.`,
    );
  if (fromCaller(file).startsWith("cdktf.out/"))
    throw new InputError(`${file}: does not exist. Create it: bin/infra synth`);
}
