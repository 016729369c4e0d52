import { describeRule, type Json } from "../../support/rules.ts";
import { pattern, withAlarms } from "./stack.ts";

const rule = (stack: Json) => stack.resource.aws_cloudwatch_event_rule.failed;
const waiting = (event_pattern: string) => (stack: Json) => {
  rule(stack).event_pattern = event_pattern;
};

const newLabel = (...labelUpdated: string[]) =>
  JSON.stringify({
    source: ["aws.secretsmanager"],
    "detail-type": ["Secret Label Updated"],
    detail: { labelUpdated },
  });

const execution = (...status: string[]) =>
  JSON.stringify({
    source: ["aws.states"],
    "detail-type": ["Step Functions Execution Status Change"],
    detail: { status },
  });

describeRule(
  "ALM-011",
  {
    "what is in detail, beside it": {
      bad: waiting(pattern({ reason: [{ prefix: "ECS deployment circuit breaker" }] })),
      good: waiting(
        pattern({ detail: { reason: [{ prefix: "ECS deployment circuit breaker" }] }, $or: [{ region: ["a"] }] }),
      ),
      says: 'aws_cloudwatch_event_rule.failed has an event_pattern with "reason" at its top, where no event has it. Put "reason" into "detail".',
    },
    "an event that is called otherwise": {
      bad: waiting(pattern({ "detail-type": ["ECS Deployment State Changes"] })),
      good: waiting(pattern({ "detail-type": ["AWS API Call via CloudTrail", "Something entirely new of ECS"] })),
      says: 'aws_cloudwatch_event_rule.failed waits for "ECS Deployment State Changes" of aws.ecs, which does not send it. Write "ECS Deployment State Change".',
    },
    "a value that never comes": {
      bad: waiting(pattern({ detail: { eventName: ["SERVICE_DEPLOYMENT_FAIL"] } })),
      good: waiting(pattern({ detail: { eventName: [{ prefix: "SERVICE_DEPLOYMENT_F" }] } })),
      says: 'aws_cloudwatch_event_rule.failed waits for detail.eventName "SERVICE_DEPLOYMENT_FAIL", and "ECS Deployment State Change" never has it. Write "SERVICE_DEPLOYMENT_FAILED".',
    },
    "a label of a secret that no event comes for": {
      bad: waiting(newLabel("AWSPENDING", "AWSPREVIOUS")),
      good: waiting(newLabel("AWSPENDING", "AWSCURRENT")),
      says: 'aws_cloudwatch_event_rule.failed waits for detail.labelUpdated "AWSPENDING" or "AWSPREVIOUS", and "Secret Label Updated" never has it. Write "AWSCURRENT", which a secret\'s value in use has.',
    },
    "a state of a state machine that there is not": {
      bad: waiting(execution("ERROR")),
      good: waiting(execution("FAILED")),
      says: 'aws_cloudwatch_event_rule.failed waits for detail.status "ERROR", and "Step Functions Execution Status Change" never has it. Write "FAILED".',
    },
  },
  withAlarms,
);
