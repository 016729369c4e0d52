import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import type { Construct } from "constructs";

interface EventProps {
  /** Of the rule. */
  readonly name: string;
  readonly description: string;
  /** Which events of EventBridge it is about. */
  readonly pattern: object;
  readonly topic: SnsTopic;
  /** What of an event stands in the text, such as `{ reason: "$.detail.reason" }` for `<reason>`. */
  readonly paths: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Tells a topic of events in a sentence, where CloudWatch has no metric to alarm on. */
export function notifyOfEvents(scope: Construct, id: string, props: EventProps): void {
  const { name, description, pattern, topic, paths, text } = props;
  const rule = new CloudwatchEventRule(scope, id, { name, description, eventPattern: JSON.stringify(pattern) });
  new CloudwatchEventTarget(scope, `${id}_target`, {
    rule: rule.name,
    arn: topic.arn,
    inputTransformer: { inputPaths: paths, inputTemplate: JSON.stringify(text) },
  });
}
