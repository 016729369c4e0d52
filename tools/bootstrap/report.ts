import { type Environment, gitHubEnvironment, withoutIds } from "../../environments/schema/index.ts";
import { CI_PATH, plansPrefix } from "../../modules/github-actions/names.ts";
import { planSubjects } from "../../modules/github-actions/subjects.ts";
import { ciIds } from "../../stacks/bootstrap-stack.ts";

/** How to go on: the reviewed way first, on GitHub where there are roles for it. */
export function nextStepsText({ name, ci }: Environment): string {
  const here = [
    `  bin/infra plan --environment ${name}    reviews what would be created, without applying it`,
    `  bin/infra apply --environment ${name}   the same, then applies that plan after confirmation`,
  ];
  return ci === undefined
    ? ["Next:", ...here].join("\n")
    : ["Next: set up GitHub as below, then open a pull request (docs/ci.md). Or from here:", ...here].join("\n");
}

/** What to set in GitHub for an environment's workflows; or, where it has no roles, how to get some. */
export function gitHubText(environment: Environment, account: string): string {
  const { name, region, ci, state } = environment;
  if (!ci) {
    return (
      `No roles for GitHub Actions: environments/${name}.ts has no section ci. To plan and apply from GitHub, add\n` +
      `  ci: { repository: "owner/name" },\nand run this again.`
    );
  }
  const { plan, apply } = ciIds(environment, account);
  const arn = (role: string) => `arn:aws:iam::${account}:role${CI_PATH}${role}`;
  const jobs = gitHubEnvironment(environment);
  return [
    `In GitHub, at https://github.com/${withoutIds(ci.repository)}/settings:`,
    `  Environments: create "${jobs}", with required reviewers, for the branch ${ci.branch} only; only its jobs may apply.`,
    "  Secrets and variables > Actions > Variables of the repository:",
    `    AWS_REGION          ${region}`,
    `    AWS_PLAN_ROLE_ARN   ${arn(plan)}`,
    `  Variables of the environment "${jobs}":`,
    `    AWS_REGION          ${region}`,
    `    AWS_APPLY_ROLE_ARN  ${arn(apply)}`,
    `Reviewed plans are stored in s3://${state.bucket}/${plansPrefix(name)}.`,
    `Allowed to plan: ${planSubjects({ ...ci, gitHubEnvironment: jobs }).join(", ")}.`,
    "The plan role reads the state, including secrets that Terraform generated: everyone who can push a branch can read them.",
  ].join("\n");
}
