import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import type { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import type { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { SfnStateMachine } from "@cdktf/provider-aws/lib/sfn-state-machine";
import { Construct } from "constructs";
import { policy, type Statement, trust } from "../iam-policy.ts";
import type { SecretVariable } from "../secret.ts";

/** Starts the state machine. */
export const START_ACTION = "states:StartExecution";

/** Replaces a service's tasks. Without another task definition, it hands no role on. */
export const REDEPLOY_ACTION = "ecs:UpdateService";

/** Name of the state machine of an app: `<app>-redeploy`. */
export function redeploymentName(app: string): string {
  return `${app}-redeploy`;
}

export interface RedeploymentProps {
  /** Name of the app. */
  readonly name: string;
  readonly region: string;
  /** The account's number, twelve digits. */
  readonly account: string;
  readonly cluster: EcsCluster;
  /** The services whose tasks read the secrets, by the name that people have for them. */
  readonly services: Readonly<Record<string, EcsService>>;
  readonly secrets: readonly SecretVariable[];
}

/**
 * Replaces the tasks when a secret that they read has another value: a container keeps the one that it started with, and
 * a database whose password was rotated takes no new connection with that.
 *
 * Secrets Manager tells EventBridge itself when `AWSCURRENT` moves, whoever moved it, without a trail of CloudTrail. No
 * target of EventBridge calls ECS's UpdateService, and Step Functions does without code of ours.
 *
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/event-detail-secret-label-updated-secretsmanager.html and
 * https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
export class Redeployment extends Construct {
  readonly stateMachine: SfnStateMachine;

  private readonly name: string;
  private readonly props: RedeploymentProps;

  constructor(scope: Construct, id: string, props: RedeploymentProps) {
    super(scope, id);
    this.props = props;
    this.name = redeploymentName(props.name);
    this.stateMachine = this.createStateMachine(props);
    this.startAtNewValuesOf(props.secrets);
  }

  /** A standard one, not an express one: it keeps what happened for 90 days, and EventBridge hears of one that fails. */
  private createStateMachine({ cluster, services }: RedeploymentProps): SfnStateMachine {
    const role = this.createRole("role", this.name, this.actingFor("states", `stateMachine:${this.name}`), {
      actions: [REDEPLOY_ACTION],
      // The id of a service is its ARN.
      resources: Object.values(services).map(({ id }) => id),
    });
    return new SfnStateMachine(this, "state_machine", {
      name: this.name,
      type: "STANDARD",
      roleArn: role.arn,
      definition: JSON.stringify({
        Comment: "Replaces the tasks of services whose secrets have a new value",
        StartAt: "Redeploy",
        States: {
          Redeploy: {
            Type: "Parallel",
            Branches: Object.entries(services).map(([name, service]) => redeploy(name, cluster, service)),
            End: true,
          },
        },
      }),
    });
  }

  private startAtNewValuesOf(secrets: readonly SecretVariable[]): void {
    const rule = new CloudwatchEventRule(this, "rule", {
      name: this.name,
      description: "A secret that tasks read has a new value",
      eventPattern: JSON.stringify({
        source: ["aws.secretsmanager"],
        "detail-type": ["Secret Label Updated"],
        resources: [...new Set(secrets.map(({ secretArn }) => secretArn))],
        detail: { labelUpdated: ["AWSCURRENT"] },
      }),
    });
    const role = this.createRole("start_role", `${this.name}-start`, this.actingFor("events", `rule/${this.name}`), {
      actions: [START_ACTION],
      resources: [this.stateMachine.arn],
    });
    new CloudwatchEventTarget(this, "target", { rule: rule.name, arn: this.stateMachine.arn, roleArn: role.arn });
  }

  /** The trust in a service that acts for one thing of this stack's. */
  private actingFor(service: "events" | "states", name: string): string {
    const { region, account } = this.props;
    return trust(`${service}.amazonaws.com`, { account, source: `arn:aws:${service}:${region}:${account}:${name}` });
  }

  private createRole(id: string, name: string, assumeRolePolicy: string, statement: Statement): IamRole {
    const role = new IamRole(this, id, { name, assumeRolePolicy });
    new IamRolePolicy(this, `${id}_policy`, { role: role.id, name: "redeploy", policy: policy(statement) });
    return role;
  }
}

function redeploy(name: string, cluster: EcsCluster, service: EcsService) {
  return {
    StartAt: name,
    States: {
      [name]: {
        Type: "Task",
        Resource: "arn:aws:states:::aws-sdk:ecs:updateService",
        Parameters: { Cluster: cluster.name, Service: service.name, ForceNewDeployment: true },
        // ECS refuses calls that come too fast; from 10 seconds on, for five minutes.
        Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 10, BackoffRate: 2, MaxAttempts: 5 }],
        ResultPath: null,
        End: true,
      },
    },
  };
}
