import { describeRule, type Json } from "../support/rules.ts";

const rule = (rulePriority: number, selection: object) => ({ rulePriority, selection, action: { type: "expire" } });
const untagged = { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 7 };
const tagged = { tagStatus: "tagged", tagPatternList: ["*"], countType: "imageCountMoreThan", countNumber: 30 };
const any = { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 100 };
const old = { countType: "sinceImagePushed", countUnit: "days", countNumber: 90 };
const policy =
  (...rules: object[]) =>
  (stack: Json) => {
    stack.resource.aws_ecr_lifecycle_policy = {
      app: { repository: "${aws_ecr_repository.app.name}", policy: JSON.stringify({ rules }) },
    };
  };

describeRule("ECR-001", {
  "two rules of one priority": {
    at: "aws_ecr_lifecycle_policy.app",
    bad: policy(rule(1, untagged), rule(1, tagged)),
    good: policy(rule(1, untagged), rule(2, tagged), rule(9, any)),
  },
  "a rule for all that is not the last": { bad: policy(rule(1, any), rule(2, untagged)) },
});

describeRule("ECR-002", {
  "tagged without tags": {
    bad: policy(rule(1, { ...tagged, tagPatternList: undefined })),
    good: policy(rule(1, { ...tagged, tagPatternList: undefined, tagPrefixList: ["v"] })),
  },
  "tagged with no tag": { bad: policy(rule(1, { ...tagged, tagPatternList: [] })) },
  "untagged with tags": {
    bad: policy(rule(1, { ...untagged, tagPrefixList: ["v"] })),
    good: policy(rule(1, untagged)),
  },
  "any with tags": { bad: policy(rule(1, { ...any, tagPrefixList: ["v"] })), good: policy(rule(1, any)) },
});

describeRule("ECR-003", {
  null: { bad: policy(rule(1, { ...any, countUnit: null })), good: policy(rule(1, any)) },
  "an age without a unit": {
    bad: policy(rule(1, { ...untagged, countUnit: undefined })),
    good: policy(rule(1, untagged)),
  },
  "a number with a unit": { bad: policy(rule(1, { ...any, countUnit: "days" })) },
  "no number": { bad: policy(rule(1, { ...any, countNumber: undefined })) },
  zero: { bad: policy(rule(1, { ...any, countNumber: 0 })), good: policy(rule(1, { ...any, countNumber: 1 })) },
  "no action": { bad: policy({ rulePriority: 1, selection: any }) },
});

describeRule("ECR-004", {
  "two rules for untagged images": {
    bad: policy(rule(1, untagged), rule(2, { ...untagged, countNumber: 14 })),
    good: policy(rule(1, untagged), rule(2, { ...untagged, storageClass: "archive", countNumber: 14 })),
  },
});

describeRule("ECR-005", {
  "an age for all images": {
    bad: policy(rule(1, { tagStatus: "any", ...old })),
    good: policy(rule(1, untagged), rule(2, any)),
  },
  "an age for tags such as the deployed one": {
    bad: policy(rule(1, { tagStatus: "tagged", tagPrefixList: ["0."], ...old })),
    good: policy(rule(1, { tagStatus: "tagged", tagPrefixList: ["dev-"], ...old })),
  },
  "an age for a pattern of the deployed tag": {
    bad: policy(rule(1, { tagStatus: "tagged", tagPatternList: ["*.1.*"], ...old })),
    good: policy(rule(1, { tagStatus: "tagged", tagPatternList: ["*.1.1*"], ...old })),
  },
});

describeRule("ECR-006", {
  "a name in upper case": {
    bad: (stack) => {
      stack.resource.aws_ecr_repository.app.name = "Shop/App";
    },
    good: (stack) => {
      stack.resource.aws_ecr_repository.app.name = "shop/rails_app-2.0";
    },
  },
});
