import type { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import type { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import type { Watch } from "./alarm.ts";
import type { Thresholds } from "./thresholds.ts";

export interface ServicesProps {
  /** Has Container Insights on: nothing else counts tasks. */
  readonly cluster: EcsCluster;
  /** Services by the name that people have for them. */
  readonly services: Readonly<Record<string, EcsService>>;
}

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html */
export function watchServices({ cluster, services }: ServicesProps, { missingTaskMinutes }: Thresholds): Watch[] {
  return Object.entries(services).map(([name, service]): Watch => {
    const metric = (metricName: string) => ({
      namespace: "ECS/ContainerInsights",
      name: metricName,
      dimensions: { ClusterName: cluster.name, ServiceName: service.name },
    });
    return {
      id: `${name.replaceAll("-", "_")}_tasks_missing`,
      severity: "critical",
      means: `The service ${name} has had fewer tasks than desired for ${missingTaskMinutes} minutes: they stop, or do not start.`,
      first: "status",
      metrics: [metric("DesiredTaskCount"), metric("RunningTaskCount")],
      expression: "m1 - m2",
      statistic: "Average",
      minutes: 1,
      times: missingTaskMinutes,
      beyond: ">=",
      threshold: 1,
    };
  });
}
