import { describeRule, editContainers, editStatements, type Json } from "../support/rules.ts";

const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (Action: string | string[], Resource: string | string[], more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});
const deny = (Action: string | string[], Resource: string | string[], more: object = {}) => ({
  ...allow(Action, Resource, more),
  Effect: "Deny",
});

/** Writes the policy of the app's execution role anew. */
const executionPolicy =
  (...statements: object[]) =>
  ({ resource }: Json) => {
    resource.aws_iam_role_policy.app_execution.policy = policy(...statements);
  };

/** Changes the statements of the app's execution role. */
const editExecution = (change: (statements: Json[]) => void) => (stack: Json) =>
  editStatements(stack, "aws_iam_role_policy", "app_execution", change);

/** Places of statements in that policy. */
const [LOG_IN, PULL, LOGS, SECRETS, KEY] = [0, 1, 2, 3, 4];
const take = (place: number) => editExecution((statements) => statements.splice(place, 1));
const EVERYTHING = allow("*", "*");

const attach =
  (policyArn: string, role = "${aws_iam_role.app_execution.name}") =>
  ({ resource }: Json) => {
    resource.aws_iam_role_policy_attachment.app_execution = { role, policy_arn: policyArn };
  };

const change =
  (...changes: ((stack: Json) => void)[]) =>
  (stack: Json) => {
    for (const one of changes) one(stack);
  };

const trust = (principal: unknown, action = "sts:AssumeRole") =>
  policy({ Effect: "Allow", Principal: principal, Action: action });

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

function trustDocument({ data, resource }: Json, service: string): void {
  data.aws_iam_policy_document = {
    trust: {
      statement: [{ actions: ["sts:AssumeRole"], principals: [{ type: "Service", identifiers: [service] }] }],
    },
  };
  resource.aws_iam_role.app.assume_role_policy = "${data.aws_iam_policy_document.trust.json}";
}

describeRule("IAM-002", {
  "a role without the log-in to ECR": {
    bad: take(LOG_IN),
    good: change(take(LOG_IN), attach("arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly")),
    says: "aws_iam_role.app_execution is not allowed to call ecr:GetAuthorizationToken on *, which aws_ecs_task_definition.app needs. Allow ecr:GetAuthorizationToken on * in a policy of this role.",
  },
  "a log-in that is narrowed down to a repository": {
    bad: editExecution((statements) => {
      statements[LOG_IN].Resource = "${aws_ecr_repository.app.arn}";
    }),
    good: editExecution((statements) => {
      statements[LOG_IN].Action = "ecr:Get*";
    }),
    says: "aws_iam_role.app_execution is not allowed to call ecr:GetAuthorizationToken on *, which aws_ecs_task_definition.app needs. Allow ecr:GetAuthorizationToken on * in a policy of this role.",
  },
  "a role that may pull another repository's images": {
    bad: editExecution((statements) => {
      statements[PULL].Resource = "${aws_ecr_repository.nginx.arn}";
    }),
    good: editExecution((statements) => {
      statements[PULL].Resource = "arn:aws:ecr:*:*:repository/shop-*";
    }),
    says: "aws_iam_role.app_execution is not allowed to call ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.app, which aws_ecs_task_definition.app needs. Allow ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.app in a policy of this role.",
  },
  "a repository by the name of another": {
    bad: editExecution((statements) => {
      statements[PULL].Resource =
        "arn:aws:ecr:ap-northeast-1:${data.aws_caller_identity.me.account_id}:repository/shop";
    }),
    good: editExecution((statements) => {
      statements[PULL].Resource =
        "arn:aws:ecr:ap-northeast-1:${data.aws_caller_identity.me.account_id}:repository/shop-app";
    }),
    says: "aws_iam_role.app_execution is not allowed to call ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.app, which aws_ecs_task_definition.app needs. Allow ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.app in a policy of this role.",
  },
  "one of the actions missing": {
    bad: editExecution((statements) => {
      statements[PULL].Action = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage"];
    }),
    good: editExecution((statements) => {
      statements[PULL].Action = ["ECR:BATCH*", "ecr:getdownloadurlforlayer"]; // in any case
    }),
    says: "aws_iam_role.app_execution is not allowed to call ecr:GetDownloadUrlForLayer on aws_ecr_repository.app, which aws_ecs_task_definition.app needs. Allow ecr:GetDownloadUrlForLayer on aws_ecr_repository.app in a policy of this role.",
  },
  "a pattern that holds less than it seems to": {
    bad: editExecution((statements) => {
      statements[PULL].Action = "ecr:Batch*";
    }),
    good: editExecution((statements) => {
      statements[PULL].Action = ["ecr:Batch?*", "ecr:Get*Layer"];
    }),
    says: "aws_iam_role.app_execution is not allowed to call ecr:GetDownloadUrlForLayer on aws_ecr_repository.app, which aws_ecs_task_definition.app needs. Allow ecr:GetDownloadUrlForLayer on aws_ecr_repository.app in a policy of this role.",
  },
  "an explicit Deny beside the Allow": {
    bad: editExecution((statements) => statements.push(deny("ecr:*", "*"))),
    good: editExecution((statements) =>
      statements.push(deny("ecr:*", "*", { Condition: { Bool: { "aws:SecureTransport": "false" } } })),
    ),
    says: [
      "aws_iam_role.app_execution is not allowed to call ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.app, which aws_ecs_task_definition.app needs. Allow ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.app in a policy of this role.",
      "aws_iam_role.app_execution is not allowed to call ecr:GetAuthorizationToken on *, which aws_ecs_task_definition.app needs. Allow ecr:GetAuthorizationToken on * in a policy of this role.",
    ],
  },
  "a Deny of one repository": {
    bad: editExecution((statements) => statements.push(deny("ecr:BatchGetImage", "${aws_ecr_repository.app.arn}"))),
    good: editExecution((statements) => statements.push(deny("ecr:BatchGetImage", "${aws_ecr_repository.nginx.arn}"))),
    says: "aws_iam_role.app_execution is not allowed to call ecr:BatchGetImage on aws_ecr_repository.app, which aws_ecs_task_definition.app needs. Allow ecr:BatchGetImage on aws_ecr_repository.app in a policy of this role.",
  },
  "everything but what it needs": {
    bad: executionPolicy({ Effect: "Allow", NotAction: ["iam:*", "ecr:*"], Resource: "*" }),
    good: executionPolicy({ Effect: "Allow", NotAction: ["iam:*", "ecr:Put*"], Resource: "*" }),
    says: [
      "aws_iam_role.app_execution is not allowed to call ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.app, which aws_ecs_task_definition.app needs. Allow ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.app in a policy of this role.",
      "aws_iam_role.app_execution is not allowed to call ecr:GetAuthorizationToken on *, which aws_ecs_task_definition.app needs. Allow ecr:GetAuthorizationToken on * in a policy of this role.",
    ],
  },
  "every repository but its own": {
    bad: editExecution((statements) => {
      delete statements[PULL].Resource;
      statements[PULL].NotResource = "${aws_ecr_repository.app.arn}";
    }),
    good: editExecution((statements) => {
      delete statements[PULL].Resource;
      statements[PULL].NotResource = "${aws_ecr_repository.nginx.arn}";
    }),
    says: "aws_iam_role.app_execution is not allowed to call ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.app, which aws_ecs_task_definition.app needs. Allow ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.app in a policy of this role.",
  },
  "a policy under a condition, which may hold": {
    bad: executionPolicy(allow("ecr:*", "arn:aws:ecr:*:*:repository/another")),
    good: executionPolicy(allow("*", "*", { Condition: { StringEquals: { "aws:SourceVpce": "vpce-1" } } })),
    says: [
      "aws_iam_role.app_execution is not allowed to call ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.app, which aws_ecs_task_definition.app needs. Allow ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.app in a policy of this role.",
      "aws_iam_role.app_execution is not allowed to call ecr:GetAuthorizationToken on *, which aws_ecs_task_definition.app needs. Allow ecr:GetAuthorizationToken on * in a policy of this role.",
    ],
  },
  "a managed policy that is for something else": {
    bad: ({ resource }) => {
      resource.aws_iam_role_policy_attachment.nginx_execution.policy_arn =
        "arn:aws:iam::aws:policy/SecretsManagerReadWrite";
    },
    good: ({ resource }) => {
      resource.aws_iam_role_policy_attachment.nginx_execution.policy_arn =
        "arn:aws:iam::aws:policy/AdministratorAccess";
    },
    says: [
      "aws_iam_role.nginx_execution is not allowed to call ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.nginx, which aws_ecs_task_definition.nginx needs. Allow ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.nginx in a policy of this role.",
      "aws_iam_role.nginx_execution is not allowed to call ecr:GetAuthorizationToken on *, which aws_ecs_task_definition.nginx needs. Allow ecr:GetAuthorizationToken on * in a policy of this role.",
    ],
  },
  "a role without any policy": {
    bad: ({ resource }) => {
      delete resource.aws_iam_role_policy_attachment;
    },
    good: ({ resource }) => {
      resource.aws_iam_role_policy_attachment.nginx_execution.policy_arn = "${var.policy}"; // can't be known
    },
    says: [
      "aws_iam_role.nginx_execution is not allowed to call ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.nginx, which aws_ecs_task_definition.nginx needs. Allow ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.nginx in a policy of this role.",
      "aws_iam_role.nginx_execution is not allowed to call ecr:GetAuthorizationToken on *, which aws_ecs_task_definition.nginx needs. Allow ecr:GetAuthorizationToken on * in a policy of this role.",
    ],
  },
  "a policy of the account that allows other things": {
    bad: ({ resource }) => {
      resource.aws_iam_policy = { pull: { name: "pull", policy: policy(allow("logs:*", "*")) } };
      resource.aws_iam_role_policy_attachment.nginx_execution.policy_arn = "${aws_iam_policy.pull.arn}";
    },
    good: ({ resource }) => {
      resource.aws_iam_policy = { pull: { name: "pull", policy: policy(allow("ecr:*", "*")) } };
      resource.aws_iam_role_policy_attachment.nginx_execution.policy_arn = "${aws_iam_policy.pull.arn}";
    },
    says: [
      "aws_iam_role.nginx_execution is not allowed to call ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.nginx, which aws_ecs_task_definition.nginx needs. Allow ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.nginx in a policy of this role.",
      "aws_iam_role.nginx_execution is not allowed to call ecr:GetAuthorizationToken on *, which aws_ecs_task_definition.nginx needs. Allow ecr:GetAuthorizationToken on * in a policy of this role.",
    ],
  },
  "a policy that is attached to another role": {
    bad: ({ resource }) => {
      const { nginx_execution } = resource.aws_iam_role_policy_attachment;
      delete resource.aws_iam_role_policy_attachment;
      resource.aws_iam_policy_attachment = {
        all: { name: "all", roles: ["${aws_iam_role.app.name}"], policy_arn: nginx_execution.policy_arn },
      };
    },
    good: ({ resource }) => {
      const { nginx_execution } = resource.aws_iam_role_policy_attachment;
      delete resource.aws_iam_role_policy_attachment;
      resource.aws_iam_policy_attachment = {
        all: { name: "all", roles: ["shop-nginx-execution"], policy_arn: nginx_execution.policy_arn },
      };
    },
    says: [
      "aws_iam_role.nginx_execution is not allowed to call ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.nginx, which aws_ecs_task_definition.nginx needs. Allow ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.nginx in a policy of this role.",
      "aws_iam_role.nginx_execution is not allowed to call ecr:GetAuthorizationToken on *, which aws_ecs_task_definition.nginx needs. Allow ecr:GetAuthorizationToken on * in a policy of this role.",
    ],
  },
  "an inline policy that allows too little": {
    bad: ({ resource }) => {
      delete resource.aws_iam_role_policy_attachment;
      resource.aws_iam_role.nginx_execution.inline_policy = { name: "p", policy: policy(allow("s3:*", "*")) };
    },
    good: ({ resource }) => {
      delete resource.aws_iam_role_policy_attachment;
      resource.aws_iam_role.nginx_execution.inline_policy = [{ name: "p", policy: policy(allow("ecr:*", "*")) }];
    },
    says: [
      "aws_iam_role.nginx_execution is not allowed to call ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.nginx, which aws_ecs_task_definition.nginx needs. Allow ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.nginx in a policy of this role.",
      "aws_iam_role.nginx_execution is not allowed to call ecr:GetAuthorizationToken on *, which aws_ecs_task_definition.nginx needs. Allow ecr:GetAuthorizationToken on * in a policy of this role.",
    ],
  },
  "managed_policy_arns without the one that it takes": {
    bad: ({ resource }) => {
      delete resource.aws_iam_role_policy_attachment;
      resource.aws_iam_role.nginx_execution.managed_policy_arns = ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"];
    },
    good: ({ resource }) => {
      const { nginx_execution } = resource.aws_iam_role_policy_attachment;
      delete resource.aws_iam_role_policy_attachment;
      resource.aws_iam_role.nginx_execution.managed_policy_arns = [nginx_execution.policy_arn];
    },
    says: [
      "aws_iam_role.nginx_execution is not allowed to call ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.nginx, which aws_ecs_task_definition.nginx needs. Allow ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.nginx in a policy of this role.",
      "aws_iam_role.nginx_execution is not allowed to call ecr:GetAuthorizationToken on *, which aws_ecs_task_definition.nginx needs. Allow ecr:GetAuthorizationToken on * in a policy of this role.",
    ],
  },
  "a policy document that does not allow it": {
    bad: (stack) => executionDocument(stack, { statement: [{ actions: ["logs:*"], resources: ["*"] }] }),
    good: (stack) => executionDocument(stack, { statement: [{ actions: ["ecr:*"], resources: ["*"] }] }),
    says: [
      "aws_iam_role.app_execution is not allowed to call ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.app, which aws_ecs_task_definition.app needs. Allow ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.app in a policy of this role.",
      "aws_iam_role.app_execution is not allowed to call ecr:GetAuthorizationToken on *, which aws_ecs_task_definition.app needs. Allow ecr:GetAuthorizationToken on * in a policy of this role.",
    ],
  },
  "a policy document that takes in others, none of which allows it": {
    bad: (stack) => {
      executionDocument(stack, {
        source_policy_documents: ["${data.aws_iam_policy_document.other.json}", policy(allow("s3:*", "*"))],
      });
      stack.data.aws_iam_policy_document.other = { statement: { actions: ["logs:*"], resources: ["*"] } };
    },
    good: (stack) => {
      executionDocument(stack, {
        source_policy_documents: ["${data.aws_iam_policy_document.other.json}", policy(allow("s3:*", "*"))],
      });
      stack.data.aws_iam_policy_document.other = { statement: { actions: ["ecr:*"], resources: ["*"] } };
    },
    says: [
      "aws_iam_role.app_execution is not allowed to call ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.app, which aws_ecs_task_definition.app needs. Allow ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.app in a policy of this role.",
      "aws_iam_role.app_execution is not allowed to call ecr:GetAuthorizationToken on *, which aws_ecs_task_definition.app needs. Allow ecr:GetAuthorizationToken on * in a policy of this role.",
    ],
  },
  "a Deny in a policy document": {
    bad: (stack) =>
      executionDocument(stack, {
        statement: [
          { actions: ["*"], resources: ["*"] },
          { effect: "Deny", actions: ["ecr:*"], resources: ["*"] },
        ],
      }),
    good: (stack) =>
      executionDocument(stack, {
        statement: [
          { actions: ["*"], resources: ["*"] },
          { effect: "Deny", actions: ["ecr:Delete*"], resources: ["*"] },
        ],
      }),
    says: [
      "aws_iam_role.app_execution is not allowed to call ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.app, which aws_ecs_task_definition.app needs. Allow ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.app in a policy of this role.",
      "aws_iam_role.app_execution is not allowed to call ecr:GetAuthorizationToken on *, which aws_ecs_task_definition.app needs. Allow ecr:GetAuthorizationToken on * in a policy of this role.",
    ],
  },
  "a policy, unless a part of it can't be read": {
    bad: take(PULL),
    good: (stack) => {
      stack.variable.policy = {};
      stack.resource.aws_iam_role_policy.more = {
        role: "${aws_iam_role.app_execution.id}",
        policy: "${var.policy}",
      };
      take(PULL)(stack);
    },
    says: "aws_iam_role.app_execution is not allowed to call ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.app, which aws_ecs_task_definition.app needs. Allow ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on aws_ecr_repository.app in a policy of this role.",
  },
  "an image of another account's repository": {
    bad: (stack) => {
      editContainers(stack, "app", ([app]) => {
        app.image = "210987654321.dkr.ecr.ap-northeast-1.amazonaws.com/base:1";
      });
    },
    good: (stack) => {
      editContainers(stack, "app", ([app]) => {
        app.image = "210987654321.dkr.ecr.ap-northeast-1.amazonaws.com/base:1";
      });
      editExecution((statements) => {
        statements[PULL].Resource = "arn:aws:ecr:ap-northeast-1:210987654321:repository/base";
      })(stack);
    },
    says: "aws_iam_role.app_execution is not allowed to call ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on repository base, which aws_ecs_task_definition.app needs. Allow ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage on repository base in a policy of this role.",
  },
});

/** The app's execution policy as a policy document data source. */
function executionDocument({ data, resource }: Json, document: object): void {
  data.aws_iam_policy_document = { execution: document };
  resource.aws_iam_role_policy.app_execution.policy = "${data.aws_iam_policy_document.execution.json}";
}

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

const SECRET = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:";
const secretAt = (name: string) => (stack: Json) =>
  editContainers(stack, "app", ([app]) => app.secrets.push({ name: "KEY", valueFrom: SECRET + name }));
const may = (name: string) => editExecution((statements) => statements[SECRETS].Resource.push(SECRET + name));

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

const keyPolicy =
  (...statements: object[]) =>
  ({ resource }: Json) => {
    resource.aws_kms_key.secrets.policy = policy(...statements);
  };

const grant = (grantee_principal: string, operations = ["Decrypt"]) => ({
  key_id: "${aws_kms_key.secrets.key_id}",
  grantee_principal,
  operations,
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

describeRule("IAM-007", {
  "a policy that is not JSON": {
    bad: ({ resource }) => {
      resource.aws_iam_role_policy.app.policy = "Allow s3:*";
    },
    good: (stack) => {
      stack.variable.policy = {};
      stack.resource.aws_iam_role_policy.app.policy = "${var.policy}";
    },
    says: 'aws_iam_role_policy.app has a policy that is not JSON. Write a policy of Version "2012-10-17" whose statements have Effect ("Allow" or "Deny"), Action and Resource.',
  },
  "a version that IAM does not know": {
    bad: ({ resource }) => {
      resource.aws_iam_role_policy.app.policy = JSON.stringify({ Version: "2024-01-01", Statement: [EVERYTHING] });
    },
    good: ({ resource }) => {
      resource.aws_iam_role_policy.app.policy = JSON.stringify({ Statement: EVERYTHING });
    },
    says: 'aws_iam_role_policy.app has the policy version "2024-01-01", which IAM does not know. Write a policy of Version "2012-10-17" whose statements have Effect ("Allow" or "Deny"), Action and Resource.',
  },
  "an effect in small letters": {
    bad: ({ resource }) => {
      resource.aws_iam_role_policy.app.policy = policy({ ...EVERYTHING, Effect: "allow" });
    },
    good: ({ resource }) => {
      resource.aws_iam_role_policy.app.policy = policy(EVERYTHING);
    },
    says: 'aws_iam_role_policy.app has a statement with the effect "allow". Write a policy of Version "2012-10-17" whose statements have Effect ("Allow" or "Deny"), Action and Resource.',
  },
  "a Resource in a trust policy": {
    bad: ({ resource }) => {
      resource.aws_iam_role.app.assume_role_policy = policy(
        allow("sts:AssumeRole", "*", { Principal: { Service: "ecs-tasks.amazonaws.com" } }),
      );
    },
    says: 'aws_iam_role.app has a trust policy with Resource, which belongs in a permissions policy. Write a policy of Version "2012-10-17" whose statements have Effect, Action and Principal, and no Resource.',
  },
  "a statement without Resource": {
    bad: ({ resource }) => {
      resource.aws_iam_role_policy.app.policy = policy({ Effect: "Allow", Action: "s3:*" });
    },
    good: ({ resource }) => {
      resource.aws_iam_role_policy.app.policy = policy({
        Effect: "Allow",
        Action: "s3:*",
        NotResource: "arn:aws:s3:::x",
      });
    },
    says: 'aws_iam_role_policy.app has a statement without Resource. Write a policy of Version "2012-10-17" whose statements have Effect ("Allow" or "Deny"), Action and Resource.',
  },
  "a statement without Action": {
    bad: ({ resource }) => {
      resource.aws_iam_role_policy.app.policy = policy({ Effect: "Allow", Resource: "*" });
    },
    good: ({ resource }) => {
      resource.aws_iam_role_policy.app.policy = policy({ Effect: "Allow", NotAction: "iam:*", Resource: "*" });
    },
    says: 'aws_iam_role_policy.app has a statement without Action. Write a policy of Version "2012-10-17" whose statements have Effect ("Allow" or "Deny"), Action and Resource.',
  },
  "a Principal in a policy of a role": {
    bad: ({ resource }) => {
      resource.aws_iam_role_policy.app.policy = policy(allow("s3:*", "*", { Principal: "*" }));
    },
    says: 'aws_iam_role_policy.app has a statement with Principal, which belongs in a trust policy. Write a policy of Version "2012-10-17" whose statements have Effect ("Allow" or "Deny"), Action and Resource.',
  },
  "a trust policy without Principal": {
    bad: ({ resource }) => {
      resource.aws_iam_role.app.assume_role_policy = policy({ Effect: "Allow", Action: "sts:AssumeRole" });
    },
    good: ({ resource }) => {
      resource.aws_iam_role.app.assume_role_policy = trust({ Service: "ecs-tasks.amazonaws.com" });
    },
    says: 'aws_iam_role.app has a trust policy without Principal. Write a policy of Version "2012-10-17" whose statements have Effect, Action and Principal, and no Resource.',
  },
  "the URL of a repository instead of its ARN": {
    bad: ({ resource }) => {
      resource.aws_iam_role_policy.app.policy = policy(allow("ecr:*", "${aws_ecr_repository.app.repository_url}"));
    },
    good: ({ resource }) => {
      resource.aws_iam_role_policy.app.policy = policy(allow("ecr:*", "${aws_ecr_repository.app.arn}"));
    },
    says: 'aws_iam_role_policy.app has the repository_url of aws_ecr_repository.app as Resource, which is no ARN. Write a policy of Version "2012-10-17" whose statements have Effect ("Allow" or "Deny"), Action and Resource.',
  },
  "a name as Resource of a policy of the account": {
    bad: ({ resource }) => {
      resource.aws_iam_policy = { p: { policy: policy(allow("s3:*", ["*", "shop-logs"])) } };
    },
    good: ({ resource }) => {
      resource.aws_iam_policy = { p: { policy: policy(allow("s3:*", ["*", "arn:aws:s3:::shop-logs"])) } };
    },
    says: 'aws_iam_policy.p has "shop-logs" as Resource, which is no ARN. Write a policy of Version "2012-10-17" whose statements have Effect ("Allow" or "Deny"), Action and Resource.',
  },
});

const LOGS_MAY_USE_KEY = { Effect: "Allow", Action: "kms:*", Resource: "*" };

describeRule("IAM-008", {
  "a log group with a key of the default policy": {
    bad: ({ resource }) => {
      resource.aws_cloudwatch_log_group.app.kms_key_id = "${aws_kms_key.secrets.arn}";
    },
    good: change(
      keyPolicy({ ...LOGS_MAY_USE_KEY, Principal: { Service: "logs.ap-northeast-1.amazonaws.com" } }),
      ({ resource }) => {
        resource.aws_cloudwatch_log_group.app.kms_key_id = "${aws_kms_key.secrets.arn}";
      },
    ),
    says: "aws_cloudwatch_log_group.app is encrypted with aws_kms_key.secrets, whose policy does not name CloudWatch Logs. Let the service logs.<region>.amazonaws.com use the key in the policy of aws_kms_key.secrets.",
  },
  "a key that another service may use": {
    bad: change(keyPolicy({ ...LOGS_MAY_USE_KEY, Principal: { Service: "sns.amazonaws.com" } }), ({ resource }) => {
      resource.aws_cloudwatch_log_group.app.kms_key_id = "${aws_kms_key.secrets.arn}";
    }),
    good: change(
      keyPolicy({ ...LOGS_MAY_USE_KEY, Principal: { Service: "logs.${var.region}.amazonaws.com" } }),
      ({ resource }) => {
        resource.aws_cloudwatch_log_group.app.kms_key_id = "${aws_kms_key.secrets.arn}";
      },
    ),
    says: "aws_cloudwatch_log_group.app is encrypted with aws_kms_key.secrets, whose policy does not name CloudWatch Logs. Let the service logs.<region>.amazonaws.com use the key in the policy of aws_kms_key.secrets.",
  },
});

describeRule("IAM-009", {
  "a policy of AWS's without its path": {
    bad: attach("arn:aws:iam::aws:policy/AmazonECSTaskExecutionRolePolicy"),
    good: attach("arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"),
    says: "aws_iam_role_policy_attachment.app_execution attaches arn:aws:iam::aws:policy/AmazonECSTaskExecutionRolePolicy, which does not exist. Write arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy.",
  },
  "a policy of AWS's whose name stops short": {
    bad: attach("arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRole"),
    good: attach("arn:aws:iam::aws:policy/AmazonECSTaskExecutionRoleOfOurs"),
    says: "aws_iam_role_policy_attachment.app_execution attaches arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRole, which does not exist. Write arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy.",
  },
  "a policy of AWS's with a letter less": {
    bad: attach("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAcces"),
    good: attach("arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"),
    says: "aws_iam_role_policy_attachment.app_execution attaches arn:aws:iam::aws:policy/AmazonS3ReadOnlyAcces, which does not exist. Write arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess.",
  },
  "a policy of AWS's under a path that it has not": {
    bad: attach("arn:aws:iam::aws:policy/service-role/AmazonSSMManagedInstanceCore"),
    good: attach("arn:aws:iam::123456789012:policy/AmazonECSTaskExecutionRolePolicy"),
    says: "aws_iam_role_policy_attachment.app_execution attaches arn:aws:iam::aws:policy/service-role/AmazonSSMManagedInstanceCore, which does not exist. Write arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore.", // a policy of one's own
  },
});
