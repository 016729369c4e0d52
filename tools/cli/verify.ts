import { assertWhole, readPlanFile } from "@operation-app/plan-review/plan";
import { adoptionFile } from "../../environments/schema/adopted-cognito.ts";
import { verdictText } from "../adopt/report.ts";
import { verify } from "../adopt/verify.ts";
import { environmentToAdopt, fromCaller, newCommand, ofEnvironment, verb } from "./command.ts";

interface Options {
  readonly plan: string;
  readonly environment: string;
}

const command = ofEnvironment(newCommand("verify", ["verify production --plan plan.json"]))
  .description("Exit code 0 only if a plan changes no Cognito object, apart from moving it in the state.")
  .requiredOption("--plan <file>", "the output of terraform show -json; - for standard input");

export default verb(command, async () => {
  const { plan, environment } = command.opts<Options>();
  await environmentToAdopt(environment);
  const read = await readPlanFile(fromCaller(plan));
  assertWhole(read, plan === "-" ? "standard input" : plan);
  const verdict = verify(read, adoptionFile(environment));
  console.log(verdictText(verdict));
  process.exitCode = verdict.problems.length === 0 ? 0 : 1;
});
