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
  },
});

describeRule("ECS-025", {
  "an ARN with a key and one colon": {
    bad: valueFrom("${aws_secretsmanager_secret.key_base.arn}:key"),
    good: valueFrom("${aws_secretsmanager_secret.key_base.arn}:key::"),
  },
  "a written ARN with two colons": {
    bad: valueFrom(`${ARN}:key:`),
    good: valueFrom(`${ARN}:key:AWSCURRENT:`),
  },
  "an ARN with four colons": {
    bad: valueFrom("${aws_secretsmanager_secret.key_base.id}:key:::"),
    good: valueFrom(ARN),
  },
  "the name of a secret": {
    bad: valueFrom("${aws_secretsmanager_secret.key_base.name}"),
    good: valueFrom("/shop/key_base"),
  },
  "the written name of a secret": {
    bad: valueFrom("shop/SECRET_KEY_BASE"),
    good: (stack) => {
      valueFrom("shop/SECRET_KEY_BASE")(stack);
      stack.data.aws_ssm_parameter = { key: { name: "shop/SECRET_KEY_BASE" } };
    },
  },
  "the value of a secret": {
    bad: valueFrom("${aws_secretsmanager_secret_version.key_base.secret_string}"),
    good: valueFrom("${aws_secretsmanager_secret_version.key_base.arn}"),
  },
  "a reference that is escaped": {
    bad: valueFrom("$${aws_secretsmanager_secret.key_base.arn}"),
  },
  nothing: { bad: valueFrom("") },
});

describeRule("ECS-026", {
  "a secret without a version": {
    at: "aws_secretsmanager_secret.key_base",
    bad: (stack) => {
      delete stack.resource.aws_secretsmanager_secret_version.key_base;
    },
    good: (stack) => {
      stack.resource.aws_secretsmanager_secret_version.key_base.secret_id = "${aws_secretsmanager_secret.key_base.arn}";
    },
  },
  "a secret whose version may be any": {
    bad: (stack) => {
      stack.resource.aws_secretsmanager_secret_version.key_base.secret_id = "${aws_secretsmanager_secret.redis.id}";
    },
    good: (stack) => {
      stack.resource.aws_secretsmanager_secret_version.key_base.secret_id = "${var.secret}";
    },
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
  },
  "a key of a placeholder, unless that is replaced by hand": {
    bad: placeholder([]),
    good: placeholder(["secret_string"]),
  },
});
