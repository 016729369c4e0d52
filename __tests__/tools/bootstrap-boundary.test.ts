import { GetPolicyCommand, IAMClient, NoSuchEntityException, type Tag } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, describe, expect, it } from "vitest";
import { refuseMissingBoundary } from "../../tools/bootstrap/boundary.ts";
import { ACCOUNT, bootstrapStack, withRoles } from "../support/bootstrap-stack.ts";

const iam = mockClient(IAMClient);
const sts = mockClient(STSClient);
afterEach(() => {
  iam.reset();
  sts.reset();
});

/** The boundary as `bin/infra bootstrap` would make it for an environment, or as tags say. */
function deployed(tags: Record<string, string>): void {
  sts.on(GetCallerIdentityCommand).resolves({ Account: ACCOUNT });
  const Tags: Tag[] = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  iam.on(GetPolicyCommand).resolves({ Policy: { PolicyName: "boundary", Tags } });
}
const tagsOf = (environment: ReturnType<typeof withRoles>): Record<string, string> =>
  bootstrapStack([environment]).resource("aws_iam_policy.ci_production_boundary").tags;

describe("roles of GitHub Actions that are there", () => {
  it("are said nothing of where the same version made them for the same settings", async () => {
    const environment = withRoles();
    deployed(tagsOf(environment));
    expect(await refuseMissingBoundary(environment)).toBeUndefined();
  });

  it("are outdated where another version, or other settings, made them: the command is said", async () => {
    const says = /by another version of this project, or for other settings: .* run: bin\/infra bootstrap production$/;
    deployed({ Application: "operation-app" });
    expect(await refuseMissingBoundary(withRoles())).toMatch(says);
    deployed(tagsOf(withRoles()));
    const changed = withRoles({ ecs: { app: { secrets: { API_TOKEN: "generated" } } } });
    expect(await refuseMissingBoundary(changed)).toMatch(says);
    deployed(tagsOf(changed));
    expect(await refuseMissingBoundary(changed)).toBeUndefined();
  });

  it("are refused where the boundary is missing, and not looked at where nobody wants them", async () => {
    sts.on(GetCallerIdentityCommand).resolves({ Account: ACCOUNT });
    iam.on(GetPolicyCommand).rejects(new NoSuchEntityException({ $metadata: {}, message: "no" }));
    await expect(refuseMissingBoundary(withRoles())).rejects.toThrow(
      /does not exist.* run: bin\/infra bootstrap production/,
    );
    expect(await refuseMissingBoundary({ ...withRoles(), ci: undefined })).toBeUndefined();
  });
});
