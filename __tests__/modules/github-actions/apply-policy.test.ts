import { describe, expect, it } from "vitest";
import { ACCOUNT, bootstrapStack, withRoles } from "../../support/bootstrap-stack.ts";
import { synthesize } from "../../support/synthesize.ts";
import { may, ofApp, type Statement } from "./evaluate.ts";
import { A_PLAN, APPLY, BOUNDED, BUCKET, LOCK, PLAN, role, STATE, secret } from "./production.ts";
import { APPLIED, PLANNED, RELEASED } from "./recorded-calls.ts";

/** Characters that a policy keeps free, so that who adds a right to it hears of the limit before a user does. */
const ROOM = 200;

describe("the apply role", () => {
  it.each([...PLANNED, ...APPLIED])("may what making the stack asks: %s", (action) =>
    expect(may(APPLY, action, undefined, BOUNDED)).toBe(true),
  );

  it.each(RELEASED)("may what a release asks: %s on %s", (action, resource) => {
    const [service, ...name] = resource.split(":");
    const arn = resource === "*" ? "*" : `arn:aws:${service}:ap-northeast-1:${ACCOUNT}:${name.join(":")}`;
    expect(may(APPLY, action, arn)).toBe(true);
  });

  it.each([
    ["secretsmanager:RotateSecret", "operation-app", true],
    ["secretsmanager:CancelRotateSecret", "operation-app-restored-202605312355", true],
    ["secretsmanager:RotateSecret", "operation-app-admin", false],
    ["secretsmanager:RotateSecret", "shop", false],
    ["secretsmanager:PutSecretValue", "operation-app", false],
    ["secretsmanager:DeleteSecret", "operation-app", false],
  ])("%s of the password that RDS keeps for %s: %s", (action, instance, expected) => {
    const tag = `arn:aws:rds:ap-northeast-1:${ACCOUNT}:db:${instance}`;
    const context = { "aws:ResourceTag/aws:rds:primaryDBInstanceArn": tag };
    expect(may(APPLY, action, secret("rds!db-1234"), context)).toBe(expected);
  });

  it("runs no task of another app", () => {
    const definition = (name: string) => `arn:aws:ecs:ap-northeast-1:${ACCOUNT}:task-definition/${name}:1`;
    expect(may(APPLY, "ecs:RunTask", definition("task-operation-app"))).toBe(true);
    expect(may(APPLY, "ecs:RunTask", definition("task-another-app"))).toBe(false);
    expect(may(PLAN, "ecs:RunTask", definition("task-operation-app"))).toBe(false);
  });

  it("may make every role, log group, repository and secret of the stack by its name", () => {
    const main = synthesize({
      network: { flowLogRetentionDays: 30 },
      alarms: { emails: "me@example.com" },
      budget: { monthlyUsd: 150 },
      storage: {},
      backup: { lock: "governance" },
      lb: { waf: "block", wafLogRetentionDays: 30 },
      ecs: { schedules: { nightly: { when: "rate(1 day)", command: ["true"] } } },
    });
    const names = (type: string) => main.names(type).map((name) => main.resource(`${type}.${name}`).name as string);
    const here = `ap-northeast-1:${ACCOUNT}`;
    for (const name of names("aws_iam_role")) expect(may(APPLY, "iam:CreateRole", role(name), BOUNDED)).toBe(true);
    for (const name of names("aws_cloudwatch_log_group"))
      expect(may(APPLY, "logs:CreateLogGroup", `arn:aws:logs:${here}:log-group:${name}`)).toBe(true);
    for (const name of names("aws_ecr_repository"))
      expect(may(APPLY, "ecr:CreateRepository", `arn:aws:ecr:${here}:repository/${name}`)).toBe(true);
    for (const name of names("aws_secretsmanager_secret"))
      expect(may(APPLY, "secretsmanager:CreateSecret", secret(name))).toBe(true);
    for (const name of names("aws_lb_target_group"))
      expect(
        may(
          APPLY,
          "elasticloadbalancing:CreateTargetGroup",
          `arn:aws:elasticloadbalancing:${here}:targetgroup/${name}/1`,
        ),
      ).toBe(true);
    for (const name of names("aws_sns_topic"))
      expect(may(APPLY, "sns:CreateTopic", `arn:aws:sns:${here}:${name}`)).toBe(true);
    for (const name of names("aws_cloudwatch_event_rule"))
      expect(may(APPLY, "events:PutRule", `arn:aws:events:${here}:rule/${name}`)).toBe(true);
    for (const name of names("aws_budgets_budget"))
      expect(may(APPLY, "budgets:ModifyBudget", `arn:aws:budgets::${ACCOUNT}:budget/${name}`)).toBe(true);
    for (const name of names("aws_sfn_state_machine"))
      expect(may(APPLY, "states:CreateStateMachine", `arn:aws:states:${here}:stateMachine:${name}`)).toBe(true);
    for (const name of main.names("aws_s3_bucket")) {
      const { bucket } = main.resource(`aws_s3_bucket.${name}`);
      const arn = `arn:aws:s3:::${bucket.replace(/\$\{.*\}/, ACCOUNT)}`;
      expect(may(APPLY, "s3:PutBucketCORS", arn)).toBe(true);
      expect(may(APPLY, "s3:DeleteObjectVersion", `${arn}/file`)).toBe(true);
      expect(may(APPLY, "s3:GetObject", `${arn}/file`)).toBe(false);
    }
    for (const name of names("aws_backup_vault")) {
      const vault = `arn:aws:backup:${here}:backup-vault:${name}`;
      for (const action of ["CreateBackupVault", "PutBackupVaultLockConfiguration", "DeleteBackupVault", "TagResource"])
        expect(may(APPLY, `backup:${action}`, vault)).toBe(true);
      for (const action of ["DeleteRecoveryPoint", "UpdateRecoveryPointLifecycle", "PutBackupVaultAccessPolicy"])
        expect(may(APPLY, `backup:${action}`, vault)).toBe(false);
      expect(may(APPLY, "rds:DeleteDBSnapshot", `arn:aws:rds:${here}:snapshot:awsbackup:job-1`)).toBe(false);
    }
    for (const name of names("aws_wafv2_web_acl"))
      for (const action of ["CreateWebACL", "AssociateWebACL", "PutLoggingConfiguration", "DeleteWebACL"])
        expect(may(APPLY, `wafv2:${action}`, `arn:aws:wafv2:${here}:regional/webacl/${name}/1`)).toBe(true);
    expect(may(APPLY, "wafv2:DeleteWebACL", `arn:aws:wafv2:${here}:regional/webacl/another-app/1`)).toBe(false);
    for (const name of names("aws_sqs_queue"))
      expect(may(APPLY, "sqs:CreateQueue", `arn:aws:sqs:${here}:${name}`)).toBe(true);
    for (const name of names("aws_scheduler_schedule_group"))
      expect(may(APPLY, "scheduler:CreateScheduleGroup", `arn:aws:scheduler:${here}:schedule-group/${name}`)).toBe(
        true,
      );
    for (const name of names("aws_scheduler_schedule"))
      expect(may(APPLY, "scheduler:CreateSchedule", `arn:aws:scheduler:${here}:schedule/operation-app/${name}`)).toBe(
        true,
      );
    for (const name of main.names("aws_cloudwatch_metric_alarm")) {
      const { alarm_name } = main.resource(`aws_cloudwatch_metric_alarm.${name}`);
      expect(may(APPLY, "cloudwatch:TagResource", `arn:aws:cloudwatch:${here}:alarm:${alarm_name}`)).toBe(true);
    }
    const { dashboard_name } = main.resource("aws_cloudwatch_dashboard.alarms_dashboard");
    expect(may(APPLY, "cloudwatch:PutDashboard", `arn:aws:cloudwatch::${ACCOUNT}:dashboard/${dashboard_name}`)).toBe(
      true,
    );
  });

  it.each([
    ["sns:Subscribe", "sns", "payroll-alarms"],
    ["events:PutTargets", "events", "rule/operation-app-stg-deployments"],
    ["states:UpdateStateMachine", "states", "stateMachine:operation-app-stg-redeploy"],
    ["cloudwatch:TagResource", "cloudwatch", "alarm:operation-app-stg/database-disk"],
  ])("may not %s on another app's", (action, service, name) =>
    expect(may(APPLY, action, `arn:aws:${service}:ap-northeast-1:${ACCOUNT}:${name}`)).toBe(false),
  );

  it.each([
    ["s3:PutObject", STATE, true],
    ["s3:DeleteObject", LOCK, true],
    ["s3:DeleteObject", STATE, false],
    ["s3:DeleteBucket", BUCKET, false],
    ["s3:PutBucketPolicy", BUCKET, false],
    ["s3:PutObject", `${BUCKET}/bootstrap/terraform.tfstate`, false],
    ["s3:GetObject", A_PLAN, true],
    ["iam:PutRolePolicy", role("operation-app-app"), true],
    ["iam:PutRolePolicy", role("ci/operation-app-production-apply"), false],
    ["iam:UpdateAssumeRolePolicy", role("ci/operation-app-production-plan"), false],
    ["iam:CreateRole", role("admin"), false],
    ["iam:AttachRolePolicy", role("operation-app-app"), false],
    ["iam:CreateUser", `arn:aws:iam::${ACCOUNT}:user/operation-app-x`, false],
    [
      "iam:DeleteOpenIDConnectProvider",
      `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`,
      false,
    ],
    ["sts:AssumeRole", role("operation-app-app"), false],
    ["ec2:RunInstances", "*", false],
    ["ecs:ExecuteCommand", `arn:aws:ecs:ap-northeast-1:${ACCOUNT}:cluster/operation-app`, false],
    ["cognito-idp:AdminCreateUser", "*", false],
    ["secretsmanager:PutSecretValue", secret("operation-app/DATABASE_PASSWORD"), true],
    ["secretsmanager:UpdateSecretVersionStage", secret("operation-app/DATABASE_PASSWORD"), true],
    ["secretsmanager:GetSecretValue", secret("operation-app/REDIS_URL"), true],
    ["secretsmanager:GetSecretValue", secret("operation-app/DATABASE_PASSWORD"), false],
    ["secretsmanager:GetSecretValue", secret("operation-app/RAILS_MASTER_KEY"), false],
    ["secretsmanager:GetSecretValue", secret("rds!db-1234"), false],
  ])("%s on %s: %s", (action, resource, expected) => expect(may(APPLY, action, resource, BOUNDED)).toBe(expected));

  it("hands roles on to tasks, schedules, flow logs, backups and what redeploys services only", () => {
    const passing = APPLY.filter(({ Action }) => Action.includes("iam:PassRole"));
    expect(passing.map(({ Condition }) => Condition)).toEqual([
      {
        StringEquals: {
          "iam:PassedToService": [
            "backup.amazonaws.com",
            "ecs-tasks.amazonaws.com",
            "events.amazonaws.com",
            "scheduler.amazonaws.com",
            "states.amazonaws.com",
            "vpc-flow-logs.amazonaws.com",
          ],
        },
      },
    ]);
  });

  it("changes no record but those under the app's own name", () => {
    const [records] = APPLY.filter(({ Action }) => Action.includes("route53:ChangeResourceRecordSets"));
    expect(Object.values(records?.Condition ?? {})).toEqual([
      {
        "route53:ChangeResourceRecordSetsNormalizedRecordNames": [
          "operation-app.example.com",
          "*.operation-app.example.com",
        ],
      },
    ]);
  });

  it("keeps away from another environment of the project whose name begins like its own", () => {
    const staging = withRoles({ app: "operation-app-stg", domain: undefined }, "staging");
    const both = bootstrapStack([withRoles(), staging]);
    const production: Statement[] = both.statements("aws_iam_role_policy.ci_production_apply_policy");
    const stagings: Statement[] = both.statements("aws_iam_role_policy.ci_staging_apply_policy");
    expect(may(production, "iam:PutRolePolicy", role("operation-app-stg-app"), BOUNDED)).toBe(false);
    expect(may(production, "iam:PutRolePolicy", role("operation-app-app"), BOUNDED)).toBe(true);
    const inStaging = {
      "iam:PermissionsBoundary": `arn:aws:iam::${ACCOUNT}:policy/ci/operation-app-stg-staging-boundary`,
    };
    expect(may(stagings, "iam:PutRolePolicy", role("operation-app-stg-app"), inStaging)).toBe(true);
    expect(may(stagings, "iam:PutRolePolicy", role("operation-app-stg-app"), BOUNDED)).toBe(false);
    expect(production).toContainEqual(
      expect.objectContaining({
        Effect: "Deny",
        Condition: { StringEquals: { "aws:ResourceTag/Application": ["operation-app-stg"] } },
      }),
    );
  });
});

describe("the apply role of an environment with a NAT instance", () => {
  const withInstance = bootstrapStack([withRoles({ network: { nat: "instance" }, storage: { cdn: {} } })]);
  const write: Statement[] = withInstance.statements("aws_iam_policy.ci_production_write");
  const group = (name: string) =>
    `arn:aws:autoscaling:ap-northeast-1:${ACCOUNT}:autoScalingGroup:1-2:autoScalingGroupName/${name}`;

  it("makes the group, and machines from a launch template alone", () => {
    expect(may(write, "autoscaling:CreateAutoScalingGroup", group("operation-app-nat"))).toBe(true);
    expect(may(write, "autoscaling:CreateAutoScalingGroup", group("another-nat"))).toBe(false);
    const running = write.filter(({ Action }) => Action.includes("ec2:RunInstances"));
    expect(running.map(({ Condition }) => Condition)).toEqual([
      { ArnLike: { "ec2:LaunchTemplate": expect.stringContaining(":launch-template/") } },
    ]);
  });

  it("is the only one that makes machines", () => {
    expect(may(APPLY, "ec2:RunInstances")).toBe(false);
    expect(may(APPLY, "autoscaling:CreateAutoScalingGroup")).toBe(false);
  });

  it("has a policy that IAM takes", () => {
    const { policy } = withInstance.resource("aws_iam_policy.ci_production_write");
    expect(policy.replaceAll(/\s/g, "").length).toBeLessThan(6_144 - ROOM);
  });
});

describe("CloudFront in front of users' files", () => {
  const withCdn = bootstrapStack([withRoles({ storage: { cdn: {} } })]);
  const write: Statement[] = withCdn.statements("aws_iam_policy.ci_production_write");
  const distribution = `arn:aws:cloudfront::${ACCOUNT}:distribution/E1`;
  const tagged = (key: string, app: string) => ({ [`aws:${key}/Application`]: app });

  it("is made with the app's tag, and then changed and deleted by it", () => {
    const create = "cloudfront:CreateDistribution";
    // AWS's list of actions has no type of resource for it: only a statement for all of them allows it.
    expect(may(write, create, "*", tagged("RequestTag", "operation-app"))).toBe(true);
    expect(may(write, create, "*", tagged("RequestTag", "another"))).toBe(false);
    const tag = "cloudfront:TagResource";
    const asOurs = tagged("RequestTag", "operation-app");
    expect(may(write, tag, distribution, asOurs)).toBe(true);
    expect(may(write, tag, distribution, { ...asOurs, ...tagged("ResourceTag", "another") })).toBe(false);
    for (const action of ["cloudfront:UpdateDistribution", "cloudfront:DeleteDistribution"]) {
      expect(may(write, action, distribution, tagged("ResourceTag", "operation-app"))).toBe(true);
      expect(may(write, action, distribution, tagged("ResourceTag", "another"))).toBe(false);
      expect(may(write, action, distribution, ofApp(undefined))).toBe(false);
    }
  });

  it("gives no rights where it is not there", () => {
    for (const role of [PLAN, APPLY]) expect(may(role, "cloudfront:GetDistribution", distribution)).toBe(false);
    const read: Statement[] = withCdn.statements("aws_iam_policy.ci_production_read");
    expect(may(read, "cloudfront:GetDistribution", distribution)).toBe(true);
  });
});
