import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { Construct } from "constructs";

/** Versions that a repository holds before the oldest goes; ECR asks 0.10 USD a GB and month. */
const KEPT_VERSIONS = 100;
const KEPT_UNTAGGED_DAYS = 7;

/**
 * Lets go of failed pushes after a week, and of versions only by number: a rule by age would one day delete the image
 * that is deployed, and the next task that starts could not pull it.
 */
const KEEP_WHAT_IS_DEPLOYED = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      description: `Delete untagged images after ${KEPT_UNTAGGED_DAYS} days`,
      selection: {
        tagStatus: "untagged",
        countType: "sinceImagePushed",
        countUnit: "days",
        countNumber: KEPT_UNTAGGED_DAYS,
      },
      action: { type: "expire" },
    },
    {
      rulePriority: 2,
      description: `Keep the last ${KEPT_VERSIONS} versions`,
      selection: {
        tagStatus: "tagged",
        tagPatternList: ["*"],
        countType: "imageCountMoreThan",
        countNumber: KEPT_VERSIONS,
      },
      action: { type: "expire" },
    },
  ],
});

export interface EcrProps {
  /** Name of the app: the repositories are `nginx-<app>` and `rails-<app>`. */
  readonly name: string;
  /** Refuses to delete a repository that has images in it. */
  readonly protection: boolean;
}

/**
 * The registry: one repository for each image. Tags are immutable, so that a version always means the same image, and
 * each push needs a version of its own.
 */
export class Ecr extends Construct {
  readonly nginx: EcrRepository;
  readonly app: EcrRepository;

  constructor(scope: Construct, id: string, props: EcrProps) {
    super(scope, id);
    this.nginx = this.createRepository("nginx", `nginx-${props.name}`, props.protection);
    this.app = this.createRepository("rails", `rails-${props.name}`, props.protection);
  }

  private createRepository(id: string, name: string, protection: boolean): EcrRepository {
    const repository = new EcrRepository(this, id, {
      name,
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: [{ encryptionType: "AES256" }],
      forceDelete: !protection,
      lifecycle: { preventDestroy: protection },
    });
    new EcrLifecyclePolicy(this, `${id}_lifecycle`, {
      repository: repository.name,
      policy: KEEP_WHAT_IS_DEPLOYED,
    });
    return repository;
  }
}
