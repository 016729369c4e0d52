import { describeRule, editContainers, type Json } from "../../support/rules.ts";
import { allow, attach, change, editExecution, policy, take } from "./policies.ts";

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

/** Places of statements in that policy. */
const LOG_IN = 0;

const PULL = 1;
/** The app's execution policy as a policy document data source. */
function executionDocument({ data, resource }: Json, document: object): void {
  data.aws_iam_policy_document = { execution: document };
  resource.aws_iam_role_policy.app_execution.policy = "${data.aws_iam_policy_document.execution.json}";
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
