import type { Statement } from "../iam-policy.ts";
import { type CiTarget, tagged } from "./names.ts";

/**
 * The group of one NAT instance, and what it is started from. EC2 looks whether who makes the group may run the template;
 * nothing is run but from a launch template.
 * Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html
 */
export function natInstanceWrites(target: CiTarget): Statement[] {
  if (!target.natInstance) return [];
  const { app, region, account } = target;
  const here = `arn:aws:ec2:${region}:${account}`;
  const template = `${here}:launch-template/*`;
  return [
    {
      actions: ["autoscaling:*"],
      resources: [`arn:aws:autoscaling:${region}:${account}:autoScalingGroup:*:autoScalingGroupName/${app}-nat`],
    },
    {
      actions: ["ec2:CreateLaunchTemplate", "ec2:CreateNetworkInterface"],
      resources: ["*"],
      condition: { StringEquals: { "aws:RequestedRegion": region } },
    },
    {
      actions: ["ec2:*LaunchTemplate", "ec2:*LaunchTemplateVersion*", "ec2:ModifyNetworkInterfaceAttribute"],
      resources: ["*"],
      condition: tagged(target),
    },
    {
      actions: ["ec2:RunInstances"],
      resources: ["*"],
      condition: { ArnLike: { "ec2:LaunchTemplate": template } },
    },
    {
      actions: ["ssm:GetParameters"],
      resources: [`arn:aws:ssm:${region}::parameter/aws/service/ami-amazon-linux-latest/*`],
    },
    {
      actions: ["iam:CreateServiceLinkedRole"],
      resources: ["*"],
      condition: { StringEquals: { "iam:AWSServiceName": "autoscaling.amazonaws.com" } },
    },
  ];
}

/**
 * The login pages' own name: its certificate is in us-east-1, and Cognito's distribution is changed in the name of who makes the domain.
 * Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-add-custom-domain.html
 */
export function loginWrites({ loginDomain }: CiTarget): Statement[] {
  if (loginDomain === undefined) return [];
  const condition = { StringEquals: { "aws:RequestedRegion": "us-east-1" } };
  return [
    { actions: ["acm:AddTagsToCertificate", "acm:RequestCertificate"], resources: ["*"], condition },
    { actions: ["cloudfront:UpdateDistribution"], resources: ["*"] },
  ];
}

/**
 * CloudFront in front of users' files. AWS makes up a distribution's id, so it is told by its tag, which it gets while it is made.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudfront.html
 */
export function cdnWrites(target: CiTarget): Statement[] {
  if (!target.storageCdn) return [];
  const distributions = [`arn:aws:cloudfront::${target.account}:distribution/*`];
  const asOurs = { StringEquals: { "aws:RequestTag/Application": target.app } };
  return [
    // AWS looks at no ARN of what is to be made.
    { actions: ["cloudfront:CreateDistribution"], resources: ["*"], condition: asOurs },
    // Not those of another app: who tags one as the app's own could delete it then.
    {
      actions: ["cloudfront:TagResource"],
      resources: distributions,
      condition: { ...asOurs, Null: { "aws:ResourceTag/Application": "true" } },
    },
    {
      actions: ["cloudfront:DeleteDistribution", "cloudfront:*agResource", "cloudfront:UpdateDistribution"],
      resources: distributions,
      condition: tagged(target),
    },
  ];
}
