/**
 * Actions that AWS's own policies allow on every resource, as far as this stack's rules ask for them: each list is one
 * statement.
 *
 * Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
export const MANAGED_POLICIES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  AdministratorAccess: [["*"]],
  PowerUserAccess: [["*"]],
  AmazonECSTaskExecutionRolePolicy: [
    [
      "ecr:GetAuthorizationToken",
      "ecr:BatchCheckLayerAvailability",
      "ecr:GetDownloadUrlForLayer",
      "ecr:BatchGetImage",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
    ],
  ],
  AmazonEC2ContainerRegistryReadOnly: [
    ["ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
  ],
  AmazonEC2ContainerRegistryPullOnly: [
    ["ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
  ],
  AmazonEC2ContainerRegistryPowerUser: [
    ["ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
  ],
  AmazonEC2ContainerRegistryFullAccess: [["ecr:*"]],
  CloudWatchLogsFullAccess: [["logs:*"]],
  CloudWatchFullAccess: [["logs:*", "cloudwatch:*"]],
  SecretsManagerReadWrite: [["secretsmanager:*"]],
  AmazonSSMFullAccess: [["ssm:*", "ssmmessages:*"]],
  AmazonSSMReadOnlyAccess: [["ssm:Describe*", "ssm:Get*", "ssm:List*"]],
  AmazonSSMManagedInstanceCore: [
    [
      "ssm:GetParameter",
      "ssm:GetParameters",
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
    ],
  ],
  AmazonS3FullAccess: [["s3:*"]],
  AmazonS3ReadOnlyAccess: [["s3:Get*", "s3:List*"]],
  AmazonEC2ContainerServiceRole: [["ec2:AuthorizeSecurityGroupIngress", "ec2:Describe*", "elasticloadbalancing:*"]],
  AWSLambdaBasicExecutionRole: [["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]],
  AWSLambdaVPCAccessExecutionRole: [
    [
      "logs:CreateLogGroup",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "ec2:CreateNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:DeleteNetworkInterface",
      "ec2:AssignPrivateIpAddresses",
      "ec2:UnassignPrivateIpAddresses",
    ],
  ],
  AWSLambdaSQSQueueExecutionRole: [
    [
      "sqs:ReceiveMessage",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
      "logs:CreateLogGroup",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
    ],
  ],
  AWSLambdaKinesisExecutionRole: [
    [
      "kinesis:DescribeStream",
      "kinesis:DescribeStreamSummary",
      "kinesis:GetRecords",
      "kinesis:GetShardIterator",
      "kinesis:ListShards",
      "kinesis:ListStreams",
      "kinesis:SubscribeToShard",
      "logs:CreateLogGroup",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
    ],
  ],
  AmazonEC2ContainerServiceEventsRole: [["ecs:RunTask", "iam:PassRole", "ecs:TagResource"]],
  AmazonEC2ContainerServiceforEC2Role: [
    [
      "ecs:*",
      "ecr:GetAuthorizationToken",
      "ecr:BatchCheckLayerAvailability",
      "ecr:GetDownloadUrlForLayer",
      "ecr:BatchGetImage",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
    ],
  ],
};

/** Those whose ARN has the path `service-role/`. */
export const SERVICE_ROLE_POLICIES: ReadonlySet<string> = new Set([
  "AmazonECSTaskExecutionRolePolicy",
  "AmazonEC2ContainerServiceRole",
  "AmazonEC2ContainerServiceforEC2Role",
  "AWSLambdaBasicExecutionRole",
  "AWSLambdaVPCAccessExecutionRole",
  "AWSLambdaSQSQueueExecutionRole",
  "AWSLambdaKinesisExecutionRole",
]);
