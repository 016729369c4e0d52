import { describeRule, editContainers, type Json } from "../support/rules.ts";

const image = (value: string) => (stack: Json) =>
  editContainers(stack, "app", ([app]) => {
    app.image = value;
  });
const REPOSITORY = "${aws_ecr_repository.app.repository_url}";

describeRule("ECS-027", {
  "latest of an immutable repository": { bad: image(`${REPOSITORY}:latest`), good: image(`${REPOSITORY}:\${var.tag}`) },
  "no tag": { bad: image(REPOSITORY), good: image(`${REPOSITORY}@sha256:0123`) },
  "latest of a repository by its address": {
    bad: image("123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/shop-app:latest"),
    good: image("123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/other:latest"),
  },
  "latest, where other tags may move": {
    bad: image(`${REPOSITORY}:latest`),
    good: (stack) => {
      image(`${REPOSITORY}:latest`)(stack);
      stack.resource.aws_ecr_repository.app.image_tag_mutability = "IMMUTABLE_WITH_EXCLUSION";
    },
  },
});

describeRule("ECS-028", {
  "latest of a mutable repository": {
    bad: (stack) => {
      delete stack.resource.aws_ecr_repository.app.image_tag_mutability;
      image(`${REPOSITORY}:latest`)(stack);
    },
    good: image("${var.image}"),
  },
  "no tag": { bad: image("public.ecr.aws/nginx/nginx"), good: image("public.ecr.aws/nginx/nginx:1.27") },
});

describeRule("ECS-029", {
  "an image of Docker Hub": { bad: image("nginx:1.27"), good: image("public.ecr.aws/docker/library/nginx:1.27") },
  "an image of Docker Hub without a log-in": {
    bad: image("docker.io/acme/shop:1.0"),
    good: (stack) =>
      editContainers(stack, "app", ([app]) => {
        app.image = "acme/shop:1.0";
        app.repositoryCredentials = { credentialsParameter: "${aws_secretsmanager_secret.redis.arn}" };
      }),
  },
});

describeRule("ECS-031", {
  "the name of a repository": { bad: image("${aws_ecr_repository.app.name}:1.0"), good: image(`${REPOSITORY}:1.0`) },
  "the ARN of a repository": { bad: image("${aws_ecr_repository.app.arn}:1.0") },
  "an empty tag": { bad: image(`${REPOSITORY}:`), good: image(`${REPOSITORY}:\${var.tag}`) },
});
