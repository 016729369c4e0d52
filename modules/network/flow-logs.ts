import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { Construct } from "constructs";
import { policy, trust } from "../iam-policy.ts";

/** Writes a flow log. */
export const FLOW_LOG_ACTIONS = [
  "logs:CreateLogStream",
  "logs:PutLogEvents",
  "logs:DescribeLogGroups",
  "logs:DescribeLogStreams",
];

export interface FlowLogsProps {
  readonly name: string;
  readonly region: string;
  readonly vpc: Vpc;
  /** Days for which the log is kept. */
  readonly retentionDays: number;
}

/** A record of every connection in the VPC, accepted or rejected, in CloudWatch Logs. */
export class FlowLogs extends Construct {
  constructor(scope: Construct, id: string, props: FlowLogsProps) {
    super(scope, id);

    const account = new DataAwsCallerIdentity(this, "account", {}).accountId;
    const logGroup = new CloudwatchLogGroup(this, "log_group", {
      name: `/vpc/${props.name}`,
      retentionInDays: props.retentionDays,
    });
    const role = new IamRole(this, "role", {
      name: `${props.name}-flow-logs`,
      assumeRolePolicy: trust("vpc-flow-logs.amazonaws.com", {
        account,
        source: `arn:aws:ec2:${props.region}:${account}:vpc-flow-log/*`,
      }),
    });
    const writing = new IamRolePolicy(this, "policy", {
      role: role.id,
      name: "write-flow-logs",
      policy: policy({
        actions: FLOW_LOG_ACTIONS,
        resources: [`${logGroup.arn}:*`],
      }),
    });
    new FlowLog(this, "flow_log", {
      vpcId: props.vpc.id,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: logGroup.arn,
      iamRoleArn: role.arn,
      tags: { Name: props.name },
      dependsOn: [writing],
    });
  }
}
