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

/**
 * A trust policy for these subjects and nobody else: compared letter by letter, without wildcards.
 * Source: https://docs.github.com/en/actions/reference/security/oidc
 */
export function trustSubjects(providerArn: string, subjects: readonly string[]): string {
  const condition: Condition = {
    StringEquals: { [`${GITHUB_ISSUER}:aud`]: AUDIENCE, [`${GITHUB_ISSUER}:sub`]: subjects },
  };
  return trustWebIdentity(providerArn, condition);
}
