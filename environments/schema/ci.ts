import * as z from "zod";
import { text } from "./values.ts";

/** A part of a GitHub name that stands in a token's subject; no `*` or `:`, which would widen it or end it early. */
const gitHubName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Who may deploy from GitHub Actions. */
export const ci = z.strictObject({
  /**
   * GitHub repository whose workflows may plan and apply: "owner/name", capital letters as GitHub writes them. A
   * repository made or renamed after 15 July 2026, or that has opted in, has its ids in its tokens, and so here:
   * "owner@123456/name@456789". `gh api repos/OWNER/NAME/actions/oidc/customization/sub` tells them (`sub_claim_prefix`).
   * Source: https://docs.github.com/en/actions/reference/security/oidc (immutable subject claims)
   */
  repository: text(
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}(\/[A-Za-z0-9._-]{1,100}|@\d+\/[A-Za-z0-9._-]{1,100}@\d+)$/,
    'is not a GitHub repository. Write "owner/name", or "owner@123456/name@456789" where its OIDC tokens have ids.',
  ).refine(
    (repository) => !/\/\.{1,2}(@|$)|\.git(@|$)/i.test(repository),
    'is not a valid name of a GitHub repository. Write "owner/name", without .git.',
  ),
  /** Branch that is deployed; plans on it may read the state, too. @default "main" */
  branch: text(
    /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/,
    'is not the name of a branch. Write one such as "main", without refs/heads/.',
  )
    .refine((branch) => !branch.startsWith("refs/"), 'starts with refs/. Write only the branch, such as "main".')
    .default("main"),
  /**
   * GitHub environment whose jobs may apply, capital letters as GitHub writes them. Who has to approve a deployment is
   * set there. @default the name of this environment
   */
  environment: text(
    gitHubName,
    'is not the name of a GitHub environment. Write letters, digits, dots and hyphens, such as "production".',
  ).optional(),
});
