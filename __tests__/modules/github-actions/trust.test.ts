import { describe, expect, it } from "vitest";
import { applySubjects, planSubjects, trustSubjects } from "../../../modules/github-actions/subjects.ts";
import { bootstrapStack, withRoles } from "../../support/bootstrap-stack.ts";

const KEY = "token.actions.githubusercontent.com";

/** What a role's trust policy demands of a token. */
function trusted(kind: "plan" | "apply", environment = withRoles()) {
  const document = JSON.parse(
    bootstrapStack([environment]).resource(`aws_iam_role.ci_production_${kind}`).assume_role_policy,
  );
  expect(document.Statement).toHaveLength(1);
  return document.Statement[0];
}

const subjects = (...args: Parameters<typeof trusted>): string[] =>
  trusted(...args).Condition.StringEquals[`${KEY}:sub`];

describe("the plan role", () => {
  it("is for pull requests of the repository and its main branch, and nothing else", () => {
    expect(trusted("plan")).toEqual({
      Effect: "Allow",
      Principal: { Federated: expect.stringMatching(/aws_iam_openid_connect_provider\.github\.arn/) },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          [`${KEY}:aud`]: "sts.amazonaws.com",
          [`${KEY}:sub`]: ["repo:octo-org/rails:pull_request", "repo:octo-org/rails:ref:refs/heads/main"],
        },
      },
    });
  });

  it("follows the branch, and the ids of a repository that has them in its tokens", () => {
    const ci = { repository: "octo-org@12/rails@345", branch: "release/1" };
    expect(subjects("plan", withRoles({ ci }))).toEqual([
      "repo:octo-org@12/rails@345:pull_request",
      "repo:octo-org@12/rails@345:ref:refs/heads/release/1",
    ]);
  });
});

describe("the apply role", () => {
  it("is for jobs of the GitHub environment only", () => {
    expect(Object.keys(trusted("apply").Condition)).toEqual(["StringEquals"]);
    expect(subjects("apply")).toEqual(["repo:octo-org/rails:environment:production"]);
    const named = withRoles({ ci: { repository: "octo-org/rails", environment: "Live" } });
    expect(subjects("apply", named)).toEqual(["repo:octo-org/rails:environment:Live"]);
  });
});

describe("a subject", () => {
  it.each([
    "repo:octo-org/rails-fork:pull_request",
    "repo:octo-org/rails:ref:refs/heads/main2",
    "repo:evil/rails:pull_request",
  ])("of somebody else's passes neither: %s", (subject) => {
    for (const kind of ["plan", "apply"] as const) expect(subjects(kind)).not.toContain(subject);
  });

  it("has no wildcard in it", () => {
    for (const kind of ["plan", "apply"] as const)
      for (const subject of subjects(kind)) expect(subject).not.toMatch(/[*?]/);
  });

  it.each([
    { repository: "octo-org/*" },
    { repository: "octo-org/rails*" },
    { repository: "octo-org/r?ils" },
    { repository: "*/rails" },
    { repository: "octo-org/rails:environment:production" },
    { repository: "octo-org@1/rails" },
    { repository: "octo-org/rails\n" },
    { branch: "*" },
    { branch: "main:x" },
    { branch: "${aws:username}" },
    { gitHubEnvironment: "prod*" },
    { gitHubEnvironment: "a:b" },
    { gitHubEnvironment: "${*}" },
    { gitHubEnvironment: "" },
  ])("that could mean more than one is refused, wherever it comes from: %j", (hostile) => {
    const good = { repository: "octo-org/rails", branch: "main", gitHubEnvironment: "production" };
    const all = (one: typeof good) => [...planSubjects(one), ...applySubjects(one)];
    expect(() => trustSubjects("arn", all({ ...good, ...hostile }))).toThrow(
      /not valid subjects of GitHub's OIDC tokens/,
    );
    expect(() => trustSubjects("arn", all(good))).not.toThrow();
  });
});
