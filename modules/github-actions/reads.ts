import { redeploymentName } from "../ecs/redeployment.ts";
import type { Statement } from "../iam-policy.ts";
import { boundaryArn, type CiTarget, onUserPool, secretArn } from "./names.ts";

/**
 * Calls that Terraform makes to compare the stack with AWS, and that AWS can't narrow down to single resources, or only
 * to ids that nobody knows beforehand. None gives away a value that is kept secret; variables in a task definition are
 * none, and AWS can't limit `ecs:DescribeTaskDefinition` to the app's.
 *
 * Source: recorded from AWS provider 5.100.0 (`__tests__/modules/github-actions/recorded-calls.ts`), and the provider's code for
 * what it asks a service only sometimes.
 */
const UNNAMED_READS = [
  "acm:DescribeCertificate",
  "acm:ListTagsForCertificate",
  "application-autoscaling:Describe*",
  "application-autoscaling:ListTagsForResource",
  "autoscaling:Describe*",
  "backup:GetBackupPlan",
  "backup:GetBackupSelection",
  "cloudwatch:DescribeAlarms",
  "cognito-idp:DescribeUserPoolDomain",
  "ec2:DescribeAccountAttributes",
  "ec2:DescribeAddresses*",
  "ec2:DescribeAvailabilityZones",
  "ec2:DescribeFlowLogs",
  "ec2:DescribeInternetGateways",
  "ec2:DescribeLaunchTemplate*",
  "ec2:DescribeManagedPrefixLists",
  "ec2:DescribeNatGateways",
  "ec2:DescribeNetworkAcls",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribePrefixLists",
  "ec2:DescribeRouteTables",
  "ec2:DescribeSecurityGroup*",
  "ec2:DescribeSubnets",
  "ec2:DescribeTags",
  "ec2:DescribeVpc*",
  "ecs:DescribeTaskDefinition",
  "elasticloadbalancing:Describe*",
  "logs:DescribeLogGroups",
  "logs:DescribeQueryDefinitions",
  "route53:GetChange",
  "route53:GetHostedZone",
  "route53:ListHostedZones*",
  "route53:ListResourceRecordSets",
  "route53:ListTagsForResource",
  "servicediscovery:GetNamespace",
  "servicediscovery:GetOperation",
  "servicediscovery:ListTagsForResource",
  "states:ValidateStateMachineDefinition",
  "sts:GetCallerIdentity",
  "wafv2:GetWebACLForResource",
];

/** The same for CloudFront in front of users' files, where AWS makes up the id. */
const CDN_READS = ["cloudfront:GetDistribution", "cloudfront:ListTagsForResource"];

/** The same for the user pool. `cognito-idp:DescribeUserPoolClient` gives away the client's secret, which is in the state as well. */
const USER_POOL_READS = [
  "cognito-idp:DescribeIdentityProvider",
  "cognito-idp:DescribeResourceServer",
  "cognito-idp:DescribeRiskConfiguration",
  "cognito-idp:DescribeUserPool",
  "cognito-idp:DescribeUserPoolClient",
  "cognito-idp:GetGroup",
  "cognito-idp:GetUICustomization",
  "cognito-idp:GetUserPoolMfaConfig",
  "cognito-idp:ListTagsForResource",
];

/** The same for what has a name of its own. */
const NAMED_READS = [
  "backup:DescribeBackupVault",
  "backup:ListRecoveryPointsByBackupVault",
  "backup:ListTags",
  "budgets:ListTagsForResource",
  "budgets:ViewBudget",
  "cloudwatch:GetDashboard",
  "cloudwatch:ListTagsForResource",
  "ecr:DescribeRepositories",
  "ecr:GetLifecyclePolicy",
  "ecr:GetRepositoryPolicy",
  "ecr:ListTagsForResource",
  "ecs:DescribeClusters",
  "ecs:DescribeServices",
  "ecs:ListTagsForResource",
  "elasticache:Describe*",
  "elasticache:ListTagsForResource",
  "events:DescribeRule",
  "events:List*",
  "iam:GetRole",
  "iam:GetRolePolicy",
  "iam:ListAttachedRolePolicies",
  "iam:ListInstanceProfilesForRole",
  "iam:ListRolePolicies",
  "iam:ListRoleTags",
  "logs:ListTags*",
  "rds:Describe*",
  "rds:ListTagsForResource",
  "scheduler:GetSchedule*",
  "scheduler:ListTagsForResource",
  "s3:GetAccelerateConfiguration",
  "s3:GetBucket*",
  "s3:GetEncryptionConfiguration",
  "s3:GetLifecycleConfiguration",
  "s3:GetReplicationConfiguration",
  "s3:ListBucket",
  "secretsmanager:DescribeSecret",
  "secretsmanager:GetResourcePolicy",
  "secretsmanager:ListSecretVersionIds",
  "ses:GetEmailIdentity",
  "ses:GetConfigurationSet*",
  "ses:ListTagsForResource",
  "sns:GetSubscriptionAttributes",
  "sns:GetTopicAttributes",
  "sns:List*",
  "sqs:GetQueue*",
  "sqs:ListQueueTags",
  "states:DescribeStateMachine",
  "states:List*",
  "wafv2:GetLoggingConfiguration",
  "wafv2:GetWebACL",
  "wafv2:ListTagsForResource",
];

/** ARN of the bucket of users' files. */
export function storageArn({ app, account }: Pick<CiTarget, "app" | "account">): string {
  return `arn:aws:s3:::${app}-storage-${account}`;
}

/** ARNs of what the stack names after the app. */
export function namedResources({
  app,
  region,
  account,
  mailDomain,
}: CiTarget): Readonly<Record<string, readonly string[]>> {
  const here = (service: string, ...rest: readonly string[]) =>
    rest.map((name) => `arn:aws:${service}:${region}:${account}:${name}`);
  return {
    backup: here("backup", `backup-vault:${app}`),
    budgets: [`arn:aws:budgets::${account}:budget/${app}`],
    cloudwatch: [...here("cloudwatch", `alarm:${app}/*`), `arn:aws:cloudwatch::${account}:dashboard/${app}`],
    ecr: here("ecr", `repository/nginx-${app}`, `repository/rails-${app}`),
    ecs: here(
      "ecs",
      `cluster/${app}`,
      `service/${app}/*`,
      `task/${app}/*`,
      `task-definition/task-${app}:*`,
      `task-definition/task-${app}-*`,
    ),
    elasticache: here("elasticache", `replicationgroup:${app}`, `cluster:${app}-*`, `subnetgroup:${app}`),
    events: here("events", `rule/${app}-deployments`, `rule/${app}-schedules`, `rule/${redeploymentName(app)}*`),
    iam: [`arn:aws:iam::${account}:role/${app}-*`],
    logs: here("logs", `log-group:/ecs/${app}/*`, `log-group:/vpc/${app}*`),
    rdsLogs: here("logs", `log-group:/aws/rds/instance/${app}/*`),
    rds: here("rds", `db:${app}`, `subgrp:${app}`, `pg:${app}-*`, `snapshot:${app}*`),
    s3: [`arn:aws:s3:::${app}-alb-logs-${account}`, storageArn({ app, account })],
    scheduler: here("scheduler", `schedule-group/${app}`, `schedule/${app}/*`),
    secretsmanager: here("secretsmanager", `secret:${app}/*`, "secret:rds!*"),
    ses: mailDomain === undefined ? [] : here("ses", `configuration-set/${app}`, `identity/${mailDomain}`),
    sns: here("sns", `${app}-alarms`),
    sqs: here("sqs", `${app}-dead-letters`),
    wafLogs: here("logs", `log-group:aws-waf-logs-${app}`, `log-group:aws-waf-logs-${app}:*`),
    wafv2: here("wafv2", `regional/webacl/${app}/*`),
    states: here("states", `stateMachine:${redeploymentName(app)}`),
  };
}

/** What a plan reads of what the app named: values of secrets left out. */
export function namedReadStatements(target: CiTarget): Statement[] {
  return [{ actions: NAMED_READS, resources: Object.values(namedResources(target)).flat() }];
}

/** What a plan reads beside that. */
export function readStatements(target: CiTarget): Statement[] {
  return [
    { actions: UNNAMED_READS, resources: ["*"] },
    ...onUserPool(target, USER_POOL_READS),
    ...(target.storageCdn
      ? [{ actions: CDN_READS, resources: [`arn:aws:cloudfront::${target.account}:distribution/*`] }]
      : []),
    // Whether it is there is looked at before a plan.
    { actions: ["iam:GetPolicy"], resources: [boundaryArn(target)] },
  ];
}

/** Earlier versions of an environment's own state, for `bin/infra state`. */
export function stateVersions(bucket: string, stateKey: string): Statement[] {
  return [
    {
      actions: ["s3:ListBucketVersions"],
      resources: [bucket],
      condition: { StringEquals: { "s3:prefix": stateKey } },
    },
    { actions: ["s3:GetObjectVersion"], resources: [`${bucket}/${stateKey}`] },
  ];
}

/** The values of secrets that a plan reads, because Terraform has put them in: those, and of no other secret. */
export function secretStatements(target: CiTarget): Statement[] {
  const names = target.secretsInState;
  if (names.length === 0) return [];
  return [{ actions: ["secretsmanager:GetSecretValue"], resources: names.map((name) => secretArn(target, name)) }];
}
