import type { Json } from "../../support/rules.ts";
import { workingStack } from "../../support/working-stack.ts";

export const TOPIC = "${aws_sns_topic.alarms.arn}";
/** The working stack with an alarm of the load balancer, one of tasks, and a topic. */
export function withAlarms(): Json {
  const stack = workingStack();
  Object.assign(stack.resource, {
    aws_sns_topic: { alarms: { name: "alarms" } },
    aws_cloudwatch_metric_alarm: {
      errors: {
        alarm_name: "errors",
        namespace: "AWS/ApplicationELB",
        metric_name: "HTTPCode_ELB_5XX_Count",
        dimensions: { LoadBalancer: "${aws_lb.main.arn_suffix}" },
        statistic: "Sum",
        period: 300,
        evaluation_periods: 1,
        comparison_operator: "GreaterThanThreshold",
        threshold: 10,
        alarm_actions: [TOPIC],
      },
      tasks: {
        alarm_name: "tasks",
        evaluation_periods: 15,
        comparison_operator: "GreaterThanThreshold",
        threshold: 0,
        alarm_actions: [TOPIC],
        metric_query: [
          { id: "missing", expression: "wanted - running", return_data: true },
          query("wanted", "DesiredTaskCount"),
          query("running", "RunningTaskCount"),
        ],
      },
    },
    aws_cloudwatch_event_rule: {
      failed: {
        name: "failed",
        event_pattern: pattern({ detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED"] } }),
      },
    },
  });
  return stack;
}

function query(id: string, metric_name: string): Json {
  const dimensions = { ClusterName: "${aws_ecs_cluster.main.name}", ServiceName: "${aws_ecs_service.app.name}" };
  return { id, metric: { namespace: "ECS/ContainerInsights", metric_name, dimensions, stat: "Average", period: 60 } };
}

export function pattern(more: Json): string {
  return JSON.stringify({ source: ["aws.ecs"], "detail-type": ["ECS Deployment State Change"], ...more });
}

export const errors = (stack: Json) => stack.resource.aws_cloudwatch_metric_alarm.errors;
/** A change to the alarm of the load balancer. */
export const set = (changes: Json) => (stack: Json) => {
  Object.assign(errors(stack), changes);
};

export const AT = "aws_cloudwatch_metric_alarm.errors";
