import { describeRule, type Json } from "../support/rules.ts";

const trust = JSON.stringify({
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const LAMBDA = "${aws_lambda_function.main.arn}";
const MANAGED = "arn:aws:iam::aws:policy/service-role";

/** A function that reads a queue, and is called by others. */
function base(): Json {
  return {
    resource: {
      aws_iam_role: { main: { name: "worker", assume_role_policy: trust } },
      aws_iam_role_policy_attachment: {
        main: { role: "${aws_iam_role.main.name}", policy_arn: `${MANAGED}/AWSLambdaSQSQueueExecutionRole` },
        vpc: { role: "${aws_iam_role.main.name}", policy_arn: `${MANAGED}/AWSLambdaVPCAccessExecutionRole` },
      },
      aws_lambda_function: {
        main: {
          function_name: "worker",
          role: "${aws_iam_role.main.arn}",
          handler: "index.handler",
          runtime: "nodejs22.x",
          filename: "worker.zip",
          vpc_config: { subnet_ids: ["subnet-1"], security_group_ids: ["sg-1"] },
        },
      },
      aws_sqs_queue: { main: { name: "orders" } },
      aws_lambda_event_source_mapping: {
        main: { event_source_arn: "${aws_sqs_queue.main.arn}", function_name: LAMBDA },
      },
      aws_cloudwatch_log_subscription_filter: {
        main: { name: "errors", log_group_name: "app", filter_pattern: "", destination_arn: LAMBDA },
      },
      aws_secretsmanager_secret_rotation: {
        main: { secret_id: "app", rotation_lambda_arn: LAMBDA, rotation_rules: { automatically_after_days: 30 } },
      },
      aws_sns_topic_subscription: {
        main: { topic_arn: "arn:aws:sns:eu-west-1:123456789012:a", protocol: "lambda", endpoint: LAMBDA },
      },
      aws_lambda_permission: Object.fromEntries(
        ["logs", "secretsmanager", "sns"].map((name) => [
          name,
          {
            action: "lambda:InvokeFunction",
            function_name: "${aws_lambda_function.main.function_name}",
            principal: `${name}.amazonaws.com`,
          },
        ]),
      ),
    },
  };
}

describeRule(
  "FN-001",
  {
    "a variable that Lambda sets": {
      bad: ({ resource }) => {
        resource.aws_lambda_function.main.environment = { variables: { AWS_REGION: "eu-west-1", APP: "a" } };
      },
      good: ({ resource }) => {
        resource.aws_lambda_function.main.environment = { variables: "${var.variables}" };
      },
      says: 'aws_lambda_function.main sets "AWS_REGION" in environment. Leave them out, or give them names of your own.',
    },
  },
  base,
);

describeRule(
  "FN-002",
  {
    "a role without the rights": {
      bad: ({ resource }) => {
        delete resource.aws_iam_role_policy_attachment.vpc;
      },
      good: ({ resource }) => {
        delete resource.aws_iam_role_policy_attachment.vpc;
        delete resource.aws_lambda_function.main.vpc_config;
      },
      says: "aws_iam_role.main is not allowed to call ec2:CreateNetworkInterface, ec2:DescribeNetworkInterfaces, ec2:DeleteNetworkInterface, which aws_lambda_function.main needs for its vpc_config. Attach arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole.",
    },
  },
  base,
);

describeRule(
  "FN-003",
  {
    "a role that may not read the queue": {
      bad: ({ resource }) => {
        delete resource.aws_iam_role_policy_attachment.main;
      },
      good: ({ resource }) => {
        resource.aws_iam_role_policy_attachment.main.policy_arn = "${var.policy}";
      },
      says: "aws_iam_role.main is not allowed to call sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes on aws_sqs_queue.main, which aws_lambda_event_source_mapping.main needs. Allow sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes on aws_sqs_queue.main in a policy of this role.",
    },
  },
  base,
);

const calls = (address: string, service: string) =>
  `${address} calls aws_lambda_function.main, which has no aws_lambda_permission for ${service}. Add an aws_lambda_permission with action "lambda:InvokeFunction" and principal "${service}", and name it in depends_on.`;
const without = (name: string) => (stack: Json) => {
  delete stack.resource.aws_lambda_permission[name];
};
const unknown = (name: string) => (stack: Json) => {
  stack.resource.aws_lambda_permission[name].function_name = "${var.function}";
};

describeRule(
  "FN-004",
  {
    "logs that are sent to it": {
      bad: without("logs"),
      good: unknown("logs"),
      says: calls("aws_cloudwatch_log_subscription_filter.main", "logs.amazonaws.com"),
    },
    "logs that are named with their region": {
      bad: without("logs"),
      good: ({ resource }) => {
        resource.aws_lambda_permission.logs.principal = "logs.eu-west-1.amazonaws.com";
      },
      says: calls("aws_cloudwatch_log_subscription_filter.main", "logs.amazonaws.com"),
    },
    "a secret that it rotates": {
      bad: without("secretsmanager"),
      good: unknown("secretsmanager"),
      says: calls("aws_secretsmanager_secret_rotation.main", "secretsmanager.amazonaws.com"),
    },
    "a topic, where everybody is let in": {
      bad: without("sns"),
      good: ({ resource }) => {
        resource.aws_lambda_permission.sns.principal = "*";
      },
      says: calls("aws_sns_topic_subscription.main", "sns.amazonaws.com"),
    },
    "a topic that it subscribes to": {
      bad: without("sns"),
      good: unknown("sns"),
      says: calls("aws_sns_topic_subscription.main", "sns.amazonaws.com"),
    },
  },
  base,
);

describeRule(
  "IAM-027",
  {
    "a role that trusts another service": {
      bad: ({ resource }) => {
        resource.aws_iam_role.main.assume_role_policy = trust.replace("lambda", "ec2");
      },
      good: ({ resource }) => {
        resource.aws_iam_role.main.assume_role_policy = "${data.aws_iam_policy_document.main.json}";
      },
      says: 'aws_iam_role.main is the role of aws_lambda_function.main, and trusts ec2.amazonaws.com. Name the service "lambda.amazonaws.com" as Principal in assume_role_policy.',
    },
    "a flow log's role": {
      bad: ({ resource }) => {
        resource.aws_flow_log = { main: { vpc_id: "vpc-1", iam_role_arn: "${aws_iam_role.main.arn}" } };
      },
      good: ({ resource }) => {
        resource.aws_flow_log = { main: { vpc_id: "vpc-1", iam_role_arn: "${var.role}" } };
      },
      says: 'aws_iam_role.main is the role of aws_flow_log.main, and trusts lambda.amazonaws.com. Name the service "vpc-flow-logs.amazonaws.com" as Principal in assume_role_policy.',
    },
  },
  base,
);
