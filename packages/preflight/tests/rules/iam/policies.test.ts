import { describeRule } from "../../support/rules.ts";
import { allow, attach, EVERYTHING, policy, trust } from "./policies.ts";

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
