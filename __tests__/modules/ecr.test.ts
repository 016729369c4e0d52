import { describe, expect, it } from "vitest";
import { synthesize } from "../support/synthesize.ts";

interface LifecycleRule {
  readonly selection: { readonly tagStatus: string; readonly countType: string };
}

describe("the registry", () => {
  it.each([
    ["nginx", "nginx-operation-app"],
    ["rails", "rails-operation-app"],
  ])("has an immutable, scanned repository for %s", (id, name) => {
    expect(synthesize().resource(`aws_ecr_repository.ecr_${id}`)).toMatchObject({
      name,
      image_tag_mutability: "IMMUTABLE",
      image_scanning_configuration: { scan_on_push: true },
      lifecycle: { prevent_destroy: true },
      force_delete: false,
    });
  });

  it("never deletes a version by its age, which one day would be the one that is deployed", () => {
    const rules: LifecycleRule[] = JSON.parse(
      synthesize().resource("aws_ecr_lifecycle_policy.ecr_rails_lifecycle").policy,
    ).rules;
    const forVersions = rules.filter(({ selection }) => selection.tagStatus !== "untagged");
    expect(forVersions.map(({ selection }) => selection.countType)).toEqual(["imageCountMoreThan"]);
  });

  it("is not changed by a release", () => {
    const policy = "aws_ecr_lifecycle_policy.ecr_rails_lifecycle";
    expect(synthesize({ images: { app: "0.2.0" } }).resource(policy)).toEqual(synthesize().resource(policy));
  });
});
