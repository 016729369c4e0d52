import type { Statement } from "../iam-policy.ts";
import { recordNames } from "../mail/names.ts";
import {
  boundaryArn,
  CI_PATH,
  type CiTarget,
  neighboursRefused,
  onAdoptedPool,
  onUserPool,
  plansPrefix,
  tagged,
} from "./names.ts";
import { cdnWrites, loginWrites, natInstanceWrites } from "./optional-writes.ts";
import { namedResources, secretStatements, stateVersions } from "./reads.ts";
import { bucketWrites, secretWrites, vaultWrites } from "./store-writes.ts";

/** Services that AWS keeps a role of its own for, made the first time that they are used. */
const SERVICE_LINKED = [
  "backup.amazonaws.com",
  "ecs.amazonaws.com",
  "ecs.application-autoscaling.amazonaws.com",
  "elasticache.amazonaws.com",
  "elasticloadbalancing.amazonaws.com",
  "email.cognito-idp.amazonaws.com",
  "rds.amazonaws.com",
  "wafv2.amazonaws.com",
];

/** Who may be handed a role of the stack: its tasks, the flow log of its VPC, and what starts and redeploys its tasks. */
const PASSED_TO = [
  "backup.amazonaws.com",
  "ecs-tasks.amazonaws.com",
  "events.amazonaws.com",
  "scheduler.amazonaws.com",
  "states.amazonaws.com",
  "vpc-flow-logs.amazonaws.com",
];

/**
 * What the apply role may do beside the reads: all that the stack makes, its state, and nothing of what guards it. More is in
 * `writeStatements` and `namedWriteStatements`, policies of their own, because a role's inline ones have too little room for all.
 */
export function applyStatements(target: CiTarget): Statement[] {
  return [
    ...secretStatements(target),
    ...stateStatements(target),
    ...creations(target),
    ...taggedWrites(target),
    ...roleWrites(target),
    ...guardStatements(target),
  ];
}

/** What the apply role may do with all that has the app's name. */
export function namedWriteStatements(target: CiTarget): Statement[] {
  return [namedWrites(target)];
}

/** What it may do with the app's records, login and stores, and by its machines. */
export function writeStatements(target: CiTarget): Statement[] {
  return [
    ...recordWrites(target),
    ...loginWrites(target),
    ...bucketWrites(target),
    ...secretWrites(target),
    ...vaultWrites(target),
    ...natInstanceWrites(target),
    ...cdnWrites(target),
  ];
}

function stateStatements({ stateBucket, stateKey, environment }: CiTarget): Statement[] {
  const bucket = `arn:aws:s3:::${stateBucket}`;
  return [
    { actions: ["s3:ListBucket"], resources: [bucket] },
    ...stateVersions(bucket, stateKey),
    { actions: ["s3:GetObject", "s3:PutObject"], resources: [`${bucket}/${stateKey}`] },
    {
      actions: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
      resources: [`${bucket}/${stateKey}.tflock`, `${bucket}/${plansPrefix(environment)}*`],
    },
  ];
}

/**
 * What makes things whose ids AWS makes up: in this region only, and no machines, peerings or users. Nothing in it deletes or
 * changes what is there already, but for what AWS can't tell apart by tags.
 */
function creations({ region, account, app }: CiTarget): Statement[] {
  const here = { StringEquals: { "aws:RequestedRegion": region } };
  return [
    {
      actions: [
        // A certificate and a scalable target are tagged while they are made, and have no tag then.
        "acm:AddTagsToCertificate",
        "acm:RequestCertificate",
        "application-autoscaling:PutScalingPolicy",
        "application-autoscaling:PutScheduledAction",
        "application-autoscaling:RegisterScalableTarget",
        "application-autoscaling:TagResource",
        "backup-storage:MountCapsule",
        "backup:CreateBackupPlan",
        "ec2:AllocateAddress",
        "ec2:AssociateAddress",
        "ec2:CreateFlowLogs",
        "ec2:CreateInternetGateway",
        "ec2:CreateNatGateway",
        "ec2:CreateRouteTable",
        "ec2:CreateSecurityGroup",
        "ec2:CreateSubnet",
        "ec2:CreateVpc",
        "ec2:CreateVpcEndpoint",
        // Interfaces are AWS's: a service has left them in a security group or subnet that is to go.
        "ec2:DeleteNetworkInterface",
        "ec2:DetachNetworkInterface",
        "ecr:GetAuthorizationToken",
        "ecs:CreateCluster",
        "ecs:DeregisterTaskDefinition",
        // A release looks at services and tasks; listing can't be narrowed down to a cluster by name.
        "ecs:ListServices",
        "ecs:ListTasks",
        "ecs:RegisterTaskDefinition",
        "ecs:TagResource",
        "kms:DescribeKey",
        // AWS WAF lets itself write to a log group in the caller's name.
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:DescribeResourcePolicies",
        "logs:PutResourcePolicy",
        // A saved query has neither an ARN nor tags.
        "logs:DeleteQueryDefinition",
        "logs:PutQueryDefinition",
        "servicediscovery:CreateHttpNamespace",
        "servicediscovery:TagResource",
        "servicediscovery:UntagResource",
      ],
      resources: ["*"],
      condition: here,
    },
    {
      actions: ["cognito-idp:CreateUserPool"],
      resources: ["*"],
      condition: { StringEquals: { "aws:RequestedRegion": region, "aws:RequestTag/Application": app } },
    },
    // Whoever may tag what is there could make anything the app's own, so only while something is made.
    { actions: ["ec2:CreateTags"], resources: ["*"], condition: { ...here, Null: { "ec2:CreateAction": "false" } } },
    // A VPC comes with a group that AWS makes, without tags: the stack tags it and empties it.
    {
      actions: ["ec2:CreateTags"],
      resources: [`arn:aws:ec2:${region}:${account}:security-group/*`],
      condition: { Null: { "aws:ResourceTag/Application": "true" } },
    },
    // A rule is tagged after it was made, and is nothing without its group. AWS's prefix lists and NAT's interface have no tags.
    {
      actions: [
        "ec2:AuthorizeSecurityGroup*",
        "ec2:CreateTags",
        "ec2:DisassociateAddress",
        "ec2:ModifySecurityGroupRules",
      ],
      resources: [
        `arn:aws:ec2:${region}:${account}:security-group-rule/*`,
        `arn:aws:ec2:${region}:${account}:network-interface/*`,
        `arn:aws:ec2:${region}:*:prefix-list/*`,
      ],
    },
  ];
}

/**
 * What changes and deletes things whose ids AWS makes up: only those with the app's tag, which each gets while it is made.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/ for the actions that know tags
 */
function taggedWrites(target: CiTarget): Statement[] {
  return [
    {
      actions: [
        "acm:DeleteCertificate",
        "acm:RemoveTagsFromCertificate",
        "acm:UpdateCertificateOptions",
        "application-autoscaling:DeleteScalingPolicy",
        "application-autoscaling:DeleteScheduledAction",
        "application-autoscaling:DeregisterScalableTarget",
        "application-autoscaling:UntagResource",
        "backup:*BackupPlan",
        "backup:*BackupSelection",
        "backup:*agResource",
        "ec2:AssociateRouteTable",
        "ec2:AttachInternetGateway",
        "ec2:AuthorizeSecurityGroup*",
        "ec2:CreateRoute",
        // Several of a kind in one: a role's policies have room for 10,240 characters.
        "ec2:*Tags",
        "ec2:DeleteFlowLogs",
        "ec2:DeleteInternetGateway",
        "ec2:DeleteNatGateway",
        "ec2:DeleteRoute*",
        "ec2:DeleteSecurityGroup",
        "ec2:DeleteSubnet",
        "ec2:DeleteVpc",
        "ec2:DeleteVpcEndpoints",
        "ec2:DetachInternetGateway",
        "ec2:DisassociateAddress",
        "ec2:DisassociateRouteTable",
        "ec2:ModifySecurityGroupRules",
        "ec2:ModifySubnetAttribute",
        "ec2:ModifyVpcAttribute",
        "ec2:ModifyVpcEndpoint",
        "ec2:ReleaseAddress",
        "ec2:ReplaceRoute*",
        "ec2:RevokeSecurityGroup*",
        "ec2:UpdateSecurityGroupRule*",
        "servicediscovery:DeleteNamespace",
        "servicediscovery:UpdateHttpNamespace",
      ],
      resources: ["*"],
      condition: tagged(target),
    },
    ...onUserPool(target, [
      "cognito-idp:AddCustomAttributes",
      "cognito-idp:CreateUserPool*",
      "cognito-idp:DeleteUserPool*",
      "cognito-idp:SetUserPoolMfaConfig",
      "cognito-idp:TagResource",
      "cognito-idp:UntagResource",
      "cognito-idp:UpdateUserPool*",
    ]),
    // What the stack makes none of, but keeps where it came with the pool.
    ...onAdoptedPool(target, [
      ...["Group", "IdentityProvider", "ResourceServer"].flatMap((type) =>
        ["Create", "Delete", "Update"].map((verb) => `cognito-idp:${verb}${type}`),
      ),
      "cognito-idp:SetRiskConfiguration",
      "cognito-idp:SetUICustomization",
    ]),
  ];
}

/** What has a name: all of it, but only under the app's. */
function namedWrites(target: CiTarget): Statement {
  const { app, region, account } = target;
  const named = namedResources(target);
  const { backup: _vault, iam: _roles, s3: _buckets, secretsmanager: _secrets, ...others } = named;
  const balancing = (...names: readonly string[]) =>
    names.map((name) => `arn:aws:elasticloadbalancing:${region}:${account}:${name}`);
  return {
    actions: [
      "budgets:*",
      "cloudwatch:*",
      "ecr:*",
      "ecs:*",
      "elasticache:*",
      "elasticloadbalancing:*",
      "events:*",
      "logs:*",
      "rds:*",
      "scheduler:*",
      // Everything but to send.
      "ses:*ConfigurationSet*",
      "ses:*Identity*",
      "ses:*agResource",
      "sns:*",
      "sqs:*",
      "states:*",
      "wafv2:*",
    ],
    resources: [
      // Of target tracking, which makes alarms in the caller's name.
      `arn:aws:cloudwatch:${region}:${account}:alarm:TargetTracking-service/${app}/*`,
      ...Object.values(others).flat(),
      ...balancing(`loadbalancer/app/${app}/*`, `targetgroup/${app}-*`, `listener*/app/${app}/*`),
      // AWS's own, which a cluster and a database stand on.
      `arn:aws:elasticache:${region}:${account}:parametergroup:default.*`,
      `arn:aws:rds:${region}:${account}:og:default:*`,
      // AWS's groups of rules, which a web ACL is made of.
      `arn:aws:wafv2:${region}:*:regional/managedruleset/*`,
    ],
  };
}

/**
 * Records under the app's own host names and of its mail, and no other record of a zone.
 * Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-rrset-conditions.html
 */
function recordWrites({ hostNames, loginDomain = [], mailDomain }: CiTarget): Statement[] {
  const names = [
    ...hostNames.flatMap((name) => [name, `*.${name}`]),
    ...loginDomain.flatMap((name, index) => (index === 0 ? [name, `*.${name}`] : [name])),
    ...(mailDomain === undefined ? [] : recordNames(mailDomain)),
  ];
  if (names.length === 0) return [];
  return [
    {
      actions: ["route53:ChangeResourceRecordSets"],
      resources: ["arn:aws:route53:::hostedzone/*"],
      condition: {
        "ForAllValues:StringLike": {
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": names,
        },
      },
    },
    {
      // An interface endpoint with private DNS brings a hosted zone of AWS's own with it.
      actions: [
        "route53:AssociateVPCWithHostedZone",
        "route53:ChangeTagsForResource",
        "route53:CreateHostedZone",
        "route53:UpdateHostedZoneComment",
      ],
      resources: ["*"],
    },
  ];
}

/**
 * What gives a role rights, or takes the limit of its rights away. IAM compares `iam:PermissionsBoundary` with the
 * boundary that the call sets, and where it sets none, with the one that the role has: none is no match.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 */
const BOUNDED = ["iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"];

/** Roles of the tasks: made, changed and handed on only under the app's name, and within the permissions boundary. */
function roleWrites(target: CiTarget): Statement[] {
  const { iam = [] } = namedResources(target);
  return [
    {
      actions: BOUNDED,
      resources: iam,
      condition: { StringEquals: { "iam:PermissionsBoundary": boundaryArn(target) } },
    },
    {
      actions: [
        "iam:DeleteRole",
        "iam:DeleteRolePolicy",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole*",
      ],
      resources: iam,
    },
    {
      actions: ["iam:PassRole"],
      resources: iam,
      condition: { StringEquals: { "iam:PassedToService": PASSED_TO } },
    },
    {
      actions: ["iam:CreateServiceLinkedRole"],
      resources: ["*"],
      condition: { StringEquals: { "iam:AWSServiceName": SERVICE_LINKED } },
    },
  ];
}

/** What it may not do, whatever else it is allowed: what guards it, the states of others, and shells in containers. */
function guardStatements(target: CiTarget): Statement[] {
  const { app, account, stateBucket, stateKey, neighbours = [] } = target;
  // `app-*` is the app's own prefix, and that of a neighbour that is called `app-staging`.
  const withinPrefix = neighbours.filter((neighbour) => neighbour.startsWith(`${app}-`));
  const bucket = `arn:aws:s3:::${stateBucket}`;
  return [
    {
      effect: "Deny",
      actions: ["iam:*"],
      resources: [
        `arn:aws:iam::${account}:role${CI_PATH}*`,
        `arn:aws:iam::${account}:oidc-provider/*`,
        ...withinPrefix.map((neighbour) => `arn:aws:iam::${account}:role/${neighbour}-*`),
      ],
    },
    {
      effect: "Deny",
      actions: [
        "iam:CreatePolicy*",
        "iam:DeletePolicy*",
        "iam:SetDefaultPolicyVersion",
        "iam:TagPolicy",
        "iam:UntagPolicy",
      ],
      resources: [`arn:aws:iam::${account}:policy${CI_PATH}*`],
    },
    {
      effect: "Deny",
      actions: ["iam:AttachRolePolicy", ...BOUNDED],
      resources: ["*"],
      condition: { StringNotEquals: { "iam:PermissionsBoundary": boundaryArn(target) } },
    },
    { effect: "Deny", actions: ["iam:DeleteRolePermissionsBoundary"], resources: ["*"] },
    {
      effect: "Deny",
      actions: ["s3:DeleteBucket*", "s3:PutBucket*", "s3:PutEncryptionConfiguration", "s3:PutLifecycleConfiguration"],
      resources: [bucket],
    },
    { effect: "Deny", actions: ["s3:DeleteObject"], resources: [`${bucket}/${stateKey}`] },
    { effect: "Deny", actions: ["s3:DeleteObjectVersion"], resources: [`${bucket}/*`] },
    { effect: "Deny", actions: ["s3:*"], resources: [`${bucket}/bootstrap/*`] },
    { effect: "Deny", actions: ["ecs:ExecuteCommand", "sts:AssumeRole"], resources: ["*"] },
    ...neighboursRefused(neighbours),
  ];
}
