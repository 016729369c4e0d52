/** Operator, key, and the values of which one has to match: `{ StringEquals: { "aws:RequestedRegion": "eu-west-1" } }`. */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** One permission, or one refusal. */
export interface Statement {
  /** @default "Allow" */
  readonly effect?: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Who may; only in a policy that hangs on a resource, such as a bucket. */
  readonly principal?: string | Readonly<Record<string, string>>;
  readonly condition?: Condition;
}

/** An IAM policy document as the JSON text that the provider takes. */
export function policy(...statements: readonly Statement[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map(({ effect = "Allow", actions, resources, principal, condition }) => ({
      Effect: effect,
      ...(principal !== undefined && { Principal: principal }),
      Action: actions,
      Resource: resources,
      ...(condition && { Condition: condition }),
    })),
  });
}

/** Denies every request to a bucket without TLS, the bucket's owner included. */
export function refuseWithoutTls(bucketArn: string): Statement {
  return {
    effect: "Deny",
    principal: "*",
    actions: ["s3:*"],
    resources: [bucketArn, `${bucketArn}/*`],
    condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/** For whom an AWS service may take a role on. */
export interface OnBehalfOf {
  /** The account's number, twelve digits. */
  readonly account: string;
  /** ARN of what the service acts for, with wildcards: `arn:aws:ecs:eu-west-1:123456789012:*`. */
  readonly source: string;
}

/**
 * The trust policy of a role that an AWS service takes on, such as `ecs-tasks.amazonaws.com`: for what is this account's, so that
 * nobody makes the service take it on from another (the confused deputy).
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export function trust(service: string, { account, source }: OnBehalfOf): string {
  return trustPolicy({ Service: service }, "sts:AssumeRole", {
    StringEquals: { "aws:SourceAccount": account },
    ArnLike: { "aws:SourceArn": source },
  });
}

/**
 * The trust policy of a role that is taken on with a token of an OIDC provider.
 *
 * @param condition which tokens: without one on the subject, everybody's
 */
export function trustWebIdentity(providerArn: string, condition: Condition): string {
  return trustPolicy({ Federated: providerArn }, "sts:AssumeRoleWithWebIdentity", condition);
}

function trustPolicy(principal: Readonly<Record<string, string>>, action: string, condition?: Condition): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: principal, Action: action, ...(condition && { Condition: condition }) }],
  });
}
