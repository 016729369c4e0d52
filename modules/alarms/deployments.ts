import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import type { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import type { Construct } from "constructs";

export interface DeploymentsProps {
  readonly name: string;
  readonly environment: string;
  readonly services: readonly EcsService[];
  readonly topic: SnsTopic;
}

/** How the reason of a deployment begins that goes back to the one before. */
const ROLLING_BACK = "ECS deployment circuit breaker: rolling back";

/**
 * Tells of deployments that fail, that ECS takes back, and of tasks that do not start.
 *
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html and
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html
 */
export function watchDeployments(scope: Construct, { name, environment, services, topic }: DeploymentsProps): void {
  const rule = new CloudwatchEventRule(scope, "deployments", {
    name: `${name}-deployments`,
    description: `Deployments of ${name} that fail or are rolled back`,
    eventPattern: JSON.stringify({
      source: ["aws.ecs"],
      "detail-type": ["ECS Deployment State Change", "ECS Service Action"],
      // The id of a service is its ARN.
      resources: services.map(({ id }) => id),
      detail: {
        $or: [
          { eventName: ["SERVICE_DEPLOYMENT_FAILED", "SERVICE_TASK_START_IMPAIRED"] },
          { eventName: ["SERVICE_DEPLOYMENT_IN_PROGRESS"], reason: [{ prefix: ROLLING_BACK }] },
        ],
      },
    }),
  });
  new CloudwatchEventTarget(scope, "deployments_target", {
    rule: rule.name,
    arn: topic.arn,
    inputTransformer: {
      inputPaths: { event: "$.detail.eventName", reason: "$.detail.reason", service: "$.resources[0]" },
      inputTemplate: JSON.stringify(
        `<event>: <reason> Service: <service>. ECS goes on with, or back to, the tasks that ran before. First: bin/infra status ${environment}`,
      ),
    },
  });
}
