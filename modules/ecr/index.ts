import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { Construct } from "constructs";

/** Images that a repository holds before the oldest goes; ECR asks 0.10 USD a GB and month. */
const KEPT_IMAGES = 30;
const KEPT_UNTAGGED_DAYS = 7;

export interface EcrProps {
  /** Name of the app: the repositories are `nginx-<app>` and `rails-<app>`. */
  readonly name: string;
  /** Versions that the services run, which no lifecycle rule may touch. */
  readonly deployed: { readonly nginx?: string; readonly app?: string };
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
    this.nginx = this.createRepository("nginx", `nginx-${props.name}`, props.deployed.nginx, props.protection);
    this.app = this.createRepository("rails", `rails-${props.name}`, props.deployed.app, props.protection);
  }

  private createRepository(id: string, name: string, deployed: string | undefined, protection: boolean): EcrRepository {
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
      policy: keepRecentImages(deployed),
    });
    return repository;
  }
}

/**
 * Lets go of failed pushes after a week and of old versions by number. The deployed version comes first: an image that a
 * rule speaks of is out of reach for the rules after it, so the next task that starts can always pull it.
 *
 * Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html (evaluation rules)
 */
function keepRecentImages(deployed: string | undefined): string {
  const rules = [
    ...(deployed === undefined
      ? []
      : [
          {
            description: `Keep ${deployed}, which is deployed`,
            selection: {
              tagStatus: "tagged",
              tagPatternList: [deployed],
              countType: "imageCountMoreThan",
              countNumber: 1,
            },
          },
        ]),
    {
      description: `Delete untagged images after ${KEPT_UNTAGGED_DAYS} days`,
      selection: {
        tagStatus: "untagged",
        countType: "sinceImagePushed",
        countUnit: "days",
        countNumber: KEPT_UNTAGGED_DAYS,
      },
    },
    {
      description: `Keep the last ${KEPT_IMAGES} versions`,
      selection: {
        tagStatus: "tagged",
        tagPatternList: ["*"],
        countType: "imageCountMoreThan",
        countNumber: KEPT_IMAGES,
      },
    },
  ];
  return JSON.stringify({
    rules: rules.map((rule, index) => ({ rulePriority: index + 1, ...rule, action: { type: "expire" } })),
  });
}
