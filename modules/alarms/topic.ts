import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import type { Construct } from "constructs";
import { policy } from "../iam-policy.ts";

export interface TopicProps {
  readonly name: string;
  /** Who is told. Each gets a mail first, and nothing else before its link is followed. */
  readonly emails: readonly string[];
}

/** Where alarms and events are told, and the people who hear it. */
export function createTopic(scope: Construct, { name, emails }: TopicProps): SnsTopic {
  // Without a key of KMS: one's own costs 1 USD a month, and AWS's is one that CloudWatch may not use. SNS encrypts its disks.
  const topic = new SnsTopic(scope, "topic", { name });
  allowServicesToPublish(scope, topic);
  for (const email of emails) {
    new SnsTopicSubscription(scope, `subscription_${email}`, {
      topicArn: topic.arn,
      protocol: "email",
      endpoint: email,
    });
  }
  return topic;
}

/**
 * EventBridge says nothing of itself to SNS, so a condition would refuse it.
 * Source: https://repost.aws/knowledge-center/sns-not-getting-eventbridge-notification
 */
function allowServicesToPublish(scope: Construct, topic: SnsTopic): void {
  const { accountId } = new DataAwsCallerIdentity(scope, "account", {});
  const publish = (service: string) => ({
    principal: { Service: service },
    actions: ["sns:Publish"],
    resources: [topic.arn],
  });
  new SnsTopicPolicy(scope, "topic_policy", {
    arn: topic.arn,
    policy: policy(
      { ...publish("cloudwatch.amazonaws.com"), condition: { StringEquals: { "aws:SourceAccount": accountId } } },
      publish("events.amazonaws.com"),
    ),
  });
}
