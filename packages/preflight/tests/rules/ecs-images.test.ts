import { describeRule, editContainers, type Json } from "../support/rules.ts";

const image = (value: string) => (stack: Json) =>
  editContainers(stack, "app", ([app]) => {
    app.image = value;
  });
const REPOSITORY = "${aws_ecr_repository.app.repository_url}";

describeRule("ECS-027", {
  "latest of an immutable repository": {
    bad: image(`${REPOSITORY}:latest`),
    good: image(`${REPOSITORY}:\${var.tag}`),
    says: "aws_ecs_task_definition.app runs latest of aws_ecr_repository.app in the container app, and that repository is IMMUTABLE. Name a tag that is new with each image, such as a version or a commit.",
  },
  "no tag": {
    bad: image(REPOSITORY),
    good: image(`${REPOSITORY}@sha256:0123`),
    says: "aws_ecs_task_definition.app runs latest of aws_ecr_repository.app in the container app, and that repository is IMMUTABLE. Name a tag that is new with each image, such as a version or a commit.",
  },
  "latest of a repository by its address": {
    bad: image("123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/shop-app:latest"),
    good: image("123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/other:latest"),
    says: "aws_ecs_task_definition.app runs latest of aws_ecr_repository.app in the container app, and that repository is IMMUTABLE. Name a tag that is new with each image, such as a version or a commit.",
  },
  "latest, where other tags may move": {
    bad: image(`${REPOSITORY}:latest`),
    good: (stack) => {
      image(`${REPOSITORY}:latest`)(stack);
      stack.resource.aws_ecr_repository.app.image_tag_mutability = "IMMUTABLE_WITH_EXCLUSION";
    },
    says: "aws_ecs_task_definition.app runs latest of aws_ecr_repository.app in the container app, and that repository is IMMUTABLE. Name a tag that is new with each image, such as a version or a commit.",
  },
});

describeRule("ECS-028", {
  "latest of a mutable repository": {
    bad: (stack) => {
      delete stack.resource.aws_ecr_repository.app.image_tag_mutability;
      image(`${REPOSITORY}:latest`)(stack);
    },
    good: image("${var.image}"),
    says: "aws_ecs_task_definition.app runs latest in the container app. Name a tag that stays, such as a version or a commit, or a digest.",
  },
  "no tag": {
    bad: image("public.ecr.aws/nginx/nginx"),
    good: image("public.ecr.aws/nginx/nginx:1.27"),
    says: "aws_ecs_task_definition.app runs an image without a tag, which means latest, in the container app. Name a tag that stays, such as a version or a commit, or a digest.",
  },
});

describeRule("ECS-029", {
  "an image of Docker Hub": {
    bad: image("nginx:1.27"),
    good: image("public.ecr.aws/docker/library/nginx:1.27"),
    says: "aws_ecs_task_definition.app pulls nginx:1.27 of the container app from Docker Hub. Push the image to ECR, use ECR's pull-through cache, or take it from public.ecr.aws.",
  },
  "an image of Docker Hub without a log-in": {
    bad: image("docker.io/acme/shop:1.0"),
    good: (stack) =>
      editContainers(stack, "app", ([app]) => {
        app.image = "acme/shop:1.0";
        app.repositoryCredentials = { credentialsParameter: "${aws_secretsmanager_secret.redis.arn}" };
      }),
    says: "aws_ecs_task_definition.app pulls docker.io/acme/shop:1.0 of the container app from Docker Hub. Push the image to ECR, use ECR's pull-through cache, or take it from public.ecr.aws.",
  },
});

describeRule("ECS-031", {
  "the name of a repository": {
    bad: image("${aws_ecr_repository.app.name}:1.0"),
    good: image(`${REPOSITORY}:1.0`),
    says: "aws_ecs_task_definition.app has the name of aws_ecr_repository.app as the image of the container app. Write ${aws_ecr_repository.app.repository_url}, a colon and a tag.",
  },
  "the ARN of a repository": {
    bad: image("${aws_ecr_repository.app.arn}:1.0"),
    says: "aws_ecs_task_definition.app has the arn of aws_ecr_repository.app as the image of the container app. Write ${aws_ecr_repository.app.repository_url}, a colon and a tag.",
  },
  "an empty tag": {
    bad: image(`${REPOSITORY}:`),
    good: image(`${REPOSITORY}:\${var.tag}`),
    says: 'aws_ecs_task_definition.app has the image "…:" on the container app. Write ${aws_ecr_repository.app.repository_url}, a colon and a tag.',
  },
});
