import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import type { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { Lb } from "@cdktf/provider-aws/lib/lb";
import type { Construct } from "constructs";

export interface DashboardProps {
  readonly name: string;
  readonly region: string;
  readonly alb: Lb;
  readonly alarms: readonly CloudwatchMetricAlarm[];
}

/** A dashboard has 24 columns. */
const COLUMNS = 24;
const WIDTH = 8;
const HEIGHT = 6;

/**
 * On one page: which alarms are on, how many visitors there are and how long they wait, and what each alarm looks at.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export function createDashboard(scope: Construct, { name, region, alb, alarms }: DashboardProps): CloudwatchDashboard {
  const traffic = (title: string, metric: string, stat: string) => ({
    type: "metric",
    properties: {
      title,
      region,
      stat,
      period: 60,
      metrics: [["AWS/ApplicationELB", metric, "LoadBalancer", alb.arnSuffix]],
    },
  });
  const graphs = [
    traffic("Requests", "RequestCount", "Sum"),
    traffic("Response time in seconds, 95th percentile", "TargetResponseTime", "p95"),
    ...alarms.map(({ arn, alarmNameInput }) => ({
      type: "metric",
      properties: { title: alarmNameInput, region, annotations: { alarms: [arn] } },
    })),
  ];
  const status = {
    type: "alarm",
    properties: { title: "Alarms", alarms: alarms.map(({ arn }) => arn) },
  };
  const perRow = COLUMNS / WIDTH;
  return new CloudwatchDashboard(scope, "dashboard", {
    dashboardName: name,
    dashboardBody: JSON.stringify({
      widgets: [
        { ...status, x: 0, y: 0, width: COLUMNS, height: HEIGHT / 2 },
        ...graphs.map((graph, index) => ({
          ...graph,
          x: (index % perRow) * WIDTH,
          y: HEIGHT / 2 + Math.floor(index / perRow) * HEIGHT,
          width: WIDTH,
          height: HEIGHT,
        })),
      ],
    }),
  });
}
