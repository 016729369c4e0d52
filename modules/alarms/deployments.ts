import type { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import type { SfnStateMachine } from "@cdktf/provider-aws/lib/sfn-state-machine";
import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import type { Construct } from "constructs";
import { notifyOfEvents } from "./event.ts";

export interface DeploymentsProps {
  readonly name: string;
  readonly environment: string;
  readonly services: readonly EcsService[];
  /** What redeploys them by itself. @default nothing does */
  readonly redeployment?: SfnStateMachine;
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
export function watchDeployments(scope: Construct, props: DeploymentsProps): void {
  const { name, environment, services, redeployment, topic } = props;
  notifyOfEvents(scope, "deployments", {
    name: `${name}-deployments`,
    description: `Deployments of ${name} that fail or are rolled back`,
    pattern: {
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
    },
    topic,
    paths: { event: "$.detail.eventName", reason: "$.detail.reason", service: "$.resources[0]" },
    text: `<event>: <reason> Service: <service>. ECS keeps or restores the previous tasks. First: bin/infra status ${environment}`,
  });
  if (redeployment) watchRedeployment(scope, redeployment, props);
}

/** Source: https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-states.html */
function watchRedeployment(
  scope: Construct,
  { nameInput, arn }: SfnStateMachine,
  { environment, topic }: DeploymentsProps,
) {
  notifyOfEvents(scope, "redeployment", {
    name: `${nameInput}-failed`,
    description: "Tasks could not be replaced after a change of their secrets",
    pattern: {
      source: ["aws.states"],
      "detail-type": ["Step Functions Execution Status Change"],
      detail: { stateMachineArn: [arn], status: ["FAILED", "TIMED_OUT", "ABORTED"] },
    },
    topic,
    paths: { cause: "$.detail.cause", status: "$.detail.status" },
    text: `A secret has a new value, and the tasks that read it could not be replaced (<status>: <cause>): they keep the old one, and can't open new database connections if it was the database's password. First: bin/infra status ${environment}`,
  });
}
