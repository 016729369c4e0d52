import { describeRule, editContainers, type Json } from "../support/rules.ts";

const valueFrom = (value: string) => (stack: Json) =>
  editContainers(stack, "app", ([app]) => {
    app.secrets[0].valueFrom = value;
  });
const ARN = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:shop/key-AbCdEf";

describeRule("ECS-024", {
  "a variable that is a secret too": {
    bad: (stack) =>
      editContainers(stack, "app", ([app]) => app.environment.push({ name: "REDIS_URL", value: "redis://" })),
    good: (stack) =>
      editContainers(stack, "app", ([app]) => app.environment.push({ name: "REDIS_URL_2", value: "redis://" })),
    says: "aws_ecs_task_definition.app has REDIS_URL in both environment and secrets of the container app. Drop REDIS_URL from environment.",
  },
});

describeRule("ECS-025", {
  "an ARN with a key and one colon": {
    bad: valueFrom("${aws_secretsmanager_secret.key_base.arn}:key"),
    good: valueFrom("${aws_secretsmanager_secret.key_base.arn}:key::"),
    says: "aws_ecs_task_definition.app takes SECRET_KEY_BASE of the container app from an ARN followed by :key, which has 1 of three colons. Write the ARN followed by :key::.",
  },
  "a written ARN with two colons": {
    bad: valueFrom(`${ARN}:key:`),
    good: valueFrom(`${ARN}:key:AWSCURRENT:`),
    says: "aws_ecs_task_definition.app takes SECRET_KEY_BASE of the container app from an ARN followed by :key:, which has 2 of three colons. Write the ARN followed by :key::.",
  },
  "an ARN with four colons": {
    bad: valueFrom("${aws_secretsmanager_secret.key_base.id}:key:::"),
    good: valueFrom(ARN),
    says: "aws_ecs_task_definition.app takes SECRET_KEY_BASE of the container app from an ARN followed by :key:::, which has 4 of three colons. Write the ARN followed by :key::.",
  },
  "the name of a secret": {
    bad: valueFrom("${aws_secretsmanager_secret.key_base.name}"),
    good: valueFrom("/shop/key_base"),
    says: "aws_ecs_task_definition.app takes SECRET_KEY_BASE of the container app from shop/SECRET_KEY_BASE, the name of aws_secretsmanager_secret.key_base, which ECS looks for among the parameters of Systems Manager. Write ${aws_secretsmanager_secret.key_base.arn}.",
  },
  "the written name of a secret": {
    bad: valueFrom("shop/SECRET_KEY_BASE"),
    good: (stack) => {
      valueFrom("shop/SECRET_KEY_BASE")(stack);
      stack.data.aws_ssm_parameter = { key: { name: "shop/SECRET_KEY_BASE" } };
    },
    says: "aws_ecs_task_definition.app takes SECRET_KEY_BASE of the container app from shop/SECRET_KEY_BASE, the name of aws_secretsmanager_secret.key_base, which ECS looks for among the parameters of Systems Manager. Write ${aws_secretsmanager_secret.key_base.arn}.",
  },
  "the value of a secret": {
    bad: valueFrom("${aws_secretsmanager_secret_version.key_base.secret_string}"),
    good: valueFrom("${aws_secretsmanager_secret_version.key_base.arn}"),
    says: "aws_ecs_task_definition.app takes SECRET_KEY_BASE of the container app from the value of aws_secretsmanager_secret_version.key_base instead of its ARN. Write ${aws_secretsmanager_secret_version.key_base.arn}.",
  },
  "a reference that is escaped": {
    bad: valueFrom("$${aws_secretsmanager_secret.key_base.arn}"),
    says: "aws_ecs_task_definition.app takes SECRET_KEY_BASE of the container app from the text ${aws_secretsmanager_secret.key_base.arn}, which Terraform does not replace. Write the reference without the second dollar sign.",
  },
  nothing: {
    bad: valueFrom(""),
    says: "aws_ecs_task_definition.app takes SECRET_KEY_BASE of the container app from an empty valueFrom. Write the ARN of the secret, or the name of the parameter.",
  },
});

describeRule("ECS-026", {
  "a secret without a version": {
    bad: (stack) => {
      delete stack.resource.aws_secretsmanager_secret_version.key_base;
    },
    good: (stack) => {
      stack.resource.aws_secretsmanager_secret_version.key_base.secret_id = "${aws_secretsmanager_secret.key_base.arn}";
    },
    says: "aws_secretsmanager_secret.key_base has no aws_secretsmanager_secret_version: the tasks that read SECRET_KEY_BASE from it do not start until it has a value. Add an aws_secretsmanager_secret_version, or store the value by hand before the tasks start.",
  },
  "a secret whose version may be any": {
    bad: (stack) => {
      stack.resource.aws_secretsmanager_secret_version.key_base.secret_id = "${aws_secretsmanager_secret.redis.id}";
    },
    good: (stack) => {
      stack.resource.aws_secretsmanager_secret_version.key_base.secret_id = "${var.secret}";
    },
    says: "aws_secretsmanager_secret.key_base has no aws_secretsmanager_secret_version: the tasks that read SECRET_KEY_BASE from it do not start until it has a value. Add an aws_secretsmanager_secret_version, or store the value by hand before the tasks start.",
  },
});

const placeholder = (ignore_changes: string[]) => (stack: Json) => {
  Object.assign(stack.resource.aws_secretsmanager_secret_version.key_base, {
    secret_string: "{}",
    lifecycle: { ignore_changes },
  });
  valueFrom("${aws_secretsmanager_secret.key_base.arn}:key::")(stack);
};

describeRule("ECS-030", {
  "a key that RDS's own secret does not have": {
    bad: (stack) =>
      editContainers(stack, "app", ([app]) => {
        app.secrets[2].valueFrom = "${aws_db_instance.main.master_user_secret[0].secret_arn}:pass::";
      }),
    good: (stack) =>
      editContainers(stack, "app", ([app]) => {
        app.secrets[2].valueFrom = "${aws_db_instance.main.master_user_secret[0].secret_arn}:username::";
      }),
    says: "aws_ecs_task_definition.app takes DATABASE_PASSWORD of the container app from the key pass of a secret that has only username, password. Write a key that the secret has.",
  },
  "a key that the secret does not have": {
    bad: (stack) => {
      stack.resource.aws_secretsmanager_secret_version.key_base.secret_string = '${jsonencode({"base": "x"})}';
      valueFrom("${aws_secretsmanager_secret.key_base.arn}:key::")(stack);
    },
    good: (stack) => {
      stack.resource.aws_secretsmanager_secret_version.key_base.secret_string = '{"key": "${var.key_base}"}';
      valueFrom("${aws_secretsmanager_secret.key_base.arn}:key::")(stack);
    },
    says: "aws_ecs_task_definition.app takes SECRET_KEY_BASE of the container app from the key key of a secret that has only base. Write a key that the secret has.",
  },
  "a key that the secret of a version does not have": {
    bad: (stack) => {
      stack.resource.aws_secretsmanager_secret_version.key_base.secret_string = '{"base": "x"}';
      valueFrom("${aws_secretsmanager_secret_version.key_base.arn}:key::")(stack);
    },
    good: (stack) => {
      stack.resource.aws_secretsmanager_secret_version.key_base.secret_string = '{"key": "x"}';
      valueFrom("${aws_secretsmanager_secret_version.key_base.arn}:key::")(stack);
    },
    says: "aws_ecs_task_definition.app takes SECRET_KEY_BASE of the container app from the key key of a secret that has only base. Write a key that the secret has.",
  },
  "a key of a placeholder, unless that is replaced by hand": {
    bad: placeholder([]),
    good: placeholder(["secret_string"]),
    says: "aws_ecs_task_definition.app takes SECRET_KEY_BASE of the container app from the key key of a secret that has none. Write a key that the secret has.",
  },
});

const hearing = (source: string) => (stack: Json) => {
  stack.resource.aws_cloudwatch_event_rule.secrets.event_pattern = JSON.stringify({ source: [source] });
};
const NOTHING_REPLACES = "and nothing here replaces the tasks after a rotation.";
const HEAR =
  'Add an aws_cloudwatch_event_rule for "Secret Label Updated" of aws.secretsmanager whose target calls UpdateService of ECS with ForceNewDeployment, such as a state machine.';

describeRule("ECS-088", {
  "a password that RDS rotates, and nobody who hears of it": {
    bad: hearing("aws.ecs"),
    good: hearing("aws.secretsmanager"),
    says: `aws_ecs_task_definition.app takes DATABASE_PASSWORD from a secret that is rotated, ${NOTHING_REPLACES} ${HEAR}`,
  },
  "a secret of one's own that is rotated": {
    bad: (stack) => {
      hearing("aws.ecs")(stack);
      stack.resource.aws_db_instance.main.manage_master_user_password = undefined;
      editContainers(stack, "app", ([app]) => app.secrets.splice(2, 1));
      stack.resource.aws_secretsmanager_secret_rotation = {
        key_base: { secret_id: "${aws_secretsmanager_secret.key_base.id}" },
      };
    },
    good: (stack) => {
      hearing("aws.ecs")(stack);
      editContainers(stack, "app", ([app]) => app.secrets.splice(2, 1));
    },
    says: `aws_ecs_task_definition.app takes SECRET_KEY_BASE from a secret that is rotated, ${NOTHING_REPLACES} ${HEAR}`,
  },
});
