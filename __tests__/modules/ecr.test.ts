import { describe, expect, it } from "vitest";
import { synthesize } from "../support/synthesize.ts";

interface LifecycleRule {
  readonly rulePriority: number;
  readonly selection: { readonly tagStatus: string; readonly tagPatternList?: string[]; readonly countType: string };
}

const rulesOf = (stack: ReturnType<typeof synthesize>, id: string): LifecycleRule[] =>
  JSON.parse(stack.resource(`aws_ecr_lifecycle_policy.ecr_${id}_lifecycle`).policy).rules;

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

  it("never deletes a version by its age", () => {
    for (const { selection } of rulesOf(synthesize(), "rails")) {
      if (selection.tagStatus === "tagged") expect(selection.countType).toBe("imageCountMoreThan");
    }
  });

  it("keeps what is deployed, however many versions were pushed since", () => {
    const [first, ...others] = rulesOf(synthesize({ images: { app: "0.1.0" } }), "rails");
    expect(first?.selection).toEqual({
      tagStatus: "tagged",
      tagPatternList: ["0.1.0"],
      countType: "imageCountMoreThan",
      countNumber: 1,
    });
    for (const { rulePriority } of others) expect(rulePriority).toBeGreaterThan(first?.rulePriority ?? 0);
  });
});
