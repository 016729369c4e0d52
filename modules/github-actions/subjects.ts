import { InputError } from "@operation-app/preflight/input";
import { type Condition, trustWebIdentity } from "../iam-policy.ts";

/** Host of GitHub's OIDC provider; an account has it once. */
export const GITHUB_ISSUER = "token.actions.githubusercontent.com";

/** Whom GitHub's token is for: what `aws-actions/configure-aws-credentials` asks for. */
export const AUDIENCE = "sts.amazonaws.com";

export interface Repository {
  /** `owner/name`, or `owner@id/name@id`. */
  readonly repository: string;
  /** The branch that is deployed. */
  readonly branch: string;
  /** The GitHub environment whose jobs may apply. */
  readonly gitHubEnvironment: string;
}

/** Who may take on the plan role: pull requests of the repository itself, and runs on its branch. */
export function planSubjects({ repository, branch }: Repository): string[] {
  return [`repo:${repository}:pull_request`, `repo:${repository}:ref:refs/heads/${branch}`];
}

/** Who may take on the apply role: jobs in the GitHub environment, which is where an approval is asked for. */
export function applySubjects({ repository, gitHubEnvironment }: Repository): string[] {
  return [`repo:${repository}:environment:${gitHubEnvironment}`];
}

/** `repo:`, an owner and a repository with or without ids, and one more part, which has no `:` in it. */
const SUBJECT =
  /^repo:[\w-]+(\/[\w.-]+|@\d+\/[\w.-]+@\d+):(pull_request|ref:refs\/heads\/[\w./-]+|environment:[\w.-]+)$/;

/**
 * A trust policy for these subjects and nobody else: compared letter by letter, capitals included, without wildcards.
 * `StringEquals` takes `*` as a letter, but fills `${…}` in; whatever could mean more than one subject is refused here,
 * too, wherever it comes from.
 * Source: https://docs.github.com/en/actions/reference/security/oidc and
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 *
 * @throws InputError when one of them could be more than one
 */
export function trustSubjects(providerArn: string, subjects: readonly string[]): string {
  const odd = subjects.filter((subject) => !SUBJECT.test(subject));
  if (odd.length > 0 || subjects.length === 0)
    throw new InputError(`ci: ${JSON.stringify(odd)} are not valid subjects of GitHub's OIDC tokens.`);
  const condition: Condition = {
    StringEquals: { [`${GITHUB_ISSUER}:aud`]: AUDIENCE, [`${GITHUB_ISSUER}:sub`]: subjects },
  };
  return trustWebIdentity(providerArn, condition);
}
