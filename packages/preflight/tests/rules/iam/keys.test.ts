import { describeRule } from "../../support/rules.ts";
import { change, keyPolicy } from "./policies.ts";

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
