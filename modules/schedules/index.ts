import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import type { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import type { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { SchedulerScheduleGroup } from "@cdktf/provider-aws/lib/scheduler-schedule-group";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import type { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Construct } from "constructs";
import type { RoleWithPolicy } from "../ecs/roles.ts";
import { policy, trust } from "../iam-policy.ts";
import { usualTimeZone } from "../time-zone.ts";

export interface SchedulesProps {
  /** Name of the schedules' group, and prefix of their role and queue. */
  readonly name: string;
  readonly region: string;
  readonly cluster: EcsCluster;
  /** Private subnets. */
  readonly subnets: readonly Subnet[];
  readonly securityGroup: SecurityGroup;
  /** Roles of every task, which the scheduler hands to ECS. */
  readonly taskRoles: readonly RoleWithPolicy[];
  /** By name. */
  readonly schedules: Readonly<Record<string, ScheduleProps>>;
  /** What each of them starts. */
  readonly tasks: Readonly<Record<string, EcsTaskDefinition>>;
  /** There is an image. false: none of them runs. */
  readonly released: boolean;
}

export interface ScheduleProps {
  /** `cron(…)` or `rate(…)`. */
  readonly when: string;
  /** Name of the IANA. @default the region's own */
  readonly timeZone?: string;
  /** Minutes for which a start that AWS refuses is tried again. 0: once only. */
  readonly retryMinutes: number;
  /** false: it is there, and does not run. */
  readonly enabled: boolean;
}

/** Long enough for a weekend; the alarm is on as long. */
const DEAD_LETTER_DAYS = 4;

/** AWS makes no more attempts; the minutes are over before that. */
const MAX_ATTEMPTS = 185;

/** Starts tasks of the app at set times. */
export class Schedules extends Construct {
  readonly group: SchedulerScheduleGroup;
  /** What could not be started, and why. */
  readonly deadLetters: SqsQueue;

  private readonly props: SchedulesProps;
  private readonly role: RoleWithPolicy;

  constructor(scope: Construct, id: string, props: SchedulesProps) {
    super(scope, id);
    this.props = props;
    this.group = new SchedulerScheduleGroup(this, "group", { name: props.name });
    this.deadLetters = new SqsQueue(this, "dead_letters", {
      name: `${props.name}-dead-letters`,
      messageRetentionSeconds: DEAD_LETTER_DAYS * 24 * 60 * 60,
      sqsManagedSseEnabled: true,
    });
    const { accountId } = new DataAwsCallerIdentity(this, "account", {});
    const familyArns = Object.keys(props.schedules).map(
      (name) => `arn:aws:ecs:${props.region}:${accountId}:task-definition/${this.task(name).family}`,
    );
    this.role = this.createRole(accountId, familyArns);
    for (const [index, [name, schedule]] of Object.entries(props.schedules).entries())
      this.createSchedule(name, schedule, familyArns[index] ?? "");
  }

  /**
   * May start these tasks in this cluster and nothing else. Who names a family without a revision, as the schedules do,
   * needs the right on exactly that ARN.
   *
   * Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html#setting-up-execution-role and
   * https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
   */
  private createRole(accountId: string, familyArns: readonly string[]): RoleWithPolicy {
    const { name, cluster, taskRoles } = this.props;
    const role = new IamRole(this, "role", {
      name: `${name}-scheduler`,
      assumeRolePolicy: trust("scheduler.amazonaws.com", { account: accountId, source: this.group.arn }),
    });
    const rolePolicy = new IamRolePolicy(this, "role_policy", {
      role: role.id,
      name: "start-tasks",
      policy: policy(
        {
          actions: ["ecs:RunTask"],
          resources: familyArns.flatMap((arn) => [arn, `${arn}:*`]),
          condition: { ArnEquals: { "ecs:cluster": cluster.arn } },
        },
        {
          actions: ["iam:PassRole"],
          resources: taskRoles.map(({ role: { arn } }) => arn),
          condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
        },
        { actions: ["sqs:SendMessage"], resources: [this.deadLetters.arn] },
      ),
    });
    return { role, policy: rolePolicy };
  }

  /**
   * The family has no revision, so that the newest runs: a release changes no schedule.
   *
   * Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html#ECS-RunTask-request-taskDefinition
   */
  private createSchedule(name: string, schedule: ScheduleProps, familyArn: string): void {
    const { cluster, subnets, securityGroup, region, taskRoles, released } = this.props;
    new SchedulerSchedule(this, `schedule_${name}`, {
      name,
      groupName: this.group.name,
      scheduleExpression: schedule.when,
      scheduleExpressionTimezone: schedule.timeZone ?? usualTimeZone(region),
      state: schedule.enabled && released ? "ENABLED" : "DISABLED",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: cluster.arn,
        roleArn: this.role.role.arn,
        ecsParameters: {
          taskDefinitionArn: familyArn,
          launchType: "FARGATE",
          networkConfiguration: {
            subnets: subnets.map(({ id }) => id),
            securityGroups: [securityGroup.id],
            assignPublicIp: false,
          },
        },
        retryPolicy: {
          maximumRetryAttempts: schedule.retryMinutes === 0 ? 0 : MAX_ATTEMPTS,
          maximumEventAgeInSeconds: Math.max(schedule.retryMinutes, 1) * 60,
        },
        deadLetterConfig: { arn: this.deadLetters.arn },
      },
      dependsOn: [this.task(name), this.role.policy, ...taskRoles.map((one) => one.policy)],
    });
  }

  private task(name: string): EcsTaskDefinition {
    return this.props.tasks[name] as EcsTaskDefinition;
  }
}
