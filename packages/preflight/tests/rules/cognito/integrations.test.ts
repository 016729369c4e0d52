import { describeRule, type Json } from "../../support/rules.ts";
import { pool } from "./stack.ts";

const smsRole = (stack: Json, service: string) => {
  pool(stack).sms_configuration = { external_id: "shop", sns_caller_arn: "${aws_iam_role.sms.arn}" };
  const statement = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" };
  stack.resource.aws_iam_role.sms = {
    name: "sms",
    assume_role_policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
  };
};

const trigger = (stack: Json, permissions: Json = {}) => {
  pool(stack).lambda_config = { pre_sign_up: "${aws_lambda_function.check.arn}" };
  stack.resource.aws_lambda_function = { check: { function_name: "check", role: "${var.role}" } };
  stack.resource.aws_lambda_permission = permissions;
};

const permission = (more: Json) => ({
  x: { action: "lambda:InvokeFunction", principal: "cognito-idp.amazonaws.com", function_name: "check", ...more },
});

describeRule("COG-010", {
  "SES without an identity": {
    bad: (stack) => {
      pool(stack).email_configuration = { email_sending_account: "DEVELOPER", from_email_address: "shop@example.com" };
    },
    good: (stack) => {
      pool(stack).email_configuration = {
        email_sending_account: "DEVELOPER",
        source_arn: "${aws_ses_email_identity.x.arn}",
      };
    },
    says: 'aws_cognito_user_pool.main has email_sending_account = "DEVELOPER" and no source_arn. Set email_configuration.source_arn to the ARN of the verified SES identity.',
  },
  "Cognito's own sender with another address": {
    bad: (stack) => {
      pool(stack).email_configuration = { from_email_address: "shop@example.com" };
    },
    good: (stack) => {
      pool(stack).email_configuration = { reply_to_email_address: "shop@example.com" };
    },
    says: "aws_cognito_user_pool.main has a from_email_address and no source_arn. Set email_configuration.source_arn to the ARN of the verified SES identity.",
  },
});

describeRule("COG-011", {
  "a role that trusts another service": {
    bad: (stack) => smsRole(stack, "sns.amazonaws.com"),
    good: (stack) => smsRole(stack, "cognito-idp.amazonaws.com"),
    says: 'aws_iam_role.sms sends the SMS of aws_cognito_user_pool.main and does not trust cognito-idp.amazonaws.com. Name the service "cognito-idp.amazonaws.com" as Principal in assume_role_policy.',
  },
});

describeRule("COG-012", {
  "a function without permission": {
    bad: (stack) => trigger(stack),
    good: (stack) => trigger(stack, permission({ function_name: "${aws_lambda_function.check.function_name}" })),
    says: 'aws_cognito_user_pool.main calls aws_lambda_function.check (pre_sign_up), which has no aws_lambda_permission for cognito-idp.amazonaws.com. Add an aws_lambda_permission with action "lambda:InvokeFunction", principal "cognito-idp.amazonaws.com" and the pool\'s ARN as source_arn.',
  },
  "a permission for another service": {
    bad: (stack) => trigger(stack, permission({ principal: "s3.amazonaws.com" })),
    good: (stack) => trigger(stack, permission({})),
    says: 'aws_cognito_user_pool.main calls aws_lambda_function.check (pre_sign_up), which has no aws_lambda_permission for cognito-idp.amazonaws.com. Add an aws_lambda_permission with action "lambda:InvokeFunction", principal "cognito-idp.amazonaws.com" and the pool\'s ARN as source_arn.',
  },
  "a permission for another function": {
    bad: (stack) =>
      trigger(stack, permission({ function_name: "arn:aws:lambda:ap-northeast-1:123456789012:function:other" })),
    good: (stack) => trigger(stack, permission({ function_name: "${var.function}" })),
    says: 'aws_cognito_user_pool.main calls aws_lambda_function.check (pre_sign_up), which has no aws_lambda_permission for cognito-idp.amazonaws.com. Add an aws_lambda_permission with action "lambda:InvokeFunction", principal "cognito-idp.amazonaws.com" and the pool\'s ARN as source_arn.',
  },
});
