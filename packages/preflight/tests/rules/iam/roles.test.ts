import { describeRule, editContainers, editStatements, type Json } from "../../support/rules.ts";
import {
  allow,
  attach,
  change,
  EVERYTHING,
  editExecution,
  keyPolicy,
  policy,
  SECRETS,
  take,
  trust,
} from "./policies.ts";

/** Lets it read one more secret. */
const may = (name: string) => editExecution((statements) => statements[SECRETS].Resource.push(SECRET + name));

const SECRET = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:";

const LOGS = 2;
const KEY = 4;
function trustDocument({ data, resource }: Json, service: string): void {
  data.aws_iam_policy_document = {
    trust: {
      statement: [{ actions: ["sts:AssumeRole"], principals: [{ type: "Service", identifiers: [service] }] }],
    },
  };
  resource.aws_iam_role.app.assume_role_policy = "${data.aws_iam_policy_document.trust.json}";
}

const secretAt = (name: string) => (stack: Json) =>
  editContainers(stack, "app", ([app]) => app.secrets.push({ name: "KEY", valueFrom: SECRET + name }));

function addParameter(stack: Json): void {
  stack.resource.aws_ssm_parameter = { key: { name: "/shop/key", type: "SecureString", value: "${var.key_base}" } };
  editContainers(stack, "app", ([app]) =>
    app.secrets.push({ name: "KEY", valueFrom: "${aws_ssm_parameter.key.name}" }),
  );
}

function addCredentials(stack: Json): void {
  stack.resource.aws_secretsmanager_secret.registry = { name: "shop/registry" };
  editContainers(stack, "app", ([app]) => {
    app.repositoryCredentials = { credentialsParameter: "${aws_secretsmanager_secret.registry.arn}" };
  });
}

const grant = (grantee_principal: string, operations = ["Decrypt"]) => ({
  key_id: "${aws_kms_key.secrets.key_id}",
  grantee_principal,
  operations,
});

describeRule("IAM-001", {
  "a role that trusts another service": {
    bad: ({ resource }) => {
      resource.aws_iam_role.app_execution.assume_role_policy = trust({ Service: "ec2.amazonaws.com" });
    },
    good: ({ resource }) => {
      resource.aws_iam_role.app_execution.assume_role_policy = trust({
        Service: ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"],
      });
    },
    says: 'aws_iam_role.app_execution is the execution_role of aws_ecs_task_definition.app, and trusts ec2.amazonaws.com. Name the service "ecs-tasks.amazonaws.com" as Principal in assume_role_policy.',
  },
  "a task role that trusts ECS itself, not its tasks": {
    bad: ({ resource }) => {
      resource.aws_iam_role.app.assume_role_policy = trust({ Service: "ecs.amazonaws.com" });
    },
    good: ({ resource }) => {
      resource.aws_iam_role.other = {
        name: "other",
        assume_role_policy: trust({ Service: "ecs.amazonaws.com" }), // no task takes it on
      };
    },
    says: 'aws_iam_role.app is the task_role of aws_ecs_task_definition.app, and trusts ecs.amazonaws.com. Name the service "ecs-tasks.amazonaws.com" as Principal in assume_role_policy.',
  },
  "a role that trusts an account": {
    bad: ({ resource }) => {
      resource.aws_iam_role.app.assume_role_policy = trust({ AWS: "arn:aws:iam::123456789012:root" });
    },
    good: ({ resource }) => {
      resource.aws_iam_role.app.assume_role_policy =
        '${jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "ecs-tasks.amazonaws.com" }, Action = "sts:AssumeRole" }] })}';
    },
    says: 'aws_iam_role.app is the task_role of aws_ecs_task_definition.app, and trusts no principal. Name the service "ecs-tasks.amazonaws.com" as Principal in assume_role_policy.',
  },
  "an action in any case, and by a pattern": {
    bad: ({ resource }) => {
      resource.aws_iam_role.app.assume_role_policy = trust({ Service: "ecs-tasks.amazonaws.com" }, "sts:TagSession*");
    },
    good: ({ resource }) => {
      resource.aws_iam_role.app.assume_role_policy = trust({ Service: "ecs-tasks.amazonaws.com" }, "sts:assumeRole");
      resource.aws_iam_role.app_execution.assume_role_policy = trust(
        { Service: "ecs-tasks.amazonaws.com" },
        "sts:AssumeRole*",
      );
    },
    says: 'aws_iam_role.app is the task_role of aws_ecs_task_definition.app, and trusts no principal. Name the service "ecs-tasks.amazonaws.com" as Principal in assume_role_policy.',
  },
  "a trust policy by jsonencode": {
    bad: ({ resource }) => {
      resource.aws_iam_role.app.assume_role_policy =
        '${jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }] })}';
    },
    says: 'aws_iam_role.app is the task_role of aws_ecs_task_definition.app, and trusts lambda.amazonaws.com. Name the service "ecs-tasks.amazonaws.com" as Principal in assume_role_policy.',
  },
  "a trust policy by a policy document": {
    bad: (stack) => trustDocument(stack, "ec2.amazonaws.com"),
    good: (stack) => trustDocument(stack, "ecs-tasks.amazonaws.com"),
    says: 'aws_iam_role.app is the task_role of aws_ecs_task_definition.app, and trusts ec2.amazonaws.com. Name the service "ecs-tasks.amazonaws.com" as Principal in assume_role_policy.',
  },
  "a trust policy that denies": {
    bad: ({ resource }) => {
      resource.aws_iam_role.app.assume_role_policy = policy({
        Effect: "Deny",
        Principal: { Service: "ecs-tasks.amazonaws.com" },
        Action: "sts:AssumeRole",
      });
    },
    good: (stack) => {
      stack.variable.trusted = {};
      stack.resource.aws_iam_role.app.assume_role_policy = trust({ Service: "${var.trusted}" });
    },
    says: 'aws_iam_role.app is the task_role of aws_ecs_task_definition.app, and trusts no principal. Name the service "ecs-tasks.amazonaws.com" as Principal in assume_role_policy.',
  },
});

describeRule("IAM-003", {
  "a role that is not allowed to write logs": {
    bad: take(LOGS),
    good: change(take(LOGS), attach("arn:aws:iam::aws:policy/CloudWatchLogsFullAccess")),
    says: 'aws_iam_role.app_execution is not allowed to call logs:CreateLogStream, logs:PutLogEvents on aws_cloudwatch_log_group.app (its ARN with ":*"), which aws_ecs_task_definition.app needs. Allow logs:CreateLogStream, logs:PutLogEvents on aws_cloudwatch_log_group.app (its ARN with ":*") in a policy of this role.',
  },
  "the ARN of a log group without its streams": {
    bad: editExecution((statements) => {
      statements[LOGS].Resource = "${aws_cloudwatch_log_group.app.arn}";
    }),
    good: editExecution((statements) => {
      statements[LOGS].Resource = "${aws_cloudwatch_log_group.app.arn}:log-stream:*";
    }),
    says: 'aws_iam_role.app_execution is not allowed to call logs:CreateLogStream, logs:PutLogEvents on aws_cloudwatch_log_group.app (its ARN with ":*"), which aws_ecs_task_definition.app needs. Allow logs:CreateLogStream, logs:PutLogEvents on aws_cloudwatch_log_group.app (its ARN with ":*") in a policy of this role.',
  },
  "the streams of another group": {
    bad: editExecution((statements) => {
      statements[LOGS].Resource = "${aws_cloudwatch_log_group.nginx.arn}:*";
    }),
    good: editExecution((statements) => {
      statements[LOGS].Resource = "arn:aws:logs:*:*:log-group:/shop/*";
    }),
    says: 'aws_iam_role.app_execution is not allowed to call logs:CreateLogStream, logs:PutLogEvents on aws_cloudwatch_log_group.app (its ARN with ":*"), which aws_ecs_task_definition.app needs. Allow logs:CreateLogStream, logs:PutLogEvents on aws_cloudwatch_log_group.app (its ARN with ":*") in a policy of this role.',
  },
  "a group that the driver is to make": {
    bad: (stack) =>
      editContainers(stack, "app", ([app]) => {
        app.logConfiguration.options["awslogs-create-group"] = "true";
      }),
    good: (stack) => {
      editContainers(stack, "app", ([app]) => {
        app.logConfiguration.options["awslogs-create-group"] = "true";
      });
      editExecution((statements) => {
        statements[LOGS].Action = "logs:*";
      })(stack);
    },
    says: 'aws_iam_role.app_execution is not allowed to call logs:CreateLogGroup on aws_cloudwatch_log_group.app (its ARN with ":*"), which aws_ecs_task_definition.app needs. Allow logs:CreateLogGroup on aws_cloudwatch_log_group.app (its ARN with ":*") in a policy of this role.',
  },
  "a group by its name": {
    bad: (stack) => {
      editContainers(stack, "app", ([app]) => {
        app.logConfiguration.options["awslogs-group"] = "/elsewhere/app";
      });
    },
    good: (stack) => {
      editContainers(stack, "app", ([app]) => {
        app.logConfiguration.options["awslogs-group"] = "/shop/app";
      });
    },
    says: "aws_iam_role.app_execution is not allowed to call logs:CreateLogStream, logs:PutLogEvents on log group /elsewhere/app, which aws_ecs_task_definition.app needs. Allow logs:CreateLogStream, logs:PutLogEvents on log group /elsewhere/app in a policy of this role.",
  },
});

describeRule("IAM-004", {
  "a role that is not allowed to read a secret": {
    bad: editExecution((statements) => statements[SECRETS].Resource.splice(0, 1)),
    good: editExecution((statements) => {
      statements[SECRETS].Resource[0] = "arn:aws:secretsmanager:*:*:secret:shop/SECRET_KEY_BASE-*";
    }),
    says: "aws_iam_role.app_execution is not allowed to call secretsmanager:GetSecretValue on aws_secretsmanager_secret.key_base, which aws_ecs_task_definition.app needs. Allow secretsmanager:GetSecretValue on aws_secretsmanager_secret.key_base in a policy of this role.",
  },
  "the task role instead of the execution role": {
    bad: (stack) => {
      editExecution((statements) => {
        statements[SECRETS].Action = "secretsmanager:DescribeSecret";
      })(stack);
      stack.resource.aws_iam_role_policy.app.policy = policy(EVERYTHING);
    },
    good: ({ resource }) => {
      resource.aws_iam_role_policy.app_execution.policy = policy(EVERYTHING);
    },
    says: [
      "aws_iam_role.app_execution is not allowed to call secretsmanager:GetSecretValue on aws_db_instance.main.master_user_secret, which aws_ecs_task_definition.app needs. Allow secretsmanager:GetSecretValue on aws_db_instance.main.master_user_secret in a policy of this role.",
      "aws_iam_role.app_execution is not allowed to call secretsmanager:GetSecretValue on aws_secretsmanager_secret.key_base, which aws_ecs_task_definition.app needs. Allow secretsmanager:GetSecretValue on aws_secretsmanager_secret.key_base in a policy of this role.",
      "aws_iam_role.app_execution is not allowed to call secretsmanager:GetSecretValue on aws_secretsmanager_secret.redis, which aws_ecs_task_definition.app needs. Allow secretsmanager:GetSecretValue on aws_secretsmanager_secret.redis in a policy of this role.",
    ],
  },
  "a written ARN without what AWS adds to it": {
    bad: change(secretAt("shop/key"), may("shop/other-??????")),
    good: change(secretAt("shop/key"), may("shop/key-??????")),
    says: "aws_iam_role.app_execution is not allowed to call secretsmanager:GetSecretValue on secret arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:shop/key, which aws_ecs_task_definition.app needs. Allow secretsmanager:GetSecretValue on secret arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:shop/key in a policy of this role.",
  },
  "a secret by its name, without what AWS adds to it": {
    bad: editExecution((statements) => {
      statements[SECRETS].Resource[1] = "arn:aws:secretsmanager:ap-northeast-1:*:secret:shop/REDIS_URL";
    }),
    good: editExecution((statements) => {
      statements[SECRETS].Resource[1] = "arn:aws:secretsmanager:ap-northeast-1:*:secret:shop/REDIS_URL-??????";
    }),
    says: "aws_iam_role.app_execution is not allowed to call secretsmanager:GetSecretValue on aws_secretsmanager_secret.redis, which aws_ecs_task_definition.app needs. Allow secretsmanager:GetSecretValue on aws_secretsmanager_secret.redis in a policy of this role.",
  },
  "the master password of a database": {
    bad: editExecution((statements) => statements[SECRETS].Resource.pop()),
    good: editExecution((statements) => {
      statements[SECRETS].Resource[2] = "arn:aws:secretsmanager:*:*:secret:rds!*";
    }),
    says: "aws_iam_role.app_execution is not allowed to call secretsmanager:GetSecretValue on aws_db_instance.main.master_user_secret, which aws_ecs_task_definition.app needs. Allow secretsmanager:GetSecretValue on aws_db_instance.main.master_user_secret in a policy of this role.",
  },
  "a parameter with the right for secrets": {
    bad: addParameter,
    good: change(
      addParameter,
      editExecution((statements) => statements.push(allow("ssm:GetParameters", "*"))),
    ),
    says: "aws_iam_role.app_execution is not allowed to call ssm:GetParameters on aws_ssm_parameter.key, which aws_ecs_task_definition.app needs. Allow ssm:GetParameters on aws_ssm_parameter.key in a policy of this role.",
  },
  "the action for one parameter, where ECS asks for several": {
    bad: change(
      addParameter,
      editExecution((statements) => statements.push(allow("ssm:GetParameter", "${aws_ssm_parameter.key.arn}"))),
    ),
    good: change(
      addParameter,
      editExecution((statements) => statements.push(allow("ssm:GetParameters", "${aws_ssm_parameter.key.arn}"))),
    ),
    says: "aws_iam_role.app_execution is not allowed to call ssm:GetParameters on aws_ssm_parameter.key, which aws_ecs_task_definition.app needs. Allow ssm:GetParameters on aws_ssm_parameter.key in a policy of this role.",
  },
  "the password of a private registry": {
    bad: (stack) => addCredentials(stack),
    good: change(
      addCredentials,
      editExecution((statements) =>
        statements.push(allow("secretsmanager:GetSecretValue", "${aws_secretsmanager_secret.registry.arn}")),
      ),
    ),
    says: "aws_iam_role.app_execution is not allowed to call secretsmanager:GetSecretValue on aws_secretsmanager_secret.registry, which aws_ecs_task_definition.app needs. Allow secretsmanager:GetSecretValue on aws_secretsmanager_secret.registry in a policy of this role.",
  },
  "a secret, unless its version's ARN is named": {
    bad: editExecution((statements) => {
      statements[SECRETS].Resource[0] = "${aws_secretsmanager_secret.redis.arn}";
    }),
    good: editExecution((statements) => {
      statements[SECRETS].Resource[0] = "${aws_secretsmanager_secret_version.key_base.arn}";
    }),
    says: "aws_iam_role.app_execution is not allowed to call secretsmanager:GetSecretValue on aws_secretsmanager_secret.key_base, which aws_ecs_task_definition.app needs. Allow secretsmanager:GetSecretValue on aws_secretsmanager_secret.key_base in a policy of this role.",
  },
});

describeRule("IAM-005", {
  "a role that is not allowed to decrypt": {
    bad: take(KEY),
    good: change(take(KEY), ({ resource }) => {
      delete resource.aws_secretsmanager_secret.key_base.kms_key_id; // AWS's own key
    }),
    says: "aws_iam_role.app_execution is not allowed to call kms:Decrypt on aws_kms_key.secrets, which aws_ecs_task_definition.app needs. Allow kms:Decrypt on aws_kms_key.secrets in a policy of this role.",
  },
  "a key policy that names another principal": {
    bad: change(take(KEY), keyPolicy(allow("kms:*", "*", { Principal: { AWS: "arn:aws:iam::123456789012:root" } }))),
    good: change(
      take(KEY),
      keyPolicy(allow("kms:Decrypt", "*", { Principal: { AWS: "${aws_iam_role.app_execution.arn}" } })),
    ),
    says: "aws_iam_role.app_execution is not allowed to call kms:Decrypt on aws_kms_key.secrets, which aws_ecs_task_definition.app needs. Allow kms:Decrypt on aws_kms_key.secrets in a policy of this role.",
  },
  "the key policy as a resource of its own": {
    bad: change(take(KEY), ({ resource }) => {
      resource.aws_kms_key_policy = {
        secrets: {
          key_id: "${aws_kms_key.secrets.id}",
          policy: policy(allow("kms:*", "*", { Principal: { AWS: "${aws_iam_role.app.arn}" } })),
        },
      };
    }),
    good: change(take(KEY), ({ resource }) => {
      resource.aws_kms_key_policy = {
        secrets: {
          key_id: "${aws_kms_key.secrets.id}",
          policy: policy(allow("kms:*", "*", { Principal: "*" })),
        },
      };
    }),
    says: "aws_iam_role.app_execution is not allowed to call kms:Decrypt on aws_kms_key.secrets, which aws_ecs_task_definition.app needs. Allow kms:Decrypt on aws_kms_key.secrets in a policy of this role.",
  },
  "a grant to another role": {
    bad: change(take(KEY), ({ resource }) => {
      resource.aws_kms_grant = { secrets: grant("${aws_iam_role.nginx_execution.arn}") };
    }),
    good: change(take(KEY), ({ resource }) => {
      resource.aws_kms_grant = { secrets: grant("${aws_iam_role.app_execution.arn}") };
    }),
    says: "aws_iam_role.app_execution is not allowed to call kms:Decrypt on aws_kms_key.secrets, which aws_ecs_task_definition.app needs. Allow kms:Decrypt on aws_kms_key.secrets in a policy of this role.",
  },
  "a grant of something else": {
    bad: change(take(KEY), ({ resource }) => {
      resource.aws_kms_grant = { secrets: grant("${aws_iam_role.app_execution.arn}", ["Encrypt"]) };
    }),
    says: "aws_iam_role.app_execution is not allowed to call kms:Decrypt on aws_kms_key.secrets, which aws_ecs_task_definition.app needs. Allow kms:Decrypt on aws_kms_key.secrets in a policy of this role.",
  },
  "a key behind an alias": {
    bad: change(take(KEY), ({ resource }) => {
      resource.aws_kms_alias = { secrets: { name: "alias/shop", target_key_id: "${aws_kms_key.secrets.key_id}" } };
      resource.aws_secretsmanager_secret.key_base.kms_key_id = "${aws_kms_alias.secrets.arn}";
    }),
    says: "aws_iam_role.app_execution is not allowed to call kms:Decrypt on aws_kms_key.secrets, which aws_ecs_task_definition.app needs. Allow kms:Decrypt on aws_kms_key.secrets in a policy of this role.",
  },
  "another key's right": {
    bad: editExecution((statements) => {
      statements[KEY].Resource = "arn:aws:kms:ap-northeast-1:123456789012:alias/shop";
    }),
    good: editExecution((statements) => {
      statements[KEY].Resource = "arn:aws:kms:ap-northeast-1:123456789012:key/*";
    }),
    says: "aws_iam_role.app_execution is not allowed to call kms:Decrypt on aws_kms_key.secrets, which aws_ecs_task_definition.app needs. Allow kms:Decrypt on aws_kms_key.secrets in a policy of this role.",
  },
});

describeRule("IAM-006", {
  "ECS Exec without the right to its messages": {
    bad: (stack) => editStatements(stack, "aws_iam_role_policy", "app", ([statement]) => statement.Action.pop()),
    good: (stack) =>
      editStatements(stack, "aws_iam_role_policy", "app", ([statement]) => {
        statement.Action = "ssmmessages:*";
      }),
    says: 'aws_iam_role.app is not allowed to call ssmmessages:OpenDataChannel, which ECS Exec of aws_ecs_service.app needs. Allow ssmmessages:OpenDataChannel on "*" in a policy of this role, or set enable_execute_command to false.',
  },
  "the rights on a resource, which these actions don't know": {
    bad: (stack) =>
      editStatements(stack, "aws_iam_role_policy", "app", ([statement]) => {
        statement.Resource = "${aws_ecs_cluster.main.arn}";
      }),
    good: (stack) => {
      editStatements(stack, "aws_iam_role_policy", "app", ([statement]) => {
        statement.Resource = "${aws_ecs_cluster.main.arn}";
      });
      stack.resource.aws_iam_role_policy_attachment.app = {
        role: "${aws_iam_role.app.name}",
        policy_arn: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
      };
    },
    says: 'aws_iam_role.app is not allowed to call ssmmessages:CreateControlChannel, ssmmessages:CreateDataChannel, ssmmessages:OpenControlChannel, ssmmessages:OpenDataChannel, which ECS Exec of aws_ecs_service.app needs. Allow ssmmessages:CreateControlChannel, ssmmessages:CreateDataChannel, ssmmessages:OpenControlChannel, ssmmessages:OpenDataChannel on "*" in a policy of this role, or set enable_execute_command to false.',
  },
  "a task role without any policy": {
    bad: ({ resource }) => {
      delete resource.aws_iam_role_policy.app;
    },
    good: ({ resource }) => {
      delete resource.aws_iam_role_policy.app;
      delete resource.aws_ecs_service.app.enable_execute_command;
    },
    says: 'aws_iam_role.app is not allowed to call ssmmessages:CreateControlChannel, ssmmessages:CreateDataChannel, ssmmessages:OpenControlChannel, ssmmessages:OpenDataChannel, which ECS Exec of aws_ecs_service.app needs. Allow ssmmessages:CreateControlChannel, ssmmessages:CreateDataChannel, ssmmessages:OpenControlChannel, ssmmessages:OpenDataChannel on "*" in a policy of this role, or set enable_execute_command to false.',
  },
});
