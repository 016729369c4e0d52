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
    bad: policy(rule(1, untagged), rule(1, tagged)),
    good: policy(rule(1, untagged), rule(2, tagged), rule(9, any)),
    says: "aws_ecr_lifecycle_policy.app has two rules with the rulePriority 1. Give each rule a rulePriority of its own.",
  },
  "a rule for all that is not the last": {
    bad: policy(rule(1, any), rule(2, untagged)),
    says: "aws_ecr_lifecycle_policy.app has a rule for all images (tagStatus any) with the rulePriority 1, and another rule after it with 2. Give the rule with tagStatus any a rulePriority above 2.",
  },
});

describeRule("ECR-002", {
  "tagged without tags": {
    bad: policy(rule(1, { ...tagged, tagPatternList: undefined })),
    good: policy(rule(1, { ...tagged, tagPatternList: undefined, tagPrefixList: ["v"] })),
    says: 'aws_ecr_lifecycle_policy.app has neither tagPrefixList nor tagPatternList in the rule with the rulePriority 1, which is for tagged images. Add tagPatternList, such as ["*"].',
  },
  "tagged with no tag": {
    bad: policy(rule(1, { ...tagged, tagPatternList: [] })),
    says: 'aws_ecr_lifecycle_policy.app has neither tagPrefixList nor tagPatternList in the rule with the rulePriority 1, which is for tagged images. Add tagPatternList, such as ["*"].',
  },
  "untagged with tags": {
    bad: policy(rule(1, { ...untagged, tagPrefixList: ["v"] })),
    good: policy(rule(1, untagged)),
    says: "aws_ecr_lifecycle_policy.app has tagPrefixList in the rule with the rulePriority 1, which is for untagged images. Drop tagPrefixList.",
  },
  "any with tags": {
    bad: policy(rule(1, { ...any, tagPrefixList: ["v"] })),
    good: policy(rule(1, any)),
    says: "aws_ecr_lifecycle_policy.app has tagPrefixList in the rule with the rulePriority 1, which is for any images. Drop tagPrefixList.",
  },
});

describeRule("ECR-003", {
  null: {
    bad: policy(rule(1, { ...any, countUnit: null })),
    good: policy(rule(1, any)),
    says: "aws_ecr_lifecycle_policy.app has countUnit = null in the rule with the rulePriority 1. Leave countUnit out.",
  },
  "an age without a unit": {
    bad: policy(rule(1, { ...untagged, countUnit: undefined })),
    good: policy(rule(1, untagged)),
    says: 'aws_ecr_lifecycle_policy.app has no countUnit with sinceImagePushed in the rule with the rulePriority 1. Add countUnit = "days".',
  },
  "a number with a unit": {
    bad: policy(rule(1, { ...any, countUnit: "days" })),
    says: "aws_ecr_lifecycle_policy.app has a countUnit with imageCountMoreThan in the rule with the rulePriority 1. Leave countUnit out.",
  },
  "no number": {
    bad: policy(rule(1, { ...any, countNumber: undefined })),
    says: "aws_ecr_lifecycle_policy.app has no countNumber in the rule with the rulePriority 1. Add countNumber.",
  },
  zero: {
    bad: policy(rule(1, { ...any, countNumber: 0 })),
    good: policy(rule(1, { ...any, countNumber: 1 })),
    says: "aws_ecr_lifecycle_policy.app has a countNumber of 0 in the rule with the rulePriority 1. Set countNumber to 1 or more.",
  },
  "no action": {
    bad: policy({ rulePriority: 1, selection: any }),
    says: "aws_ecr_lifecycle_policy.app has no action in the rule with the rulePriority 1. Add action.",
  },
});

describeRule("ECR-004", {
  "two rules for untagged images": {
    bad: policy(rule(1, untagged), rule(2, { ...untagged, countNumber: 14 })),
    good: policy(rule(1, untagged), rule(2, { ...untagged, storageClass: "archive", countNumber: 14 })),
    says: "aws_ecr_lifecycle_policy.app has 2 rules with the tagStatus untagged. Keep one of them.",
  },
});

describeRule("ECR-005", {
  "an age for all images": {
    bad: policy(rule(1, { tagStatus: "any", ...old })),
    good: policy(rule(1, untagged), rule(2, any)),
    says: 'aws_ecr_lifecycle_policy.app deletes images 90 days after their push, aws_ecs_task_definition.app\'s too while it runs. Count images instead: countType "imageCountMoreThan".',
  },
  "an age for tags such as the deployed one": {
    bad: policy(rule(1, { tagStatus: "tagged", tagPrefixList: ["0."], ...old })),
    good: policy(rule(1, { tagStatus: "tagged", tagPrefixList: ["dev-"], ...old })),
    says: 'aws_ecr_lifecycle_policy.app deletes images 90 days after their push, aws_ecs_task_definition.app\'s too while it runs. Count images instead: countType "imageCountMoreThan".',
  },
  "an age for a pattern of the deployed tag": {
    bad: policy(rule(1, { tagStatus: "tagged", tagPatternList: ["*.1.*"], ...old })),
    good: policy(rule(1, { tagStatus: "tagged", tagPatternList: ["*.1.1*"], ...old })),
    says: 'aws_ecr_lifecycle_policy.app deletes images 90 days after their push, aws_ecs_task_definition.app\'s too while it runs. Count images instead: countType "imageCountMoreThan".',
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
    says: 'aws_ecr_repository.app has the name "Shop/App". Write 2 to 256 lower-case letters, digits, and single dots, hyphens, underscores and slashes between them.',
  },
});
