import { type Control, each, type Json, passes, type StackJson, statements, waived } from "./control.ts";

const allowed = (text: string): Json[] => statements(text).filter(({ Effect }) => Effect === "Allow");

/** Every allowed statement of the policies written into roles. */
const eachStatement = (holds: (statement: Json) => boolean) =>
  each("aws_iam_role_policy", ({ policy }) => allowed(policy).every(holds));

const eachTrust = (holds: (statement: Json) => boolean) =>
  each("aws_iam_role", (role) => allowed(role.assume_role_policy).every(holds));

const principals = ({ Principal }: Json): string[] =>
  Principal === "*" ? ["*"] : Object.values<string>(Principal).flat();

const READS = /^[a-z0-9-]+:(BatchGet|Describe|Get|List)/;
const writesAnything = ({ Action, Resource, Condition }: Json) =>
  Resource.includes("*") && Condition === undefined && Action.some((action: string) => !READS.test(action));

/** Decrypts with whatever key. */
const decryptsAll = ({ Action, Resource }: Json) =>
  Resource.includes("*") && Action.some((action: string) => /^(\*|kms:(\*|Decrypt|ReEncrypt.*))$/.test(action));

const hasNoUsers = (_role: Json, { resource }: StackJson) =>
  resource.aws_iam_user === undefined && resource.aws_iam_access_key === undefined;

/** IAM and SNS. */
export const ACCESS: readonly Control[] = [
  passes(
    ["CKV_AWS_60", "CKV_AWS_61"],
    "Ensure IAM roles allow only specific services or principals to assume them",
    eachTrust((statement) => principals(statement).every((one) => one !== "*" && !/:root$|^\d{12}$/.test(one))),
    { note: "Services for this account's resources only; GitHub by repository and branch, or by environment." },
  ),
  passes(
    ["CKV_AWS_393"],
    "Ensure AWS GitHub Actions OIDC authorization policies only allow safe claims and claim order on IAM role",
    eachTrust(
      ({ Principal, Condition }) =>
        Principal.Federated === undefined ||
        [Condition?.StringEquals?.["token.actions.githubusercontent.com:sub"]]
          .flat()
          .every((sub) => /^repo:[^*]+$/.test(sub)),
    ),
  ),
  passes(
    ["CKV_AWS_62", "CKV_AWS_63", "CKV_AWS_274", "IAM.1", "CIS 1.15"],
    "IAM policies should not allow full '*' administrative privileges",
    eachStatement(({ Action }) => !Action.includes("*")),
  ),
  passes(
    ["CKV2_AWS_40"],
    "Ensure AWS IAM policy does not allow full IAM privileges",
    eachStatement(({ Action }) => !Action.some((action: string) => ["*", "iam:*"].includes(action))),
  ),
  passes(
    ["CKV2_AWS_56"],
    "Ensure AWS Managed IAMFullAccess IAM policy is not used",
    each("aws_iam_role_policy_attachment", ({ policy_arn: arn }) => !arn.includes("IAMFullAccess")),
  ),
  passes(
    ["KMS.1", "KMS.2"],
    "IAM principals should not be allowed decryption actions on all KMS keys",
    eachStatement((statement) => !decryptsAll(statement)),
  ),
  passes(["IAM.2", "CIS 1.14"], "IAM users should not have IAM policies attached", each("aws_iam_role", hasNoUsers), {
    note: "The project makes no users and no access keys.",
  }),
  passes(
    ["CKV_AWS_286"],
    "Ensure IAM policies does not allow privilege escalation",
    each("aws_iam_role_policy", ({ policy }) =>
      allowed(policy)
        .filter(({ Action }) =>
          Action.some((action: string) => /^iam:(Create|Put|Attach)Role/.test(action) || action === "iam:CreateRole"),
        )
        .every(({ Condition }) => Condition?.StringEquals?.["iam:PermissionsBoundary"] !== undefined),
    ),
    { note: "The apply role gives rights only within the permissions boundary." },
  ),
  passes(
    ["CKV_AWS_287"],
    "Ensure IAM policies does not allow credentials exposure",
    eachStatement(
      ({ Action }) =>
        !Action.some((action: string) => /^(sts:|iam:CreateAccessKey|iam:UpdateLoginProfile)/.test(action)),
    ),
  ),
  waived(
    ["CKV_AWS_288", "CKV_AWS_289", "CKV_AWS_290", "CKV_AWS_355"],
    "Ensure IAM policies does not allow data access, permissions management or writes without constraints",
    "AWS makes up ids of networks, and ECS Exec's channels have none: those actions are on `*`. The apply role's changes are limited to the app's tag or the region; what the app can do stays within the boundary.",
    eachStatement((statement) => !writesAnything(statement)),
  ),
  waived(
    ["IAM.21"],
    "IAM customer managed policies that you create should not allow wildcard actions for services",
    "The apply role has `ecs:*` and the like on resources with the app's name only.",
    each("aws_iam_policy", ({ policy }) =>
      allowed(policy).every(({ Action }) => !Action.some((action: string) => action.endsWith(":*"))),
    ),
  ),
  waived(
    ["CKV_AWS_26", "SNS.1"],
    "SNS topics should be encrypted at rest using AWS KMS",
    "CloudWatch may not use AWS's key for SNS, and one of one's own costs 1 USD a month. Alarms' texts hold no secrets, and go out by mail.",
    each("aws_sns_topic", (topic) => topic.kms_master_key_id !== undefined),
  ),
  waived(
    ["SNS.2"],
    "Logging of delivery status should be enabled for notification messages sent to a topic",
    "SNS logs no deliveries of mail.",
    each("aws_sns_topic", (topic) => Object.keys(topic).some((name) => name.endsWith("_feedback_role_arn"))),
  ),
  passes(
    ["CKV_AWS_169", "CKV_AWS_385", "SNS.4"],
    "SNS topic access policies should not allow public access",
    each("aws_sns_topic_policy", ({ policy }) =>
      allowed(policy).every((statement) => principals(statement).every((one) => /^[a-z]+\.amazonaws\.com$/.test(one))),
    ),
  ),
  passes(
    ["CKV_AWS_319"],
    "Ensure that CloudWatch alarm actions are enabled",
    each("aws_cloudwatch_metric_alarm", (alarm) => alarm.actions_enabled !== false),
  ),
];
