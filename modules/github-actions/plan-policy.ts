import type { Statement } from "../iam-policy.ts";
import { type CiTarget, neighboursRefused, plansPrefix } from "./names.ts";
import { secretStatements, stateVersions } from "./reads.ts";

/**
 * What the plan role may do beside the reads: read the state and the secrets in it, hold the state's lock, and put a
 * reviewed plan away. It writes neither the state nor anything that the stack makes.
 */
export function planStatements(target: CiTarget): Statement[] {
  return [...secretStatements(target), ...stateStatements(target), ...lockStatements(target), ...refusals(target)];
}

function stateStatements({ stateBucket, stateKey }: CiTarget): Statement[] {
  const bucket = `arn:aws:s3:::${stateBucket}`;
  return [
    { actions: ["s3:ListBucket"], resources: [bucket] },
    ...stateVersions(bucket, stateKey),
    { actions: ["s3:GetObject"], resources: [`${bucket}/${stateKey}`] },
  ];
}

function lockStatements({ stateBucket, stateKey, environment }: CiTarget): Statement[] {
  const bucket = `arn:aws:s3:::${stateBucket}`;
  return [
    {
      actions: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
      resources: [`${bucket}/${stateKey}.tflock`],
    },
    { actions: ["s3:GetObject", "s3:PutObject"], resources: [`${bucket}/${plansPrefix(environment)}*`] },
  ];
}

/** Stays out of reach even where somebody attaches `ReadOnlyAccess` to the role, which has these in it. */
function refusals({ neighbours }: CiTarget): Statement[] {
  return [
    {
      effect: "Deny",
      actions: [
        "cognito-idp:AdminGetUser",
        "cognito-idp:ListUsers",
        "cognito-idp:ListUsersInGroup",
        "ec2:DescribeInstanceAttribute",
        "lambda:GetFunction",
        "logs:FilterLogEvents",
        "logs:GetLogEvents",
        "logs:StartQuery",
        "ssm:GetParameter*",
      ],
      resources: ["*"],
    },
    ...neighboursRefused(neighbours),
  ];
}
